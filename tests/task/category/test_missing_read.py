"""Missing tool, for questions: whatever tells the answer is kept back, and guessing it is wrong."""

from __future__ import annotations

import random

import pytest

from envfactory.environment import Package
from envfactory.task import Dropped, Task, judge
from envfactory.task.category.bench import Bench, answers_of, calls_of, play, sealed
from envfactory.task.category.missing_tool import miss_tool
from envfactory.task.meanings.glossary import read_glossary
from envfactory.task.model import Fact
from envfactory.trajectory import Setting, try_in_episodes
from tests.task.category.test_dual_control import task_of


@pytest.fixture(scope="module")
def bench(pantry: Package) -> Bench:
    packages = {"pantry": pantry}
    return Bench(packages, read_glossary(packages))


def asking(bench: Bench, *before: tuple[str, dict[str, str]]) -> Task:
    """Return a task that asks in its last turn how much is in a jar."""
    task = task_of(bench, *((call,) for call in before), (("list_jars", {}),))
    fact = Fact(
        turn=len(before), call=len(before), path="/1/grams", value=2, forms=("2",), label="grams"
    )
    last = task.turns[-1].model_copy(update={"answer": "There are 2 grams in jar b."})
    goal = task.goal.model_copy(update={"facts": (fact,)})
    return sealed(task.model_copy(update={"turns": (*task.turns[:-1], last), "goal": goal}))


def test_the_agent_says_that_nothing_tells_it(bench: Bench) -> None:
    task = asking(bench, ("tidy", {"jar_id": "jar_3"}))
    made = miss_tool(task, bench, random.Random(1))
    assert isinstance(made, Task)
    told = {"list_jars", "approve_jar", "update_jar", "delete_jar"}
    assert set(made.hidden_tools) == {f"pantry__{name}" for name in told}
    setting = Setting.open(made.environments, {p.identity: p for p in bench.packages.values()})
    assert all(check.passed for check in try_in_episodes(made, setting))
    done = play(bench.world(made.environments), calls_of(made)).changes
    first, refusal = answers_of(made)
    assert "look up the grams" in refusal
    assert judge(made.goal, done, [first, refusal]).reached
    for guess in ("There are 2 grams in jar b.", "About 2, I think.", "Done.", ""):
        assert not judge(made.goal, done, [first, guess]).reached


def test_what_an_earlier_turn_told_is_no_secret(bench: Bench) -> None:
    task = asking(bench, ("list_jars", {}), ("tidy", {"jar_id": "jar_3"}))
    made = miss_tool(task, bench, random.Random(1))
    assert isinstance(made, Dropped)
    assert made.reason == "an earlier turn needs the tool"
