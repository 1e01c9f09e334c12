"""Records are pointed to without their names in words that fit their kind."""

import random
import re

import pytest

from envfactory.task.grounding.mention import Extreme
from envfactory.task.meanings.meaning import EntityMeaning, FieldMeaning
from envfactory.task.meanings.shape import Shape
from envfactory.task.phrasing.phrases import load_phrases
from envfactory.task.phrasing.pointing import someone_of, superlative

FIELDS = {
    "price": FieldMeaning("price", "price", Shape("number"), "data", True),
    "due": FieldMeaning("due", "due date", Shape("date"), "data", True),
    "grade": FieldMeaning("grade", "grade", Shape("number"), "data", True),
}


def kind(noun: str) -> EntityMeaning:
    return EntityMeaning("shop", noun, noun, "id", Shape("object"), FIELDS)


@pytest.mark.parametrize("noun", ["item", "order", "task list"])
def test_every_line_names_the_kind_and_no_other_follows_what_it_belongs_to(noun: str) -> None:
    inside = {someone_of(kind(noun), random.Random(seed), alone=False) for seed in range(200)}
    alone = {someone_of(kind(noun), random.Random(seed), alone=True) for seed in range(200)}
    assert inside < alone
    assert all(noun in told for told in alone)
    assert not [told for told in alone if re.search(r"\ba [aeio]", told)]
    assert all(re.search(rf"{noun}s?(?: in particular)?$", told) for told in inside)


def test_only_what_people_call_theirs_is_mine() -> None:
    def mine(noun: str) -> bool:
        told = [someone_of(kind(noun), random.Random(seed), alone=True) for seed in range(200)]
        return any(re.search(rf"\bof mine\b|\bmy (?:own )?{noun}s", each) for each in told)

    assert mine("task list")
    assert not mine("order")
    assert set(load_phrases().common) >= {"some.any", "some.alone", "some.mine"}


@pytest.mark.parametrize(
    ("field", "most", "told"),
    [
        ("price", False, {"the cheapest item"}),
        ("due", False, {"the item that is due first"}),
        (
            "grade",
            True,
            {
                "the item with the highest grade",
                "the item that has the highest grade",
                "the item whose grade is highest",
            },
        ),
    ],
)
def test_the_first_of_its_kind_is_said_as_people_say_it(
    field: str, most: bool, told: set[str]
) -> None:
    extreme = Extreme(field, most)
    seeds = range(40)
    assert {superlative(kind("item"), extreme, random.Random(n), alone=True) for n in seeds} == told
