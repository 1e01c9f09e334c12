"""`unsayable`: inputs of a tool that no user can fill in, found before anything is tried."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from envfactory.graph import Port
from envfactory.task.grounding.amount import amount_path
from envfactory.task.grounding.plain import can_be_made_up
from envfactory.task.meanings.meaning import EntityMeaning, ToolMeaning
from envfactory.task.meanings.slots import narrowing, plain_slot, settable

_GUESSED = ("choice", "integer", "number")
"""Kinds of values of which one is said where only the schema is known."""


def unsayable(
    tool: ToolMeaning,
    entity: EntityMeaning | None,
    free: Sequence[Port],
    seen: Collection[str] = (),
) -> str | None:
    """Return an input that no user can fill in, whatever was said before; None where all can.

    It is required, sets or filters nothing that is known, and its schema allows more than a few
    values: see `Intention.fill`, which would find out after a long search.

    Args:
        tool: What is called.
        entity: The kind of record that it is about, if that is known.
        free: The inputs that the user says.
        seen: The paths of those for which an earlier call returns values.
    """
    known: set[str] = set()
    if entity is not None and tool.kind == "list":
        known = {slot.path for slot in narrowing(tool, entity)}
    elif entity is not None and tool.kind == "adjust":
        known = {amount_path(tool)}
    elif entity is not None and tool.kind in ("create", "update", "action", "order"):
        known = {slot.path for slot in settable(tool, entity)}
    for port in free:
        if not port.required or port.path in known:
            continue
        slot = plain_slot(tool, port.path)
        if (
            entity is None
            and slot is not None
            and (port.path in seen or can_be_made_up(tool, slot))
        ):
            continue
        if slot is None or slot.shape.kind not in _GUESSED:
            return f"{tool.tool}{port.path}"
    return None
