"""Agreement: tools that would do something else than their source says are left out."""

from __future__ import annotations

import pytest

from envfactory.spec import infer
from envfactory.spec.stated.agreement import OTHERWISE
from envfactory.spec.writes.submission import COMPUTES, CREDENTIALS

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
    line = "GET /search/{site}"
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


@pytest.mark.parametrize(
    ("path", "summary", "kind"),
    [
        ("/jobs/cancel", "Cancel execution of a job", OTHERWISE),
        ("/jobs/lock", "Lock a job", OTHERWISE),
        ("/jobs/status", "Lock status of a job", "get"),
        ("/jobs/cancel-fees", "Cancel fees of a job", "get"),
    ],
)
def test_a_read_does_not_act(api, path, summary, kind):
    answer = body(amount={"type": "integer"}, note=TEXT)
    one = api.operation(f"GET {path}", answer, query={"jobid!": TEXT}, summary=summary)
    assert outcome(infer(api.shop(one)), f"GET {path}") == kind


def test_what_performs_an_action_makes_none_of_the_records(api):
    returns = {"$ref": "#/schemas/Order"}
    one = api.operation(
        "POST /orders", returns, body(note=TEXT), summary="Performs an action on orders"
    )
    spec = infer(
        api.describe(
            api.operation("GET /orders", {"type": "array", "items": returns}),
            api.operation("GET /orders/{id}", returns),
            one,
            schemas={"Order": body(id=TEXT, note=TEXT)},
        )
    )
    assert outcome(spec, "POST /orders") == OTHERWISE


SPOTS = {"type": "array", "items": body(id=TEXT, name=TEXT, lat={"type": "number"})}


def test_a_list_around_a_place_is_none_of_what_lies_in_it(api):
    near = {"lat!": {"type": "number"}, "radius": {"type": "number"}}
    one = api.operation("GET /spots", SPOTS, query=near, summary="Spots around a point")
    assert outcome(infer(api.shop(one)), "GET /spots") == "asks for what is nearby"


def test_a_place_that_callers_may_leave_out_narrows_nothing(api):
    one = api.operation("GET /spots", SPOTS, query={"lat": {"type": "number"}, "name": TEXT})
    spec = infer(api.shop(one))
    tool = next(tool for tool in spec.tools if tool.operation == "GET /spots")
    assert [parameter.name for parameter in tool.parameters] == ["name"]


def test_entries_of_a_map_are_not_found_by_the_key_of_what_holds_it(api):
    options = {"type": "object", "additionalProperties": body(description=TEXT, default=TEXT)}
    line = "GET /clients/{language}"
    spec = infer(
        api.describe(
            api.operation(line, options, summary="Options of a client"),
            api.operation("POST /clients/{language}", body(link=TEXT), body(note=TEXT)),
            api.operation("GET /things", SPOTS),
        )
    )
    assert outcome(spec, line) == "lists a selection that no field states"


@pytest.mark.parametrize(
    ("summary", "kind"), [("Create a widget", "create"), ("Scan widgets", OTHERWISE)]
)
def test_a_body_nobody_described_makes_what_its_text_says(api, summary, kind):
    returns = {"$ref": "#/schemas/Widget"}
    spec = infer(
        api.describe(
            api.operation("GET /widgets", {"type": "array", "items": returns}),
            api.operation("GET /widgets/{id}", returns),
            api.operation("POST /widgets", returns, summary=summary),
            schemas={"Widget": body(id=TEXT, name=TEXT, color=TEXT)},
        )
    )
    assert outcome(spec, "POST /widgets") == kind


@pytest.mark.parametrize(("key", "kind"), [("name", OTHERWISE), ("id", "create")])
def test_what_changes_the_record_that_is_there_does_not_only_insert(api, key, kind):
    widget = body(**{key: TEXT}, note=TEXT)
    returns = {"$ref": "#/schemas/Widget"}
    sent = body(note=TEXT, **({"name": TEXT} if key == "name" else {}))
    one = api.operation("POST /widgets", returns, sent, summary="Create or update a widget")
    spec = infer(
        api.describe(
            api.operation(f"GET /widgets/{{{key}}}", returns), one, schemas={"Widget": widget}
        )
    )
    assert outcome(spec, "POST /widgets") == kind


