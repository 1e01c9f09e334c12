"""Replacing: what a PUT does to what is left out, and to what is not there."""

from __future__ import annotations

import pytest

from envfactory.spec import infer

LINE = "PUT /widgets/{name}"
TEXT = {"type": "string"}
WIDGET = {
    "type": "object",
    "required": ["name", "size"],
    "properties": {"name": TEXT, "size": TEXT, "colour": TEXT},
}
TAKES = {"type": "object", "required": ["size"], "properties": {"size": TEXT, "colour": TEXT}}


def put(api, text, takes=TAKES):
    """Return the tool of a PUT on a widget."""
    returns = {"$ref": "#/schemas/Widget"}
    read = api.operation("GET /widgets/{name}", returns)
    one = api.operation(LINE, returns, takes, summary=text)
    spec = infer(api.describe(read, one, schemas={"Widget": WIDGET}))
    return next(tool for tool in spec.tools if tool.operation == LINE)


@pytest.mark.parametrize(
    ("text", "replaces", "name"),
    [
        ("Put the widget in its place.", True, "update_widget"),
        ("Update a widget.", True, "update_widget"),
        ("Update a widget. Only the given fields are changed.", False, "update_widget"),
        ("Partially updates a widget.", False, "update_widget"),
    ],
)
def test_a_whole_record_is_replaced_unless_a_text_says_otherwise(api, text, replaces, name):
    tool = put(api, text)
    assert (tool.behaviour.replace, tool.behaviour.or_create, tool.name) == (replaces, False, name)
    assert ("What is not given is reset." in tool.description) is replaces


def test_a_text_that_says_so_lets_a_put_replace_what_it_is_given_no_required_part_of(api):
    loose = {"type": "object", "properties": TAKES["properties"]}
    assert put(api, "Replace a widget.", loose).behaviour.replace
    assert not put(api, "Change a widget.", loose).behaviour.replace


@pytest.mark.parametrize(
    ("text", "ensures"),
    [
        ("Create or update a widget.", True),
        ("Updates the widget, or creates it.", True),
        ("Create a widget.", True),
        ("Change a widget; if it does not exist it is created.", True),
        ("Send a widget.", True),
        ("Move a widget.", False),
        ("Add a note to a widget.", False),
        ("Update the widget that you have created.", False),
    ],
)
def test_a_put_creates_what_a_text_says_that_it_creates(api, text, ensures):
    assert put(api, text).behaviour.or_create is ensures


def test_keys_that_the_service_counts_are_never_made_up(api):
    returns = api.order
    numbered = {**api.schemas["Order"]}
    numbered["properties"] = {**numbered["properties"], "id": {"type": "integer"}}
    read = api.operation("GET /orders/{id}", returns)
    one = api.operation("PUT /orders/{id}", returns, api.new_order, summary="Create an order.")
    spec = infer(api.describe(read, one, schemas={**api.schemas, "Order": numbered}))
    tools = [tool for tool in spec.tools if tool.operation == "PUT /orders/{id}"]
    assert not any(tool.behaviour.or_create for tool in tools)
