"""Whatever a specification asks for, its code loads, keeps the rules, and never breaks."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from envfactory.compiler.code.codegen import write_code
from envfactory.environment import Environment
from envfactory.environment.package import execute
from envfactory.errors import EnvironmentFault
from envfactory.records import Json
from envfactory.spec import model as m
from envfactory.verify.pool import Pool
from envfactory.verify.rules import violations
from envfactory.verify.sampler import Sampler
from tests.compiler.conftest import store
from tests.compiler.designing import scalar
from tests.compiler.specs import specs


def rows(spec: m.EnvironmentSpec, rng: random.Random) -> dict[str, Json]:
    """Return a scenario with three records of each kind, all unlike."""
    plain = {"string": "x{}", "date": "2026-01-0{}", "datetime": "2026-01-0{}T00:00:00Z"}
    tables: dict[str, Json] = {"me": "fox_1"}
    for entity in spec.entities:
        records: list[Json] = []
        for number in (1, 2, 3):
            record: dict[str, Json] = {}
            for one in entity.fields:
                item = one.type if isinstance(one.type, m.Scalar) else None
                if one.optional and rng.random() < 0.5:
                    continue
                if item is None:
                    record[one.name] = [f"fox_{rng.randint(1, 3)}"]
                elif one.reference is not None:
                    record[one.name] = f"fox_{rng.randint(1, 3)}"
                elif item.choices:
                    record[one.name] = item.choices[number % 2]
                elif item.type == "boolean":
                    record[one.name] = number > 1
                else:
                    record[one.name] = (
                        plain[item.type].format(number) if item.type in plain else number
                    )
            if entity.key_style != "integer":
                record[entity.key] = f"{entity.key_prefix or entity.table}_{number}"
            records.append(record)
        tables[entity.table] = records
    return tables


@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(spec=specs(), seed=st.integers(0, 99))
def test_any_specification_becomes_code_that_never_breaks(
    spec: m.EnvironmentSpec, seed: int
) -> None:
    check(spec, rows(spec, random.Random(seed)), seed)


def check(spec: m.EnvironmentSpec, scenario: dict[str, Json], seed: int) -> None:
    """Write, read, load and describe an environment, and call each tool a few times."""
    source = write_code(spec).encode()
    assert violations(source) == []
    kind = execute(source, spec.name, Path("environment.py"))
    rng = random.Random(seed)
    environment = kind.from_scenario(scenario)
    for tool in environment.tools():
        described = [p.get("description") for p in tool.input_schema["properties"].values()]
        assert all([tool.description, *described])
        sampler = Sampler(tool.input_schema, rng)
        for number in range(6):
            session = environment.fork()
            pool = Pool.of(session.to_scenario(), kind.key_fields())
            call(session, tool.name, sampler.draw(pool, number))


def call(session: Environment, tool: str, arguments: dict[str, Json]) -> None:
    """Call a tool, which may refuse but not break; what it leaves is a state that loads."""
    before = session.state_hash
    result = session.call(tool, arguments)
    if result.ok:
        again = type(session).from_scenario(session.to_scenario())
        assert again.state_hash == session.state_hash
    else:
        assert session.state_hash == before


def test_the_check_notices_a_body_that_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit that is no whole number breaks the body that cuts a list with it."""
    monkeypatch.setattr(
        "envfactory.compiler.code.signature._counting", lambda type_, minimum: type_
    )
    spec = store()
    (tool,) = [tool for tool in spec.tools if tool.name == "list_records"]
    parameters = tuple(
        p.model_copy(update={"type": scalar("number"), "default": None}) for p in tool.parameters
    )
    broken = tool.model_copy(update={"parameters": parameters})
    with pytest.raises(EnvironmentFault):
        check(spec.model_copy(update={"tools": (broken,)}), {}, seed=1)
