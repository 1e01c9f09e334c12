"""`shifted`: values that are told by how far they are from another: a week later, five more."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from envfactory.records import Json
from envfactory.task.meanings.moment import is_iso_date, is_iso_moment

DAYS = {1: "a day", 2: "two days", 3: "three days", 7: "a week", 14: "two weeks"}
"""How far people move dates, and how they say it."""
STEPS = (1, 2, 5, 10, 20, 50, 100)
"""By how much people raise and lower amounts."""


def shifted(value: Json, by: float) -> Json:
    """Return a value that is further on: a date by days, an amount by its own unit.

    None for what cannot be moved.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        moved = Decimal(str(value)) + Decimal(str(by))
        return int(moved) if isinstance(value, int) else float(moved)
    if not isinstance(value, str):
        return None
    try:
        if is_iso_date(value):
            return (date.fromisoformat(value) + timedelta(days=by)).isoformat()
        if is_iso_moment(value):
            moment = datetime.fromisoformat(value) + timedelta(days=by)
            text = moment.isoformat()
            return text.replace("+00:00", "Z") if value.endswith("Z") else text
    except OverflowError:
        return None
    return None


def shift_between(value: Json, other: Json) -> float | None:
    """Return by how much one value is further on than another, where people would say so."""
    whole = isinstance(value, int | float) and not isinstance(value, bool)
    for size in STEPS if whole else tuple(DAYS):
        for by in (size, -size):
            if shifted(value, by) == other:
                return by
    return None
