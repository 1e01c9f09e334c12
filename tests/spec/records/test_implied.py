"""Required inputs imply fields where no schema has one."""

from __future__ import annotations

import pytest

from envfactory.errors import InputError
from envfactory.spec import infer

TEXT = {"type": "string"}
BOARD = {"type": "object", "properties": {"title": TEXT, "seats": {"type": "integer"}}}
BOARDS = {"type": "array", "items": BOARD}


def test_lists_without_identifiers_get_a_key_and_the_fields_of_their_path(api):
    spec = infer(api.describe(api.operation("GET /boards/{state}/{county}", BOARDS)))
    board = spec.entity("boards")
    assert board.field(board.key).inferred
    assert {f.name for f in board.fields if f.inferred} == {board.key, "state", "county"}
    (tool,) = spec.tools
    assert [(m.field, m.op) for m in tool.behaviour.matches] == [("state", "eq"), ("county", "eq")]
    assert all(p.required for p in tool.parameters)


def test_a_range_without_a_date_implies_one_date(api):
    query = {"from!": {"type": "string", "format": "date"}, "end_date!": TEXT}
    spec = infer(api.describe(api.operation("GET /boards", BOARDS, query=query)))
    (tool,) = spec.tools
    assert [(m.field, m.op) for m in tool.behaviour.matches] == [("date", "gte"), ("date", "lte")]
    assert spec.entity("boards").field("date").type.type == "date"


def test_an_input_that_names_another_record_implies_a_reference(api):
    spec = infer(api.shop(api.operation("GET /boards", BOARDS, query={"customer_id!": TEXT})))
    field = spec.entity("boards").field("customer_id")
    assert field.inferred
    assert field.reference.table == "customers"


@pytest.mark.parametrize("name", ["html", "content", "radius"])
def test_what_callers_make_up_implies_nothing(api, name):
    kind = {"type": "number"} if name == "radius" else TEXT
    with pytest.raises(InputError, match="none of 1 operations has a meaning"):
        infer(api.describe(api.operation("GET /boards", BOARDS, query={f"{name}!": kind})))


def test_credentials_in_paths_pick_no_records(api):
    spec = infer(api.describe(api.operation("GET /boards/{accessToken}/{state}", BOARDS)))
    (tool,) = spec.tools
    assert [p.name for p in tool.parameters] == ["state"]


def test_a_parameter_in_the_query_of_a_path_is_one_of_the_query(api):
    spec = infer(api.describe(api.operation("GET /boards?near={city}", BOARDS)))
    assert [p.name for p in spec.tools[0].parameters] == ["city"]


@pytest.mark.parametrize("name", ["messageid", "message_id", "messageId"])
def test_an_input_asks_for_the_field_of_the_same_letters(api, name):
    text = {"type": "string"}
    opens = {
        "type": "object",
        "properties": {"id": text, "MessageID": text, "client": text},
    }
    spec = infer(
        api.describe(
            api.operation("GET /opens", {"type": "array", "items": opens}, query={f"{name}!": text})
        )
    )
    (tool,) = spec.tools
    assert [match.field for match in tool.behaviour.matches] == ["message_id"]


def test_a_cursor_is_no_field(api):
    text = {"type": "string"}
    items = {"type": "array", "items": {"type": "object", "properties": {"id": text}}}
    one = api.operation("GET /parents/{sha1}/list/{cursor}", items)
    spec = infer(api.shop(one))
    assert all("cursor" not in entity.names for entity in map(Fields, spec.entities))


class Fields:
    """The names of the fields of an entity."""

    def __init__(self, entity):
        self.names = {field.name for field in entity.fields}


@pytest.mark.parametrize(
    ("held", "field"),
    [
        ({"date": {"type": "string"}}, "date"),
        ({"datetime": {"type": "string"}, "sun": {"type": "string"}}, "datetime"),
        ({"start_time": {"type": "string", "format": "date-time"}}, "start_time"),
        ({"seen": {"type": "string", "format": "date-time"}}, "seen"),
        ({"note": {"type": "string"}}, "date"),
    ],
)
def test_a_range_of_dates_is_about_the_date_that_records_have(api, held, field):
    text = {"type": "string"}
    rows = {"type": "array", "items": {"type": "object", "properties": {"clicks": text, **held}}}
    query = {"start_date!": text, "end_date!": text}
    spec = infer(api.describe(api.operation("GET /reports/daily", rows, query=query)))
    (tool,) = spec.tools
    assert [(m.field, m.op) for m in tool.behaviour.matches] == [(field, "gte"), (field, "lte")]
    assert spec.entities[0].field(field).type.type in ("date", "datetime")
    assert ("date_2" in {one.name for one in spec.entities[0].fields}) is False


def test_a_text_tells_which_field_an_input_is_about(api):
    text = {"type": "string"}
    firm = {"type": "object", "properties": {"id": text, "registrationNumber": text}}
    number = {**text, "description": "company registration number"}
    rows = {"type": "array", "items": firm}
    spec = infer(
        api.describe(
            api.operation("GET /firms", rows, query={"number!": number}),
            api.operation("GET /firms/{id}", firm),
        )
    )
    (listed,) = [tool for tool in spec.tools if tool.behaviour.kind == "list"]
    assert [match.field for match in listed.behaviour.matches] == ["registration_number"]


def test_nobody_asks_for_what_came_to_be_at_one_instant(api):
    def asked(name, kind):
        day = {"type": "string", "format": "date"}
        query = {name: day}
        moment = {"type": "string", "format": kind}
        shift = {"type": "object", "properties": {"id": {"type": "string"}, "shown": moment}}
        listed = api.operation("GET /shifts", {"type": "array", "items": shift}, query=query)
        spec = infer(api.describe(listed, api.operation("GET /shifts/{id}", shift)))
        tool = next((one for one in spec.tools if one.operation == "GET /shifts"), None)
        return None if tool is None else [(m.field, m.op) for m in tool.behaviour.matches]

    assert asked("shown", "date-time") == []
    assert asked("shown!", "date-time") is None
    assert asked("shown", "date") == asked("shown!", "date") == [("shown", "eq")]
    assert asked("shown_from", "date-time") == [("shown", "gte")]


def test_a_list_by_the_key_of_something_else_is_no_list_by_its_own(api):
    text = {"type": "string"}
    message = {"type": "object", "properties": {"id": text, "title": text}}
    line = "GET /messages/{logId}"
    card = {"type": "object", "properties": {"id": text, "name": text}}
    cards = {"type": "array", "items": {"$ref": "#/schemas/Card"}}
    spec = infer(
        api.describe(
            api.operation(line, {"type": "array", "items": message}),
            api.operation("POST /messages/{logId}", None, message),
            api.operation("GET /kinds", cards),
            api.operation("GET /kinds/{kind}", cards),
            schemas={"Card": card},
        )
    )
    tools = {tool.operation: tool for tool in spec.tools}
    assert [match.field for match in tools[line].behaviour.matches] == ["log_id"]
    assert "GET /kinds/{kind}" not in tools  # what is of a kind is not kinds


def test_the_id_of_what_is_at_the_root_is_no_id_of_what_is_below_it(api):
    text = {"type": "string"}
    session = {"type": "object", "properties": {"id": text, "host": text}}
    spec = infer(
        api.describe(
            api.operation("GET /{id}/sessions", {"type": "array", "items": session}),
            api.operation("GET /{id}/sessions/{sessionId}", session),
            api.operation("GET /orders", api.orders),
            schemas=api.schemas,
        )
    )
    assert "GET /{id}/sessions" not in {tool.operation for tool in spec.tools}
