"""`Item`: one thing that the user conveys in a turn: a record, or a value that a call is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from envfactory.task.grounding.arrange import Plan
from envfactory.task.grounding.call import Call
from envfactory.task.grounding.mention import Mention
from envfactory.task.meanings.slots import Slot
from envfactory.task.phrasing.manner import RecordId, record_id


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to convey; a record that several calls of a turn name is one.

    Attributes:
        call: The first call of the turn that takes it.
        pointer: Where in its arguments; empty for a record that is only asked about.
        mention: How the solution points out the record; None for a value.
        slot: What takes the value; None for a record.
    """

    turn: int
    call: int
    pointer: str
    mention: Mention | None = None
    slot: Slot | None = None

    @property
    def record(self) -> RecordId | None:
        """Which record it is."""
        return None if self.mention is None else record_id(self.mention)


def items_of(plan: Plan) -> tuple[Item, ...]:
    """Return what the user conveys, in the order of the calls.

    A record that is made and used in the same turn counts as made only.
    """
    return tuple(item for turn in range(len(plan.turns)) for item in _items(plan, turn))


def made_by(calls: Sequence[Call]) -> set[RecordId]:
    """Return the records that calls made."""
    return {
        (change.environment, change.table, change.key)
        for call in calls
        for change in call.changes
        if change.kind == "insert"
    }


def _items(plan: Plan, turn: int) -> list[Item]:
    made = made_by([plan.calls[place] for place in plan.turns[turn]])
    found: list[Item] = []
    records: set[RecordId] = set(made)
    for place in plan.turns[turn]:
        call = plan.calls[place]
        named = [(pointer, leaf.mention) for pointer, leaf in call.leaves.items()]
        for pointer, mention in [*named, ("", call.about)]:
            leaf = call.leaves.get(pointer)
            if leaf is not None and leaf.kind == "said":
                found.append(Item(turn, place, pointer, slot=leaf.slot))
            if mention is None or (leaf is not None and leaf.kind != "named"):
                continue
            if record_id(mention) not in records:
                records.add(record_id(mention))
                found.append(Item(turn, place, pointer, mention))
    return found
