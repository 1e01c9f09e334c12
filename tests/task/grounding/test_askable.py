"""What is asked for is not what anybody would guess, where there is something else to ask."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from envfactory.task.grounding.askable import unusual
from envfactory.task.meanings.meaning import FieldMeaning
from envfactory.task.meanings.shape import Shape

SIZE = FieldMeaning("size", "size", Shape("choice"))
COLOUR = FieldMeaning("colour", "colour", Shape("choice"))
ROWS = [
    {"size": "small", "colour": "red"},
    {"size": "small", "colour": "blue"},
    {"size": "small", "colour": "green"},
    {"size": "large", "colour": "red"},
]


@pytest.mark.parametrize(
    ("number", "left"),
    [(0, [COLOUR]), (1, [COLOUR]), (3, [SIZE, COLOUR])],
)
def test_what_most_records_hold_is_left_out(number: int, left: Sequence[FieldMeaning]) -> None:
    assert unusual([SIZE, COLOUR], ROWS[number], ROWS) == left


def test_of_a_single_record_nothing_is_usual() -> None:
    assert unusual([SIZE], ROWS[0], ROWS[:1]) == [SIZE]
