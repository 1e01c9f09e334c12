"""Wording: several values in one text, choices that leave nothing out, ends of ranges of times."""

from __future__ import annotations

import pytest

from envfactory.spec import infer
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.shapes.wording import (
    narrowing,
    says_bound,
    says_expression,
    says_form,
    says_name,
    says_part,
    says_several,
    sought_field,
)

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
        ("A comma seperated list of tags", True),
        ("One or several. Use comma to add multiple values.", True),
        ("search array of ids", True),
        ("A list of Printout IDs (for example: 1,2)", True),
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
        ("updated_at", "updated_at", "gt")
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


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Adds additional information to the response, uses a CSV format.", True),
        ("the language code of the language you want the content to be returned", True),
        ("The locale of the resulting turn instructions. E.g. `pt_PT`", True),
        ("Boolean flag to indicate if hierarchy needs to be return in the response.", True),
        ("Flag that tells whether totals should be returned in the response.", True),
        ("Order of search results: asc or desc.", True),
        ("JSONP Callback. For use with JSONP output only.", True),
        ("Only orders that were included in a shipment", False),
        ("Order of the customer", False),
        ("Earliest date to include in the response", False),
        ("Language of the book", False),
        ("Filter by language", False),
    ],
)
def test_inputs_that_say_how_the_answer_is_written_narrow_nothing(api, text, form):
    assert says_form(text) is form
    note = {**TEXT, "description": text}
    assert bool(matched(api, note=note)) is not form
    assert bool(matched(api, **{"note!": note})) is not form


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Search By Name", "name"),
        ("Filter result by licensee name. Query can be shortened", "name"),
        ("note: will match school name or city (optional)", "school_name"),
        ("Search in names, codes and more", None),
        ("Name or title", None),
        ("Matches the name and any other text", None),
        ("What to look for", None),
    ],
)
def test_a_search_that_names_one_field_looks_there(text, field):
    known = ("school_name",) if field == "school_name" else ("name", "title")
    assert sought_field(text, {name: tuple(name.split("_")) for name in known}) == field


def test_a_search_in_one_field_is_no_search_in_all(api):
    query = {"q": {**TEXT, "description": "Part of the note"}}
    assert [one[:3] for one in matched(api, **query)] == [("q", "note", "contains")]
    assert [one[1:3] for one in matched(api, q=TEXT)] == [(None, "search")]


def test_what_callers_must_say_is_required(api):
    spec = infer(api.shop(api.operation("GET /orders/recent", api.orders, query={"note!": TEXT})))
    (tool,) = [tool for tool in spec.tools if tool.operation == "GET /orders/recent"]
    assert [(one.name, one.required) for one in tool.parameters] == [("note", True)]


def test_an_offset_in_a_text_is_one(api):
    spec = infer(api.shop(api.operation("GET /orders/recent", api.orders, query={"offset": TEXT})))
    (tool,) = [tool for tool in spec.tools if tool.operation == "GET /orders/recent"]
    assert tool.behaviour.paging.position == "offset"


def test_a_text_that_speaks_of_ids_means_the_ids(api):
    race = {"type": "object", "properties": {"id": TEXT, "course": TEXT, "course_id": TEXT}}

    def field(text):
        query = {"course": {**TEXT, "description": text}}
        listing = api.operation("GET /races", {"type": "array", "items": race}, query=query)
        spec = infer(api.describe(listing, api.operation("GET /races/{id}", race)))
        (tool,) = [tool for tool in spec.tools if tool.operation == "GET /races"]
        return tool.behaviour.matches[0].field

    assert field("Query by course ids.") == "course_id"
    assert field("Query by course.") == "course"


def test_a_text_that_is_a_date_is_compared_as_one(api):
    shift = {"type": "object", "properties": {"id": TEXT, "start_date": TEXT}}
    query = {"startDate": {**MOMENT, "description": "Filter shifts on/after startDate"}}
    listing = api.operation("GET /shifts", {"type": "array", "items": shift}, query=query)
    spec = infer(api.describe(listing, api.operation("GET /shifts/{id}", shift)))
    (tool,) = [tool for tool in spec.tools if tool.operation == "GET /shifts"]
    assert [(m.field, m.op) for m in tool.behaviour.matches] == [("start_date", "gte")]
    assert spec.entities[0].field("start_date").type.type == "datetime"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("people with a full name containing this parameter", True),
        ("Search by name", True),
        ("Search by name or code", False),
        ("The name of what is searched", False),
    ],
)
def test_searches_for_names(text, named):
    assert says_name(text) is named


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Find the canonical skill name(s) for skills matching the given text fragment.", True),
        ("Search matching message text.", True),
        ("The query string for a title search.", True),
        ("Name (or partial) of band or artist", True),
        ("Filter by first name or part of.", True),
        ("(Used) as a key word to search filmography types", True),
        ('"WAITING_PAY" / "PAID" / "PARTIALLY_PAID" / "EXPIRED".', False),
        ("Orders that are part of the batch", False),
        ("The name of the city, used to search for listings. Case-sensitive search text.", False),
        ("The status to search for", False),
        ("Name or keyords to search for", True),
        ('This does not have to exactly match the "official" name.', True),
        ("This has to exactly match part of the name.", False),
    ],
)
def test_a_text_says_whether_part_of_a_value_is_looked_for(api, text, part):
    assert says_part(text) is part
    op = "contains" if part else "eq"
    note = {**TEXT, "description": text}
    assert [one[1:3] for one in matched(api, note=note)] == [("note", op)]
    assert [one[1:3] for one in matched(api, **{"note!": note})] == [("note", op)]


def test_nobody_looks_for_part_of_an_id_or_of_a_choice(api):
    said = "Search by this part of it"
    asked = {"customerId": {**TEXT, "description": said}, "status": {**TEXT, "description": said}}
    assert [one[1:3] for one in matched(api, **asked)] == [("customer_id", "eq"), ("status", "eq")]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("A URL-encoded JSON object where the keys are the names of the facet", True),
        ("Filter expression, typically programmatically generated", True),
        ("The bounding box to search in", True),
        ("4 comma separated values - W, S, E, N", True),
        ("Separate filtering conditions using a semicolon", True),
        ("Expression of the face", False),
        ("Name of the box", False),
    ],
)
def test_what_callers_write_as_an_expression_equals_nothing(api, text, written):
    assert says_expression(text) is written
    note = {**TEXT, "description": text}
    assert bool(matched(api, note=note)) is not written
