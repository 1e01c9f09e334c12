"""Ordering: directions that are part of a value, and orders that stand where none is asked for."""

from __future__ import annotations

import pytest

from envfactory.spec import infer

TEXT = {"type": "string"}


def listed(api, **query):
    spec = infer(api.shop(api.operation("GET /orders/recent", api.orders, query=query)))
    (tool,) = [tool for tool in spec.tools if tool.operation == "GET /orders/recent"]
    return tool, {one.name: one for one in tool.parameters}


@pytest.mark.parametrize(
    "sort",
    [
        {**TEXT, "enum": ["total", "-total"]},
        {**TEXT, "enum": ["total_asc", "total_desc"]},
        {"type": "array", "items": {**TEXT, "enum": ["total:asc", "total:desc"]}},
        {**TEXT, "description": "Order by `total`; prefix with a hyphen to reverse it."},
        {**TEXT, "description": 'Field, as total. "-" indicates descending.'},
    ],
)
def test_a_direction_in_the_value_becomes_an_input_of_its_own(api, sort):
    tool, given = listed(api, sort=sort)
    assert tool.behaviour.sorting.fields == ("total",)
    assert tool.behaviour.sorting.direction_parameter == "sort_direction"
    assert given["sort_direction"].type.choices == ("asc", "desc")
    assert given["sort_direction"].default == "asc"


def test_plain_fields_have_no_direction(api):
    tool, given = listed(api, sort={**TEXT, "enum": ["total", "created_at"]})
    assert tool.behaviour.sorting.direction_parameter is None
    assert [*given] == ["sort"]
    assert given["sort"].default is None


@pytest.mark.parametrize(
    ("default", "field", "direction"),
    [("-created_at", "created_at", "desc"), ("total", "total", "asc"), ("luck", None, "asc")],
)
def test_the_order_of_the_source_is_the_default(api, default, field, direction):
    choices = ["total", "created_at", "-created_at"]
    _, given = listed(api, sort={**TEXT, "enum": choices, "default": default})
    assert (given["sort"].default, given["sort_direction"].default) == (field, direction)


def test_a_direction_before_the_field_is_heard(api):
    directions = {**TEXT, "enum": ["ASC", "DESC"], "default": "DESC"}
    fields = {**TEXT, "description": "total or created_at, each asc or desc"}
    tool, given = listed(api, sort_order=directions, sort_by=fields)
    assert tool.behaviour.sorting.direction_parameter == "sort_order"
    assert given["sort_order"].default == "desc"
    assert [*given] == ["sort_by", "sort_order"]
