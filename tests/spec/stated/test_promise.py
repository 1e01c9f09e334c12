"""Promises: tools that would be about something else than the texts of their inputs say."""

from __future__ import annotations

import pytest

from envfactory.spec import infer
from envfactory.spec.stated.agreement import OTHERWISE

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def reason(spec, line):
    """Return why an operation is left out, or the kind of its tool."""
    for tool in spec.tools:
        if tool.operation == line:
            return tool.behaviour.kind
    return next(o.reason for o in spec.omissions if o.subject == "operation" and o.where == line)


def test_an_id_of_what_stands_before_picks_nothing(api):
    line = "GET /orders/hosts"
    host = {"type": "object", "properties": {"id": TEXT, "status": TEXT}}
    hosts = {"type": "array", "items": host}

    def told(text):
        listing = api.operation(line, hosts, query={"id!": {**TEXT, "description": text}})
        return reason(infer(api.shop(api.operation("GET /orders", api.orders), listing)), line)

    assert told("Order ID") == OTHERWISE
    assert told("The id of the order to host") == OTHERWISE
    assert told("Host ID") == "list"
    assert told("ID of the order host") == "list"


def test_a_form_of_a_record_is_no_key(api):
    line = "GET /firms/{id}/{part}"
    firm = {"type": "object", "properties": {"id": TEXT, "name": TEXT}}
    plain = api.operation(line, firm)
    forms = {"type": "string", "enum": ["mini", "full"]}
    first, last = plain.parameters
    narrowed = last.model_copy(update={"schema_": forms})
    chosen = plain.model_copy(update={"parameters": (first, narrowed)})
    others = api.operation("GET /firms", {"type": "array", "items": firm})
    assert reason(infer(api.shop(others, chosen)), line) == OTHERWISE


def test_a_deletion_hears_what_callers_must_say(api):
    line = "DELETE /orders/{orderId}"
    others = [api.operation("GET /orders/{orderId}", api.order)]

    def told(**query):
        changes = api.operation(line, None, query=query)
        return reason(infer(api.describe(*others, changes, schemas=api.schemas)), line)

    assert told(**{"labels!": TEXT}) == OTHERWISE
    assert told(labels=TEXT) == "delete"
    assert told(**{"api_key!": TEXT}) == "delete"


def test_a_list_of_counts_is_no_count(api):
    line = "GET /orders/v2/count"
    counts = {"type": "array", "items": {"type": "object", "properties": {"orderCount": NUMBER}}}
    listing = api.operation("GET /orders", api.orders)
    counted = api.operation(line, counts, summary="Retrieve the count of existing orders")
    assert reason(infer(api.shop(listing, counted)), line) == OTHERWISE
    each = api.operation(line, counts, summary="Retrieve order counts for each region")
    assert reason(infer(api.shop(listing, each)), line) == "list"


def test_a_list_that_nobody_describes_is_no_record(api):
    line = "GET /statistics/urls/{type}"

    def told(summary):
        return reason(infer(api.shop(api.operation(line, None, summary=summary))), line)

    assert told("Return a list of the latest URLs") == OTHERWISE
    assert told("Return the statistics of such URLs") == "get"


def test_places_and_several_values_find_no_single_answer(api):
    place = {"latitude!": {"type": "number"}, "longitude!": {"type": "number"}}
    answer = {"type": "object", "properties": {"name": TEXT, "distance": {"type": "number"}}}

    def told(line, query):
        return reason(infer(api.shop(api.operation(line, answer, query=query))), line)

    assert told("GET /harbour/nearest", place) == OTHERWISE
    assert told("GET /harbour/tide", place) == "get"
    several = {**TEXT, "description": "Comma separated list of harbours"}
    assert told("GET /harbour/tide", {"harbour!": several}) == OTHERWISE
    assert told("GET /harbour/tide", {"harbour!": TEXT}) == "get"


