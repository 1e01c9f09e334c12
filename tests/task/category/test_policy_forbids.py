"""Policy forbids: what a rule is against is refused, and everything else in the task keeps it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.chain import sample_chains
from envfactory.task import Dropped, Task, judge
from envfactory.task.category import VariedMaker
from envfactory.task.category.bench import Bench, answers_of, calls_of, play, sealed
from envfactory.task.category.rule import _round_below, broken_by, rules_about
from envfactory.task.model import GoldCall, HouseRule
from envfactory.trajectory import Setting, run_episode, try_in_episodes
from envfactory.trajectory.scripted import GoldPolicy
from envfactory.trajectory.user import user_for


@pytest.fixture(scope="module")
def made(compiled) -> dict[str, list[Task | Dropped]]:
    made = {}
    for name in ("google-tasks", "issue-tracking"):
        name = name.replace("-", "_")
        setting = compiled[name]
        maker = VariedMaker(setting.maker(), setting.packages)
        chains = sample_chains(setting.sampler(), 11, 40)
        made[name] = [maker.make(each, n, "policy_forbids") for n, each in enumerate(chains)]
    return made


def test_the_rule_is_told_and_kept(made, compiled) -> None:
    tried = 0
    for name, items in made.items():
        bench = Bench(compiled[name].packages, compiled[name].glossary)
        packages = {package.identity: package for package in bench.packages.values()}
        for task in (item for item in items if isinstance(item, Task)):
            tried += 1
            assert task == sealed(task)
            setting = Setting.open(task.environments, packages)
            episode = run_episode(
                task, setting.world, GoldPolicy(task), user_for(task), system=setting.system
            )
            assert all(rule.text in (episode.messages[0].content or "") for rule in task.rules)
            assert all(check.passed for check in try_in_episodes(task, setting))
            for rule in task.rules:
                world = bench.world(task.environments)
                assert not broken_by(rule, calls_of(task), world, bench.glossary)
            (refusal,) = task.goal.refusals
            assert refusal.reason == "policy"
            agreed = any(consent.agrees for consent in task.user.consents)
            assert any(call.changes_state for call in task.turns[-1].calls) == agreed
            assert task.goal.changes or task.goal.facts
    assert tried >= 4


def test_a_rule_is_broken_by_the_records_that_it_covers_and_by_no_other(errands) -> None:
    bench = Bench(errands.packages, errands.glossary)
    world = errands.world("home")
    closed = HouseRule(
        environment="errands",
        text="Todos whose status is done may not be changed in any way.",
        action="change",
        table="todos",
        field="status",
        test="is",
        value="done",
    )
    name = next(
        n for n, t in bench.glossary.tools.items() if (t.kind, t.table) == ("update", "todos")
    )
    tool = bench.glossary.tools[name]

    def renames(todo: str) -> GoldCall:
        arguments = {tool.key or "": todo, "title": "Something else"}
        given = {k: v for k, v in arguments.items() if k in tool.arguments.fields}
        return GoldCall(tool=name, arguments=given, origins={}, value=None, changes_state=True)

    assert broken_by(closed, [renames("todo_4")], world.fork(), bench.glossary)
    assert not broken_by(closed, [renames("todo_1")], world.fork(), bench.glossary)
    assert broken_by(closed, [renames("todo_1"), renames("todo_4")], world.fork(), bench.glossary)
    entity = bench.glossary.entities["errands", "todos"]
    before = world.state_hash
    rules = list(rules_about(renames("todo_4"), entity, world, random.Random(1)))
    assert world.state_hash == before
    assert [(rule.action, rule.field, rule.value) for rule in rules] == [
        ("change", "status", "done"),
        ("change", "title", "Call Maya"),
    ]
    for rule in rules:
        assert broken_by(rule, [renames("todo_4")], world.fork(), bench.glossary)
        assert not broken_by(rule, [renames("todo_1")], world.fork(), bench.glossary)


def test_refusing_is_not_enough_where_something_was_done(made, compiled) -> None:
    for name, items in made.items():
        bench = Bench(compiled[name].packages, compiled[name].glossary)
        for task in (item for item in items if isinstance(item, Task)):
            done = play(bench.world(task.environments), calls_of(task)).changes
            assert judge(task.goal, done, answers_of(task)).reached
            assert not judge(task.goal, done, [*answers_of(task)[:-1], "I cannot do that."]).reached


@given(st.floats(1.01, 1e9))
def test_bounds_are_round_and_below(value: float) -> None:
    bound = _round_below(value)
    assert 0 <= bound < value
    assert len(str(bound).rstrip("0")) <= 1 or value < 10
