"""Done: tools whose texts say first that something else is done are left out."""

from __future__ import annotations

import pytest

from envfactory.spec import infer


def is_made(api, line, takes=None, **texts):
    """Tell whether an operation on orders becomes a tool."""
    read = api.operation("GET /orders/{id}", api.order)
    one = api.operation(line, api.order, takes, **texts)
    spec = infer(api.describe(read, one, schemas=api.schemas))
    return any(tool.operation == line for tool in spec.tools)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Set all orders of the shop.", False),
        ("Updates the orders that are there.", False),
        ("Set up an order.", True),
        ("Update or create an order.", True),
        ("Order something.", True),
        ("Return orders between two dates.", False),
        ("This API allows a client application to search an order.", False),
        ("This API allows a client application to create an order.", True),
        ("From separate parts.", False),
    ],
)
def test_what_sets_or_changes_makes_nothing(api, text, kept):
    assert is_made(api, "POST /orders", api.new_order, description=text) is kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Request to delete an order.", False),
        ("Deletes an order at the request of its customer.", True),
    ],
)
def test_what_is_only_asked_for_is_not_done(api, text, kept):
    assert is_made(api, "DELETE /orders/{id}", description=text) is kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Cancel order lines", False),
        ("You can cancel one or more order lines.", False),
        ("Cancel an order with all its lines.", True),
        ("Cancel an order's payments and letters.", False),
    ],
)
def test_parts_of_a_record_are_not_the_record(api, text, kept):
    assert is_made(api, "POST /orders/{id}/cancel", summary=text) is kept


@pytest.mark.parametrize(("choices", "kept"), [(["add", "del"], False), (["buy", "sell"], True)])
def test_a_tool_that_can_be_told_to_do_several_things_is_none(api, choices, kept):
    properties = {"action": {"type": "string", "enum": choices}, "note": {"type": "string"}}
    takes = {"type": "object", "properties": properties, "required": ["action"]}
    order = {**api.schemas["Order"]}
    order["properties"] = {**order["properties"], **properties}
    schemas = {**api.schemas, "Order": order}
    read = api.operation("GET /orders/{id}", api.order)
    one = api.operation("POST /orders", api.order, takes)
    spec = infer(api.describe(read, one, schemas=schemas))
    assert any(tool.operation == "POST /orders" for tool in spec.tools) is kept


def test_a_record_that_is_named_behind_a_verb_is_not_left_out(api):
    text = "Register an order for monitoring"
    assert not is_made(api, "POST /orders/register/{code}", api.new_order, summary=text)
    assert is_made(api, "POST /orders/create", api.new_order, summary="Create an order")


@pytest.mark.parametrize(
    ("text", "kept"), [("Logs in a customer.", False), ("Log a call in the book.", True)]
)
def test_who_logs_in_makes_no_record(api, text, kept):
    assert is_made(api, "POST /orders", api.new_order, summary=text) is kept


def test_a_record_of_nothing_that_callers_send_is_not_made(api):
    text = {"type": "string", "enum": ["a", "b"]}
    line, below = "POST /customers/{customerId}/orders", {"summary": "Add an order to a customer"}
    read = api.operation("GET /orders/{id}", api.order)
    owner = api.operation("GET /customers/{customerId}", api.customer)
    for takes, kept in ((text, False), (api.new_order, True)):
        one = api.operation(line, api.order, takes, **below)
        spec = infer(api.describe(read, owner, one, schemas=api.schemas))
        assert any(tool.operation == line for tool in spec.tools) is kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Orders best. The solution will be provided in the JSON response.", False),
        ("Adds an order. The order is kept.", True),
    ],
)
def test_what_is_answered_at_once_is_no_record(api, text, kept):
    assert is_made(api, "POST /orders", api.new_order, description=text) is kept


def test_code_that_would_be_run_is_no_change(api):
    note = {"type": "string", "description": "JavaScript code to execute on the order."}
    takes = {"type": "object", "properties": {"note": note}}
    assert not is_made(api, "PATCH /orders/{id}", takes, summary="Update an order")
    assert is_made(api, "PATCH /orders/{id}", api.new_order, summary="Update an order")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Immediately shares a single pending order.", False),
        ("Re-publish an order.", False),
        ("Shares a link to what was bought.", True),
        ("Imports all orders that are linked.", False),
    ],
)
def test_what_is_started_itself_leaves_no_record_of_that_alone(api, text, kept):
    line = "POST /orders/{id}/share"
    read = api.operation("GET /orders/{id}", api.order)
    one = api.operation(line, {"type": "object"}, summary=text)
    spec = infer(api.describe(read, one, schemas=api.schemas))
    assert any(tool.operation == line for tool in spec.tools) is kept