def test_what_is_since_a_day_is_not_what_is_of_that_day(api):
    line = "GET /orders/by_date"
    query = {"day!": NUMBER, "month!": NUMBER, "year!": NUMBER}

    def told(summary):
        listing = api.operation(line, api.orders, query=query, summary=summary)
        return reason(infer(api.shop(listing)), line)

    assert told("Orders of a day") == "list"
    assert told("Orders on or after a day") == OTHERWISE


def test_what_lies_in_a_range_is_not_looked_up_by_its_ends(api):
    answer = {"type": "object", "properties": {"name": TEXT, "size": NUMBER}}
    query = {"start_date!": TEXT, "end_date!": TEXT}

    def told(summary):
        one = api.operation("GET /feed", answer, query=query, summary=summary)
        return reason(infer(api.shop(one)), "GET /feed")

    assert told("Find objects within a date range") == OTHERWISE
    assert told("Get the summary of a quarter") == "get"


def test_the_only_record_is_no_list(api):
    def told(summary, **held):
        answer = {"type": "object", "properties": {"name": TEXT, "size": NUMBER, **held}}
        one = api.operation("GET /backdrop", answer, summary=summary)
        return reason(infer(api.shop(one)), "GET /backdrop")

    assert told("Lists backdrops") == OTHERWISE
    assert told("Lists backdrops", backdrops={"type": "array", "items": TEXT}) == "get"
    assert told("Get the backdrop") == "get"


def test_what_is_at_one_place_is_not_what_is_everywhere(api):
    line = "GET /storms"
    storm = {"type": "object", "properties": {"id": TEXT, "wind": NUMBER}}
    listed = {"type": "array", "items": storm}
    query = {"lat": {"type": "number"}, "lon": {"type": "number"}}

    def told(summary, **more):
        one = api.operation(line, listed, query=query | more, summary=summary)
        return reason(infer(api.shop(one)), line)

    assert told("Returns the storms for a single location") == OTHERWISE
    assert told("Returns the storms for a single location", place_id=TEXT) == "list"
    assert told("Returns the storms of a year") == "list"


def test_what_is_found_out_for_any_place_or_page_is_not_looked_up(api):
    answer = {"type": "object", "properties": {"name": TEXT, "size": NUMBER}}
    point = {"lat!": {"type": "number"}, "lon!": {"type": "number"}}

    def told(line, summary, query):
        one = api.operation(line, answer, query=query, summary=summary)
        return reason(infer(api.shop(one)), line)

    assert told("GET /reverse-geocoding", "Get the street", point) == OTHERWISE
    assert told("GET /tides", "Get the tide", point) == "get"
    assert told("GET /raw", "Visits the URL and gets its data", {"url!": TEXT}) == OTHERWISE
    assert told("GET /raw", "Get the data of a page", {"url!": TEXT}) == "get"


def test_what_creates_or_takes_back_refuses_no_key_that_is_there(api):
    kind = {"type": "object", "required": ["name"], "properties": {"name": TEXT, "note": TEXT}}

    def told(summary):
        made = api.operation("POST /labels", kind, kind, summary=summary)
        listed = api.operation("GET /labels", {"type": "array", "items": kind})
        one = api.operation("GET /labels/{name}", kind)
        return reason(infer(api.shop(listed, one, made)), "POST /labels")

    assert told("Create new or unarchive an existing label") == OTHERWISE
    assert told("Create a label") == "create"


def test_no_spelling_is_looked_up(api):
    found = {"type": "array", "items": {"type": "object", "properties": {"token": TEXT}}}
    one = api.operation("GET /spellcheck", found, query={"q!": TEXT})
    assert reason(infer(api.shop(one)), "GET /spellcheck") == OTHERWISE


def listed(api, line, text, properties, **query):
    """Return why an operation that lists such records is left out, or the kind of its tool."""
    records = {"type": "array", "items": {"type": "object", "properties": properties}}
    return reason(
        infer(api.shop(api.operation(line, records, query=query, description=text))), line
    )


