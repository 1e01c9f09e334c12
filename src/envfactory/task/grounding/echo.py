"""`Echo`: values that repeat others, as people say them: those said before, or of a neighbour."""

from __future__ import annotations

import random

from envfactory.records import Json
from envfactory.task.grounding.progress import Progress
from envfactory.task.grounding.records import RecordJson, Records
from envfactory.task.grounding.shift import DAYS, STEPS, shifted
from envfactory.task.meanings.meaning import EntityMeaning
from envfactory.task.meanings.moment import is_iso_date, is_iso_moment
from envfactory.task.meanings.slots import Slot

ALIKE = frozenset({"date", "datetime", "time", "number", "integer", "choice"})
"""Kinds of values that people say are the same as somewhere else."""
_AS_BEFORE = 0.3
_AS_NEARBY = 0.35


class Echo:
    """Draws values that repeat others; reads what the calls so far were given."""

    def __init__(self, progress: Progress, rng: random.Random) -> None:
        self._progress, self._rng = progress, rng

    def value(
        self, entity: EntityMeaning, slot: Slot, records: Records, current: RecordJson | None
    ) -> Json:
        """Return a value for a slot that repeats another one, or None for a new value.

        Args:
            entity: The kind of record.
            slot: What is to be said.
            records: The present state.
            current: The record that is to get the value, if it is there already.
        """
        if slot.shape.kind not in ALIKE or slot.field != f"/{slot.field_name}":
            return None
        held = None if current is None else current.get(slot.field_name)
        chance = self._rng.random()
        if chance < _AS_BEFORE:
            before = self._progress.said(slot.label, slot.shape.kind)
            return before if before != held and _fits(before, slot) else None
        if chance > 1 - _AS_NEARBY:
            return self._nearby(entity, slot, records, current, held)
        return self._further(slot, held, records.now(entity.environment).isoformat())

    def _further(self, slot: Slot, held: Json, now: str) -> Json:
        """Return what is a little further on than what a record has."""
        if slot.shape.kind == "choice" or isinstance(held, bool):
            return None
        if isinstance(held, int | float):
            fitting = [step for step in STEPS if step * 2 <= abs(held) <= step * 40]
            by = self._rng.choice(fitting or STEPS[:1]) * self._rng.choice((1, 1, -1))
        else:
            by = self._rng.choice(tuple(DAYS)) * self._rng.choice((1, 1, 1, -1))
        value = shifted(held, by)
        return value if _fits(value, slot) and not _is_past(value, now) else None

    def _nearby(
        self,
        entity: EntityMeaning,
        slot: Slot,
        records: Records,
        current: RecordJson | None,
        held: Json,
    ) -> Json:
        """Return what another record has that belongs to the same."""
        owner = None if current is None else current.get(entity.parent or "")
        now = records.now(entity.environment).isoformat()
        values = [
            row[slot.field_name]
            for row in records.all(entity)
            if row is not current
            and (owner is None or row.get(entity.parent or "") == owner)
            and _fits(row.get(slot.field_name), slot)
            and row.get(slot.field_name) != held
        ]
        coming = [value for value in values if not _is_past(value, now)]
        return self._rng.choice(coming) if coming else None


def _is_past(value: Json, now: str) -> bool:
    if not isinstance(value, str) or not (is_iso_date(value) or is_iso_moment(value)):
        return False
    return value[:10] < now[:10]


def _fits(value: Json, slot: Slot) -> bool:
    """Return whether a value keeps the bounds of what takes it."""
    shape = slot.shape
    if value is None or isinstance(value, bool | list | dict):
        return False
    if isinstance(value, int | float):
        low = shape.minimum is None or value >= shape.minimum
        return low and (shape.maximum is None or value <= shape.maximum)
    return not shape.choices or value in shape.choices
