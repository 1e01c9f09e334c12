"""Data sets that answer look-ups: the combinations of values that callers will ask for."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import combinations as combinations_of
from itertools import product
from math import prod

from envfactory.compiler.data.agree import ends_of_ranges
from envfactory.compiler.data.meaning import text_meaning
from envfactory.compiler.data.moment import iso
from envfactory.compiler.data.rows import KeyValue, Row
from envfactory.compiler.data.tables import JsonRecord
from envfactory.compiler.data.values import scalar_value
from envfactory.records import Json
from envfactory.spec.model import EntitySpec, FieldSpec, Scalar

MOST_COMBINATIONS = 60
_MOST_ON_AXIS = 8
_MOST_CHOICES = 12
_OF_PLACES = ("country_code", "country", "city", "language", "time_zone")


def axes(
    entity: EntitySpec, rows: list[Row], keys: Mapping[str, list[KeyValue]]
) -> dict[str, list[Json]]:
    """Return, for each field of the entity's identity, the values that callers may ask for.

    Args:
        entity: What is looked up.
        rows: Contexts to draw values from.
        keys: The keys of the tables that are there; others tell no values.
    """
    found: dict[str, list[Json]] = {}
    for name in entity.identity:
        field = entity.field(name)
        if field.reference is not None:
            found[name] = list(keys.get(field.reference.table, ()))
        elif isinstance(field.type, Scalar):
            found[name] = _values(field, field.type, rows)
    return found


def _values(field: FieldSpec, type_: Scalar, rows: list[Row]) -> list[Json]:
    if type_.choices:
        return list[Json](type_.choices[:_MOST_CHOICES])
    if type_.type == "boolean":
        return [True, False]
    lexicon, now = rows[0].source.lexicon, rows[0].source.now
    days = [now + timedelta(days=day) for day in range(-3, 4)]
    if type_.type == "date":
        return [day.date().isoformat() for day in days]
    if type_.type == "datetime":
        return [iso(day.replace(hour=0, minute=0)) for day in days]
    if type_.type == "integer" and field.name.endswith("year"):
        return [now.year - back for back in range(4)]
    meaning = text_meaning(field.name, type_.format)
    if type_.type == "string" and meaning is not None:
        if meaning.kind == "currency":
            return list[Json](lexicon.worth)[:_MOST_ON_AXIS]
        if meaning.kind in _OF_PLACES:
            known = [getattr(place, meaning.kind) for place in lexicon.places]
            return list[Json](dict.fromkeys(known))[:_MOST_CHOICES]
        if meaning.kind == "date":
            return [day.date().isoformat() for day in days]
    needed = field.model_copy(update={"optional": False})
    outside = rows[0].source.outside
    if field.name in outside.names:
        drawing = (scalar_value(needed, type_, row) for row in rows)
        return outside.values(field.name, lambda: next(drawing, None), rows[0].source.rng)
    drawn = [scalar_value(needed, type_, row) for row in rows]
    return list[Json](dict.fromkeys(value for value in drawn if value is not None))[:_MOST_ON_AXIS]


def combinations(
    entity: EntitySpec, found: dict[str, list[Json]], rng: random.Random
) -> list[JsonRecord]:
    """Return the combinations to hold: all where they are few, else some with every value in it.

    The same value twice, as in an exchange of euros into euros, is nothing that callers ask for.
    """
    names, values = list(found), list(found.values())
    if not values or not all(values):
        return []
    alike = [
        (one, other)
        for one, other in combinations_of(range(len(values)), 2)
        if values[one] == values[other]
        and entity.field(names[one]).reference == entity.field(names[other]).reference
    ]

    ends = [(names.index(first), names.index(last)) for first, last in ends_of_ranges(names)]

    def repeats(combination: tuple[Json, ...]) -> bool:
        backwards = (
            str(combination[first]) > str(combination[last])
            for first, last in ends
            if type(combination[first]) is type(combination[last])
        )
        return any(combination[one] == combination[other] for one, other in alike) or any(backwards)

    chosen: list[tuple[Json, ...]] = []
    if prod(map(len, values)) <= 2 * MOST_COMBINATIONS:
        chosen = [combination for combination in product(*values) if not repeats(combination)]
    if not 0 < len(chosen) <= MOST_COMBINATIONS:
        chosen = _covering(values, repeats, rng)
    return [dict(zip(names, one, strict=True)) for one in chosen]


def _covering(
    values: list[list[Json]], repeats: Callable[[tuple[Json, ...]], bool], rng: random.Random
) -> list[tuple[Json, ...]]:
    """Return combinations that hold every value of every axis, and as many others as fit."""
    longest = max(map(len, values))
    count = max(MOST_COMBINATIONS, longest)
    turns = [rng.sample(axis, len(axis)) for axis in values]
    chosen: dict[tuple[Json, ...], None] = {}
    for number in range(count * 4):
        for by in range(1, 4):
            one = tuple(axis[(number + place * by) % len(axis)] for place, axis in enumerate(turns))
            if number >= longest:
                one = tuple(rng.choice(axis) for axis in turns)
            if not repeats(one):
                chosen[one] = None
                break
        if len(chosen) >= count:
            break
    return sorted(chosen, key=repr)
