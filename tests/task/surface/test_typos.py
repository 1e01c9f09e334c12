"""Slips of the finger, never in a value."""

import random
from difflib import SequenceMatcher

from hypothesis import given
from hypothesis import strategies as st

from envfactory.task.surface.protect import outside
from envfactory.task.surface.typos import mistype

TEXT = "Please move the meeting ‘Review of the budget’ with Jenna Becker to the 5th of November"
KEPT = ("the 5th of November", "Jenna Becker")


@given(st.integers(), st.floats(0, 1))
def test_values_and_quotations_stay_letter_by_letter(seed, share):
    typed = mistype(TEXT, share, KEPT, random.Random(seed))
    for value in (*KEPT, "‘Review of the budget’"):
        assert value in typed
    assert len(typed.split()) == len(TEXT.split())
    assert SequenceMatcher(None, typed, TEXT).ratio() > 0.8


def test_a_text_without_typos_is_as_it_was():
    assert mistype(TEXT, 0, (), random.Random(0)) == TEXT


def test_typos_are_made():
    assert mistype("please remove these meetings today", 1, (), random.Random(3)) != (
        "please remove these meetings today"
    )


@given(st.text(alphabet="ab ‘’\"'", max_size=40), st.lists(st.text("ab ", max_size=4), max_size=3))
def test_what_is_kept_and_what_is_changed_make_up_the_text(text, kept):
    assert outside(text, kept, lambda part: part) == text
