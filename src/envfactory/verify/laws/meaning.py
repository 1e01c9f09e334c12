"""What matches, orders and assignments mean, on plain JSON and without the code that is checked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from envfactory.records import Json
from envfactory.spec.model import Assign, FieldSpec, ListOf, Match, Through
from envfactory.verify.laws.place import around
from envfactory.verify.laws.transition import Row, Transition

Moment = datetime | date | time


def same(one: Json, other: Json) -> bool:
    """Tell whether two JSON values mean the same: `Z` is `+00:00`, 1 is 1.0, absent is null."""
    if isinstance(one, str) and isinstance(other, str):
        return one == other or (moment(one) is not None and moment(one) == moment(other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return all(same(one.get(name), other.get(name)) for name in {**one, **other})
    return one is None and other is None


def holds_given(stored: Json, given: Json) -> bool:
    """Tell whether a stored value is the one that was given, with defaults filled in."""
    if isinstance(stored, dict) and isinstance(given, dict):
        return all(holds_given(stored.get(name), value) for name, value in given.items())
    if isinstance(stored, list) and isinstance(given, list):
        return len(stored) == len(given) and all(map(holds_given, stored, given))
    return same(stored, given)


def moment(text: Json) -> Moment | None:
    """Return the point in time, the day or the time of day that a text states, or None."""
    if not isinstance(text, str) or len(text) < 5 or not text[:1].isdigit():
        return None
    for kind in (date, datetime, time):
        try:
            found = kind.fromisoformat(text)
        except ValueError:
            continue
        if isinstance(found, datetime) and found.tzinfo is None:
            return found.replace(tzinfo=UTC)
        return found
    return None


# ------------------------------------------------------------------------------ matches
def selected(t: Transition, matches: Sequence[Match], through: Through | None = None) -> list[Row]:
    """Return the records that match, in key order, or the nearest first."""
    wanted = [(match, wanted_value(t, match)) for match in matches]
    asked = [(m, v) for m, v in wanted if v is not None or m.source == "constant"]
    rows = t.before.rows(t.entity.table)
    if through is not None:
        keys = _listed(t, through)
        rows = [row for row in rows if row[t.entity.key] in keys]
    found = [row for row in rows if all(matching(t, row, m, v) for m, v in asked)]
    return around(t, found)


def _listed(t: Transition, through: Through) -> list[Json]:
    key = t.before.me if through.by == "me" else t.given(through.key)
    row = t.before.get(through.table, key)
    found = row.get(through.field) if row is not None else None
    return found if isinstance(found, list) else []


def wanted_value(t: Transition, match: Match) -> Json:
    """Return the value that a match compares with; None where nothing was asked."""
    if match.source == "me":
        return t.before.me
    if match.source == "constant":
        return match.constant
    return t.given(match.parameter)


def matching(t: Transition, row: Row, match: Match, wanted: Json) -> bool:
    """Tell whether one record matches."""
    if match.field is None:
        values = [row.get(field.name) for field in t.entity.searched_fields()]
        texts = [text for one in values for text in (one if isinstance(one, list) else [one])]
        return any(_contains(text, wanted) for text in texts)
    held = row.get(match.field)
    if isinstance(t.entity.field(match.field).type, ListOf):
        members = held if isinstance(held, list) else []
        given = wanted if isinstance(wanted, list) else [wanted]
        return any(same(member, one) for member in members for one in given)
    match match.op:
        case "eq":
            return same(held, wanted)
        case "one_of":
            return isinstance(wanted, list) and any(same(held, one) for one in wanted)
        case "contains" | "search":
            return _contains(held, wanted)
        case "prefix":
            return isinstance(held, str) and held.startswith(str(wanted))
        case _:
            return _in_range(held, match.op, wanted)


def _contains(held: Json, wanted: Json) -> bool:
    return isinstance(held, str) and str(wanted).casefold() in held.casefold()


def _in_range(held: Json, op: str, wanted: Json) -> bool:
    one, other = _comparable(held, wanted)
    if one is None or other is None:
        return False
    if op == "gte":
        return bool(one >= other)  # type: ignore[operator]
    if op == "gt":
        return bool(one > other)  # type: ignore[operator]
    if op == "lte":
        return bool(one <= other)  # type: ignore[operator]
    return bool(one < other)  # type: ignore[operator]


def _comparable(held: Json, wanted: Json) -> tuple[object, object]:
    """Return two values that can be compared: a day with a point in time as two days."""
    if isinstance(held, int | float) and isinstance(wanted, int | float):
        return held, wanted
    one, other = moment(held), moment(wanted)
    if one is not None and other is not None:
        if isinstance(one, datetime) and not isinstance(other, datetime):
            one = one.date()
        elif isinstance(other, datetime) and not isinstance(one, datetime):
            other = other.date()
        return (one, other) if type(one) is type(other) else (None, None)
    if isinstance(held, str) and isinstance(wanted, str):
        return held, wanted
    return None, None


# ------------------------------------------------------------------------------ order
def sort_key(value: Json) -> tuple[int, object]:
    """Return what sorts JSON values of one field; null comes last."""
    if value is None:
        return 1, 0
    if isinstance(value, dict | list):
        return 0, json.dumps(value, sort_keys=True)
    found = moment(value)
    return 0, found if found is not None else value


def in_order(values: Sequence[Json], *, descending: bool) -> bool:
    """Tell whether values are sorted, those that are null last in either direction."""
    known = [value for value in values if value is not None]
    if any(value is not None for value in values[len(known) :]):
        return False
    keys = [sort_key(value) for value in known]
    try:
        expected = sorted(keys, reverse=descending)
    except TypeError:
        return True  # texts and moments mixed: no order is stated
    return keys == expected


# ------------------------------------------------------------------------------ assignments
def assigned(t: Transition, assign: Assign, field: FieldSpec, given: Json) -> Json:
    """Return the value that an assignment states, where a value is given or not needed."""
    value: Json
    match assign.source:
        case "now":
            return t.before.now
        case "constant":
            value = assign.constant
        case "me":
            value = t.before.me
        case _:
            value = t.before.now if given is None and assign.or_now else given
    if isinstance(field.type, ListOf) and value is not None and not isinstance(value, list):
        return [value]
    return value


def is_now(t: Transition, stored: Json) -> bool:
    """Tell whether a stored value is the present moment, in whatever form the field has it."""
    now = moment(t.before.now)
    assert isinstance(now, datetime)
    if isinstance(stored, int | float) and not isinstance(stored, bool):
        return int(stored) == int(now.timestamp())
    found = moment(stored)
    if isinstance(found, datetime):
        return found == now
    if isinstance(found, time):
        return found.replace(tzinfo=None) == now.time()
    return found == now.date()
