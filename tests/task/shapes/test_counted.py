"""Conditions on how many records there are."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.task import Task
from envfactory.task.category.bench import Bench
from envfactory.task.convey.proof import outcomes
from envfactory.task.meanings.words import number_word
from envfactory.task.shapes.counted import _test, counted
from tests.task.shapes.made import made_only


@pytest.fixture(scope="module")
def by_count(settings) -> list[tuple[Task, Bench]]:
    """Tasks of one turn in which it depends on a number what is to be done."""
    return made_only(counted, settings)


def test_what_is_done_depends_on_how_many_there_are(by_count) -> None:
    assert len(by_count) >= 3
    for task, bench in by_count:
        turn = task.turns[0]
        assert task.shape == "conditional"
        assert re.search(r"\b(more|over|fewer|less|under)\b", turn.request)
        (those,) = [each for each in turn.conveyed if each.kind == "compression"]
        world = bench.world(task.environments)
        assert those.proof is not None
        count = len(outcomes(those.proof, world, ()))
        assert count >= 3
        assert f"There are {count} " in turn.answer
        assert sum(call.changes_state for call in turn.calls) == 1
        assert all(check.passed for check in task.checks)


@given(st.integers(3, 12), st.integers(0, 2**32))
def test_a_number_decides_and_could_have_decided_otherwise(count: int, seed: int) -> None:
    test, holds = _test(count, random.Random(seed))
    word = test.split()[-1]
    bound = next(n for n in range(20) if number_word(n) == word)
    over = test.startswith(("more", "over"))
    assert holds == (count > bound if over else count < bound)
    least = bound > 2 if not over else bound >= 2
    assert least
    assert abs(count - bound) <= 2


def test_a_number_decides_for_either_way_as_often() -> None:
    rng = random.Random(1)
    tests = [_test(count, rng) for _ in range(300) for count in range(4, 12)]
    for words in (("more", "over"), ("fewer", "less", "under")):
        held = [holds for test, holds in tests if test.startswith(words)]
        assert 0.4 < sum(held) / len(held) < 0.6
