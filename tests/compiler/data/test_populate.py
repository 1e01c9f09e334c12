from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import datetime
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from envfactory.compiler.code.codegen import write_code
from envfactory.compiler.data.populate import populate, scenarios
from envfactory.environment import Environment
from envfactory.environment.package import execute
from envfactory.errors import DefinitionError
from envfactory.spec import model as m

SIZES = ("small", "medium", "large")
RELAXED = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def environment(spec: m.EnvironmentSpec) -> type[Environment]:
    return execute(write_code(spec).encode(), spec.name, Path("environment.py"))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@RELAXED
@given(seed=st.integers(0, 2**63), size=st.sampled_from(SIZES))
def test_every_scenario_loads(
    spec: m.EnvironmentSpec, environment: type[Environment], seed: int, size: str
) -> None:
    scenario = populate(spec, seed, size)
    state = environment.from_scenario(scenario)
    for table, rows in scenario.items():
        if isinstance(rows, list):
            assert state.to_scenario()[table] == json.loads(json.dumps(rows))


@RELAXED
@given(seed=st.integers(0, 10_000))
def test_lives_are_in_order(planner_spec: m.EnvironmentSpec, seed: int) -> None:
    scenario = populate(planner_spec, seed)
    now = moment(scenario["now"])
    assert now.year == 2026
    assert now.weekday() < 5
    assert 8 <= now.hour <= 10
    projects = {project["project_id"]: project for project in scenario["projects"]}
    for task in scenario["tasks"]:
        created, updated = moment(task["created_at"]), moment(task["updated_at"])
        assert moment(projects[task["project_id"]]["created_at"]) <= created <= updated < now
        assert (task["completed_at"] is not None) == (task["status"] == "done")
        if task["completed_at"]:
            assert created <= moment(task["completed_at"]) <= updated


@RELAXED
@given(seed=st.integers(0, 10_000), size=st.sampled_from(SIZES))
@example(seed=398, size="small")  # the twin is filled before the record whose title it has
@example(seed=201, size="medium")
@example(seed=245, size="large")  # done at different times of no interest to anybody
def test_titles_differ_and_states_are_mixed(
    planner_spec: m.EnvironmentSpec, seed: int, size: str
) -> None:
    scenario = populate(planner_spec, seed, size)
    names = [row["full_name"].casefold() for row in scenario["people"]]
    assert len(set(names)) == len(names)
    told = [
        (task["title"], task["project_id"], task["status"], task["due_date"])
        for task in scenario["tasks"]
    ]
    assert len(set(told)) == len(told)
    titles = {task["title"].casefold() for task in scenario["tasks"]}
    assert len(titles) >= len(told) - 2
    statuses = Counter(task["status"] for task in scenario["tasks"])
    assert min(statuses[status] for status in ("open", "in_progress", "done")) >= 2
    assert {project["archived"] for project in scenario["projects"]} == {True, False}


@RELAXED
@given(seed=st.integers(0, 10_000))
def test_records_that_refer_to_their_own_table_form_no_cycle(
    planner_spec: m.EnvironmentSpec, seed: int
) -> None:
    tasks = {task["task_id"]: task for task in populate(planner_spec, seed)["tasks"]}
    for task in tasks.values():
        seen = set()
        while task["parent_id"] is not None:
            assert task["task_id"] not in seen
            seen.add(task["task_id"])
            assert tasks[task["parent_id"]]["project_id"] == task["project_id"]
            task = tasks[task["parent_id"]]


def test_parents_have_different_numbers_of_children(planner_spec: m.EnvironmentSpec) -> None:
    scenario = populate(planner_spec, 3, "large")
    children = Counter(task["project_id"] for task in scenario["tasks"])
    assert len(set(children.values())) > 2
    assert len(children) < len(scenario["projects"])  # some project has none


