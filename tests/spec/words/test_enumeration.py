from __future__ import annotations

import pytest

from envfactory.spec.words.enumeration import listed_choices, listed_examples


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("The status can be open, closed or in_progress.", ("open", "closed", "in_progress")),
        ("Status of the order (open/closed)", ("open", "closed")),
        ("Status. Possible values: active, inactive", ("active", "inactive")),
        ("One of:\n- `new`: just made\n- `done`: over\n", ("new", "done")),
        ('Either "needsAction" or "completed".', ("needsAction", "completed")),
        ("The status can be changed or removed.", ()),
        ("The status, such as open, closed or late.", ()),
        ("Status of the order and of its parts.", ()),
        ("Whether it is open.", ()),
    ],
)
def test_choices_of_a_status(text, values):
    assert listed_choices(text, ("order", "status")) == values


def test_bare_words_count_only_where_the_name_asks_for_them():
    assert listed_choices("The colour can be red, green or blue.", ("colour",)) == ()
    assert listed_choices('Either "red" or "green".', ("colour",)) == ("red", "green")
    assert listed_choices("State (province or region).", ("state",)) == ()


def test_examples_are_quoted():
    assert listed_examples("The type, e.g. `house` or `flat`.") == ("house", "flat")
    assert listed_examples("The type of the place.") == ()


@pytest.mark.parametrize("text", ["a, " * 400, "`a`, " * 300, "(" * 600, "values: " + "a/" * 300])
def test_hostile_text_lists_nothing_and_ends(text):
    assert listed_choices(text, ("status",)) == ()
    assert listed_examples(text) == ()
