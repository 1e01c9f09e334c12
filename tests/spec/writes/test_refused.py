"""What a sketch says under `Raises:`: what tools refuse of it, and what is reported."""

from __future__ import annotations

import pytest

from envfactory.spec import infer
from envfactory.spec.model import DeleteRecord, UpdateRecord
from envfactory.spec.writes.refused import UNDECIDED
from tests.spec.sketches import sketched, tool_of

CLINIC = '''
"""A clinic."""
from dataclasses import dataclass
from enum import Enum

class Status(Enum):
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    DONE = "done"

@dataclass
class Visit:
    visit_id: str
    code: str
    day: str
    status: Status = Status.SCHEDULED

def get_visit(visit_id: str) -> Visit: ...
'''


def clinic(tool: str, *raises: str) -> str:
    told = "".join(f"\n        ValueError: {one}" for one in raises)
    return f'''{CLINIC}
def {tool}:
    """Do it.

    Raises:{told}
    """
'''


def undecided(text: str) -> list[str]:
    return [o.where for o in sketched(text).omissions if o.reason == UNDECIDED]


@pytest.mark.parametrize("said", ["If the visit is cancelled.", "if the visit was cancelled"])
def test_a_state_that_is_refused_is_none_to_start_from(said: str) -> None:
    text = clinic("move_visit(visit_id: str, new_day: str) -> Visit", said)
    behaviour = tool_of(sketched(text), "move_visit").behaviour
    assert isinstance(behaviour, UpdateRecord)
    assert behaviour.allowed_from == ("scheduled", "done")
    assert undecided(text) == []


def test_what_is_taken_is_there_once() -> None:
    text = clinic("add_visit(code: str, day: str) -> Visit", "If that code is taken.")
    assert sketched(text).entity("visits").field("code").unique
    assert undecided(text) == []


def test_a_record_that_does_not_exist_is_never_found() -> None:
    text = clinic("delete_visit(visit_id: str) -> None", "If there is no such visit.")
    assert isinstance(tool_of(sketched(text), "delete_visit").behaviour, DeleteRecord)
    assert undecided(text) == []


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("add_visit(code: str, day: str) -> Visit", "If the clinic is closed on that day."),
        ("add_visit(code: str, day: str) -> Visit", "If another visit already exists."),
        ("delete_visit(visit_id: str) -> None", "If the caller may not delete visits."),
    ],
)
def test_what_no_rule_decides_is_reported(tool: str, said: str) -> None:
    assert len(undecided(clinic(tool, said))) == 1
    assert not sketched(clinic(tool, said)).entity("visits").field("code").unique


@pytest.mark.parametrize(
    ("text", "unique"),
    [
        ("The unique name of an order.", True),
        ("What it is called. It must be unique.", True),
        ("More than one order cannot have the same name.", True),
        ("Its name, which must be unique within the shop.", False),
        ("The unique name per customer.", False),
        ("What makes this order unique.", False),
    ],
)
def test_what_an_input_calls_unique_no_two_records_share(api, text, unique):
    label = {"type": "string", "description": text}
    order = {**api.schemas["Order"]}
    order["properties"] = {**order["properties"], "label": label}
    takes = {"type": "object", "properties": {"label": label}}
    spec = infer(
        api.describe(
            api.operation("GET /orders/{id}", api.order),
            api.operation("POST /orders", api.order, takes),
            schemas={**api.schemas, "Order": order},
        )
    )
    assert spec.entity("orders").field("label").unique is unique
