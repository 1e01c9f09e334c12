"""House rules that come with compiled environments: of what is there, never of all, and tested."""

from __future__ import annotations

from pathlib import Path

import pytest

from envfactory.compiler.data.populate import scenarios
from envfactory.compiler.package import compile_environment
from envfactory.compiler.rules.house_rules import house_rules
from envfactory.environment import Package
from envfactory.environment.policy import covers
from envfactory.source.reader import read_source
from envfactory.spec.infer import infer
from envfactory.spec.model import EnvironmentSpec

EXAMPLES = Path(__file__).parents[3] / "examples" / "apis"
NAMES = ("google-tasks", "point-of-sale", "human-resources")


@pytest.fixture(scope="module", params=NAMES)
def spec(request: pytest.FixtureRequest) -> EnvironmentSpec:
    return infer(read_source(EXAMPLES / f"{request.param}.json"))


@pytest.fixture(scope="module")
def package(spec: EnvironmentSpec, tmp_path_factory: pytest.TempPathFactory) -> Package:
    return Package.load(compile_environment(spec, tmp_path_factory.mktemp("packages"), seed=5))


def test_rules_are_the_same_for_the_same_seed_and_differ_otherwise(spec: EnvironmentSpec) -> None:
    states = scenarios(spec, 5)
    rules = [house_rules(spec, states, seed) for seed in (5, 5, 6, 7)]
    assert rules[0] == rules[1]
    assert len(set(map(repr, rules))) > 1


def test_each_rule_covers_some_records_and_spares_some_of_every_scenario(package: Package) -> None:
    assert 3 <= len(package.rules) <= 16
    assert package.policy is not None
    for rule in package.rules:
        hits = 0
        for name in package.scenarios:
            state = package.start(name).to_scenario()
            rows = state[rule.table]
            assert isinstance(rows, list)
            covered = [isinstance(row, dict) and covers(rule, row, state) for row in rows]
            assert not rows or not all(covered)
            hits += sum(covered)
        assert hits >= 2
        assert f"- {rule.text}" in package.policy


def test_one_act_on_one_kind_of_record_has_one_rule(package: Package) -> None:
    places = [(rule.table, rule.action) for rule in package.rules]
    assert len(places) == len(set(places))


def test_what_is_permitted_instead_is_told_and_can_be_done(package: Package) -> None:
    tools = {tool.name: tool for tool in package.environment.tools()}
    for rule in package.rules:
        if rule.instead is None:
            continue
        assert rule.instead.text in rule.text
        if rule.instead.tool is None:
            assert rule.action == "create"
            assert rule.instead.arguments.keys() == {rule.field}
            assert rule.instead.arguments[rule.field] != rule.value or rule.test == "above"
            continue
        properties = tools[rule.instead.tool].input_schema["properties"]
        assert isinstance(properties, dict)
        assert rule.instead.arguments.keys() <= properties.keys()
