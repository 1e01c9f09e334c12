"""Several environments: a value is found in one and carried to another."""

from __future__ import annotations

import pytest

from envfactory.chain import sample_chains
from envfactory.environment import Package
from envfactory.graph.path import values_at
from envfactory.task import Dropped, Task, TaskMaker
from envfactory.task.category import VariedMaker
from envfactory.task.category.bench import Bench, calls_of, check_gold, sealed
from envfactory.task.category.insert import executed, inserted
from envfactory.task.convey import unproven
from envfactory.task.meanings.glossary import read_glossary
from envfactory.task.model import GoldCall
from envfactory.trajectory import Setting, try_in_episodes

HOME = "google_tasks"


@pytest.fixture(scope="module")
def packages(compiled) -> dict[str, Package]:
    return {name: setting.packages[name] for name, setting in compiled.items()}


@pytest.fixture(scope="module")
def made(compiled, packages) -> list[Task | Dropped]:
    maker = VariedMaker(TaskMaker(compiled[HOME].graph, packages), packages)
    chains = sample_chains(compiled[HOME].sampler(), 11, 60)
    return [maker.make(chain, number, "multi_environment") for number, chain in enumerate(chains)]


def test_a_value_is_carried_from_one_environment_to_another(made, packages) -> None:
    tasks = [task for task in made if isinstance(task, Task)]
    assert len(tasks) >= 2
    by_identity = {package.identity: package for package in packages.values()}
    for task in tasks:
        assert task == sealed(task)
        calls = calls_of(task)
        carried = [
            (call, path, origin)
            for call in calls
            for path, origin in call.origins.items()
            if origin.kind == "result"
            and call.tool.split("__")[0] != calls[origin.call].tool.split("__")[0]
        ]
        assert len(carried) == 1
        call, path, origin = carried[0]
        value = next(v for _, v in values_at(dict(call.arguments), path))
        assert value == next(v for _, v in values_at(calls[origin.call].value, origin.path))
        assert not any(str(value) in turn.request for turn in task.turns)
        setting = Setting.open(task.environments, by_identity)
        assert not list(unproven(task, setting.world.fork))
        assert all(check.passed for check in try_in_episodes(task, setting))


def test_drops_say_why(made) -> None:
    reasons = {item.reason for item in made if isinstance(item, Dropped)}
    assert reasons
    assert all(reason.startswith("multi_environment: ") for reason in reasons)


def test_a_call_put_in_changes_no_meaning(compiled, packages) -> None:
    setting = compiled[HOME]
    maker = setting.maker()
    bench = Bench(packages, read_glossary(packages))
    look = GoldCall(
        tool=f"{HOME}__list_task_lists", arguments={}, origins={}, value=None, changes_state=False
    )
    tried = 0
    for number, chain in enumerate(sample_chains(setting.sampler(), 11, 30)):
        task = maker.make(chain, number)
        if isinstance(task, Dropped):
            continue
        for turn in range(len(task.turns)):
            place = sum(len(each.calls) for each in task.turns[:turn])
            grown = executed(inserted(task, look, place, turn), bench.world(task.environments))
            assert grown is not None
            assert check_gold(grown, bench).passed
            assert [c for c in calls_of(grown) if c.tool != look.tool] == [
                moved(c, place) for c in calls_of(task) if c.tool != look.tool
            ]
            assert not list(unproven(grown, bench.world(task.environments).fork))
            tried += 1
    assert tried > 10


def moved(call: GoldCall, place: int) -> GoldCall:
    origins = {
        path: origin
        if origin.call is None or origin.call < place
        else origin.model_copy(update={"call": origin.call + 1})
        for path, origin in call.origins.items()
    }
    return call.model_copy(update={"origins": origins})
