"""Wording: several values in one text, choices that leave nothing out, ends of ranges of times."""

from __future__ import annotations

import pytest

from envfactory.spec import infer
from envfactory.spec.schema import Schemas
from envfactory.spec.wording import narrowing, says_bound, says_several

TEXT = {"type": "string"}
MOMENT = {"type": "string", "format": "date-time"}


def shaped(text, **schema):
    return Schemas({}).shape({"type": "string", "description": text, **schema})


def matched(api, line="GET /orders", **query):
    """Return parameter, field, operator and choices of what narrows a list of orders."""
    spec = infer(api.shop(api.operation(f"{line}/recent", api.orders, query=query)))
    (tool,) = [tool for tool in spec.tools if tool.operation == f"{line}/recent"]
    types = {one.name: one.type for one in tool.parameters}
    return [
        (m.parameter, m.field, m.op, getattr(types[m.parameter], "choices", None))
        for m in tool.behaviour.matches
    ]


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("Comma-separated tags", True),
        ("Comma separated list of metals.", True),
        ("Tags, separated by commas", True),
        ("A list of orders", False),
        ("A comma, or nothing", False),
    ],
)
def test_several_values_in_one_text(text, several):
    assert says_several(shaped(text)) is several
    assert not says_several(shaped(text, enum=["a", "b"]))


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("Get only transactions updated after the given time", "gte"),
        ("Return orders created since this moment.", "gte"),
        ("Filter: shipped before", "lte"),
        ("Date range of the order", "range"),
        ("Return orders after one and before another", None),
        ("When the offer ends; no order is taken after it", None),
    ],
)
def test_ends_of_ranges_of_times(text, end):
    assert says_bound(shaped(text)) == end


def test_choices_that_stand_for_all_values_narrow_nothing(api):
    assert narrowing(("open", "All", "any")) == ("open",)
    state = {"type": "string", "enum": ["pending", "shipped", "all"]}
    assert matched(api, status=state) == [("status", "status", "eq", ("pending", "shipped"))]
    assert matched(api, note={"type": "string", "enum": ["all"]}) == []
    assert matched(api, note={"type": "string", "enum": ["a", "all"]})[0][3] == ("a",)


def test_a_moment_that_a_text_calls_a_bound_is_one(api):
    updated = {**MOMENT, "description": "Get only orders changed after this time."}
    assert [one[:3] for one in matched(api, updated_at=updated)] == [
        ("updated_at", "updated_at", "gte")
    ]
    ranged = {**MOMENT, "description": "Date range of the change."}
    assert matched(api, updated_at=ranged) == []


def test_ids_in_one_text_are_several(api):
    assert [one[:3] for one in matched(api, customer_ids=TEXT)] == [
        ("customer_ids", "customer_id", "one_of")
    ]
    assert [one[:3] for one in matched(api, **{"customer_ids!": TEXT})] == [
        ("customer_ids", "customer_id", "one_of")
    ]


def test_a_switch_that_widens_the_answer_narrows_no_list(api):
    switch = {"type": "boolean"}
    assert matched(api, include_locked=switch, return_all=switch) == []
    assert [one[1] for one in matched(api, locked=switch)] == ["locked"]


def test_fields_that_are_called_like_ends_are_filtered_as_a_range(api):
    shift = {"type": "object", "properties": {"id": TEXT, "start": MOMENT, "end_time": MOMENT}}
    shifts = {"type": "array", "items": shift}
    query = {"start": MOMENT, "end_time": {**MOMENT, "description": "End of the date range."}}
    one = api.operation("GET /shifts/{shift_id}", shift)
    spec = infer(api.shop(one, api.operation("GET /shifts", shifts, query=query)))
    (tool,) = [tool for tool in spec.tools if tool.operation == "GET /shifts"]
    assert [(m.field, m.op) for m in tool.behaviour.matches] == [
        ("start", "gte"),
        ("end_time", "lte"),
    ]


def test_a_number_of_records_to_get_cuts_the_list_though_a_field_has_its_name(api):
    batch = {"type": "object", "properties": {"id": TEXT, "count": {"type": "integer"}}}
    count = {"type": "integer", "description": "Number of batches to get"}
    listing = api.operation(
        "GET /batches", {"type": "array", "items": batch}, query={"count": count}
    )
    spec = infer(api.shop(api.operation("GET /batches/{batch_id}", batch), listing))
    (tool,) = [tool for tool in spec.tools if tool.operation == "GET /batches"]
    assert tool.behaviour.matches == ()
    assert tool.behaviour.paging is not None
