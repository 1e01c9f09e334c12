"""`GET /` reads what there is to say of a service."""

from __future__ import annotations

import pytest

from envfactory.errors import InputError
from envfactory.spec import infer

TEXT = {"type": "string"}


def body(*names):
    return {"type": "object", "properties": dict.fromkeys(names, TEXT)}


@pytest.mark.parametrize(
    ("summary", "name"),
    [("Status", "get_status"), ("Get the API version", "get_version"), ("", "get_root")],
)
def test_the_root_is_called_as_its_summary_says(api, summary, name):
    spec = infer(
        api.describe(
            api.operation("GET /", body("status", "uptime"), summary=summary),
            api.operation("GET /languages", {"type": "array", "items": TEXT}),
        )
    )
    tool = next(tool for tool in spec.tools if tool.operation == "GET /")
    assert (tool.name, tool.behaviour.kind, tool.behaviour.by) == (name, "get", "only")
    assert spec.entity(tool.behaviour.table).singleton


@pytest.mark.parametrize("answer", [body("message"), body("message", "_links"), TEXT, None])
def test_a_root_that_only_welcomes_reads_nothing(api, answer):
    with pytest.raises(InputError):
        infer(api.describe(api.operation("GET /", answer, summary="Welcome")))


def test_a_path_at_the_root_may_only_say_by_which_field_its_records_are_selected(api):
    airport = {"$ref": "#/schemas/Airport"}
    airports = {"type": "array", "items": airport}
    spec = infer(
        api.describe(
            api.operation("GET /", airports, summary="All airports"),
            api.operation("GET /{id}", airport, summary="Airport by id"),
            api.operation("GET /countrycode/{countryCode}", airports, summary="By country code"),
            api.operation("GET /city/{city}", airports, summary="Airports by city"),
            api.operation("GET /runway/{runway}", body("runway", "length"), summary="A runway"),
            schemas={"Airport": body("id", "name", "city")},
        )
    )
    tools = {tool.operation: tool for tool in spec.tools}
    (country,) = tools["GET /countrycode/{countryCode}"].behaviour.matches
    (city,) = tools["GET /city/{city}"].behaviour.matches
    assert (country.field, city.field) == ("country_code", "city")
    table = tools["GET /"].behaviour.table
    assert {tool.behaviour.table for tool in spec.tools} == {table, "runways"}
    assert tools["GET /runway/{runway}"].behaviour.kind == "get"
