"""Afterwards: a text says what a tool changes, and not what a service does then."""

from __future__ import annotations

import pytest

from envfactory.spec import infer
from envfactory.spec.stated.untrue import UNTRUE


def made(api, line, text, takes=None, **more):
    """Return the tool of an operation with that text, and whether the text has lost something."""
    read = api.operation("GET /orders/{id}", api.order)
    one = api.operation(line, api.order, takes, description=text, **more)
    spec = infer(api.describe(read, one, schemas=api.schemas))
    tool = next(tool for tool in spec.tools if tool.operation == line)
    return tool, any(o.reason == UNTRUE and o.where == line for o in spec.omissions)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Adds an order and starts its review process.", "Adds an order."),
        (
            "Creates and starts a single order in your space.",
            "Creates a single order in your space.",
        ),
        ("Adds an order, and, if approved, captures it.", "Adds an order."),
        ("Adds an order as long as none is open.", "Adds an order."),
        ("Adds an order by providing its note.", "Adds an order."),
        ("Create one or more new orders.", "Create an order."),
        ("Create an order, then sends a mail to the customer.", "Create an order."),
        ("Creates an order. The customer will receive a mail.", "Creates an order."),
        (
            "Create an order. Orders have a note. At most 12 orders are allowed.",
            "Create an order. Orders have a note.",
        ),
    ],
)
def test_what_a_service_does_then_is_not_said(api, text, left):
    tool, lost = made(api, "POST /orders", text, api.new_order)
    assert (tool.description, lost) == (left, True)


@pytest.mark.parametrize(
    "text",
    [
        "Creates an order of the shop and its parts.",
        "Create an order and return it.",
        "Adds an order. It belongs to a customer.",
        "Creates an order with start and end dates.",
    ],
)
def test_what_is_changed_stays(api, text):
    assert made(api, "POST /orders", text, api.new_order)[0].description == text


def test_a_state_that_is_asked_for_is_spoken_of(api):
    text = "Cancel an order. Only pending orders can be cancelled. The shop will send a mail."
    tool, _ = made(api, "POST /orders/{id}/cancel", text)
    assert tool.behaviour.allowed_from == ("pending",)
    assert tool.description == "Cancel an order. Only pending orders can be cancelled."


def test_a_read_keeps_its_text(api):
    text = "Gets an order. Orders of a customer are used together."
    line = "GET /orders/{id}"
    spec = infer(
        api.describe(
            api.operation(line, api.order, description=text),
            api.operation("POST /orders", api.order, api.new_order),
            schemas=api.schemas,
        )
    )
    assert next(t for t in spec.tools if t.operation == line).description == text


def test_another_state_than_that_which_an_action_leads_to_is_not_said(api):
    text = "Cancel an order. Sets its status to gone. Sets its status to cancelled."
    tool, _ = made(api, "POST /orders/{id}/cancel", text)
    assert tool.description == "Cancel an order. Sets its status to cancelled."


def test_a_change_that_creates_nothing_does_not_say_so(api):
    numbered = {**api.schemas["Order"]}
    numbered["properties"] = {**numbered["properties"], "id": {"type": "integer"}}
    line = "PUT /orders/{id}"
    for text, left in (
        ("Creates or updates an order.", "Updates an order."),
        ("Update or create an order.", "Update an order."),
        ("Update an order or its notes.", "Update an order or its notes."),
    ):
        one = api.operation(line, api.order, api.new_order, summary=text)
        read = api.operation("GET /orders/{id}", api.order)
        spec = infer(api.describe(read, one, schemas={**api.schemas, "Order": numbered}))
        tool = next(tool for tool in spec.tools if tool.operation == line)
        assert tool.description.removesuffix(" What is not given is reset.") == left


def test_an_answer_is_not_all_that_is_said_of_a_creation(api):
    text = "Returns an id which callers use."
    titled, _ = made(api, "POST /orders", text, api.new_order, summary="Place a new order")
    assert titled.description.startswith("Place a new order.")
    text = "Returns the new id which callers use."
    assert made(api, "POST /orders", text, api.new_order)[0].description == "Create an order."
