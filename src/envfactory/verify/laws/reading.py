"""Laws of tools that read: lists, counts, picks and single records."""

from __future__ import annotations

from envfactory.records import Json
from envfactory.spec.model import (
    CountRecords,
    GetRecord,
    ListRecords,
    PickRecord,
    Scalar,
    Sorting,
)
from envfactory.verify.laws.finding import candidates
from envfactory.verify.laws.law import law
from envfactory.verify.laws.meaning import in_order, same, selected
from envfactory.verify.laws.transition import Row, Transition


@law("reads only", "changes nothing", "list", "count", "get")
def reads_only(t: Transition) -> str | None:
    """Reading leaves the state as it is."""
    if t.changes:
        change = t.changes[0]
        return f"changed {change.table} {change.key or ''} {change.field or change.kind}"
    return None


@law("select", "returns exactly the records that match, each once", "list")
def selects(t: Transition) -> str | None:
    """Filters select exactly; pages and limits cut the selection and nothing else."""
    behaviour = t.design.behaviour
    assert isinstance(behaviour, ListRecords)
    items = _items(t)
    if items is None:
        return None
    expected = selected(t, behaviour.matches, behaviour.through)
    by_key = {row[t.entity.key]: row for row in expected}
    keys = [item.get(t.entity.key) for item in items]
    for key, item in zip(keys, items, strict=True):
        if key not in by_key:
            return f"returned {key!r}, which does not match"
        if not same(dict(by_key[key]), dict(item)):
            return f"returned {key!r} with other values than are stored"
    if len(set(map(str, keys))) < len(keys):
        return "returned a record twice"
    count = _expected_count(t, behaviour, len(expected))
    if count is not None and len(items) != count:
        return f"returned {len(items)} of {len(expected)} records that match, {count} were due"
    return None


def _expected_count(t: Transition, behaviour: ListRecords, found: int) -> int | None:
    """Return how many records are due on this page; None where a cursor decides."""
    if behaviour.at_most is not None:
        found = min(found, behaviour.at_most)
    paging = behaviour.paging
    if paging is None:
        return found
    limit = t.given(paging.limit) if paging.limit else paging.default_limit
    position = t.given(paging.position)
    if not isinstance(limit, int):
        return None
    if position is None or paging.position is None:
        return min(found, limit)
    if paging.style == "cursor" or not isinstance(position, int):
        return None
    start = position if paging.style == "offset" else (position - paging.first_page) * limit
    return max(0, min(found - start, limit)) if start >= 0 else None


@law("total", "says how many records match in all", "list", "count")
def totals(t: Transition) -> str | None:
    """Counts agree with lists."""
    behaviour = t.design.behaviour
    assert isinstance(behaviour, ListRecords | CountRecords)
    if not t.outcome.ok or not isinstance(t.value, dict):
        return None
    name = "count" if isinstance(behaviour, CountRecords) else "total"
    if name not in t.value:
        return None
    expected = len(selected(t, behaviour.matches, behaviour.through))
    if isinstance(behaviour, ListRecords) and behaviour.at_most is not None:
        expected = min(expected, behaviour.at_most)
    told = t.value[name]
    return None if told == expected else f"says {told!r} where {expected} match"


@law("order", "returns records in the order that was asked for", "list")
def orders(t: Transition) -> str | None:
    """A list is sorted as asked, as the operation says, or by key; pages follow each other."""
    behaviour = t.design.behaviour
    assert isinstance(behaviour, ListRecords)
    items = _items(t)
    if items is None:
        return None
    field, descending = _order(t, behaviour)
    expected = selected(t, behaviour.matches, behaviour.through)
    if behaviour.near is not None:
        return _nearest_first(t, behaviour, items, expected)
    if field is None:
        keys = [row[t.entity.key] for row in expected]
        places = [keys.index(item.get(t.entity.key)) for item in items if _known(t, item, keys)]
        if places != sorted(places, reverse=descending):
            return "the records are not in key order"
        first = _start(t, behaviour)
        if places and first is not None and not descending and places[0] != first:
            return f"the page begins with record {places[0] + 1}, not {first + 1}"
        return None
    values = [item.get(field) for item in items]
    if not in_order(values, descending=descending):
        return f"the records are not sorted by {field}"
    return _page_of(t, behaviour, field, descending, values)


def _nearest_first(
    t: Transition, behaviour: ListRecords, items: list[Row], expected: list[Row]
) -> str | None:
    start = _start(t, behaviour)
    if start is None:
        return None
    due = [row[t.entity.key] for row in expected[start : start + len(items)]]
    found = [item.get(t.entity.key) for item in items]
    return None if found == due else "the nearest records do not come first"


def _known(t: Transition, item: Row, keys: list[Json]) -> bool:
    return item.get(t.entity.key) in keys


def _page_of(
    t: Transition, behaviour: ListRecords, field: str, descending: bool, values: list[Json]
) -> str | None:
    """Compare the values on a page with those at its place in the whole order."""
    start = _start(t, behaviour)
    if start is None:
        return None
    everything = [row.get(field) for row in selected(t, behaviour.matches, behaviour.through)]
    known = [value for value in everything if value is not None]
    if any(isinstance(value, dict | list) for value in known):
        return None
    try:
        known.sort(key=_plain, reverse=descending)
    except TypeError:
        return None
    whole = known + [None] * (len(everything) - len(known))
    due = whole[start : start + len(values)]
    return None if same(due, values) else f"the page holds other values of {field} than are due"


