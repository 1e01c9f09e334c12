"""What a user makes of an instruction: records by name, values in words, and nothing by key."""

from __future__ import annotations

import pytest

from envfactory.environment import ToolSpec
from envfactory.records import Json
from envfactory.task.grounding.records import Records
from envfactory.task.user import Knowledge
from envfactory.trajectory.instruction import Side, understand

NOW = "2026-03-02T09:00:00Z"
ORDERS = [
    {"id": "ord_1", "title": "Website maintenance", "note": "Paid in cash.", "total": 10.0},
    {"id": "ord_2", "title": "Website maintenance (2026)", "note": "By card.", "total": 638.5},
    {"id": "ord_3", "title": "Delivery", "note": "Twelve seats.", "total": 99.0},
    {"id": "ord_4", "title": "Delivery", "note": "One seat.", "total": 99.0},
]
SHOPS = [{"id": "shp_1", "name": "Old Town"}, {"id": "shp_2", "name": "Delivery Hub"}]
RECORDS = Records({"pos": {"now": NOW, "orders": ORDERS, "shops": SHOPS}})
SCHEMA = {
    "type": "object",
    "properties": {
        "order_id": {"type": "string", "x-entity": "orders"},
        "shop_id": {"type": "string", "x-entity": "shops"},
        "due_date": {"type": "string", "format": "date"},
        "status": {"enum": ["open", "partially_paid"]},
        "tip": {"type": "number"},
        "label": {"type": "string"},
    },
    "required": ["order_id"],
}
KNOWN_BY = {"order_id": ("title",)}


def side(known_by: dict[str, tuple[str, ...]], *knows: Knowledge) -> Side:
    return Side(ToolSpec("pos__pay_order", "", SCHEMA, {}, "user"), RECORDS, known_by, knows)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please pay the order ‘Website maintenance’.", {"order_id": "ord_1"}),
        ("Please pay “Website maintenance (2026)” on your side.", {"order_id": "ord_2"}),
        (
            "Please pay the order Website maintenance at the shop 'Old Town'.",
            {"order_id": "ord_1", "shop_id": "shp_1"},
        ),
        ("Pay the order Delivery, the one with 'One seat.' as its note.", {"order_id": "ord_4"}),
        (
            "Pay Website maintenance with the due date 5 May 2026 and the status partially paid.",
            {"order_id": "ord_1", "status": "partially_paid"},
        ),
        (
            "Pay Website maintenance. Set the due date to 2026-05-05, the tip to 2.5.",
            {"order_id": "ord_1", "due_date": "2026-05-05", "tip": 2.5},
        ),
        (
            "Pay Website maintenance with the label ‘Delivery’.",
            {"order_id": "ord_1", "label": "Delivery"},
        ),
    ],
)
def test_records_are_found_by_name_and_values_beside_theirs(
    text: str, expected: dict[str, Json]
) -> None:
    understood = understand(text, side(KNOWN_BY))
    assert isinstance(understood, dict)
    assert {name: understood[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Please pay the order ord_2.", "Which order should I use?"),
        ("Please pay the order.", "Which order should I use?"),
        ("Please pay the order ‘Catering’.", "Which order should I use?"),
        ("Please pay the order with 'By card.' as its note.", "Which order should I use?"),
        ("Please pay the order ‘Delivery’.", "There are several that fit. Which order exactly?"),
    ],
)
def test_what_the_user_does_not_know_is_asked_and_never_guessed(text: str, asked: str) -> None:
    understood = understand(text, side(KNOWN_BY))
    assert isinstance(understood, str)
    assert understood.startswith(asked)


def test_what_the_user_said_is_understood_in_the_same_words() -> None:
    due = Knowledge(
        about="due date of the order", value="2026-05-05", said="May 5th", call=1, path="/due_date"
    )
    told = understand("Pay Website maintenance with the due date May 5th.", side(KNOWN_BY, due))
    assert told == {"order_id": "ord_1", "due_date": "2026-05-05"}
    other = understand("Pay Website maintenance. The due date is 2026-05-06.", side(KNOWN_BY, due))
    assert other == {"order_id": "ord_1", "due_date": "2026-05-06"}


def test_where_nothing_is_said_of_how_records_are_known_any_text_will_do() -> None:
    assert understand("Pay the order with the note By card.", side({})) == {"order_id": "ord_2"}
