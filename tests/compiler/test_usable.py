from __future__ import annotations

from pathlib import Path

import pytest

from envfactory.compiler import compile_environment
from envfactory.compiler.usable import with_usable_constraints
from envfactory.environment import Package
from envfactory.spec import model as m


def changed(spec: m.EnvironmentSpec, **constraints: object) -> m.EnvironmentSpec:
    data = spec.model_dump()
    data["entities"][0]["fields"][1]["type"] |= constraints
    return m.EnvironmentSpec.model_validate(data)


@pytest.mark.parametrize(
    "constraints",
    [
        {"pattern": "/^[0-9]{5}$/i"},
        {"pattern": "^a$", "min_length": 5},
        {"pattern": "^(?!x)y"},
        {"pattern": "((a{99}){99}){99}"},
        {"min_length": 9, "max_length": 3},
        {"pattern": "("},
    ],
)
def test_what_no_text_can_meet_is_dropped_and_told(
    planner_spec: m.EnvironmentSpec, tmp_path: Path, constraints: dict[str, object]
) -> None:
    spec = changed(planner_spec, **constraints)
    package = Package.load(compile_environment(spec, tmp_path, 1))
    package.start()
    entity = with_usable_constraints(spec).entities[0]
    assert entity.fields[1].type.pattern is None
    told = with_usable_constraints(spec).omissions[-1]
    assert told.where == f"{entity.name}.{entity.fields[1].name}"


def test_a_specification_that_can_be_met_stays_as_it_is(spec: m.EnvironmentSpec) -> None:
    assert with_usable_constraints(spec) == spec


@pytest.mark.timeout(60)
def test_a_catastrophic_pattern_is_not_tried_for_ever(
    planner_spec: m.EnvironmentSpec, tmp_path: Path
) -> None:
    Package.load(compile_environment(changed(planner_spec, pattern=r"^(\w+\s?)+$"), tmp_path, 1))
