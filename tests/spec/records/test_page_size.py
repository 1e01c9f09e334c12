"""Page sizes: what schemas and texts say of how many records a list returns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.spec.records.page_size import HIGHEST, USUAL, first_page, page_size
from envfactory.spec.shapes.schema import Schemas


def shaped(**schema):
    return Schemas({}).shape({"type": "integer", **schema})


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("Limit must be greater than 1. Defaults to 100, maximum is 500.", (100, 500)),
        ("Page size.<br>*Default value: 100*", (100, HIGHEST)),
        ("How many to return (default: 25, max: 50)", (25, 50)),
        ("Maximum of 250. 50 by default", (50, 250)),
        ("Cannot exceed 10", (10, 10)),
        ("How many to return", (USUAL, HIGHEST)),
        ("The 3 largest of 7", (USUAL, HIGHEST)),
    ],
)
def test_texts_tell_page_sizes(text, sizes):
    assert page_size(shaped(), text) == sizes


def test_schemas_have_the_last_word():
    said = "Defaults to 100, maximum is 500."
    assert page_size(shaped(default=5, maximum=7), said) == (5, 7)
    assert page_size(shaped(default="30"), "") == (30, HIGHEST)
    assert page_size(shaped(default=80, maximum=60), "") == (60, 60)


@given(st.text(), st.none() | st.integers() | st.text() | st.booleans())
def test_pages_always_hold_something(text, default):
    size, highest = page_size(shaped(default=default), text)
    assert 1 <= size <= highest


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("The page to return, defaults to 0 (returns the first set)", 0),
        ("Zero-based page", 0),
        ("Page number, starting from 0", 0),
        ("Page number, starts at 1", 1),
        ("Which page", 1),
    ],
)
def test_texts_tell_the_number_of_the_first_page(text, first):
    assert first_page(shaped(), text) == first
    assert first_page(shaped(default=1), text) == 1
    assert first_page(shaped(minimum=0), "") == 0