@pytest.mark.parametrize(
    ("text", "kept"), [("Deletes a link.", False), ("Deletes an order.", True)]
)
def test_a_path_that_names_nothing_is_about_what_its_text_names(api, text, kept):
    spec = infer(
        api.describe(
            api.operation("GET /v3/orders", api.orders),
            api.operation("GET /v3/{id}", api.order),
            api.operation("DELETE /v3/{id}", summary=text),
            schemas=api.schemas,
        )
    )
    assert any(tool.operation == "DELETE /v3/{id}" for tool in spec.tools) is kept


@pytest.mark.parametrize(("needed", "kept"), [("order", False), ("status", True)])
def test_a_record_that_must_be_there_to_be_made_is_not_made(api, needed, kept):
    properties = {"order": api.order, "status": {"type": "string"}, "note": {"type": "string"}}
    takes = {"type": "object", "required": [needed], "properties": properties}
    assert is_made(api, "POST /orders", takes, summary="Store an order") is kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Start the playback of the specified video.", False),
        ("Start a video.", True),
        ("Add a video to the list.", True),
    ],
)
def test_what_something_is_done_to_is_not_made_by_that(api, text, kept):
    line, takes = (
        "POST /StartVideo",
        {"type": "object", "properties": {"mediaId": {"type": "string"}}},
    )
    spec = infer(api.shop(api.operation(line, None, takes, summary=text)))
    assert any(tool.operation == line for tool in spec.tools) is kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [("Create a new feedback entry", False), ("Create or update an order", True)],
)
def test_a_change_of_what_is_there_creates_nothing(api, text, kept):
    numbered = {**api.schemas["Order"]}
    numbered["properties"] = {**numbered["properties"], "id": {"type": "integer"}}
    schemas = {**api.schemas, "Order": numbered}
    read = api.operation("GET /orders/{id}", api.order)
    one = api.operation("PUT /orders/{id}", api.order, api.new_order, summary=text)
    tools = infer(api.describe(read, one, schemas=schemas)).tools
    assert any(tool.operation == "PUT /orders/{id}" for tool in tools) is kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Delete an existing schedule", False),
        ("Delete the order with this id", True),
        ("Removes it for good", True),
    ],
)
def test_what_a_text_calls_otherwise_is_not_deleted(api, text, kept):
    assert is_made(api, "DELETE /orders/{id}", summary=text) is kept


@pytest.mark.parametrize(
    ("segment", "text", "kept"),
    [
        ("envvars", "Deletes the environment variable named ':id'", True),
        ("webhooks", "Remove a web hook", True),
        ("appPackages", "Deletes an individual application package resource", True),
        ("envvars", "Deletes the checkout key", False),
        ("webhooks", "Remove a work sheet", False),
    ],
)
def test_what_is_deleted_may_be_written_in_another_form(api, segment, text, kept):
    read = api.operation(f"GET /{segment}/{{id}}", api.order)
    gone = api.operation(f"DELETE /{segment}/{{id}}", summary=text)
    tools = infer(api.describe(read, gone, schemas=api.schemas)).tools
    assert any(tool.operation == f"DELETE /{segment}/{{id}}" for tool in tools) is kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [("This allows the creation of a QR Code for an email.", False), ("Send an email.", True)],
)
def test_what_is_drawn_is_not_sent(api, text, kept):
    line = "POST /qrcode/email"
    takes = {"type": "object", "properties": {"to": {"type": "string"}, "body": {"type": "string"}}}
    spec = infer(api.shop(api.operation(line, None, takes, summary=text)))
    assert any(tool.operation == line for tool in spec.tools) is kept


@pytest.mark.parametrize(
    ("summary", "text", "kept"),
    [
        ("Create an Order Selfie", "To create a token from the order data, send it.", False),
        ("Create an order", "Makes an order from the cart.", True),
        ("Create order records", "", True),
    ],
)
def test_what_is_made_of_a_record_is_not_that_record(api, summary, text, kept):
    made = is_made(api, "POST /orders", api.new_order, summary=summary, description=text)
    assert made is kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [("Assigns a random note to an order.", False), ("Assigns a note to an order.", True)],
)
def test_what_a_service_chooses_is_not_changed(api, text, kept):
    assert is_made(api, "PATCH /orders/{id}", api.new_order, summary=text) is kept
