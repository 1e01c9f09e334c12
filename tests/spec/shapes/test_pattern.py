from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.spec.shapes.pattern import read_pattern


@pytest.mark.parametrize(
    ("stated", "fits", "fails"),
    [
        ("^[a-z]{2}$", "ab", "AB"),
        ("/^[a-z]{2}$/", "ab", "AB"),
        ("/^[a-z]{2}$/i", "AB", "A1"),
        ("/^[^a-c]x$/i", "DX", "Bx"),
        (r"/^\d+\/\w$/g", "12/a", "a/1"),
        ("/^ord-[0-9a-f]+$/i", "ORD-9F", "ORT-9"),
    ],
)
def test_patterns_between_slashes(stated, fits, fails):
    pattern = read_pattern(stated)
    assert re.search(pattern, fits)
    assert not re.search(pattern, fails)


@pytest.mark.parametrize(
    "stated", [None, 7, "a" * 201, "(", "(?=a)", r"(a)\1", r"\p{L}", "é", "a//"]
)
def test_what_no_engine_or_only_one_reads_is_left_out(stated):
    assert read_pattern(stated) in (None, "a//")


@given(st.text(max_size=30))
def test_any_text_reads_as_a_pattern_or_as_none(stated):
    pattern = read_pattern(stated)
    assert pattern is None or re.compile(pattern)


ATOMS = st.sampled_from(["a", "C", "-", "1", r"\d", r"\w", "[a-c]", "[^b-d9]", "[A1-]", "."])


@given(st.lists(ATOMS, min_size=1, max_size=5), st.text("abcdABCD019-", max_size=6))
def test_a_flag_for_case_is_kept(atoms, text):
    body = "".join(atoms)
    pattern = read_pattern(f"/{body}/i")
    assert bool(re.search(pattern, text)) == bool(re.search(body, text, re.IGNORECASE))
