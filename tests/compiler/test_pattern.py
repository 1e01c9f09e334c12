from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.compiler.pattern import matching
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
