"""Untrue: texts say nothing that their tools do not do, and lose nothing else."""

from __future__ import annotations

import pytest

from envfactory.spec import infer
from envfactory.spec.stated.untrue import UNTRUE

TEXT = {"type": "string"}
LINE = "GET /orders"


def listed(api, text, **query):
    """Return the tool that lists orders, and whether its texts have lost something."""
    one = api.operation(LINE, api.orders, query=query, description=text)
    spec = infer(api.describe(one, schemas=api.schemas))
    lost = any(o.reason == UNTRUE and o.where == LINE for o in spec.omissions)
    return next(tool for tool in spec.tools if tool.operation == LINE), lost


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "Returns a list of orders, according to the search criteria.",
            "Returns a list of orders.",
        ),
        ("Gets orders matching the given criteria.", "Gets orders."),
        ("Returns the orders matching the query parameters.", "Returns the orders."),
        ("Lists orders. Results are in order of best match.", "Lists orders."),
        ("Returns all orders, ordered by relevance.", "Returns all orders."),
        ("Return the upcoming orders.", "Return the orders."),
        ("Return the upcoming orders (e.g. date >= today).", "Return the orders."),
        ("Queries many orders. Filtering is available.", "Queries many orders."),
        (
            "Gets orders of the shop. It will time out. It will timeout after 60 seconds.",
            "Gets orders of the shop. It will time out.",
        ),
    ],
)
def test_what_a_list_does_not_do_is_not_said(api, text, left):
    tool, lost = listed(api, text)
    assert tool.description == left
    assert lost


def test_brackets_stay_where_nothing_before_them_is_cut(api):
    text = "Return the orders (e.g. of a customer)."
    assert listed(api, text)[0].description == text


@pytest.mark.parametrize(
    "text",
    [
        "Returns the orders that match everything the shop has.",
        "Lists the orders of the shop in the order book.",
        "Lists orders, sorted by status.",
    ],
)
def test_what_is_true_stays(api, text):
    assert listed(api, text) == (listed(api, text)[0], False)
    assert listed(api, text)[0].description == text


def test_a_criterion_that_callers_can_give_is_kept(api):
    tool, lost = listed(api, "Returns orders matching the given criteria.", status=TEXT)
    assert (tool.description, lost) == ("Returns orders matching the given criteria.", False)


def test_inputs_that_are_left_out_are_not_spoken_of(api):
    said = "Gets orders of the shop, by colorScheme or status. Use colorScheme to pick some."
    tool, _ = listed(api, said, colorScheme=TEXT, status=TEXT)
    assert [one.name for one in tool.parameters] == ["status"]
    assert tool.description == "Gets orders of the shop."


def test_a_sentence_of_an_input_that_callers_must_give_does_not_let_them_leave_it_out(api):
    text = "Which status. Omit to get all of them."
    must, _ = listed(api, "Lists orders.", **{"status!": {**TEXT, "description": text}})
    may, _ = listed(api, "Lists orders.", status={**TEXT, "description": text})
    assert [must.parameters[0].description, may.parameters[0].description] == [
        "Which status.",
        text,
    ]


def test_a_default_that_nothing_applies_is_not_promised(api):
    text = "Which status. If unset, defaults to open."
    tool, lost = listed(api, "Lists orders.", status={**TEXT, "description": text})
    assert (tool.parameters[0].description, lost) == ("Which status.", True)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Rate an order, optional written feedback, and optional tip.", "Rate an order."),
        ("Rate an order with an optional note.", "Rate an order."),
        ("Rate the optional extras of an order.", "Rate the optional extras of an order."),
    ],
)
def test_nothing_is_optional_where_all_is_required(api, text, left):
    line = "PUT /orders/{orderId}/rating"
    takes = {"type": "object", "properties": {"stars": {"type": "integer"}}}
    rate = api.operation(line, None, takes, description=text)
    (tool,) = (one for one in infer(api.shop(rate)).tools if one.operation == line)
    assert all(one.required for one in tool.parameters)
    assert tool.description == left
