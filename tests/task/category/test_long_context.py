"""Long context: what has to be read is long, and most tools are of no use."""

from __future__ import annotations

import random

import pytest

from envfactory.chain import sample_chains
from envfactory.environment import Package
from envfactory.records import canonical_json
from envfactory.task import Dropped, Task, TaskMaker, judge
from envfactory.task.category import VariedMaker
from envfactory.task.category.bench import Bench, answers_of, calls_of, play, sealed
from envfactory.task.category.long_context import LEAST_CHARACTERS, lengthen
from envfactory.task.meanings.glossary import read_glossary
from envfactory.task.model import GoldCall
from envfactory.trajectory import Setting, agent_tools, try_in_episodes

HOME = "issue_tracking"


@pytest.fixture(scope="module")
def packages(compiled) -> dict[str, Package]:
    return {name: setting.packages[name] for name, setting in compiled.items()}


@pytest.fixture(scope="module")
def made(compiled, packages) -> list[Task | Dropped]:
    maker = VariedMaker(TaskMaker(compiled[HOME].graph, packages), packages)
    chains = sample_chains(compiled[HOME].sampler(), 11, 30)
    return [maker.make(chain, number, "long_context") for number, chain in enumerate(chains)]


def test_it_is_long_and_still_the_same_task(made, packages) -> None:
    tasks = [task for task in made if isinstance(task, Task)]
    assert len(tasks) > 3
    by_identity = {package.identity: package for package in packages.values()}
    for task in tasks:
        assert task == sealed(task)
        assert task.environments[0].scenario == "large"
        assert len({check.name for check in task.checks}) == len(task.checks)
        assert sum(len(canonical_json(c.value)) for c in calls_of(task)) >= LEAST_CHARACTERS
        setting = Setting.open(task.environments, by_identity)
        offered = agent_tools(setting.world.tools(), task.hidden_tools)
        assert len(offered) == task.difficulty.tools_offered
        own = sum(tool.name.startswith(HOME) for tool in offered)
        assert len(offered) >= 2 * own
        assert all(check.passed for check in try_in_episodes(task, setting))


def test_damage_in_another_environment_fails(made, packages) -> None:
    bench = Bench(packages, read_glossary(packages))
    stray = GoldCall(
        tool="google_tasks__create_task_list",
        arguments={"title": "Stray"},
        origins={},
        value=None,
        changes_state=True,
    )
    tried = 0
    for task in (item for item in made if isinstance(item, Task)):
        if "google_tasks" not in {ref.name for ref in task.environments}:
            continue
        clean = play(bench.world(task.environments), calls_of(task))
        damaged = play(bench.world(task.environments), (*calls_of(task), stray))
        assert judge(task.goal, clean.changes, answers_of(task)).reached
        assert not judge(task.goal, damaged.changes, answers_of(task)).reached
        tried += 1
    assert tried


def test_short_results_and_lonely_environments_are_dropped(made, packages) -> None:
    reasons = {item.reason for item in made if isinstance(item, Dropped)}
    assert all(reason.startswith("long_context: ") for reason in reasons)
    task = next(task for task in made if isinstance(task, Task))
    alone = {HOME: packages[HOME]}
    base = task.model_copy(update={"environments": task.environments[:1]})
    bench = Bench(alone, read_glossary(alone))
    lonely = lengthen(base, bench, random.Random(1))
    assert isinstance(lonely, Dropped)
    assert lonely.reason == "too few other tools"
    silent = base.model_copy(update={"turns": ()})
    assert lengthen(silent, bench, random.Random(1)) == Dropped("results are short", "0 characters")
