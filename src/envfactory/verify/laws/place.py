"""What lies around a place, on plain JSON and without the code that is checked."""

from __future__ import annotations

import math
from collections.abc import Iterator

from envfactory.environment import kilometres
from envfactory.records import Json
from envfactory.spec.model import ListRecords, Near
from envfactory.verify.laws.transition import Row, Transition

_KILOMETRES = {"km": 1.0, "m": 0.001, "mi": 1.609344}
_ROWS = 3
"""How many records lend the place where they lie."""


def around(t: Transition, rows: list[Row]) -> list[Row]:
    """Return those of some records that a tool means which asks for a place, the nearest first."""
    behaviour = t.design.behaviour
    near = behaviour.near if isinstance(behaviour, ListRecords) else None
    if near is None:
        return rows
    away = [(_away(t, near, row), row) for row in rows]
    limit = t.given(near.radius)
    if isinstance(limit, int | float):
        most = limit * _KILOMETRES[near.unit]
        away = [(distance, row) for distance, row in away if distance <= most]
    return [row for _, row in sorted(away, key=lambda one: one[0])]


def around_records(
    t: Transition, base: dict[str, Json], behaviour: ListRecords
) -> Iterator[dict[str, Json]]:
    """Yield arguments that ask for what lies where records lie, and for nothing farther away."""
    near = behaviour.near
    if near is None:
        return
    for row in t.before.rows(t.entity.table)[:_ROWS]:
        place = {
            near.latitude: row.get(near.latitude_field),
            near.longitude: row.get(near.longitude_field),
        }
        if None in place.values():
            continue
        yield {**base, **place}
        if near.radius is not None:
            yield {**base, **place, near.radius: 0}
            yield {**base, **place, near.radius: 500 / _KILOMETRES[near.unit]}


def _away(t: Transition, near: Near, row: Row) -> float:
    place = [t.given(near.latitude), t.given(near.longitude)]
    place += [row.get(near.latitude_field), row.get(near.longitude_field)]
    known = [float(one) for one in place if isinstance(one, int | float)]
    return kilometres(*known) if len(known) == len(place) else math.inf
