"""Packages are written and verified; single tools that are not verified cost only themselves."""

import json
from pathlib import Path

import pytest

from envfactory.catalog import CatalogEntry
from envfactory.environment import Package
from envfactory.pipeline.corpus.outcome import outcomes
from envfactory.pipeline.corpus.reading import Reading
from envfactory.pipeline.drop import Drop, Produced
from envfactory.pipeline.environments import Build, blamed, without
from envfactory.pipeline.sources import SpecEntry
from envfactory.pipeline.workfolder import STATE
from envfactory.source import read_source
from envfactory.spec import EnvironmentSpec, infer
from envfactory.spec.behaviour import Match
from envfactory.verify import Certificate, CheckResult
from envfactory.verify.model import Finding
from tests.pipeline.apis import api

NOBODY = Match(source="constant", constant="nobody is called so", field="name")
REASON = "its tool is not verified: reachability"


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> EnvironmentSpec:
    """A zoo that no one can read a single animal of: no animal has the name that this asks for."""
    path = tmp_path_factory.mktemp("source") / "zoo.json"
    path.write_text(json.dumps(api("Zoo", "animal")))
    sound = infer(read_source(path))
    return sound.model_copy(update={"tools": tuple(map(_broken, sound.tools))})


def _broken(tool):
    if tool.behaviour.kind != "get":
        return tool
    behaviour = tool.behaviour.model_copy(update={"scope": (NOBODY,)})
    return tool.model_copy(update={"behaviour": behaviour})


def build(spec: EnvironmentSpec, folder: Path) -> Produced[CatalogEntry]:
    (folder / STATE).mkdir(parents=True)
    return Build(folder, 1)(SpecEntry(source="zoo.json", spec=spec))


def test_a_tool_that_is_not_verified_is_left_out_and_counted(
    spec: EnvironmentSpec, tmp_path: Path
) -> None:
    made = build(spec, tmp_path)
    (entry,) = made.kept
    assert entry.tools == tuple(t.name for t in spec.tools if t.behaviour.kind != "get")
    assert (entry.level, entry.operations, entry.covered) == ("verified", 4, 3)
    (drop,) = made.drops
    assert (drop.reason, drop.detail) == (REASON, "GET /animals/{id}")
    package = Package.load(tmp_path / "environments" / "zoo")
    assert package.identity == entry.identity
    assert not (tmp_path / "rejected").exists()
    assert list((tmp_path / STATE).iterdir()) == []

    told = drop.model_copy(update={"item": "zoo.json"})
    reading = Reading(source="zoo.json", provider="zoo", operations=4, tools=4, covered=4)
    (outcome,) = outcomes([reading], made.kept, [told])
    assert (outcome.environment, outcome.reason) == ("zoo", "")
    assert (outcome.tools, outcome.covered, outcome.left_out) == (3, 3, {REASON: 1})


def test_where_nothing_else_is_left_the_package_is_rejected(
    spec: EnvironmentSpec, tmp_path: Path
) -> None:
    alone = tuple(tool for tool in spec.tools if tool.behaviour.kind == "get")
    made = build(spec.model_copy(update={"tools": alone}), tmp_path)
    assert made.kept == ()
    assert [drop.reason for drop in made.drops] == ["not verified: reachability"]
    assert (tmp_path / "rejected" / "zoo" / "certificate.json").is_file()


def test_sources_without_an_environment_keep_their_reason() -> None:
    reading = Reading(source="a.json", provider="a", tools=4)
    drop = Drop(stage="environments", item="a.json", reason="not verified: replay", detail="x")
    (outcome,) = outcomes([reading], [], [drop])
    assert (outcome.environment, outcome.reason, outcome.tools) == ("", drop.reason, 4)


def certificate(*results: CheckResult) -> Certificate:
    return Certificate(
        package="zoo", identity="", seed=0, effort=0, level="failed", results=results, summary={}
    )


def result(*places: str, **more) -> CheckResult:
    findings = tuple(Finding(place=place, message="wrong") for place in places)
    told = {"id": "schemas", "title": "", "severity": "must", "outcome": "failed", "seed": 0}
    return CheckResult(**{**told, "findings": findings, **more})


def test_nobody_is_blamed_alone_where_more_is_wrong(spec: EnvironmentSpec) -> None:
    assert blamed(certificate(result("tool a", "tool b"))) == {"a": "schemas", "b": "schemas"}
    noted = result("scenario small", severity="note")
    assert blamed(certificate(result("tool a"), noted)) == {"a": "schemas"}
    for other in (
        result("scenario small"),
        result(),
        result("tool b", outcome="trouble"),
        result("tool b", left_out=1),
    ):
        assert blamed(certificate(result("tool a"), other)) == {}
    assert without(spec, {}) is None
    assert without(spec, {tool.name: "schemas" for tool in spec.tools}) is None
