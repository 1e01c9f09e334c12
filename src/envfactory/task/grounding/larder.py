"""`Larder`: new values for the intent of a task that look like those that people use.

What a field holds in the scenarios of its package shows what is natural there, so values are
borrowed or varied from those, and dates are set relative to the clock. Nothing is made up where
nothing is known.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from envfactory.compiler.data.lexicon import load_lexicon
from envfactory.environment import Package
from envfactory.graph.path import escape, values_at
from envfactory.records import Json
from envfactory.task.grounding.records import RecordJson, Records
from envfactory.task.meanings.given import is_link, is_version, new_link, new_version
from envfactory.task.meanings.meaning import EntityMeaning
from envfactory.task.meanings.moment import is_iso_date, is_iso_moment
from envfactory.task.meanings.shape import Shape
from envfactory.task.meanings.slots import Slot
from envfactory.task.meanings.spoken import is_money
from envfactory.task.meanings.words import is_vague, spaced

_LONGEST = 160
_SHAPE = re.compile(r"[A-Z]+ ?\(")
"""Geometry as databases write it."""
_SWITCHES = frozenset({"true", "false", "null", "none"})
_NATURAL = re.compile(r"[^\W\d_][\w\s,.;:!?'’\"“”&()%€$£@+/–—-]*")
_CODE = re.compile(r"\S*\d\S*[A-Za-z]\S*|\S{25,}|https?:.*")
_STREET = re.compile(r"\d{1,5}[a-z]?(?: [A-Z][\w'’.-]+)+")
"""What people say although it begins with a number: 12 Mill Lane."""
_TRIES = 8
_FROM_THEME = 0.8
_SHARED = frozenset({"address", "place", "location"})
"""Last words of what several records can have although they are known by it: orders go there."""


class Larder:
    """Values by table and field, from all scenarios of the packages of a task.

    Filled on first use of a field, in time linear in the records of its table.
    """

    def __init__(self, packages: Mapping[str, Package]) -> None:
        """Keep the scenarios of packages, by the names that they have in a world."""
        self._scenarios: dict[str, list[Mapping[str, Any]]] = {
            name: [package.scenario(scenario) for scenario in package.scenarios]
            for name, package in packages.items()
        }
        self._seen: dict[tuple[str, str, str], tuple[Json, ...]] = {}

    def seen(self, entity: EntityMeaning, field: str) -> tuple[Json, ...]:
        """Return the different values at a path of a kind of record, in any scenario."""
        place = (entity.environment, entity.table, field)
        if place not in self._seen:
            self._seen[place] = self._collect(*place)
        return self._seen[place]

    def _collect(self, environment: str, table: str, field: str) -> tuple[Json, ...]:
        found: dict[str, Json] = {}
        for scenario in self._scenarios.get(environment, ()):
            for row in scenario.get(table, ()):
                for _, value in values_at(row, field):
                    if value is not None and not isinstance(value, list | dict):
                        found.setdefault(repr(value), value)
        return tuple(found.values())

    def new_value(
        self,
        entity: EntityMeaning,
        slot: Slot,
        records: Records,
        current: RecordJson | None,
        rng: random.Random,
        *,
        optional: bool = True,
    ) -> Json:
        """Return a value that the field of a record could well be set to, or None.

        Args:
            entity: The kind of record.
            slot: The argument, with the field that it sets.
            records: The present state.
            current: The record as it is, for a change; the value will be another one.
            rng: Decides.
            optional: Whether it need not be said, so that only what sounds well will do.
        """
        now = records.now(entity.environment)
        held = (
            dict(values_at(dict(current or {}), slot.field)).get(slot.field) if slot.field else None
        )
        seen = self.seen(entity, slot.field) if slot.field else ()
        shape = slot.shape
        for _ in range(_TRIES):
            value = self._draw(entity, slot, records, seen, now, rng, optional)
            if value is None:
                return None
            if value != held and _fits(value, shape):
                return value
        return None

    def _draw(
        self,
        entity: EntityMeaning,
        slot: Slot,
        records: Records,
        seen: tuple[Json, ...],
        now: datetime,
        rng: random.Random,
        optional: bool,
    ) -> Json:
        shape = slot.shape
        if shape.kind == "boolean":
            return rng.random() < 0.5
        if shape.kind == "choice":
            clear = [choice for choice in shape.choices if not is_vague(choice)]
            usual = [choice for choice in clear if choice in seen]
            return rng.choice(usual if len(usual) > 1 else clear or list(shape.choices))
        if shape.kind in ("integer", "number"):
            return _number(slot, seen, rng)
        if (
            shape.kind in ("date", "datetime")
            or _all(seen, is_iso_date)
            or _all(seen, is_iso_moment)
        ):
            return _moment(shape, seen, now, rng)
        if shape.kind == "time":
            return (
                rng.choice(seen) if seen else f"{rng.randint(8, 18):02}:{rng.choice((0, 30)):02}:00"
            )
        return self._text(entity, slot, records, seen, rng, optional)

    def _text(
        self,
        entity: EntityMeaning,
        slot: Slot,
        records: Records,
        seen: tuple[Json, ...],
        rng: random.Random,
        optional: bool,
    ) -> Json:
        if is_link(slot.name):
            return new_link(slot.name, self._titles(entity), seen, rng)
        if is_version(slot.name):
            return new_version(seen, rng)
        own = {slot.label, slot.name, spaced(slot.name), entity.noun}
        natural = [
            value
            for value in seen
            if isinstance(value, str)
            and (is_natural(value) or _STREET.fullmatch(value))
            and not (optional and any(value.casefold().endswith(name) for name in own))
        ]
        shared = slot.label.rpartition(" ")[2] in _SHARED
        if entity.title is not None and slot.field_name == entity.title and not shared:
            taken = {str(row.get(entity.title)).casefold() for row in records.all(entity)}
            known = [name for name in _theme_titles(entity) if name.casefold() not in taken]
            borrowed = [name for name in natural if name.casefold() not in taken]
            if known and (not borrowed or rng.random() < _FROM_THEME):
                return rng.choice(known)
            return rng.choice(borrowed) if borrowed else None
        if entity.speech is not None and slot.field_name == entity.speech:
            held = {row.get(entity.speech) for row in records.all(entity)}
            natural = [value for value in natural if value not in held] or natural
        return rng.choice(natural) if natural else None

    def _titles(self, entity: EntityMeaning) -> list[str]:
        """Return what records of a kind could be called, by what is known of the kind."""
        titles = self.seen(entity, f"/{escape(entity.title)}") if entity.title else ()
        natural = [each for each in titles if isinstance(each, str) and is_natural(each)]
        return [*_theme_titles(entity), *natural]


@lru_cache(maxsize=1 << 14)
def is_natural(text: str) -> bool:
    """Return whether a text is something that people say, not a code, a link or a blob."""
    if not 3 < len(text) <= _LONGEST or not _NATURAL.fullmatch(text):
        return False
    if text.casefold() in _SWITCHES or _SHAPE.match(text):
        return False
    if text.count("(") > 1 or text.count(" again") > 1:
        return False
    return not any(_CODE.fullmatch(word) for word in text.split())


def _theme_titles(entity: EntityMeaning) -> tuple[str, ...]:
    theme = None if entity.person else load_lexicon().theme(tuple(entity.noun.split()))
    return () if theme is None else tuple(item.title for item in theme.items)


def _all(seen: tuple[Json, ...], test: Any) -> bool:
    return bool(seen) and all(isinstance(value, str) and test(value) for value in seen)


def _fits(value: Json, shape: Shape) -> bool:
    """Return whether a value keeps the bounds of its schema."""
    if isinstance(value, bool):
        return True
    if isinstance(value, int | float):
        low = shape.minimum is None or value >= shape.minimum
        return low and (shape.maximum is None or value <= shape.maximum)
    if not isinstance(value, str):
        return False
    if len(value) < (shape.min_length or 0):
        return False
    if shape.max_length is not None and len(value) > shape.max_length:
        return False
    return not shape.pattern or re.search(shape.pattern, value) is not None


def _number(slot: Slot, seen: tuple[Json, ...], rng: random.Random) -> Json:
    """Return a number of the size that the field has, rounded as people round."""
    numbers = [v for v in seen if isinstance(v, int | float) and not isinstance(v, bool)]
    shape = slot.shape
    if not numbers:
        if shape.minimum is None and shape.maximum is None and slot.field:
            return None
        low = int(shape.minimum or 1)
        return rng.randint(max(low, 1), max(low, 1, int(min(shape.maximum or low + 9, low + 9))))
    base = float(rng.choice(numbers)) * rng.choice((0.75, 0.9, 1, 1.1, 1.25, 1.5))
    if shape.kind == "integer":
        step = 10 if abs(base) >= 100 else 5 if abs(base) >= 20 else 1
        return round(base / step) * step
    if is_money(slot.name) and abs(base) < 200:
        return float(round(base) + rng.choice((0.0, 0.5, 0.9)))
    return float(round(base)) if abs(base) >= 10 else round(base, 1)


def _moment(shape: Shape, seen: tuple[Json, ...], now: datetime, rng: random.Random) -> Json:
    """Return a day (with a time) soon, or one like those seen where all of them are long past."""
    days = [date.fromisoformat(v[:10]) for v in seen if isinstance(v, str) and len(v) >= 10]
    long_past = bool(days) and max(days) < now.date() - timedelta(days=60)
    if long_past:
        day = rng.choice(days) + timedelta(days=rng.randint(-20, 20))
    else:
        day = now.date() + timedelta(
            days=rng.choice((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 18, 25))
        )
    if shape.kind == "date" or (shape.kind == "text" and _all(seen, is_iso_date)):
        return day.isoformat()
    at = timedelta(hours=rng.randint(8, 18), minutes=rng.choice((0, 0, 0, 30)))
    moment = datetime.combine(day, datetime.min.time(), tzinfo=now.tzinfo) + at
    return moment.isoformat().replace("+00:00", "Z")
