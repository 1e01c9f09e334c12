from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from envfactory.compiler.package import compile_environment
from envfactory.environment.package import Package
from envfactory.errors import OutputError
from envfactory.source.reader import read_source
from envfactory.spec import model as m
from envfactory.spec.infer import infer

EXAMPLES = Path(__file__).parents[2] / "examples" / "apis"
QUICK = ("google-tasks.json", "xero-assets.json", "issue-tracking.json")


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_package_is_complete_and_loads(spec: m.EnvironmentSpec, tmp_path: Path) -> None:
    path = compile_environment(spec, tmp_path, seed=3)
    assert path == tmp_path / spec.name
    assert sorted(contents(path)) == [
        "environment.py",
        "environment.toml",
        *(["policy.md"] if (path / "policy.md").exists() else []),
        "scenarios/large.json",
        "scenarios/medium.json",
        "scenarios/small.json",
        "spec.json",
    ]
    package = Package.load(path)
    assert (package.manifest.name, package.manifest.licence) == (spec.name, "Apache-2.0")
    assert package.manifest.domain == spec.domain
    assert m.EnvironmentSpec.model_validate_json((path / "spec.json").read_text()) == spec
    for name in package.scenarios:
        package.start(name)


def test_the_same_inputs_give_the_same_bytes(spec: m.EnvironmentSpec, tmp_path: Path) -> None:
    first = contents(compile_environment(spec, tmp_path / "a", seed=3))
    assert contents(compile_environment(spec, tmp_path / "b", seed=3)) == first
    other = contents(compile_environment(spec, tmp_path / "c", seed=4))
    assert other["environment.py"] == first["environment.py"]
    assert other["scenarios/small.json"] != first["scenarios/small.json"]


def test_a_package_that_is_there_is_replaced_and_nothing_is_left_beside_it(
    planner_spec: m.EnvironmentSpec, tmp_path: Path
) -> None:
    path = compile_environment(planner_spec, tmp_path, seed=3)
    (path / "leftover.txt").write_text("old")
    compile_environment(planner_spec, tmp_path, seed=3, scenario_count=1)
    assert [p.name for p in tmp_path.iterdir()] == ["planner"]
    assert "leftover.txt" not in contents(path)
    assert [p.name for p in (path / "scenarios").iterdir()] == ["small.json"]


def test_a_place_that_cannot_be_written_is_named(
    planner_spec: m.EnvironmentSpec, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(OutputError, match="file"):
        compile_environment(planner_spec, file, seed=3)
    (tmp_path / "planner").write_text("")
    with pytest.raises(OutputError, match="planner"):
        compile_environment(planner_spec, tmp_path, seed=3)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "planner"]


def test_hostile_texts_reach_the_manifest_unchanged(
    planner_spec: m.EnvironmentSpec, tmp_path: Path
) -> None:
    text = 'quote " and \'\'\' and """ \\ \n[table]\nname = "x"\u2028\x00'
    spec = planner_spec.model_copy(update={"title": text, "description": text})
    package = Package.load(compile_environment(spec, tmp_path, seed=3, scenario_count=1))
    assert (package.manifest.title, package.manifest.description) == (text, text)
    assert package.manifest.name == "planner"


@pytest.mark.parametrize(
    "example",
    [
        pytest.param(path, id=path.stem, marks=() if path.name in QUICK else pytest.mark.slow)
        for path in sorted(EXAMPLES.glob("*.json"))
    ],
)
def test_real_descriptions_become_environments_with_data(example: Path, tmp_path: Path) -> None:
    spec = infer(read_source(example))
    package = Package.load(compile_environment(spec, tmp_path, seed=7))
    for name in package.scenarios:
        package.start(name)
    scenario = package.scenario("small")
    environment = package.start("small")
    for tool in spec.tools:
        arguments = arguments_from(scenario, spec, tool)
        if tool.behaviour.kind in ("list", "get") and arguments is not None:
            result = environment.call(tool.name, arguments)
            assert result.ok, (tool.name, arguments, result.error)
            assert json.dumps(result.value) not in ("[]", "null")


def arguments_from(scenario: dict, spec: m.EnvironmentSpec, tool: m.ToolDesign) -> dict | None:
    """Return the required arguments of a list or get that reach the first record of its table."""
    behaviour, arguments = tool.behaviour, {}
    entity, row = spec.entity(behaviour.table), scenario[behaviour.table][0]
    matches = getattr(behaviour, "matches", ()) + getattr(behaviour, "scope", ())
    fields = {match.parameter: match.field for match in matches if match.op == "eq"}
    fields[getattr(behaviour, "key", "")] = getattr(behaviour, "field", None) or entity.key
    for parameter in tool.parameters:
        if parameter.required:
            value = row.get(fields.get(parameter.name))
            if value is None or isinstance(value, list):
                return None
            arguments[parameter.name] = value
    return arguments