def _plain(value: Json) -> str | float:
    assert isinstance(value, str | int | float)
    return value


def _start(t: Transition, behaviour: ListRecords) -> int | None:
    """Return the place of a page's first record in the whole list; None where a cursor decides."""
    paging = behaviour.paging
    position = t.given(paging.position) if paging is not None else None
    if paging is None or paging.position is None or position is None:
        return 0
    if paging.style == "cursor" or not isinstance(position, int):
        return None
    limit = t.given(paging.limit) if paging.limit else paging.default_limit
    if paging.style == "page":
        return (position - paging.first_page) * limit if isinstance(limit, int) else None
    return position


def _order(t: Transition, behaviour: ListRecords) -> tuple[str | None, bool]:
    """Return the field that the list is sorted by (None: the key) and whether downwards."""
    sorting, own = behaviour.sorting, behaviour.order
    asked = t.given(sorting.parameter) if sorting is not None else None
    field = asked if isinstance(asked, str) else (own.field if own is not None else None)
    downwards = own is not None and own.descending and asked is None
    if sorting is None or sorting.direction_parameter is None:
        return field, downwards
    return field, _is_descending(t, sorting, otherwise=downwards)


def _is_descending(t: Transition, sorting: Sorting, *, otherwise: bool) -> bool:
    assert sorting.direction_parameter is not None
    given = t.given(sorting.direction_parameter)
    if given is None:
        return otherwise
    type_ = t.parameter(sorting.direction_parameter).type
    if isinstance(type_, Scalar) and type_.type == "boolean":
        return given is True
    return str(given).lower().lstrip("-").startswith("desc")


@law("cursor", "gives a cursor exactly where there is more", "list")
def cursors(t: Transition) -> str | None:
    """A page's cursor is null on the last page and only there."""
    behaviour = t.design.behaviour
    assert isinstance(behaviour, ListRecords)
    items = _items(t)
    if items is None or not isinstance(t.value, dict) or "next_cursor" not in t.value:
        return None
    if behaviour.at_most is not None:
        return None
    keys = [row[t.entity.key] for row in selected(t, behaviour.matches, behaviour.through)]
    start = _start(t, behaviour)
    if start is not None:
        more = start + len(items) < len(keys)
    elif not items or behaviour.sorting or behaviour.order:
        return None
    else:
        more = items[-1].get(t.entity.key) != keys[-1]
    if more == (t.value["next_cursor"] is None):
        return "no cursor though there is more" if more else "a cursor though this is the end"
    return None


@law("pick", "returns a record that matches, the first where an order is stated", "pick")
def picks(t: Transition) -> str | None:
    """What is picked is one of those that match."""
    behaviour = t.design.behaviour
    assert isinstance(behaviour, PickRecord)
    expected = selected(t, behaviour.matches)
    if not t.outcome.ok:
        found = t.outcome.kind == "not_found" and expected and not t.dangling()
        return f"found nothing though {len(expected)} match" if found else None
    if not isinstance(t.value, dict):
        return None
    key = t.value.get(t.entity.key)
    if not any(same(row[t.entity.key], key) for row in expected):
        return f"returned {key!r}, which does not match"
    if behaviour.order is None:
        return None
    values = [row.get(behaviour.order.field) for row in expected]
    best = [t.value.get(behaviour.order.field), *values]
    known = [value for value in best if value is not None]
    if best[0] is None and known:
        return "returned a record without the value that decides"
    ordered = all(
        in_order([best[0], value], descending=behaviour.order.descending) for value in known
    )
    return None if ordered else f"another record comes first by {behaviour.order.field}"


@law("get", "returns the record that is asked for, as it is stored", "get")
def gets(t: Transition) -> str | None:
    """A record that exists is found, whole; what does not exist is not found."""
    behaviour = t.design.behaviour
    assert isinstance(behaviour, GetRecord)
    rows = candidates(t)
    if rows is None:
        return None
    if not t.outcome.ok:
        missed = t.outcome.kind == "not_found" and rows and not t.dangling()
        return "did not find a record that exists" if missed else None
    if not rows:
        return "returned a record where none is meant"
    if t.design.result.shape != "record" or not isinstance(t.value, dict):
        return None
    if not any(same(dict(row), t.value) for row in rows):
        return "returned other values than are stored, or another record"
    return None


def _items(t: Transition) -> list[Row] | None:
    """Return the records of a successful list."""
    if not t.outcome.ok:
        return None
    found = t.value.get("items") if isinstance(t.value, dict) else t.value
    if not isinstance(found, list):
        return None
    return [item for item in found if isinstance(item, dict)]


@law("owners", "answers for owners that exist, and for no others", "list", "count")
def answers(t: Transition) -> str | None:
    """What belongs to a missing record is not found; what belongs to another one is."""
    behaviour = t.design.behaviour
    assert isinstance(behaviour, ListRecords | CountRecords)
    missing = t.dangling(required=True)
    if t.outcome.ok:
        return "answered for an owner that does not exist" if missing else None
    if t.outcome.kind != "not_found" or t.dangling() or behaviour.through is not None:
        return None
    owners = [p for p in t.design.parameters if p.reference is not None and p.required]
    return None if len(owners) > 1 else f"was refused: {t.outcome.value}"


READING = (reads_only, selects, totals, orders, cursors, picks, gets, answers)
"""Laws of tools that read."""
