"""Agreement: tools that would do something else than their source says are left out."""

from __future__ import annotations

import pytest

from envfactory.spec import infer
from envfactory.spec.agreement import OTHERWISE
from envfactory.spec.submission import COMPUTES

TEXT = {"type": "string"}


def body(**properties):
    return {"type": "object", "properties": properties}


def outcome(spec, line):
    """Return the kind of the tool of an operation, or why there is none."""
    for tool in spec.tools:
        if tool.operation == line:
            return tool.behaviour.kind
    return next(o.reason for o in spec.omissions if o.subject == "operation" and o.where == line)


@pytest.mark.parametrize(
    ("line", "summary", "takes"),
    [
        ("POST /s1/entities", "Performs named-entity recognition on a document", "text"),
        ("POST /pages", "Scrapes a page", "url"),
        ("POST /prints", "Creates a pdf from a html page", "html"),
        ("POST /opinions", "Analyzes the mood of a text", "text"),
    ],
)
def test_what_is_computed_from_what_callers_make_up_is_no_record(api, line, summary, takes):
    answer = body(id=TEXT, language=TEXT)
    one = api.operation(line, answer, body(**{takes: TEXT}), summary=summary)
    assert outcome(infer(api.shop(one)), line) == COMPUTES
    plain = api.operation(line, answer, body(**{takes: TEXT}), summary="Add one")
    assert outcome(infer(api.shop(plain)), line) == "create"


def test_what_is_computed_and_kept_stays(api):
    page = body(id=TEXT, url=TEXT)
    line = "POST /pages"
    spec = infer(
        api.shop(
            api.operation(line, page, body(url=TEXT), summary="Scrapes a page"),
            api.operation("GET /pages/{id}", page),
        )
    )
    assert outcome(spec, line) == "create"


def test_a_look_up_by_identifiers_stays(api):
    line = "GET /rates"
    query = {"from!": TEXT, "to!": TEXT}
    one = api.operation(line, body(rate={"type": "number"}), query=query, summary="Get a rate")
    assert outcome(infer(api.shop(one)), line) == "get"


def test_made_up_people_are_no_records(api):
    line = "GET /address"
    one = api.operation(line, body(city=TEXT, street=TEXT))
    assert outcome(infer(api.shop(one)), line) == "get"
    assert outcome(infer(api.shop(one, title="Fake person generator")), line) == COMPUTES


def test_a_deletion_makes_no_record(api):
    line = "POST /labels"
    one = api.operation(line, None, body(name=TEXT), status=201, summary="Deletes a label")
    assert outcome(infer(api.shop(one)), line) == OTHERWISE


def test_what_is_derived_from_a_number_is_no_stored_record(api):
    line = "GET /numbers/factors"
    query = {"number!": {"type": "integer"}}
    one = api.operation(line, None, query=query, summary="Get the factors of a given number")
    assert outcome(infer(api.shop(one)), line) == COMPUTES


def test_a_name_that_a_framework_wrote_is_no_name_of_a_tool(api):
    lines = [f"GET /{metal}/supported" for metal in ("spots", "benchmarks")]
    values = {"type": "array", "items": TEXT}
    made = [api.operation(line, values) for line in lines]
    made = [
        one.model_copy(update={"id": f"metals_{n}_supported_get"}) for n, one in enumerate(made)
    ]
    names = {tool.name for tool in infer(api.describe(*made)).tools}
    assert not any(name.endswith("_get") for name in names)


def test_searches_that_nobody_saves_are_no_records(api):
    found = {"type": "array", "items": body(title=TEXT, link=TEXT)}
    line = "GET /search/{query}"
    assert (
        outcome(infer(api.shop(api.operation(line, found))), line)
        == "searches in what no table holds"
    )


def test_others_than_the_path_names_are_not_listed(api):
    listed = infer(api.shop(api.operation("GET /orders/getOrders", api.orders)))
    assert outcome(listed, "GET /orders/getOrders") == "list"
    line = "GET /orders/getAddons"
    assert outcome(infer(api.shop(api.operation(line, api.orders))), line) == OTHERWISE


def test_what_writes_over_records_inserts_none(api):
    line = "POST /vectors"
    vector = body(id=TEXT, name=TEXT)
    one = api.operation(line, vector, vector, summary="Upsert")
    assert outcome(infer(api.shop(one)), line) == OTHERWISE


def test_a_text_that_also_says_what_is_made_contradicts_nothing(api):
    line = "POST /readouts"
    texts = {"summary": "View the list of readouts", "description": "This API creates a readout."}
    one = api.operation(line, body(id=TEXT, name=TEXT), body(name=TEXT), **texts)
    assert outcome(infer(api.shop(one)), line) == "create"


def test_what_a_body_has_to_say_is_not_ignored(api):
    line = "POST /orders/list"
    plain = api.operation(line, api.orders, summary="Get orders")
    keys = {"type": "array", "items": TEXT}
    batch = api.operation(line, api.orders, keys, summary="Get orders")
    assert outcome(infer(api.shop(plain)), line) == "list"
    assert outcome(infer(api.shop(batch)), line) == OTHERWISE


def test_what_is_near_a_place_is_not_looked_up(api):
    line = "GET /stops/{latitude},{longitude}"
    answer = body(count={"type": "integer"}, health=TEXT)
    near = api.operation(line, answer, summary="View the stops near a place")
    assert outcome(infer(api.shop(near)), line) == "asks for what is nearby"


def test_what_is_sent_changes_no_single_record(api):
    line = "POST /sms/bulk"
    batch = body(rate={"type": "integer"}, parts={"type": "array", "items": body(to=TEXT)})
    for summary in ("Send several messages", "send-bulk"):
        spec = infer(api.shop(api.operation(line, batch, batch, summary=summary)))
        assert outcome(spec, line) != "update"
