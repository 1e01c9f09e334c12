"""Boundaries: calls at the edges of what a specification distinguishes, where faults like to sit.

Chance seldom meets them: a page that ends with the last record, a moment that equals a limit, an
owner that does not exist, every field that a list can be sorted by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from envfactory.records import Json
from envfactory.spec.model import (
    AdjustRecord,
    CountRecords,
    CreateRecords,
    DeleteRecords,
    EntitySpec,
    ListOf,
    ListRecords,
    MapOf,
    Match,
    ParameterSpec,
    Scalar,
)
from envfactory.verify.laws.adjusting import adjusted_calls
from envfactory.verify.laws.meaning import selected, sort_key
from envfactory.verify.laws.place import around_records
from envfactory.verify.laws.transition import Row, Transition

_ROWS = 3
"""How many records lend their values to the limits of ranges."""

_LIMITS = {"gte": 0, "gt": 0, "lte": -1, "lt": -1}
"""Which of all values, in order, is a limit that leaves out fewest."""

_LENDERS = 40
"""How many records are looked at for the arguments that select most."""

Arguments = dict[str, Json]


def boundary_calls(t: Transition) -> Iterator[Arguments]:
    """Yield arguments at the edges of a tool, around a call that succeeded.

    Args:
        t: A successful call of the tool.
    """
    behaviour = t.design.behaviour
    yield from _strangers(t)
    if isinstance(behaviour, CreateRecords) and behaviour.named_by is not None:
        yield from _again(t, behaviour, behaviour.named_by)
    if isinstance(behaviour, AdjustRecord):
        yield from adjusted_calls(t)
    if isinstance(behaviour, DeleteRecords):
        for row in t.before.rows(t.entity.table)[:_ROWS]:
            yield {**t.arguments, **_lent(t, behaviour, row)}
    if not isinstance(behaviour, ListRecords | CountRecords):
        return
    base, rows = _fullest(t, behaviour)
    yield base
    yield from _missing_owners(t, base)
    yield from _exact(t, base, behaviour)
    yield from _edges(t, base, behaviour.matches, rows)
    if isinstance(behaviour, ListRecords):
        yield from around_records(t, base, behaviour)
        yield from _pages(t, base, behaviour, len(rows))
        yield from _orders(t, base, behaviour)


def _again(t: Transition, behaviour: CreateRecords, name: str) -> Iterator[Arguments]:
    """Give records that are there, under the names they have, the values of the next record."""
    rows = t.before.rows(t.entity.table)
    for row, other in pairwise(rows[: _ROWS + 1]):
        owner = {
            assign.parameter: row.get(assign.field)
            for assign in behaviour.assigns
            if assign.parameter is not None
        }
        items: Json = [{field: other[field] for field in behaviour.fields} | {name: row[name]}]
        if isinstance(t.parameter(behaviour.items).type, MapOf):
            items = {str(row[name]): other[field] for field in behaviour.fields if field != name}
        yield {**t.arguments, **owner, behaviour.items: items}


def _strangers(t: Transition) -> Iterator[Arguments]:
    """Put another record in the place of each one of several that are named."""
    named = [
        p
        for p in t.design.parameters
        if p.reference is not None and p.required and isinstance(p.type, Scalar)
    ]
    for parameter in named if len(named) > 1 else []:
        assert parameter.reference is not None
        key = t.spec.entity(parameter.reference.table).key
        keys = [row[key] for row in t.before.rows(parameter.reference.table)]
        others = [one for one in keys if one != t.arguments.get(parameter.name)]
        for other in others[:1]:
            yield {**t.arguments, parameter.name: other}


def _fullest(t: Transition, behaviour: ListRecords | CountRecords) -> tuple[Arguments, list[Row]]:
    """Return the required arguments that select most records, and these records.

    The call that succeeded may have found few; any other record lends its own values.
    """
    needed = {p.name: t.arguments[p.name] for p in t.design.parameters if p.name in t.arguments}
    first = {n: v for n, v in needed.items() if t.parameter(n).required}
    best, found = first, _rows(t, behaviour, first)
    for row in t.before.rows(t.entity.table)[:_LENDERS]:
        lent = {**first, **_lent(t, behaviour, row)}
        if lent != first and len(rows := _rows(t, behaviour, lent)) > len(found):
            best, found = lent, rows
    return best, found


def _rows(t: Transition, behaviour: ListRecords | CountRecords, arguments: Arguments) -> list[Row]:
    plain = Transition(t.spec, t.design, arguments, t.outcome, t.before, (), t.counters)
    return selected(plain, behaviour.matches, behaviour.through)


def _lent(
    t: Transition, behaviour: ListRecords | CountRecords | DeleteRecords, row: Row
) -> Arguments:
    """Return the required arguments that a record lends its values to."""
    lent: Arguments = {}
    for match in behaviour.matches:
        if match.parameter is None or match.field is None:
            continue
        parameter = t.parameter(match.parameter)
        value = _fitting(row.get(match.field), parameter, match) if parameter.required else None
        if value is not None:
            lent[parameter.name] = value
    return lent


def _exact(
    t: Transition, base: Arguments, behaviour: ListRecords | CountRecords
) -> Iterator[Arguments]:
    """Ask for what is exactly like a record: required ranges begin and end with it, or are wide."""
    wide = _wide(t, behaviour)
    for row in t.before.rows(t.entity.table)[:_ROWS]:
        lent = _lent(t, behaviour, row)
        if lent and {**base, **lent} != base:
            yield {**base, **lent}
        if lent and wide and {**lent, **wide} != lent:
            yield {**base, **lent, **wide}


def _wide(t: Transition, behaviour: ListRecords | CountRecords) -> Arguments:
    """Return required limits between which all records lie."""
    limits: Arguments = {}
    for match in behaviour.matches:
        if match.parameter is None or match.field is None or match.op not in _LIMITS:
            continue
        parameter = t.parameter(match.parameter)
        values = [row.get(match.field) for row in t.before.rows(t.entity.table)]
        known = sorted((value for value in values if value is not None), key=sort_key)
        if parameter.required and known:
            lent = _fitting(known[_LIMITS[match.op]], parameter, match)
            limits |= {parameter.name: lent} if lent is not None else {}
    return limits


def _missing_owners(t: Transition, base: Arguments) -> Iterator[Arguments]:
    for parameter in t.design.parameters:
        if parameter.reference is None or parameter.name not in base:
            continue
        if isinstance(parameter.type, Scalar):
            integer = parameter.type.type == "integer"
            missing: Json = 987_654_321 if integer else "missing-987654321"
            yield {**base, parameter.name: missing}


def _edges(
    t: Transition, base: Arguments, matches: tuple[Match, ...], rows: list[Row]
) -> Iterator[Arguments]:
    """Give each filter values that records have: just inside, and where a text is told apart."""
    for match in matches:
        if match.parameter is None or match.parameter in base:
            continue
        parameter = t.parameter(match.parameter)
        values = [row.get(name) for row in rows for name in _fields(t.entity, match)]
        for value in [value for value in values if value not in (None, [])][:_ROWS]:
            given = _fitting(value, parameter, match)
            if given is not None:
                yield {**base, parameter.name: given}


def _fields(entity: EntitySpec, match: Match) -> list[str]:
    if match.field is not None:
        return [match.field]
    return [field.name for field in entity.searched_fields()[:2]]


def _fitting(value: Json, parameter: ParameterSpec, match: Match) -> Json:
    """Return a value of a record in the form that a parameter takes, or None."""
    if isinstance(value, list):
        value = value[0] if value else None
    if value is None or isinstance(value, dict):
        return None
    if isinstance(parameter.type, ListOf):
        return [value]
    if not isinstance(parameter.type, Scalar):
        return None
    if isinstance(value, str):
        if parameter.type.type == "date":
            return value[:10]
        if parameter.type.type == "datetime":
            return value if "T" in value else f"{value}T00:00:00Z"
        if match.op in ("contains", "search"):
            return value[1:-1].swapcase() or value
        if match.op == "prefix":
            return value[:3]
    return value


def _pages(
    t: Transition, base: Arguments, behaviour: ListRecords, found: int
) -> Iterator[Arguments]:
    paging = behaviour.paging
    if paging is None:
        return
    if paging.limit is None:
        if paging.position is not None and paging.style != "cursor":
            yield {**base, paging.position: 1 + (paging.style == "page")}
        return
    for limit in dict.fromkeys((1, 2, found - 1, found, found + 1)):
        if limit > 0:
            yield {**base, paging.limit: limit}
            if paging.position is not None and paging.style != "cursor":
                for position in (0, 1, 2):
                    yield {**base, paging.limit: limit, paging.position: position}


def _orders(t: Transition, base: Arguments, behaviour: ListRecords) -> Iterator[Arguments]:
    sorting = behaviour.sorting
    if sorting is None:
        return
    directions = _choices(t, sorting.direction_parameter)
    for field in sorting.fields:
        for direction in directions:
            given: Arguments = {**base, sorting.parameter: field}
            if sorting.direction_parameter is not None and direction is not None:
                given[sorting.direction_parameter] = direction
            yield given


def _choices(t: Transition, name: str | None) -> list[Json]:
    """Return what a parameter may be, and None for leaving it out."""
    if name is None:
        return [None]
    type_ = t.parameter(name).type
    if isinstance(type_, Scalar) and type_.type == "boolean":
        return [None, True, False]
    choices: list[Json] = list(type_.choices) if isinstance(type_, Scalar) else []
    return [None, *choices]


def next_page(t: Transition, cursor_from: Mapping[str, Json]) -> Arguments | None:
    """Return the arguments for the page after one that ended with a cursor, or None."""
    behaviour = t.design.behaviour
    if not isinstance(behaviour, ListRecords) or behaviour.paging is None:
        return None
    paging, cursor = behaviour.paging, cursor_from.get("next_cursor")
    if paging.style != "cursor" or paging.position is None or cursor is None:
        return None
    return {**t.arguments, paging.position: cursor}
