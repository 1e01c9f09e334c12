"""Selections: what paths such as `/orders/latest` list, and where that is stated."""

from __future__ import annotations

import pytest

from envfactory.spec import infer


def made(spec, line):
    return next(tool for tool in spec.tools if tool.operation == line)


def test_the_latest_are_ordered_by_when_they_were_made(api):
    spec = infer(api.shop(api.operation("GET /orders/latest", api.orders)))
    tool = made(spec, "GET /orders/latest")
    assert tool.name == "list_latest_orders"
    assert (tool.behaviour.order.field, tool.behaviour.order.descending) == ("created_at", True)
    assert tool.inferred == ()


def test_a_status_or_a_flag_states_a_selection(api):
    spec = infer(
        api.shop(
            api.operation("GET /orders/shipped", api.orders),
            api.operation("GET /orders/locked", api.orders),
        )
    )
    (match,) = made(spec, "GET /orders/shipped").behaviour.matches
    assert (match.source, match.field, match.constant) == ("constant", "status", "shipped")
    (match,) = made(spec, "GET /orders/locked").behaviour.matches
    assert (match.source, match.field, match.constant) == ("constant", "locked", True)


def test_a_selection_that_no_field_states_gets_one(api):
    spec = infer(api.shop(api.operation("GET /orders/featured", api.orders)))
    tool = made(spec, "GET /orders/featured")
    field = spec.entity("orders").field("featured")
    assert field.inferred
    assert field.default is False
    assert tool.behaviour.matches[0].constant is True
    assert tool.inferred == ("the selection is a field that the source does not state",)


def test_records_behind_another_come_from_its_list_of_keys(api):
    spec = infer(
        api.shop(
            api.operation("GET /customers/{id}/followers", {"type": "array", "items": api.customer})
        )
    )
    tool = made(spec, "GET /customers/{id}/followers")
    field = spec.entity("customers").field("follower_ids")
    assert tool.name == "list_customer_followers"
    assert (tool.behaviour.through.field, tool.behaviour.through.by) == ("follower_ids", "key")
    assert field.inferred
    assert field.reference.table == "customers"


def test_one_is_picked_at_random_or_from_the_end_of_an_order(api):
    spec = infer(
        api.shop(
            api.operation("GET /orders/random", api.order),
            api.operation("GET /orders/latest", api.order),
        )
    )
    tool = made(spec, "GET /orders/random")
    assert (tool.name, tool.behaviour.kind) == ("get_random_order", "pick")
    assert tool.behaviour.order is None
    assert made(spec, "GET /orders/latest").behaviour.order.field == "created_at"


def test_one_of_a_list_is_picked_where_the_text_says_so_and_what_callers_ask_narrows_it(api):
    query = {"status": {"type": "string"}, "limit": {"type": "integer"}}
    one = {"query": {"status": query["status"]}, "summary": "Get a random order of a status"}
    spec = infer(
        api.shop(
            api.operation("GET /orders/random", api.orders, **one),
            api.operation("GET /customers/random", {"type": "array", "items": api.customer}),
        )
    )
    picked = made(spec, "GET /orders/random")
    assert (picked.behaviour.kind, picked.result.shape) == ("pick", "record")
    assert [match.field for match in picked.behaviour.matches] == ["status"]
    assert not any(tool.operation == "GET /customers/random" for tool in spec.tools)
    several = api.operation("GET /orders/random", api.orders, query=query, summary="A random order")
    assert not any(t.operation == "GET /orders/random" for t in infer(api.shop(several)).tools)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/orders/nearby", "asks for what is nearby"),
        ("/orders/rankings", "lists a selection that no field states"),
    ],
)
def test_what_nothing_can_state_is_left_out(api, path, reason):
    spec = infer(api.shop(api.operation(f"GET {path}", api.orders)))
    assert [o.reason for o in spec.omissions if o.where == f"GET {path}"] == [reason]


def test_rows_that_nothing_identifies_are_the_same_only_under_the_same_name(api):
    row = {"type": "object", "properties": {"temp": {"type": "number"}, "wind": {"type": "number"}}}
    rows = {"$ref": "#/schemas/Row"}
    listed = {"type": "array", "items": rows}
    spec = infer(
        api.describe(
            api.operation("GET /history/daily", listed),
            api.operation("GET /history/hourly", listed),
            schemas={"Row": row},
        )
    )
    assert len({tool.behaviour.table for tool in spec.tools}) == 2


def test_what_callers_must_say_selects_where_the_path_does_not(api):
    query = {"courier_id!": {"type": "string"}}
    spec = infer(api.shop(api.operation("GET /dispatch-board", api.orders, query=query)))
    tool = made(spec, "GET /dispatch-board")
    assert [match.field for match in tool.behaviour.matches] == ["courier_id"]
    assert spec.entity("orders").field("courier_id").inferred


def test_a_word_before_a_value_only_says_what_the_value_is(api):
    test = {
        "type": "object",
        "properties": {"id": {"type": "string"}, "serviceId": {"type": "string"}},
    }
    schemas = {**api.schemas, "Resource": test}
    listed = {"type": "array", "items": {"$ref": "#/schemas/Resource"}}
    spec = infer(
        api.describe(
            api.operation("GET /resources/service/{serviceId}", listed),
            api.operation("GET /resources/{id}", {"$ref": "#/schemas/Resource"}),
            api.operation("GET /resources/service/{serviceId}/count", {"type": "integer"}),
            api.operation("GET /resources/{id}/count", {"type": "integer"}),
            schemas=schemas,
        )
    )
    tools = {tool.operation: tool for tool in spec.tools}
    by_value = tools["GET /resources/service/{serviceId}"]
    assert by_value.name == "list_resources_by_service_id"
    assert by_value.behaviour.table == "resources"
    assert [(m.field, m.op) for m in by_value.behaviour.matches] == [("service_id", "eq")]
    counted = tools["GET /resources/service/{serviceId}/count"].behaviour
    assert (counted.kind, counted.table) == ("count", "resources")
    assert [m.field for m in counted.matches] == ["service_id"]
    assert tools["GET /resources/{id}/count"].behaviour.kind == "get"  # how much one record has


def test_a_word_that_says_which_state_is_meant_is_no_value(api):
    spec = infer(api.shop(api.operation("GET /orders/archive/{year}", api.orders)))
    assert not any(tool.operation.startswith("GET /orders/archive") for tool in spec.tools)


def test_a_search_finds_what_has_part_of_the_text_in_its_path(api):
    spec = infer(api.shop(api.operation("GET /orders/search/{note}", api.orders)))
    (match,) = made(spec, "GET /orders/search/{note}").behaviour.matches
    assert (match.field, match.op) == ("note", "contains")
    spec = infer(api.shop(api.operation("GET /orders/search/{customerId}", api.orders)))
    (match,) = made(spec, "GET /orders/search/{customerId}").behaviour.matches
    assert (match.field, match.op) == ("customer_id", "eq")


@pytest.mark.parametrize(
    ("text", "op"),
    [("Search for foods; the name does not have to match exactly.", "contains"), ("Name.", "eq")],
)
def test_names_by_which_records_are_known_may_be_searched_for(api, text, op):
    food = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    line = "GET /foods"
    query = {"name!": {"type": "string", "description": text}}
    described = api.describe(
        api.operation(line, {"type": "array", "items": food}, query=query),
        api.operation("GET /foods/{name}", food),
    )
    tool = next(one for one in infer(described).tools if one.operation == line)
    assert [match.op for match in tool.behaviour.matches] == [op]
    assert (tool.parameters[0].reference is None) is (op == "contains")
