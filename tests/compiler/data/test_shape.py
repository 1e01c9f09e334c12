from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.compiler.data.shape import fit_number, fit_text, fits, like, slug
from envfactory.spec.model import Scalar


@given(st.text(max_size=60), st.integers(0, 20), st.integers(0, 40), st.integers(0, 2**32))
def test_lengths_are_kept(value: str, low: int, room: int, seed: int) -> None:
    type_ = Scalar(type="string", min_length=low, max_length=max(low + room, 1))
    assert fits(fit_text(value, type_, random.Random(seed)), type_)


@pytest.mark.parametrize(
    ("value", "pattern", "expected"),
    [
        ("Spring sale", "^[a-z0-9-]+$", "spring-sale"),
        ("Spring sale", "^[a-z_]+$", "spring_sale"),
        ("Spring sale", "^[A-Z_]+$", "SPRING_SALE"),
        ("Order 66", r"^\d+$", "66"),
        ("Zürich", "^[a-zA-Z]+$", "Zurich"),
    ],
)
def test_a_pattern_gets_the_nearest_natural_form(value: str, pattern: str, expected: str) -> None:
    type_ = Scalar(type="string", pattern=pattern)
    assert fit_text(value, type_, random.Random(1)) == expected


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[A-Z]{2}\d{9}$",
        r"^(AB|CD)-[0-9a-f]{4}$",
        r"^\+\d{7,12}$",
        "^[a-f0-9]{128}$",
        r"^([a-z])-\1[^/]+$",
        "^(?=x)x.{3}$|^y$",
        "A{5}\\b",
    ],
)
def test_other_patterns_are_generated(pattern: str) -> None:
    type_ = Scalar(type="string", pattern=pattern)
    assert re.search(pattern, fit_text("Something else", type_, random.Random(1)))


@given(
    st.floats(-1e6, 1e6), st.none() | st.integers(-500, 500), st.none() | st.integers(501, 2**40)
)
def test_bounds_are_kept(value: float, low: int | None, high: int | None) -> None:
    type_ = Scalar(type="number", minimum=low, maximum=high)
    fitted = fit_number(value, type_, random.Random(1))
    assert low is None or fitted >= low
    assert high is None or fitted <= high


def test_like_keeps_the_shape_of_an_example() -> None:
    assert re.fullmatch(r"INV-\d{4}/DE", like("INV-2041/DE", random.Random(1)))
    assert slug("Café – Größe 5") == "cafe-groe-5"
