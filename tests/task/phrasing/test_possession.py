"""What records have, and whose they are."""

import random

import pytest

from envfactory.task.phrasing.possession import owned, yours


def forms(label: str, it: str) -> set[str]:
    return {owned(label, it, random.Random(seed)) for seed in range(40)}


def test_only_short_names_take_an_s() -> None:
    assert forms("price", "it") == {"its price"}
    assert "the ‘Kettle’ item's price" in forms("price", "the ‘Kettle’ item")
    assert "Ann Lee's grade" in forms("grade", "Ann Lee")
    for long in (
        "the item ‘Kettle’",
        "the task due on Friday",
        "one of our tasks",
        "the task in it",
    ):
        assert forms("price", long) == {f"the price of {long}", f"the price for {long}"}


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("my “Errands” list", "your “Errands” list"),
        ("our ticket due on Friday", "your ticket due on Friday"),
        ("the ticket in our list ‘of my own’", "the ticket in your list ‘of my own’"),
        ("the task ‘Feed my cat’", "the task ‘Feed my cat’"),
        ("all my way", "all my way"),
    ],
)
def test_the_agent_says_your(mine: str, theirs: str) -> None:
    assert yours(mine) == theirs
