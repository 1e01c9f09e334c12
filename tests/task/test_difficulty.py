"""Predicted difficulty orders tasks, and sampling by it takes easy and hard ones alike."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.records import Json
from envfactory.task.difficulty import graded, stratified
from envfactory.task.model import Ask, Conveyed, Difficulty, Goal, GoldCall, Origin, Task, Turn
from envfactory.task.user import User

ROWS: list[Json] = [
    {"id": "t1", "title": "Call Maya about the boat"},
    {"id": "t2", "title": "Call Maya about the tent"},
    {"id": "t3", "title": "Buy stamps"},
]


def call(tool: str, value: Json = None, *, takes: str | None = None, source: int = 0) -> GoldCall:
    origins = {} if takes is None else {"/id": Origin(kind="result", call=source, path=takes)}
    arguments: dict[str, Json] = {} if takes is None else {"id": "t1"}
    return GoldCall(
        tool=tool,
        arguments=arguments,
        origins=origins,
        value=value,
        changes_state=takes is not None,
    )


def task(*turns: Turn, offered: int = 8, predicted: float = 0.0, id_: str = "") -> Task:
    return Task(
        id=id_,
        seed=0,
        chain="",
        environments=(),
        turns=turns,
        goal=Goal(),
        user=User(name="Ada"),
        checks=(),
        difficulty=Difficulty(
            turns=len(turns),
            calls=sum(len(turn.calls) for turn in turns),
            writes=0,
            lookups=0,
            tools_offered=offered,
            implicitness=0,
            predicted=predicted,
        ),
    )


def turn(*calls: GoldCall, asks: int = 0, implicit: int = 0) -> Turn:
    said = Conveyed(call=0, path="/id", kind="description")
    return Turn(
        request="",
        intent="",
        calls=calls,
        answer="",
        asks=(Ask(text="Which?", about="which"),) * asks,
        conveyed=(said,) * implicit,
    )


def level(made: Task) -> float:
    return graded(made).difficulty.predicted


FOUND = turn(call("list", {"items": ROWS}), call("delete", takes="/items/0/id"))


def test_what_a_look_up_leaves_to_choose_from_is_counted() -> None:
    difficulty = graded(task(FOUND)).difficulty
    assert (difficulty.branching, difficulty.distractors) == (2.0, 1)
    plain = graded(task(turn(call("list", {"items": ROWS})))).difficulty
    assert (plain.branching, plain.distractors) == (0.0, 0)


@pytest.mark.parametrize(
    "harder",
    [
        task(FOUND, FOUND),
        task(FOUND, offered=40),
        task(FOUND.model_copy(update={"asks": (Ask(text="Which?", about="which"),)})),
        task(FOUND.model_copy(update={"conveyed": turn(implicit=2).conveyed})),
        task(turn(call("list", ROWS * 9), call("delete", takes="/0/id"))),
    ],
    ids=["longer", "more tools", "asking", "implicit", "more to choose from"],
)
def test_more_to_get_right_is_harder(harder: Task) -> None:
    easy = task(FOUND)
    assert 0 < level(easy) < level(harder) < 1


def test_grading_changes_nothing_else_and_can_be_repeated() -> None:
    once = graded(task(FOUND))
    assert graded(once) == once
    assert once.model_copy(update={"difficulty": task(FOUND).difficulty}) == task(FOUND)


LEVELS = st.lists(st.floats(0, 1), max_size=40)


@given(LEVELS, st.integers(0, 50), st.integers(1, 6), st.integers())
def test_as_many_as_wanted_are_chosen_and_nothing_is_lost(
    levels: list[float], count: int, strata: int, seed: int
) -> None:
    tasks = [task(predicted=level, id_=str(n)) for n, level in enumerate(levels)]
    kept, others = stratified(tasks, count, strata, random.Random(seed))
    assert len(kept) == min(count, len(tasks))
    assert sorted([*kept, *others], key=lambda t: int(t.id)) == tasks
    assert kept == sorted(kept, key=lambda t: int(t.id))
    assert stratified(tasks, count, strata, random.Random(seed)) == (kept, others)


def test_few_hard_tasks_are_taken_before_many_easy_ones() -> None:
    levels = [0.1] * 30 + [0.5] * 3 + [0.9] * 3
    tasks = [task(predicted=level, id_=str(n)) for n, level in enumerate(levels)]
    kept, _ = stratified(tasks, 9, 3, random.Random(1))
    assert [t.difficulty.predicted for t in kept] == [0.1] * 3 + [0.5] * 3 + [0.9] * 3
    kept, _ = stratified(tasks, 12, 3, random.Random(1))
    assert [t.difficulty.predicted for t in kept] == [0.1] * 6 + [0.5] * 3 + [0.9] * 3
