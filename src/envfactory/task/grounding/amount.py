"""`amount_of`: by how much people let a number of a record grow or shrink."""

from __future__ import annotations

import random

from envfactory.graph.path import escape
from envfactory.records import Json
from envfactory.task.grounding.records import RecordJson
from envfactory.task.meanings.meaning import EntityMeaning, ToolMeaning
from envfactory.task.meanings.slots import Slot
from envfactory.task.meanings.words import is_many

_ROUND = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 250, 300, 500, 1000)
_AMOUNT = "amount"
"""What people call so much of something that cannot be counted; else it is so many of them."""
_LITTLE = 10
"""What a number may always grow by, however small it is."""


def amount_path(tool: ToolMeaning) -> str:
    """Return where a tool is told by how much a number is to grow or shrink; empty if nowhere."""
    amount = None if tool.adjustment is None else tool.adjustment.amount
    return "" if amount is None else f"/{escape(amount)}"


def amount_of(
    tool: ToolMeaning, entity: EntityMeaning, record: RecordJson, rng: random.Random
) -> tuple[Slot, Json]:
    """Return a place for an amount and a round one that fits the record, None where none does.

    Args:
        tool: What makes the number grow or shrink, and takes an amount.
        entity: The kind of record.
        record: What it holds: a number can shrink only by what there is.
        rng: Decides.
    """
    adjustment, path = tool.adjustment, amount_path(tool)
    shape = tool.arguments.at(path)
    assert adjustment is not None
    assert shape is not None
    held = record.get(adjustment.field)
    if not isinstance(held, int | float) or isinstance(held, bool):
        held = 0
    most = held if adjustment.takes or adjustment.into else max(_LITTLE, held / 2)
    most = most if shape.maximum is None else min(most, shape.maximum)
    least = shape.minimum or 0
    fitting = [amount for amount in (1, *_ROUND) if least <= amount <= most]
    label = entity.fields[adjustment.field].label
    slot = Slot(path, label if is_many(label) else _AMOUNT, shape)
    return slot, rng.choice(fitting[1:] or fitting) if fitting else None
