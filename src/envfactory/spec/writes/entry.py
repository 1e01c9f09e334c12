"""Entries: what is written down of a number that was moved, as a transaction of an account is.

A tool that moves a number and answers with another kind of record writes that record down: which
account, how much, of which kind, and when.
"""

from __future__ import annotations

from dataclasses import dataclass

from envfactory.records import Json
from envfactory.spec.model import Assign, CreateRecord, FieldSpec, Scalar
from envfactory.spec.records.call import Call
from envfactory.spec.records.made import Workshop
from envfactory.spec.shapes.origin import Moved
from envfactory.spec.words.movement import is_taker
from envfactory.spec.words.name import word_set, words

_AMOUNTS = word_set("amount quantity qty units value points sum total")
_MOMENTS = word_set("at on date time timestamp moment created")
_SAME_START = 5
"""So many letters in common make `withdrawal` what a tool that withdraws writes down."""
_SIDES = {"add": word_set("credit in incoming earn"), "subtract": word_set("debit out outgoing")}


@dataclass(frozen=True)
class Given:
    """The parameters of a tool that moves a number."""

    key: str
    into: str | None
    amount: str | None


def make_entry(shop: Workshop, call: Call, moved: Moved, given: Given) -> CreateRecord | None:
    """Return what a tool writes down and answers with, where its answer is another kind of record.

    None where that record does not say of which record it is, and how much was moved.
    """
    draft = shop.linker.by_component(moved.answer) if moved.answer else None
    if draft is None or draft is call.draft or given.amount is None:
        return None
    assigns: list[Assign] = []
    for field in draft.fields.values():
        assign = None if field.name == draft.key else _assign(call, moved, given, field, assigns)
        if assign is not None:
            assigns.append(assign)
    told = {assign.parameter for assign in assigns}
    return (
        CreateRecord(table=draft.table, assigns=tuple(assigns))
        if {given.key, given.amount} <= told
        else None
    )


def _assign(
    call: Call, moved: Moved, given: Given, field: FieldSpec, made: list[Assign]
) -> Assign | None:
    """Return what a field of the entry takes; None where nothing says it."""
    parts, type_ = words(field.source_name), field.type
    done = {assign.parameter for assign in made}
    if field.reference is not None and field.reference.table == call.draft.table:
        named = given.into if is_taker(parts) else given.key
        return _taken(field, named) if named not in (None, *done) else None
    if not isinstance(type_, Scalar):
        return None
    if type_.type in ("integer", "number") and not type_.choices:
        exact = parts in (words(moved.amount), moved.field)
        if (exact or parts[-1] in _AMOUNTS) and given.amount not in done:
            return _taken(field, given.amount)
        return None
    if type_.type in ("date", "datetime") and (parts[-1] in _MOMENTS or field.role != "data"):
        return Assign(field=field.name, source="now")
    if type_.choices:
        kind = _kind(moved, type_.choices)
        return None if kind is None else Assign(field=field.name, source="constant", constant=kind)
    return _noted(call, field)


def _taken(field: FieldSpec, parameter: str | None) -> Assign:
    return Assign(field=field.name, source="parameter", parameter=parameter)


def _kind(moved: Moved, choices: tuple[str | int, ...]) -> Json:
    """Return the kind of entry that a verb writes: `withdraw` a `withdrawal`."""
    verb, change = moved.movement.verb[0], moved.movement.change
    for choice in choices:
        said = "".join(words(str(choice)))
        if said == verb or said[:_SAME_START] == verb[:_SAME_START]:
            return choice
    sides = _SIDES.get(change, frozenset())
    return next((choice for choice in choices if set(words(str(choice))) & sides), None)


def _noted(call: Call, field: FieldSpec) -> Assign | None:
    """Return the assignment of an input that the entry has a field for, as a note has."""
    request = call.seen.request
    for name in request.shape.properties if request is not None else ():
        taken = any(parameter.source_name == name for parameter in call.parameters)
        if words(name) == words(field.source_name) and not taken and request is not None:
            required = name in request.shape.required
            return _taken(field, call.add_for_field(name, field, required))
    return None
