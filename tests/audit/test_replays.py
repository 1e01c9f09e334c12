"""Tasks that start in the same state are held against one another, in the order they were made."""

from typing import Any

import pytest

from envfactory.audit import Replays
from envfactory.audit.alike import includes
from envfactory.task.category.bench import sealed
from envfactory.task.model import Attempt, Fact, Goal, Refusal, Robustness, Task
from tests.reward.errand import Errand

REPLAY = Attempt(name="replay of another task", expected="fail", tried=0, passed=0)


@pytest.fixture(scope="session")
def task(errand: Errand) -> Task:
    return sealed(
        errand.task.model_copy(update={"robustness": Robustness(seed=0, attempts=(REPLAY,))})
    )


def changed(task: Task, **fields: Any) -> Task:
    return sealed(task.model_copy(update=fields))


def declining(task: Task, noun: str, *rivals: str) -> Task:
    """Return a task in which there is no tool to delete something."""
    refusal = Refusal(
        turn=0,
        reason="missing_tool",
        about=("delete", noun),
        claims=("deleted",),
        names=(noun,),
        rivals=rivals,
    )
    turn = task.turns[0].model_copy(
        update={"calls": (), "answer": f"I'm afraid I can't delete a {noun} with my tools."}
    )
    return changed(task, turns=(turn,), goal=Goal(refusals=(refusal,)))


def test_different_tasks_stand_and_note_what_was_tried(task: Task) -> None:
    replays = Replays()
    first = replays.audit(task)
    fewer = changed(task, goal=task.goal.model_copy(update={"changes": task.goal.changes[:1]}))
    second = replays.audit(fewer)
    assert first.weakness is second.weakness is None
    records = [audit.task.robustness for audit in (first, second)]
    assert [record.attempts[0].tried for record in records if record] == [0, 1]
    assert second.task.id == sealed(second.task).id


def test_the_later_of_two_tasks_is_dropped_if_one_solves_the_other(task: Task) -> None:
    """A fact that any answer holds makes a goal that the other's solution reaches."""
    fact = Fact(turn=0, call=0, path="/name", value="in", forms=("in",))
    loose = changed(task, goal=task.goal.model_copy(update={"facts": (fact,)}))
    replays = Replays()
    assert replays.audit(task).weakness is None
    audit = replays.audit(loose)
    assert audit.weakness == "an adversary wins: replay of another task"
    assert audit.detail == "1 of 1"
    backwards = Replays()
    assert backwards.audit(loose).weakness is None
    assert backwards.audit(task).weakness is not None


def test_the_same_errand_twice_is_no_adversary(task: Task) -> None:
    replays = Replays()
    assert replays.audit(task).weakness is None
    assert replays.audit(changed(task, seed=task.seed + 1)).weakness is None


def test_a_refusal_about_something_else_is_none(task: Task) -> None:
    replays = Replays()
    for noun, other in (("user", "order"), ("order", "user")):
        assert replays.audit(declining(task, noun, other)).weakness is None, noun
    unaware = Replays()
    assert unaware.audit(declining(task, "user")).weakness is None
    assert unaware.audit(declining(task, "order")).weakness is not None


def test_refusals_of_the_same_act_are_included(task: Task) -> None:
    one, other = declining(task, "user", "order"), declining(task, "order", "user")
    assert includes(one.goal, one.goal)
    assert not includes(one.goal, other.goal)
    assert not includes(one.goal, task.goal)


def test_who_tells_more_has_told_what_another_asks_for(task: Task) -> None:
    fact = Fact(turn=0, call=0, path="/total", value=9, forms=("9",), label="tags")
    more = Fact(turn=0, call=1, path="/total", value=4, forms=("4",), label="lists")
    less = task.goal.model_copy(update={"facts": (fact,)})
    both = less.model_copy(update={"facts": (more.model_copy(update={"turn": 1}), fact)})
    elsewhere = both.model_copy(update={"changes": ()})
    assert includes(both, less)
    assert not includes(less, both)
    assert not includes(elsewhere, less)


def test_what_changes_nothing_is_tried_in_other_states_too(task: Task) -> None:
    elsewhere = (task.environments[0].model_copy(update={"scenario": "large"}),)
    replays = Replays()
    assert replays.audit(declining(task, "user")).weakness is None
    other = changed(declining(task, "order"), environments=elsewhere)
    assert replays.audit(other).weakness is not None


def test_what_a_solution_changes_in_another_state_is_not_guessed(task: Task) -> None:
    elsewhere = (task.environments[0].model_copy(update={"scenario": "large"}),)
    fact = Fact(turn=0, call=0, path="/name", value="in", forms=("in",))
    loose = changed(task, goal=task.goal.model_copy(update={"facts": (fact,)}))
    replays = Replays()
    assert replays.audit(task).weakness is None
    assert replays.audit(changed(loose, environments=elsewhere)).weakness is None


def test_what_names_records_that_are_not_there_changes_nothing(task: Task) -> None:
    """Its answer may hold what another task asks for all the same."""
    elsewhere = (task.environments[0].model_copy(update={"scenario": "large"}),)
    fact = Fact(turn=0, call=0, path="/name", value="Kim", forms=("Kim",))
    asked = changed(task, environments=elsewhere, goal=Goal(facts=(fact,)))
    replays = Replays()
    assert replays.audit(task).weakness is None
    assert replays.audit(asked).weakness == "an adversary wins: replay of another task"