@pytest.mark.parametrize(("body", "kept"), [({"format": "file"}, False), ({}, True)])
def test_what_is_generated_from_a_whole_file_is_no_record(api, body, kept):
    line = "POST /descriptions"
    answer = {"type": "object", "properties": {"id": {"type": "string"}, "of": {"type": "string"}}}
    text = "This operation generates a description of an image."
    spec = infer(
        api.describe(
            api.operation(line, answer, {**answer, **body}, description=text),
            api.operation("GET /descriptions", {"type": "array", "items": answer}),
        )
    )
    assert (line in {tool.operation for tool in spec.tools}) is kept


def test_what_lies_at_just_one_point_is_not_listed(api):
    place = body(id=TEXT, lat=TEXT, lng=TEXT)
    line = "GET /places"
    point = {"lat!": {"type": "number"}, "lng!": {"type": "number"}}
    one = api.operation(line, {"type": "array", "items": place}, query=point)
    assert outcome(infer(api.shop(one)), line) == "asks for what is nearby"


@pytest.mark.parametrize(
    ("query", "kept"), [({"lang!": TEXT, "wordform": TEXT}, False), ({}, True)]
)
def test_an_answer_about_what_is_given_takes_it(api, query, kept):
    word = body(lang=TEXT, frequency={"type": "number"})
    line = "GET /frequencies/{lang}"
    summary = "Get the frequency of a given word."
    spec = infer(api.shop(api.operation(line, word, query=query, summary=summary)))
    assert (outcome(spec, line) == "get") is kept


@pytest.mark.parametrize("summary", ["Provides the boundaries of all areas", "List areas"])
def test_undescribed_answers_that_derive_something_are_no_records(api, summary):
    line = "GET /areas"
    spec = infer(api.shop(api.operation(line, summary=summary)))
    assert (outcome(spec, line) == "list") is (summary == "List areas")


@pytest.mark.parametrize(
    ("summary", "reason"),
    [
        ("Calculate the dose along a route", COMPUTES),
        ("Generate full names", COMPUTES),
        ("Get the calculated dose of a route", "get"),
    ],
)
def test_what_is_worked_out_anew_is_not_looked_up(api, summary, reason):
    line = "GET /doses"
    query = {"origin!": TEXT, "destination!": TEXT}
    one = api.operation(line, body(dose={"type": "number"}), query=query, summary=summary)
    assert outcome(infer(api.shop(one)), line) == reason


def test_nothing_is_looked_up_by_a_password(api):
    line = "GET /grants"
    query = {"username!": TEXT, "password!": TEXT}
    one = api.operation(line, body(name=TEXT), query=query, summary="Obtain a grant")
    assert outcome(infer(api.shop(one)), line) == CREDENTIALS


@pytest.mark.parametrize(
    ("summary", "kind"),
    [
        ("Dissociates a webhook from a user.", OTHERWISE),
        ("Links a callback url to a user.", OTHERWISE),
        ("Links of a user.", "list"),
        ("Stops of a line.", "list"),
    ],
)
def test_a_read_that_changes_something_is_none(api, summary, kind):
    listed = {"type": "array", "items": body(id=TEXT, name=TEXT)}
    one = api.operation("GET /parts", listed, summary=summary)
    assert outcome(infer(api.shop(one)), "GET /parts") == kind


def test_what_may_make_a_record_does_not_only_read_it(api):
    line = "GET /orders/{orderId}"

    def told(summary):
        one = api.operation(line, {"$ref": "#/schemas/Order"}, summary=summary)
        listed = api.operation("GET /orders", api.orders)
        return outcome(infer(api.describe(one, listed, schemas=api.schemas)), line)

    assert told("Get or create an order.") == OTHERWISE
    assert told("Get an order.") == "get"
