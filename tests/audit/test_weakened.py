"""Every adversary catches goal checks that were weakened on purpose, in tasks of every category.

An audit that never fails proves nothing. So the judge is replaced by worse ones, which overlook
one thing each, and each adversary has to win under one of them what it does not win under ours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from envfactory.audit import Auditor
from envfactory.audit.alike import REPLAY
from envfactory.chain import TopologySampler, sample_chains
from envfactory.compiler import compile_environment
from envfactory.environment import Package
from envfactory.graph import build_graph
from envfactory.source import read_source
from envfactory.spec import infer
from envfactory.task import Task, TaskMaker, contains
from envfactory.task.category import Mix, VariedMaker
from envfactory.task.category.make import MAKEABLE
from envfactory.task.difficulty import graded
from envfactory.task.goal import Judge
from envfactory.task.model import Category, StateChange

APIS = Path(__file__).parents[2] / "examples" / "apis"
CHAINS, ENOUGH, OTHERS = 120, 2, 8
EVERYWHERE = (
    *("no-op", "dropped call", "perturbed argument", "wrong entity", "extra damage"),
    *("read spray", "write spray", REPLAY, "repeating the request", "refusing everything"),
    "asking for ever",
)
"""Adversaries that are tried in every category."""

Changes = Sequence[StateChange]
Seen = tuple[str, ...]


def _sees(judge: Judge, changes: Changes, *fields: str) -> tuple[list[Seen], list[Seen]]:
    """Return what is expected and what happened, as far as some fields of a change tell."""

    def seen(those: Changes) -> list[Seen]:
        return [tuple(str(getattr(each, name)) for name in fields) for each in those]

    return seen(judge.goal.changes), seen(changes)


def overlooks_extras(judge: Judge, changes: Changes) -> bool:
    expected, found = _sees(judge, changes, "kind", "table", "field")
    return all(found.count(each) >= expected.count(each) for each in expected)


def overlooks_what_is_missing(judge: Judge, changes: Changes) -> bool:
    expected, found = _sees(judge, changes, "kind", "table", "key", "field")
    return all(expected.count(each) >= found.count(each) for each in found)


def overlooks_records_and_values(judge: Judge, changes: Changes) -> bool:
    expected, found = _sees(judge, changes, "kind", "table")
    return sorted(expected) == sorted(found)


def overlooks_the_state(judge: Judge, changes: Changes) -> bool:
    return True


def takes_any_mention(judge: Judge, answers: Sequence[str]) -> bool:
    return all(contains(answers[fact.turn], fact.forms) for fact in judge.goal.facts)


def takes_any_answer(judge: Judge, answers: Sequence[str]) -> bool:
    return True


WEAKER: Sequence[tuple[Callable[..., bool], Callable[..., bool]]] = (
    (overlooks_extras, takes_any_mention),
    (overlooks_what_is_missing, takes_any_answer),
    (overlooks_records_and_values, takes_any_answer),
    (overlooks_the_state, takes_any_answer),
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Package]:
    folder = tmp_path_factory.mktemp("weakened")
    packages = [
        Package.load(compile_environment(infer(read_source(APIS / f"{name}.json")), folder, seed=1))
        for name in ("google-tasks", "issue-tracking")
    ]
    return {package.manifest.name: package for package in packages}


@pytest.fixture(scope="module")
def tasks(shelf: dict[str, Package]) -> dict[Category, list[Task]]:
    """Tasks of each category that stand, a few of each."""
    tools = {name: package.environment.tools() for name, package in shelf.items()}
    graph = build_graph(tools, None)
    maker = VariedMaker(TaskMaker(graph, shelf), shelf)
    auditor = Auditor({package.identity: package for package in shelf.values()}, seed=1)
    made: dict[Category, list[Task]] = defaultdict(list)
    chains = list(sample_chains(TopologySampler(graph), 3, CHAINS))
    for category in MAKEABLE:
        for number, chain in enumerate(c for c in chains if Mix.suits(category, c)):
            task = maker.make(chain, number, category)
            if isinstance(task, Task) and auditor.audit(graded(task)).weakness is None:
                made[category].append(task)
            asked = category != "base" or any(each.goal.facts for each in made[category])
            if len(made[category]) >= ENOUGH and asked:
                break
    return made


@pytest.fixture(scope="module")
def caught(
    tasks: dict[Category, list[Task]], shelf: dict[str, Package]
) -> dict[Category, set[str]]:
    """Return by category the adversaries that win a task of it before some weaker judge."""
    found: dict[Category, set[str]] = defaultdict(set)
    everything = [task for each in tasks.values() for task in each]
    for state, words in WEAKER:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Judge, "agrees", state)
            patch.setattr(Judge, "answered", words)
            auditor = Auditor({package.identity: package for package in shelf.values()}, seed=1)
            for task in everything:
                others = [other for other in everything if other.chain != task.chain][:OTHERS]
                record = auditor.audit(task, others).task.robustness
                assert record is not None
                found[task.category] |= {
                    each.name for each in record.attempts if each.expected == "fail" and each.passed
                }
    return found


@pytest.mark.parametrize("category", MAKEABLE)
def test_each_adversary_finds_out_a_weaker_judge(
    category: Category, caught: dict[Category, set[str]]
) -> None:
    assert set(EVERYWHERE) <= caught[category]


def test_adversaries_that_not_every_task_allows_find_one_out_too(
    caught: dict[Category, set[str]],
) -> None:
    assert {
        *("answer everything", "stopping half way", "everything twice", "first in sight")
    } <= set().union(*caught.values())
    assert "giving up" in caught["recovery"]
