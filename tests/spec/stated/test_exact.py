"""Exact: numbers and ends of ranges are kept as texts promise them."""

from __future__ import annotations

import pytest

from envfactory.spec import infer

LINE = "GET /orders"
MOMENT = {"type": "string", "format": "date-time"}


def behaviour(api, text, **query):
    """Return what the tool does that lists orders."""
    one = api.operation(LINE, api.orders, query=query, description=text)
    order = {"type": "object", "properties": {"id": {"type": "string"}, "created_at": MOMENT}}
    spec = infer(api.describe(one, schemas={**api.schemas, "Order": order}))
    return next(tool.behaviour for tool in spec.tools if tool.operation == LINE)


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("Find at most 3 orders.", 3),
        ("Returns up to 25 results.", 25),
        ("Lists orders with up to 4 guests.", None),
        ("Lists orders of at most 30 days.", None),
    ],
)
def test_no_more_records_come_than_a_text_promises(api, text, most):
    assert behaviour(api, text).at_most == most


@pytest.mark.parametrize(
    ("text", "ops"),
    [
        ("Orders in the range [created_from, created_to).", ["gte", "lt"]),
        ("Orders in the range [created_from, created_to].", ["gte", "lte"]),
    ],
)
def test_a_half_open_range_leaves_its_end_out(api, text, ops):
    listed = behaviour(api, text, created_from=MOMENT, created_to=MOMENT)
    assert [match.op for match in listed.matches] == ops


@pytest.mark.parametrize(
    ("text", "op"),
    [
        ("Only orders later than this moment", "gt"),
        ("The first moment, exclusive", "gt"),
        ("Only orders later than or equal to this moment", "gte"),
        ("Only orders on or after this moment", "gte"),
        ("Where to begin", "gte"),
        ("Where to begin, must be earlier than the end", "gte"),
    ],
)
def test_an_end_is_itself_meant_or_not(api, text, op):
    listed = behaviour(api, "Lists orders.", created_from={**MOMENT, "description": text})
    assert [match.op for match in listed.matches] == [op]