@RELAXED
@given(seed=st.integers(0, 10_000), size=st.sampled_from(SIZES))
def test_some_records_are_nearly_alike(
    planner_spec: m.EnvironmentSpec, seed: int, size: str
) -> None:
    scenario = populate(planner_spec, seed, size)
    for table, title in [("tasks", "title"), ("projects", "name"), ("people", "full_name")]:
        titles = [row[title] for row in scenario[table]]
        assert any(alike(one, other) for one, other in combinations(titles, 2)), titles


def alike(one: str, other: str) -> bool:
    """Say whether two titles share their beginning or most words, or are equal."""
    first, second = set(one.split()), set(other.split())
    return bool(first & second) and 2 * len(first & second) >= min(len(first), len(second))


def test_values_of_a_person_fit_together(store_spec: m.EnvironmentSpec) -> None:
    for customer in populate(store_spec, 5)["customers"]:
        name = f"{customer['first_name']}.{customer['last_name']}".lower()
        assert customer["email"].split("@")[0].rstrip("0123456789") == name.replace(" ", "")


def test_places_fit_together(store_spec: m.EnvironmentSpec) -> None:
    places = {
        (c["address"]["city"], c["address"]["country"])
        for c in populate(store_spec, 5)["customers"]
    }
    assert len({city for city, _ in places}) == len(places) > 2


def test_keys_follow_their_style(store_spec: m.EnvironmentSpec) -> None:
    scenario = populate(store_spec, 5)
    assert [record["record_id"] for record in scenario["records"]][:2] == [101, 102]
    assert all(len(customer["customer_id"]) == 36 for customer in scenario["customers"])


def test_scenarios_have_names_and_grow(planner_spec: m.EnvironmentSpec) -> None:
    named = scenarios(planner_spec, 1, 4)
    assert list(named) == ["small", "medium", "large", "small_2"]
    assert len(named["small"]["tasks"]) < len(named["large"]["tasks"])
    assert named["small"] != named["small_2"]


def test_another_process_with_another_hash_seed_gives_the_same_data(
    planner_spec: m.EnvironmentSpec, tmp_path: Path
) -> None:
    path = tmp_path / "spec.json"
    path.write_text(planner_spec.model_dump_json())
    program = (
        "import pathlib, sys, json\n"
        "from envfactory.compiler import populate, write_code\n"
        "from envfactory.spec.model import EnvironmentSpec\n"
        "spec = EnvironmentSpec.model_validate_json(pathlib.Path(sys.argv[1]).read_text())\n"
        "print(json.dumps(populate(spec, 11)), write_code(spec))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        env={**os.environ, "PYTHONHASHSEED": "12345"},
        capture_output=True,
        check=True,
    )
    here = f"{json.dumps(populate(planner_spec, 11))} {write_code(planner_spec)}\n"
    assert done.stdout.decode() == here


def test_a_pattern_that_nothing_fits_is_refused(planner_spec: m.EnvironmentSpec) -> None:
    changed = planner_spec.model_dump()
    changed["entities"][0]["fields"][1]["type"] |= {"pattern": "^a$", "min_length": 5}
    with pytest.raises(DefinitionError, match="pattern"):
        populate(m.EnvironmentSpec.model_validate(changed), 1)


def test_a_specification_is_named_and_not_printed_whole(planner_spec: m.EnvironmentSpec) -> None:
    assert repr(planner_spec) == "EnvironmentSpec(name='planner', entities=4, tools=16)"


def test_open_fields_hold_what_a_filter_may_ask_for(planner_spec: m.EnvironmentSpec) -> None:
    changed = planner_spec.model_dump()
    status = next(f for f in changed["entities"][3]["fields"] if f["name"] == "status")
    status["type"] = {"kind": "scalar", "type": "string"}
    spec = m.EnvironmentSpec.model_validate(changed)
    statuses = {task["status"] for task in populate(spec, 1)["tasks"]}
    assert statuses == {"open", "in_progress", "done"}
