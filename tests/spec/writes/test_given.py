"""What callers give is kept: in messages, in records that they add, in new fields."""

from __future__ import annotations

import pytest

from envfactory.spec import infer
from envfactory.spec.writes.given import KEPT

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
HEADERS = {"type": "object", "additionalProperties": TEXT}
COSTS = {"type": "object", "properties": {"balance": NUMBER, "price": NUMBER}}


def body(*names):
    return {"type": "object", "properties": dict.fromkeys(names, TEXT), "required": [*names]}


def made(api, *operations):
    spec = infer(api.shop(*operations))
    known = {one.operation for one in infer(api.shop()).tools}
    return {t.operation: t for t in spec.tools if t.operation not in known}


@pytest.mark.parametrize("answer", [COSTS, {"type": "array", "items": COSTS}, None])
def test_a_message_is_kept_whatever_is_answered(api, answer):
    line = "POST /sms"
    tool = made(api, api.operation(line, answer, body("to", "text")))[line]
    assert (tool.name, tool.behaviour.kind) == ("send_sms", "create")


def test_a_text_that_is_only_measured_is_not_sent(api):
    line = "POST /lengths"
    answer = {"type": "object", "properties": {"characters": NUMBER}}
    assert line not in made(api, api.operation(line, answer, body("num", "sms")))


@pytest.mark.parametrize(
    ("summary", "kind"),
    [("Add a fact", "create"), ("Adds or updates a fact", None), ("Change facts", None)],
)
def test_a_put_makes_what_its_text_says_that_it_adds(api, summary, kind):
    line = "PUT /facts"
    found = made(api, api.operation(line, None, body("fact", "category"), summary=summary))
    assert (found[line].behaviour.kind if line in found else None) == kind


def test_a_required_input_that_no_record_shows_is_kept(api):
    donation = {
        "type": "object",
        "properties": {"id": TEXT, "amount": NUMBER},
        "required": ["id", "amount"],
    }
    source = {"type": "string", "enum": ["card", "bank"]}
    line = "POST /donations"
    found = made(
        api,
        api.operation("GET /donations/{id}", donation),
        api.operation(line, donation, query={"amount!": NUMBER, "funding_source!": source}),
    )
    assert found[line].inferred == (KEPT,)
    assert [p.name for p in found[line].parameters if p.required] == ["amount", "funding_source"]


def test_a_list_of_values_that_callers_add_to_and_delete_from(api):
    values = {"type": "object", "properties": {"words": {"type": "array", "items": TEXT}}}
    done = {"type": "object", "properties": {"deleted": {"type": "boolean"}}}
    word = body("word", "username", "apiKey")
    word["properties"]["dict"] = TEXT
    found = made(
        api,
        api.operation("GET /words", values, query={"username!": TEXT}),
        api.operation("POST /words/add", done, word, summary="Add a word to a dictionary"),
        api.operation("POST /words/delete", done, word, summary="Remove a word from a dictionary"),
    )
    assert [(t.behaviour.kind, t.behaviour.table) for t in found.values()] == [
        ("list", "words"),
        ("create", "words"),
        ("delete", "words"),
    ]
    delete = found["POST /words/delete"]
    assert [match.field for match in delete.behaviour.scope][:2] == ["word", "username"]
    assert all(parameter.required for parameter in delete.parameters)


def test_a_list_of_keys_may_be_called_as_one_of_them(api):
    line = "DELETE /orders"
    keys = {"id!": {"type": "array", "items": TEXT}}
    found = made(api, api.operation(line, query=keys, summary="Delete a list of orders"))
    assert found[line].behaviour.kind == "delete_many"


def test_what_is_done_to_a_record_leaves_no_second_one(api):
    line = "POST /contracts/{id}"
    assert line not in made(api, api.operation(line, None, summary="Call the contract"))


def test_a_read_that_creates_is_no_read(api):
    line = "GET /maps/new"
    answer = {"type": "object", "properties": {"bounds": TEXT}}
    assert line not in made(api, api.operation(line, answer, summary="Create a map"))


def test_what_a_replacement_creates_lacks_nothing(api):
    shown = {
        "type": "object",
        "properties": {"headers": HEADERS, "sensitive": TEXT, "size": NUMBER},
        "required": ["headers", "sensitive", "size"],
    }
    sent = {"type": "object", "properties": {"headers": HEADERS}}
    spec = infer(
        api.shop(
            api.operation("GET /orders/{orderId}/headers", shown),
            api.operation("PUT /orders/{orderId}/headers", None, sent),
        )
    )
    tool = next(t for t in spec.tools if t.operation == "PUT /orders/{orderId}/headers")
    assert tool.behaviour.or_create
    given = {assign.field for assign in tool.behaviour.assigns} | {"id", "order_id"}
    for field in spec.entity(tool.behaviour.table).fields:
        assert field.name in given or field.optional or field.has_default


@pytest.mark.parametrize(
    ("line", "summary"),
    [
        ("POST /tokens/issue", "Builds an unsigned transaction that issues a token"),
        ("POST /spinner", "Human readable auto rewrite of your article"),
    ],
)
def test_what_is_built_or_written_anew_is_not_kept(api, line, summary):
    done = {"type": "object", "properties": {"success": {"type": "boolean"}}}
    assert line not in made(api, api.operation(line, done, body("text"), summary=summary))


def test_a_path_that_names_one_record_by_its_number_lists_none(api):
    line = "GET /players/237"
    assert line not in made(api, api.operation(line, None, summary="specific player"))
