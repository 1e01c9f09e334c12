"""Records on both sides of what tools select by themselves: some published, some not."""

from __future__ import annotations

import random

from envfactory.compiler.data.lifecycle import Lifecycle
from envfactory.compiler.data.shape import fits
from envfactory.compiler.data.tables import JsonRecord, TableDraft
from envfactory.records import Json
from envfactory.spec.model import FieldSpec, ListOf, Match, Scalar

_KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


def spread(
    draft: TableDraft,
    selections: list[tuple[Match, ...]],
    lifecycle: Lifecycle,
    states: list[JsonRecord],
    rng: random.Random,
) -> None:
    """Give records the values that selections ask for, a share each, and others to the rest.

    Args:
        draft: The table; its `given` values are added to.
        selections: What each tool selects.
        lifecycle: The states that there are.
        states: The states of the records, which give way where they contradict.
        rng: Decides which records.
    """
    usable = [wanted for one in selections if (wanted := _wanted(draft, one))]
    if not usable:
        return
    places = list(range(len(draft.rows)))
    rng.shuffle(places)
    for turn, place in enumerate(places):
        which = turn % (len(usable) + 1)
        if which < len(usable):
            given = usable[which]
        else:
            given = _refused(draft, usable, lifecycle, states[place], rng)
        draft.given[place].update(given)
        for name in given:
            states[place].pop(name, None)


def _wanted(draft: TableDraft, selection: tuple[Match, ...]) -> JsonRecord:
    """Return field values that a selection finds; those that cannot be given are left out."""
    wanted: JsonRecord = {}
    for match in selection:
        value = match.constant
        if match.op == "one_of" and isinstance(value, list) and value:
            value = value[0]
        if match.field is None or match.op not in ("eq", "one_of", "contains"):
            continue
        field = draft.entity.field(match.field)
        if match.op == "contains" and isinstance(field.type, ListOf):
            if isinstance(field.type.item, Scalar) and _holds(field.type.item, value):
                wanted[match.field] = [value]
        elif (
            field.reference is None and isinstance(field.type, Scalar) and _holds(field.type, value)
        ):
            wanted[match.field] = value
    return wanted


def _holds(type_: Scalar, value: Json) -> bool:
    kind = _KINDS.get(type_.type)
    if kind is None or not isinstance(value, kind) or isinstance(value, bool) != (kind is bool):
        return False
    if type_.choices:
        return value in type_.choices
    return not isinstance(value, str) or fits(value, type_)


def _refused(
    draft: TableDraft,
    usable: list[JsonRecord],
    lifecycle: Lifecycle,
    state: JsonRecord,
    rng: random.Random,
) -> JsonRecord:
    """Return values with which no selection finds a record; one differing field is enough."""
    refused: JsonRecord = {}
    for wanted in usable:
        if any(name in refused and refused[name] != value for name, value in wanted.items()):
            continue
        name = rng.choice(sorted(wanted))
        forbidden = [one[name] for one in usable if name in one]
        values = lifecycle.states.get(name) or _others(draft.entity.field(name))
        left = [value for value in values if value not in forbidden]
        if name in state and state[name] in left:
            refused[name] = state[name]
        elif left:
            refused[name] = rng.choice(left)
    return refused


def _others(field: FieldSpec) -> list[Json]:
    """Return values that a field may have; None or nothing where any will do."""
    type_ = field.type
    if isinstance(type_, Scalar) and type_.choices:
        return list[Json](type_.choices)
    if isinstance(type_, Scalar) and type_.type == "boolean":
        return [True, False]
    if isinstance(type_, ListOf):
        return [[]] if not type_.min_items else []
    return [None] if field.optional else []
