"""What a rule permits instead: offered, done when the user agrees, and left when not."""

from __future__ import annotations

import random
import shutil

import pytest

from envfactory.environment import Package
from envfactory.task import Dropped, Task, judge
from envfactory.task.category.bench import Bench, answers_of, calls_of, play
from envfactory.task.category.policy_forbids import forbid
from envfactory.task.meanings.glossary import read_glossary
from envfactory.trajectory import (
    GoldPolicy,
    Reply,
    RequestedCall,
    Setting,
    run_episode,
    try_in_episodes,
    user_for,
)
from tests.task.category.test_dual_control import task_of

RULES = """+++
[[rules]]
text = "Never delete jars whose label is b. Offer to relabel it instead, if the user agrees."
action = "delete"
table = "jars"
field = "label"
test = "is"
value = "b"
instead = { tool = "update_jar", arguments = { label = "kept" }, text = "relabel it" }
+++
"""
WISH = (
    (("approve_jar", {"jar_id": "jar_1"}),),
    (("list_jars", {}), ("delete_jar", {"jar_id": "jar_2"})),
)


@pytest.fixture(scope="module")
def bench(pantry: Package, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    path = tmp_path_factory.mktemp("ruled") / "pantry"
    shutil.copytree(pantry.path, path)
    (path / "policy.md").write_text(RULES)
    packages = {"pantry": Package.load(path)}
    return Bench(packages, read_glossary(packages))


@pytest.fixture(scope="module")
def made(bench: Bench) -> dict[bool, Task]:
    """Return a task in which the user agrees, and one in which not."""
    found: dict[bool, Task] = {}
    for seed in range(12):
        task = forbid(task_of(bench, *WISH), bench, random.Random(seed))
        assert isinstance(task, Task)
        found.setdefault(task.user.consents[0].agrees, task)
    return found


def test_the_rules_of_the_environment_hold(made: dict[bool, Task], bench: Bench) -> None:
    for task in made.values():
        assert [rule.text for rule in task.rules] == [bench.packages["pantry"].rules[0].text]
        assert all(check.passed for check in task.checks)


@pytest.mark.parametrize("agrees", [True, False])
def test_the_reference_solution_offers_it_and_heeds_the_answer(
    made: dict[bool, Task], bench: Bench, agrees: bool
) -> None:
    task = made[agrees]
    packages = {package.identity: package for package in bench.packages.values()}
    setting = Setting.open(task.environments, packages)
    assert all(check.passed for check in try_in_episodes(task, setting))
    gold = run_episode(task, setting.world, GoldPolicy(task), user_for(task), system=setting.system)
    said = [message.content or "" for message in gold.messages]
    assert any("relabel it instead?" in text for text in said)
    assert task.user.consents[0].said in said
    done = [step.tool for step in gold.steps[2:]]
    assert done == (["pantry__update_jar"] if agrees else [])


@pytest.mark.parametrize("agrees", [True, False])
def test_whoever_asks_nobody_is_wrong_either_way(
    made: dict[bool, Task], bench: Bench, agrees: bool
) -> None:
    task = made[agrees]
    calls = calls_of(made[not agrees])
    changes = play(bench.world(task.environments), calls).changes
    assert not judge(task.goal, changes, answers_of(task)).reached


def test_to_say_that_the_other_thing_is_done_claims_nothing(made: dict[bool, Task]) -> None:
    goal = made[True].goal
    first = made[True].turns[0].answer
    told = "I can't delete the jar. Done: it is relabelled."
    assert judge(goal, goal.changes, [first, told]).reached
    assert not judge(goal, goal.changes, [first, "Done: I have deleted the jar."]).reached
    declined = made[False].goal
    assert not judge(declined, declined.changes, [first, told]).reached


class _Offers:
    """Offers something in its own words, as a model would."""

    name = "offers"

    def __init__(self, words: str) -> None:
        self._words = words

    def act(self, messages, tools) -> Reply:
        turn = messages[-1].turn
        if not turn and messages[-1].role == "user":
            return Reply(calls=(RequestedCall("pantry__approve_jar", {"jar_id": "jar_1"}),))
        asked = [m for m in messages if m.turn == turn and m.role == "assistant"]
        return Reply(content=self._words if turn and not asked else "That is all.")


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("Deleting it is not allowed. Would it be okay to relabel it?", True),
        ("That isn't permitted. As an alternative I could rename the jar; shall I?", True),
        ("Which jar do you mean?", False),
        ("I relabel it instead.", False),
    ],
)
def test_the_user_answers_offers_and_nothing_else(
    made: dict[bool, Task], bench: Bench, words: str, heard: bool
) -> None:
    task = made[True]
    packages = {package.identity: package for package in bench.packages.values()}
    setting = Setting.open(task.environments, packages)
    episode = run_episode(task, setting.world, _Offers(words), user_for(task))
    said = [message.content for message in episode.messages if message.role == "user"]
    assert (task.user.consents[0].said in said) is heard


def test_refusing_everything_is_no_task(bench: Bench) -> None:
    seen = {
        made.reason
        if isinstance(made := forbid(task_of(bench, WISH[1]), bench, rng), Dropped)
        else ""
        for rng in map(random.Random, range(8))
    }
    assert seen == {"", "whoever refuses everything would be right"}
