from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.compiler.pattern import found, in_ascii, matching
from envfactory.errors import DefinitionError

PARTS = [
    "[a-z]", "[^a]", r"\d", r"\w{2,5}", "x+", "y*?", "(ab|cd)", "(?:q)?", r"\s", ".", r"[\d_-]",
    r"\-", "[^/]{3}", "(?i:z)", r"\D", "€", "~",
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=6), st.integers(0, 99))
def test_the_pattern_is_found(parts: list[str], seed: int) -> None:
    pattern = f"^{''.join(parts)}$"
    text = matching(pattern, random.Random(seed))
    assert re.search(pattern, text)
    assert text == matching(pattern, random.Random(seed))


@pytest.mark.parametrize("pattern", ["(", "[z-a]", r"(?P<n>a)(?P<n>b)", "a{5,2}"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(DefinitionError, match="cannot be read"):
        matching(pattern, random.Random(1))


@pytest.mark.parametrize("pattern", ["((a{99}){99}){99}", "a{65000}", "(((b{9}){99}){99}){99}"])
def test_texts_without_end_are_refused(pattern: str) -> None:
    with pytest.raises(DefinitionError, match="more than"):
        matching(pattern, random.Random(1))


@pytest.mark.parametrize("pattern", ["^(a+)+$", r"^(\w+\s?)+$", "^(a|a)*$"])
def test_a_catastrophic_pattern_is_answered_at_once(pattern: str) -> None:
    assert not found(pattern, "a" * 40 + "!")
    assert found(pattern, matching(pattern, random.Random(1)))


def test_letters_of_a_text_are_of_one_case() -> None:
    text = matching("^AC[0-9a-fA-F]{32}$", random.Random(1))
    assert text[2:] == text[2:].lower()


def test_a_pattern_that_python_may_read_differently_one_day_is_read_quietly() -> None:
    assert matching("[[a-c]", random.Random(1)) in "[abc"


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        (r"^\d{3}-\w+$", "^[0-9]{3}-[A-Za-z0-9_]+$"),
        (r"[\w.-]+@[^\d]+", "[A-Za-z0-9_.-]+@[^0-9]+"),
        (r"\D\W", "[^0-9][^A-Za-z0-9_]"),
        (r"\\d[\]\d]\[\d", r"\\d[\]0-9]\[[0-9]"),
        (r"\s\.[a-z]\\", r"\s\.[a-z]\\"),
    ],
)
def test_digits_and_letters_are_those_of_ascii(pattern: str, written: str) -> None:
    assert in_ascii(pattern) == written
    assert in_ascii(written) == written


def test_digits_of_other_scripts_are_none() -> None:
    assert found(r"^\d+$", "12")
    assert not found(r"^\d+$", "1\u0662")
    assert not found(r"^\w+$", "caf\u00e9")
    assert not found(r"^(?=\d+$)", "1\u0662"), "nor where the engine does not know the pattern"
