"""Paths behind a record that move one of its numbers, and those that lead to a state."""

from __future__ import annotations

from typing import Any

import pytest

from envfactory.spec import infer
from envfactory.spec.model import AdjustRecord

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
ITEM = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": TEXT, "name": TEXT, "stock": {"type": "integer", "maximum": 500}},
}
AMOUNT = {"type": "object", "required": ["quantity"], "properties": {"quantity": NUMBER}}


def described(api, line: str, takes: Any, record: Any = ITEM, noun: str = "items"):
    return infer(
        api.describe(
            api.operation(f"GET /{noun}", {"type": "array", "items": record}),
            api.operation(f"GET /{noun}/{{id}}", record),
            api.operation(line, record, takes),
        )
    )


def test_a_body_with_an_amount_behind_a_record_adds_to_its_stock(api) -> None:
    spec = described(api, "POST /items/{id}/restock", AMOUNT)
    (found,) = [t.behaviour for t in spec.tools if isinstance(t.behaviour, AdjustRecord)]
    assert (found.field, found.change, found.ceiling) == ("stock", "add", 500)


@pytest.mark.parametrize(
    ("line", "takes", "record"),
    [
        # an application that is withdrawn takes nothing from anywhere
        ("POST /items/{id}/withdraw", None, ITEM),
        # nothing says how much
        ("POST /items/{id}/restock", {"type": "object", "properties": {"note": TEXT}}, ITEM),
        # two numbers may be meant
        (
            "POST /items/{id}/consume",
            AMOUNT,
            {**ITEM, "properties": {**ITEM["properties"], "old_stock": NUMBER}},
        ),
        # one's own vote is there or not, however often it is put
        ("PUT /items/{id}/restock", AMOUNT, ITEM),
        # deposits that can be listed are records
        ("POST /items/{id}/deposits", AMOUNT, ITEM),
    ],
)
def test_what_does_not_say_what_moves_and_by_how_much_moves_nothing(
    api, line: str, takes: Any, record: Any
) -> None:
    spec = described(api, line, takes, record)
    assert "adjust" not in [tool.behaviour.kind for tool in spec.tools]
