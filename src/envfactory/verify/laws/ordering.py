"""The law of tools that make an order of what is in a cart."""

from __future__ import annotations

import math
from collections.abc import Iterator

from envfactory.environment import Change
from envfactory.records import Json
from envfactory.spec.model import OrderRecords
from envfactory.verify.laws.law import law
from envfactory.verify.laws.meaning import same
from envfactory.verify.laws.transition import Row, Transition
from envfactory.verify.laws.writing import wrong_result, wrong_values


@law("order", "orders all that is held, at its price and from its stock, and empties it", "order")
def orders(t: Transition) -> str | None:
    """The total is what the held things cost; each stock shrinks; nothing is held afterwards."""
    behaviour = t.design.behaviour
    assert isinstance(behaviour, OrderRecords)
    rows = t.before.rows(behaviour.held)
    things = [(row, t.before.get(behaviour.product, row.get(behaviour.item))) for row in rows]
    short = [row for row, thing in things if _is_short(behaviour, row, thing)]
    if not t.outcome.ok:
        needless = t.outcome.kind == "failed_precondition" and rows and not short
        return f"was refused though nothing forbids it: {t.outcome.value}" if needless else None
    if not rows or short:
        return "ordered nothing" if not rows else "ordered more than there is"
    if len(t.inserted) != 1 or t.deleted or t.updated:
        return f"added {len(t.inserted)} records and changed {len(t.updated) + len(t.deleted)}"
    (made,) = t.inserted
    changes = list(t.elsewhere())
    return (
        _wrong_total(behaviour, made, things)
        or _wrong_lines(behaviour, made, things)
        or _wrong_changes(t, behaviour, changes, things)
        or wrong_values(t, made, behaviour.assigns)
        or wrong_result(t, made)
    )


_Things = list[tuple[Row, Row | None]]


def _is_short(behaviour: OrderRecords, row: Row, thing: Row | None) -> bool:
    if behaviour.stock is None or thing is None:
        return False
    return _number(thing.get(behaviour.stock)) < _quantity(behaviour, row)


def _quantity(behaviour: OrderRecords, row: Row) -> float:
    return 1 if behaviour.quantity is None else _number(row.get(behaviour.quantity))


def _number(value: Json) -> float:
    return value if isinstance(value, int | float) else 0


def _wrong_total(behaviour: OrderRecords, made: Row, things: _Things) -> str | None:
    if behaviour.total is None or behaviour.price is None:
        return None
    cost = math.fsum(
        _number(thing.get(behaviour.price)) * _quantity(behaviour, row)
        for row, thing in things
        if thing is not None
    )
    found = _number(made.get(behaviour.total))
    close = math.isclose(found, cost, rel_tol=1e-9, abs_tol=2e-6)
    return None if close else f"{behaviour.total} is {found}, what is held costs {cost}"


def _wrong_lines(behaviour: OrderRecords, made: Row, things: _Things) -> str | None:
    if behaviour.lines is None:
        return None
    found = made.get(behaviour.lines)
    if not isinstance(found, list) or len(found) != len(things):
        return f"{behaviour.lines} does not hold each thing"
    for line, (row, thing) in zip(found, things, strict=True):
        for one in behaviour.line:
            source = row if one.source == "item" else thing or {}
            if not isinstance(line, dict) or not same(line.get(one.part), source.get(one.field)):
                return f"{one.part} in {behaviour.lines} is not that of what was held"
    return None


def _wrong_changes(
    t: Transition, behaviour: OrderRecords, changes: list[Change], things: _Things
) -> str | None:
    """Return what is still held, what stock is wrong, and what changed beside."""
    gone = {change.key for change in changes if change.kind == "delete"}
    held = t.spec.entity(behaviour.held).key
    if any(row[held] not in gone for row, _ in things):
        return f"left records in {behaviour.held}"
    due = dict(_stocks(t, behaviour, things))
    for change in changes:
        if change.table == behaviour.held and change.kind == "delete":
            continue
        if change.table != behaviour.product or change.field != behaviour.stock:
            return f"changed {change.field or change.kind} of {change.table}"
        if _number(change.after) != due.pop(change.key, None):
            return f"left {behaviour.stock} of {change.key!r} at {change.after!r}"
    return f"took nothing from {behaviour.stock}" if due else None


def _stocks(
    t: Transition, behaviour: OrderRecords, things: _Things
) -> Iterator[tuple[Json, float]]:
    """Yield what is left of each thing of which some is ordered."""
    for row, thing in things if behaviour.stock is not None else ():
        quantity = _quantity(behaviour, row)
        if thing is not None and quantity:
            key = thing[t.spec.entity(behaviour.product).key]
            yield key, _number(thing.get(behaviour.stock or "")) - quantity


ORDERING = (orders,)
"""The law of orders."""