def test_what_lies_around_a_code_is_not_what_has_it(api):
    spots = {"id": TEXT, "postcode": TEXT}
    around = "Return all spots within a 5 mile radius of the specified postcode."
    asked = {"postcode!": TEXT}
    assert listed(api, "GET /spots", around, spots, **asked) == OTHERWISE
    assert listed(api, "GET /spots", "Return all spots of a postcode.", spots, **asked) == "list"


def test_what_mentions_a_record_is_not_that_record(api):
    letters = {"id": TEXT, "letter_id": TEXT, "title": TEXT}
    asked = {"letter_id!": TEXT}
    mention = "Returns letters that mention a particular letter."
    assert listed(api, "GET /letters", mention, letters, **asked) == OTHERWISE
    assert listed(api, "GET /letters", "Returns letters by their id.", letters, **asked) == "list"


def test_what_is_stopped_leaves_no_record(api):
    line = "POST /recordStop"
    body = {"type": "object", "properties": {"call": TEXT, "file": TEXT}}

    def made(text):
        stop = api.operation(line, {"type": "object", "properties": {}}, body, description=text)
        return reason(infer(api.shop(stop)), line)

    assert made("Stops the recording of a call.") == OTHERWISE
    assert made("Adds a stop to the record of a call.") == "create"


def test_one_record_is_no_list_of_them(api):
    line = "GET /folders/{id}"
    folder = {"type": "object", "properties": {"id": TEXT, "name": TEXT}}

    def told(text):
        return reason(infer(api.shop(api.operation(line, folder, description=text))), line)

    assert told("Returns the list of documents in a folder.") == OTHERWISE
    assert told("Returns a folder of the list.") == "get"


def test_an_address_is_taken_apart_and_not_listed(api):
    records = {"address": TEXT, "city": TEXT}
    asked = {"address!": TEXT}
    line = "GET /addresses"
    assert (
        listed(api, line, "Split a raw address into several parts.", records, **asked) == OTHERWISE
    )
    assert listed(api, line, "Find an address by its text.", records, **asked) == "list"


def test_an_answer_that_is_looked_up_is_no_list_of_them_either(api):
    line = "GET /keys/issued"
    asked = {"owner!": TEXT}

    def told(text, **more):
        held = {"type": "object", "properties": {"owner": TEXT, "brand": TEXT, **more}}
        one = api.operation(line, held, query=asked, description=text)
        return reason(infer(api.shop(one)), line)

    assert told("Get a list of your issued keys.") == OTHERWISE
    assert told("Get a list of your issued keys.", keys={"type": "array", "items": TEXT}) == "get"
    assert told("Get the brand of the keys of an owner.") == "get"


@pytest.mark.parametrize("prefix", ["This endpoint ", "This API call ", "Use this method to "])
def test_a_list_is_promised_whatever_the_sentence_calls_the_operation(api, prefix):
    folder = {"type": "object", "properties": {"id": TEXT, "name": TEXT}}
    line = "GET /folders/{id}"
    one = api.operation(line, folder, description=f"{prefix}returns a list of documents.")
    assert reason(infer(api.shop(one)), line) == OTHERWISE


def test_one_record_with_an_id_of_its_own_is_not_all_of_them(api):
    line = "GET /api/user"

    def told(text, **held):
        user = {"type": "object", "properties": {"user_id": TEXT, "name": TEXT, **held}}
        schemas = {"User": user}
        one = api.operation(line, {"$ref": "#/schemas/User"}, summary=text)
        spec = infer(
            api.describe(
                one, api.operation("GET /orders", api.orders), schemas={**api.schemas, **schemas}
            )
        )
        return reason(spec, line)

    assert told("Get all users detail") == OTHERWISE
    assert told("Returns a list of users") == OTHERWISE
    assert told("Get all users detail", users={"type": "array", "items": TEXT}) == "get"
    assert told("Get the user") == "get"
