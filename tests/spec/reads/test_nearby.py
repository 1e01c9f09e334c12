"""Lists of what lies around a place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from envfactory.compiler import compile_environment
from envfactory.environment import load_environment
from envfactory.spec import infer
from envfactory.spec.reads.nearby import IN_KILOMETRES, NEAREST
from envfactory.verify import Subject
from envfactory.verify.checks.behaviour import Behaviour

TEXT, NUMBER = {"type": "string"}, {"type": "number"}
STATION = {
    "type": "object",
    "properties": {"id": TEXT, "name": TEXT, "lat": NUMBER, "lng": NUMBER, "distance": NUMBER},
}
STATIONS = {"type": "array", "items": {"$ref": "#/schemas/Station"}}
AT = {"lat!": NUMBER, "lng!": NUMBER}
METRES = {"type": "number", "description": "Distance from the place in meters"}


def described(api, *operations):
    return infer(
        api.describe(
            api.operation("GET /stations", STATIONS),
            api.operation("GET /stations/{id}", {"$ref": "#/schemas/Station"}),
            *operations,
            schemas={"Station": STATION},
        )
    )


def made(spec, line):
    return next((tool for tool in spec.tools if tool.operation == line), None)


@pytest.mark.parametrize("path", ["/stations/nearby", "/stations/by_location", "/around"])
def test_the_nearest_come_first_and_nothing_beyond_the_radius(api, path):
    query = {**AT, "radius": METRES, "name": TEXT}
    spec = described(api, api.operation(f"GET {path}", STATIONS, query=query))
    tool = made(spec, f"GET {path}")
    near = tool.behaviour.near
    assert (near.latitude_field, near.longitude_field, near.unit) == ("lat", "lng", "m")
    assert [p.name for p in tool.parameters if p.required] == ["lat", "lng"]
    assert tool.description.endswith("The nearest come first.")
    assert NEAREST in tool.inferred
    assert IN_KILOMETRES not in tool.inferred
    assert "distance" not in [field.name for field in spec.entity("stations").fields]
    assert any(o.where == "station.distance" for o in spec.omissions)


def test_a_distance_that_depends_on_nothing_stays(api):
    spec = described(api)
    assert "distance" in [field.name for field in spec.entity("stations").fields]


@pytest.mark.parametrize(
    "query",
    [
        {"lat!": NUMBER},
        {"lat!": NUMBER, "lng": NUMBER},
        {"lat!": TEXT, "lng!": TEXT},
        {**AT, "cursor": TEXT},
        {**AT, "min_distance": NUMBER, "max_distance": NUMBER},
    ],
)
def test_what_does_not_say_where_is_left_out(api, query):
    spec = described(api, api.operation("GET /stations/nearby", STATIONS, query=query))
    reasons = [o.reason for o in spec.omissions if o.where == "GET /stations/nearby"]
    assert reasons == ["asks for what is nearby"]


@pytest.fixture(scope="module")
def package(request, tmp_path_factory):
    from tests.spec import conftest

    spec = described(
        conftest,
        conftest.operation("GET /stations/nearby", STATIONS, query={**AT, "radius": METRES}),
        conftest.operation("GET /close", STATIONS, query={**AT, "radius!": NUMBER}),
    )
    return compile_environment(spec, tmp_path_factory.mktemp("near"), 1)


def test_tools_find_what_lies_around(package):
    site = load_environment(package)
    rows = [
        {"id": "a", "name": "Here", "lat": 48.85, "lng": 2.35},
        {"id": "b", "name": "A mile away", "lat": 48.8645, "lng": 2.35},
        {"id": "c", "name": "Nowhere", "lat": None, "lng": None},
        {"id": "d", "name": "Far away", "lat": 51.5, "lng": -0.12},
    ]
    stations = site.from_scenario({"stations": rows, "now": "2026-01-01T00:00:00Z", "seed": 1})

    def found(tool, **arguments):
        result = stations.call(tool, {"lat": 48.865, "lng": 2.35, **arguments})
        assert result.ok, result.error
        return [one["id"] for one in result.value]

    assert found("list_nearby_stations") == ["b", "a", "d", "c"]
    assert found("list_nearby_stations", radius=2000) == ["b", "a"]
    assert found("list_nearby_stations", radius=100) == ["b"]
    assert stations.call("list_nearby_stations", {"lat": 91, "lng": 0}).error is not None


@pytest.mark.parametrize(
    ("before", "after", "law"),
    [
        (" <= radius", " < radius", "select"),
        ("stations, key=", "stations, reverse=True, key=", "order"),
        ("* 0.001", "* 0.01", "select"),
        ("", "", ""),
    ],
)
def test_a_fault_breaks_a_law(package, tmp_path, before, after, law):
    folder = Path(shutil.copytree(package, tmp_path / "faulty"))
    code = folder / "environment.py"
    source = code.read_text()
    assert before in source
    code.write_text(source.replace(before, after) if before else source)
    with Subject(folder) as subject:
        found = Behaviour().run(subject)
    broken = {finding.expected for finding in found.findings}
    assert broken == ({law} if law else set()) or law in broken
