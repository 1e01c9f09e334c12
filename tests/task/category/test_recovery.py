"""Recovery: a failure for a moment, which whoever tries again gets over and nobody else does."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from envfactory.chain import sample_chains
from envfactory.environment import ToolSpec
from envfactory.task import Task
from envfactory.task.category import VariedMaker
from envfactory.task.category.bench import Bench, calls_of, sealed
from envfactory.task.category.recovery import recover
from envfactory.task.meanings.glossary import read_glossary
from envfactory.trajectory import (
    GoldPolicy,
    Message,
    Reply,
    Setting,
    Trajectory,
    run_episode,
    try_in_episodes,
)
from envfactory.trajectory.user import user_for
from tests.trajectory.shop_task import make_package, make_task


class GivesUp:
    """Plays the reference solution until a call does not get through, and then says what it says.

    With `pretends`, it answers as if the call had worked.
    """

    name = "gives up"

    def __init__(self, task: Task, pretends: bool) -> None:
        self._task, self._pretends = task, pretends

    def act(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> Reply:
        turn = messages[-1].turn
        if any('"unavailable"' in (m.content or "") for m in messages if m.role == "tool"):
            answer = self._task.turns[turn].answer if self._pretends else "It did not work."
            return Reply(content=answer)
        return GoldPolicy(self._task).act(messages, tools)


@pytest.fixture(scope="module")
def recovering(errands) -> list[Task]:
    maker = VariedMaker(errands.maker(), errands.packages)
    chains = sample_chains(errands.sampler(), 11, 25)
    made = [maker.make(chain, number, "recovery") for number, chain in enumerate(chains)]
    return [task for task in made if isinstance(task, Task)]


def test_whoever_tries_again_passes_and_whoever_gives_up_fails(recovering, errands) -> None:
    assert len(recovering) > 8
    packages = {package.identity: package for package in errands.packages.values()}
    for task in recovering:
        assert task == sealed(task)
        assert task.category == "recovery"
        setting = Setting.open(task.environments, packages)
        assert all(check.passed for check in try_in_episodes(task, setting))
        gold = play(task, setting, GoldPolicy(task))
        assert len(gold.steps) == len(calls_of(task)) + 1
        (failed,) = [step for step in gold.steps if not step.ok]
        assert failed.error_code == "unavailable"
        again = gold.steps[gold.steps.index(failed) + 1]
        assert (again.tool, again.arguments, again.ok) == (failed.tool, failed.arguments, True)
        assert play(task, setting, GivesUp(task, pretends=False)).outcome.reached is False
        if any(call.changes_state for call in calls_of(task)):
            assert play(task, setting, GivesUp(task, pretends=True)).outcome.reached is False


def test_the_call_that_fails_is_counted_over_the_episode(recovering) -> None:
    for task in recovering:
        (injection,) = task.injections
        of_tool = [call for call in calls_of(task) if call.tool == injection.tool]
        assert injection.occurrence < len(of_tool)


def test_a_call_that_is_not_needed_is_none_to_recover(tmp_path) -> None:
    """Its answer asks for nothing and its call changes nothing: giving up costs nothing."""
    package = make_package(tmp_path / "shop")
    look = (("get_user", {"user_id": "usr_1"}),)
    task = make_task(package, (look,))
    bare = task.model_copy(update={"goal": task.goal.model_copy(update={"facts": ()})})
    bench = Bench({"shop": package}, read_glossary({"shop": package}))
    assert recover(bare, bench, random.Random(1)).reason == "giving up reaches the goal"
    assert isinstance(recover(task, bench, random.Random(1)), Task)


def play(task: Task, setting: Setting, policy) -> Trajectory:
    return run_episode(task, setting.world, policy, user_for(task), system=setting.system)
