"""Telling: parameters say what they are, as far as a text or the tool tells it."""

from __future__ import annotations

from envfactory.spec import infer

TEXT = {"type": "string"}


def parameters(api, **query):
    one = api.operation("GET /orders", api.orders, query=query, description="Lists orders.")
    spec = infer(api.describe(one, schemas=api.schemas))
    return {one.name: one.description for one in spec.tools[0].parameters}


def test_what_callers_must_give_is_not_called_optional(api):
    text = {**TEXT, "description": "Optional status of the order."}
    assert parameters(api, **{"status!": text}) == {"status": "Status of the order."}
    assert parameters(api, status=text) == {"status": "Optional status of the order."}


def test_a_text_that_only_spells_the_name_gives_way(api):
    text = {**TEXT, "description": "CustomerId"}
    assert parameters(api, customerId=text) == {"customer_id": "Customer id."}


def test_a_bound_is_not_described_as_a_field(api):
    number = {"type": "number"}
    said = parameters(api, total_min=number, status=TEXT)
    # The code says of the first that it is a lower bound; the spec leaves that to it.
    assert said == {"total_min": "Total min.", "status": "Status of the order."}
    told = parameters(api, total_min={**number, "description": "The lowest total."})
    assert told == {"total_min": "The lowest total."}


def test_a_wrapper_is_no_part_of_what_an_input_is(api):
    assert parameters(api, **{"filter[status]": TEXT}) == {"status": "Status of the order."}
    assert parameters(api, **{"filter[customerId]": TEXT})["customer_id"] == (
        "Identifier of the customer."
    )
