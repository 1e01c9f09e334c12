"""Answers that are values, lists of values or maps become records, and say so."""

from __future__ import annotations

import pytest

from envfactory.spec import infer

TEXT = {"type": "string"}
ROOM = {"type": "object", "properties": {"title": TEXT, "seats": {"type": "integer"}}}


def only(spec):
    (tool,) = spec.tools
    return tool


def test_a_list_of_names_is_a_list_of_records(api):
    spec = infer(api.describe(api.operation("GET /languages", {"type": "array", "items": TEXT})))
    tool = only(spec)
    assert [field.name for field in spec.entity("languages").fields] == ["name"]
    assert tool.behaviour.kind == "list"
    assert tool.inferred == ("records stand for the values that the source returns",)


def test_a_value_is_a_field_called_as_its_path(api):
    spec = infer(api.shop(api.operation("GET /customers/{id}/credit", {"type": "number"})))
    tool = next(tool for tool in spec.tools if tool.operation.endswith("credit"))
    entity = spec.entity(tool.behaviour.table)
    assert entity.field("credit").type.type == "number"
    assert entity.identity == ("customer_id",)


def test_a_map_of_records_is_a_list_with_their_keys(api):
    body = {"type": "object", "additionalProperties": ROOM}
    spec = infer(api.describe(api.operation("GET /rooms", body)))
    rooms = spec.entity("rooms")
    assert rooms.key == "key"
    assert only(spec).behaviour.kind == "list"


@pytest.mark.parametrize("name", ["download", "export", "raw"])
def test_a_whole_file_is_no_value(api, name):
    spec = infer(api.shop(api.operation(f"GET /orders/{{orderId}}/{name}", TEXT)))
    assert not any(tool.operation.endswith(name) for tool in spec.tools)


def test_an_object_called_message_is_opened(api):
    message = {
        "type": "object",
        "properties": {
            "header": {"type": "object", "properties": {"status_code": {"type": "integer"}}},
            "body": {
                "type": "object",
                "properties": {"room_list": {"type": "array", "items": ROOM}},
            },
        },
    }
    body = {"type": "object", "properties": {"message": message}}
    spec = infer(api.describe(api.operation("GET /rooms", body)))
    assert only(spec).behaviour.kind == "list"


def test_entries_of_the_map_of_one_record_are_its_parts(api):
    option = {"type": "object", "properties": {"default": TEXT, "optionName": TEXT}}
    spec = infer(
        api.describe(
            api.operation("GET /clients", {"type": "array", "items": TEXT}),
            api.operation(
                "GET /clients/{language}",
                {"type": "object", "additionalProperties": {"$ref": "#/schemas/CliOption"}},
            ),
            schemas={"CliOption": option},
        )
    )
    found = {tool.operation: tool.behaviour for tool in spec.tools}
    assert found["GET /clients"].table == "clients"
    listed = found["GET /clients/{language}"]
    assert (listed.kind, listed.table) == ("list", "cli_options")
    (match,) = listed.matches
    assert spec.entity("cli_options").field(match.field).reference.table == "clients"


@pytest.mark.parametrize(("media", "kept"), [("*/*", True), ("text/plain", False)])
def test_a_list_of_texts_may_have_a_form_that_nobody_names(api, media, kept):
    one = api.operation("GET /languages", {"type": "array", "items": TEXT})
    body = one.response.model_copy(update={"media_type": media})
    other = api.operation("GET /countries", {"type": "array", "items": TEXT})
    spec = infer(api.describe(other, one.model_copy(update={"response": body})))
    assert any(tool.operation == "GET /languages" for tool in spec.tools) == kept
