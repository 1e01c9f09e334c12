"""What callers give is kept: in messages, in records that they add, in new fields."""

from __future__ import annotations

import pytest

from envfactory.spec import infer
from envfactory.spec.given import KEPT

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
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
