"""Valued lists: the word before a value is no kind of record where it says no more than that."""

from __future__ import annotations

from envfactory.spec import infer

TEXT = {"type": "string"}
ATM = {"type": "object", "properties": {"id": TEXT, "brand": TEXT, "country": TEXT}}
ATMS = {"type": "array", "items": {"$ref": "#/schemas/Atm"}}
SCHEMAS = {"Atm": ATM}


def tools(api, *operations, **schemas):
    spec = infer(api.describe(*operations, schemas={**SCHEMAS, **schemas}))
    return {tool.operation: tool for tool in spec.tools}


def test_a_list_by_values_lists_what_the_path_begins_with(api):
    line = "GET /atms/country/{country}/town/{town}"
    found = tools(api, api.operation("GET /atms", ATMS), api.operation(line, ATMS))
    listed = found[line].behaviour
    assert (listed.kind, listed.table) == ("list", "atms")
    assert [(m.field, m.op) for m in listed.matches] == [("country", "eq"), ("town", "eq")]


def test_what_can_be_listed_itself_is_a_kind_of_record(api):
    country = {"type": "object", "properties": {"code": TEXT, "name": TEXT}}
    countries = {"type": "array", "items": {"$ref": "#/schemas/Country"}}
    found = tools(
        api,
        api.operation("GET /atms", ATMS),
        api.operation("GET /atms/countries", countries),
        api.operation("GET /atms/countries/{country}", {"$ref": "#/schemas/Country"}),
        Country=country,
    )
    assert found["GET /atms/countries"].behaviour.table == "countries"
    assert found["GET /atms/countries/{country}"].behaviour.table == "countries"


def test_other_records_behind_a_value_are_no_selection_of_these(api):
    visit = {"type": "object", "properties": {"id": TEXT, "guest": TEXT}}
    line = "GET /atms/country/{country}"
    visits = {"type": "array", "items": {"$ref": "#/schemas/Visit"}}
    found = tools(api, api.operation("GET /atms", ATMS), api.operation(line, visits), Visit=visit)
    assert line not in found or found[line].behaviour.table != "atms"


def test_a_value_of_one_record_is_below_it(api):
    line = "GET /atms/{id}/country/{country}"
    found = tools(
        api,
        api.operation("GET /atms", ATMS),
        api.operation("GET /atms/{id}", {"$ref": "#/schemas/Atm"}),
        api.operation(line, ATMS),
    )
    assert line not in found or found[line].parameters[0].source_name == "id"
