"""Askable: texts of reads speak of nothing that callers cannot ask, and lose nothing else."""

from __future__ import annotations

import pytest

from envfactory.spec import infer
from envfactory.spec.reads.askable import UNASKABLE

TEXT = {"type": "string"}
MOMENT = {"type": "string", "format": "date-time"}
LINE = "GET /orders"


def listed(api, text="Lists orders.", **query):
    """Return the tool that lists orders, and whether its texts have lost something."""
    one = api.operation(LINE, api.orders, query=query, description=text)
    spec = infer(api.describe(one, schemas=api.schemas))
    lost = any(o.reason == UNASKABLE and o.where == LINE for o in spec.omissions)
    return next(tool for tool in spec.tools if tool.operation == LINE), lost


def asked(api, text, name="note", **schema):
    """Return what is said of a parameter whose source says `text`."""
    tool, _ = listed(api, **{name: {**TEXT, **schema, "description": text}})
    return tool.parameters[0].description


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "Lists all orders. Since this is long, it is possible to filter by shop.",
            "Lists all orders.",
        ),
        ("Lists orders. You can sort them as you like.", "Lists orders."),
        ("Lists orders. The answer is paginated.", "Lists orders."),
        ("Lists orders. Allowed are kind and symbol, or conid.", "Lists orders."),
        ("Search for orders in several shapes.", "List orders in several shapes."),
    ],
)
def test_a_list_offers_nothing_that_it_does_not_take(api, text, left):
    tool, lost = listed(api, text, kind=TEXT, symbol=TEXT)
    assert (tool.description, lost) == (left, True)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Lists all orders. You can filter by status.", {"status": TEXT}),
        ("Lists orders. The next page goes on.", {"page": TEXT}),
        (
            "Lists orders. You can sort them by total.",
            {"sort": {**TEXT, "enum": ["total", "note"]}},
        ),
        ("Search for orders in several shapes.", {"q": TEXT}),
        ("Lists orders. A shop may have a limited stock.", {"note": TEXT}),
    ],
)
def test_what_callers_can_ask_is_said(api, text, query):
    tool, lost = listed(api, text, **query)
    assert (tool.description, lost) == (text, False)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Note of the order. Modifiers include lt. Usage: ?note[lt]=a.", "Note of the order."),
        ("Note of the order. Ignored if status is given.", "Note of the order."),
        ("Notes to find. Repeat this parameter for each one.", "Notes to find."),
        ("The note. Using 'all' as the note returns every order.", "The note."),
        ("The note in upper case.", "The note in upper case."),
        ("The note. It may be long.", "The note. It may be long."),
        ("Note of the order to delete.", "Note of the order."),
        ("If draft is 'true', required note of the order.", "Note of the order."),
        ("When it is set, only such orders.", "When it is set, only such orders."),
        ("Create orders with this note.", "Note of the order."),
    ],
)
def test_a_parameter_says_what_callers_may_give(api, text, left):
    assert asked(api, text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Only orders after this time, in yyyyMMdd format.", "Only orders after this time."),
        ("Only orders after this time (format yyyyMMdd).", "Only orders after this time."),
        ("Only orders after this time. Unix timestamp.", "Only orders after this time."),
        ("Only orders after this time (YYYY-MM-DD).", "Only orders after this time (YYYY-MM-DD)."),
        ("Orders after this time in ISO 8601 form.", "Orders after this time in ISO 8601 form."),
    ],
)
def test_dates_have_the_form_that_a_tool_takes(api, text, left):
    assert asked(api, text, "created_from", format="date-time") == left


def test_a_text_that_tells_nothing_but_a_form_is_replaced(api):
    said = asked(api, "Date format: yyyyMMdd.", "created_from", format="date-time")
    assert said
    assert "yyyy" not in said


def test_a_list_is_no_text_with_commas(api):
    several = {"type": "array", "items": TEXT}
    tool, _ = listed(api, status={**several, "description": "Comma-separated list of statuses."})
    assert tool.parameters[0].description == "A list of statuses."


def test_words_to_look_for_are_no_expression(api):
    tool, _ = listed(api, q={**TEXT, "description": "A full-text or Lucene query."})
    assert tool.parameters[0].description == "Words to look for."


def test_what_changes_something_keeps_its_texts(api):
    spec = infer(api.shop())
    assert not any(one.reason == UNASKABLE for one in spec.omissions)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Lists orders. You should call this often.", "Lists orders."),
        ("List all orders or one specific order.", "List all orders."),
        ("Manage the orders of a shop. They are kept here.", "They are kept here."),
        ("Lists orders. They are those of the shop.", "Lists orders. They are those of the shop."),
    ],
)
def test_later_sentences_tell_what_there_is_and_not_how_to_call(api, text, left):
    assert listed(api, text)[0].description == left


def test_who_calls_is_nobody_that_can_be_named(api):
    assert asked(api, "The note, or self to get your own.") == "The note."
    assert asked(api, "The notes; uses the first one if this is unset.") == "The notes."


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Lists orders. note: a word of the note or all of it.", "Lists orders."),
        ("Lists orders. Attempting both will result in an error.", "Lists orders."),
        ("Lists orders The authorisation token needs to be in a header.", "Lists orders."),
        (
            "Lists orders of the user known by the access token sent.",
            "Lists orders of the user known.",
        ),
    ],
)
def test_how_an_input_is_given_is_no_text_of_the_tool(api, text, left):
    assert listed(api, text, note=TEXT)[0].description == left


def test_words_are_looked_for_everywhere_and_not_where_a_text_says(api):
    two = {**TEXT, "description": "Orders with a note or status containing this"}
    tool, _ = listed(api, q=two)
    assert tool.behaviour.matches[0].op == "search"
    assert tool.parameters[0].description == "Words to look for."
    tool, _ = listed(api, q={**TEXT, "description": "Free text to match"})
    assert tool.parameters[0].description == "Free text to match."


def test_what_nobody_can_say_otherwise_narrows_nothing(api):
    tool, _ = listed(api, **{"op!": {**TEXT, "enum": ["list"]}})
    assert tool.parameters == ()
    tool, _ = listed(api, **{"op!": {**TEXT, "enum": ["list", "draft"]}})
    assert [one.name for one in tool.parameters] == ["op"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Lists orders made in the past 90 days.", "Lists orders."),
        ("Lists orders, currently 220 orders are there.", "Lists orders."),
        ("Lists orders. Maximum time between both is 45 days.", "Lists orders."),
        ("Lists orders within a time range, with potential filtering.", "Lists orders."),
        ("Lists orders in the order book.", "Lists orders in the order book."),
    ],
)
def test_nothing_is_said_of_how_many_there_are_and_how_long_ago(api, text, left):
    assert listed(api, text)[0].description == left


def test_one_record_is_not_all_or_one(api):
    said = "List all orders or one specific order."
    line = "GET /orders/{orderId}"
    one = api.operation(line, {"$ref": "#/schemas/Order"}, description=said)
    spec = infer(api.describe(one, schemas=api.schemas))
    assert spec.tools[0].description == "Get one order."
