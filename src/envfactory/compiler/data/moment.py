"""Moments as values of fields: texts, dates, and numbers that count from 1970."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache

from envfactory.compiler.data.meaning import time_meaning
from envfactory.compiler.data.rows import Row
from envfactory.records import Json
from envfactory.spec.model import FieldSpec
from envfactory.spec.value_type import Scalar, ValueType


def moment_value(name: str, kind: str, row: Row) -> str:
    """Return a moment that fits the field's name, as JSON text of a date, datetime or time."""
    rng, moments = row.source.rng, row.moments
    meaning = _of_a_stay(name, row) or time_meaning(name)
    if meaning == "birthday":
        moment = moments.now - timedelta(days=rng.randint(19 * 365, 70 * 365))
    elif meaning == "past":
        moment = moments.now - timedelta(days=rng.randint(60, 12 * 365))
    elif meaning == "done":
        moment = _done(name, row)
    elif meaning == "end" and kind == "date":
        moment = moments.start + timedelta(days=rng.randint(0, 7))
    elif meaning == "last night":
        moment = moments.start + timedelta(days=1 + row.number % 6)
    elif meaning == "moment":
        planned = row.theme is not None and row.theme.name in _PLANNED
        moment = moments.start if planned else moments.created
    else:
        moment = getattr(moments, meaning)
    if meaning in ("start", "end", "due", "last night"):
        moment = _on_its_side(moment, row)
    if kind == "date":
        return moment.date().isoformat()
    if kind == "time":
        return moment.time().replace(second=0, microsecond=0).isoformat()
    return iso(moment)


def _done(name: str, row: Row) -> datetime:
    """Return when something was done to a record: whatever tells of its publishing tells one."""
    moments, stem = row.moments, "publi" if "publi" in name else name
    if stem not in row.done:
        later = int((moments.updated - moments.created).total_seconds())
        seconds = row.source.rng.randint(0, later)
        row.done[stem] = moments.created + timedelta(seconds=seconds)
    return row.done[stem]


def _on_its_side(moment: datetime, row: Row) -> datetime:
    """Return a moment in the past or future where the record's noun says that it lies there."""
    nouns, now = set(row.noun.split()), row.moments.now
    apart = timedelta(weeks=abs((moment - now).days) // 7 + 1)
    if nouns & _OVER and moment >= now:
        return moment - apart
    return moment + apart if nouns & _TO_COME and moment <= now else moment


_OVER = frozenset({"historical", "history", "past", "previous", "completed", "ended"})
_TO_COME = frozenset({"upcoming", "future"})


def _of_a_stay(name: str, row: Row) -> str:
    """Return which end of a stay a moment is: guests arrive first, and depart last."""
    if row.noun.split()[-1] not in _STAYS:
        return ""
    if re.search(r"arriv|check_?in", name):
        return "start"
    return "last night" if re.search(r"depart|check_?out", name) else ""


_STAYS = frozenset({"reservation", "booking", "stay", "guest", "accommodation", "availability"})
_PLANNED = frozenset({"event", "trip", "task", "game", "lodging", "course", "project"})
"""Themes whose dates lie around now."""


def iso(moment: datetime) -> str:
    """Return a moment as JSON text: UTC with a Z, whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def as_one_day(
    record: dict[str, Json], row: Row, fields: Iterable[FieldSpec], settled: Container[str] = ()
) -> None:
    """Let `year`, `month` and `day` beside each other be those of a day of the record's life.

    Only numbers that may be any are set: `month` may be a text, and `year` one of a few.

    Args:
        record: What has been drawn so far; it is changed.
        row: What is known of the record.
        fields: The fields of the record.
        settled: Names of fields that keep what they hold.
    """
    moment = row.moments.created
    day = {
        one.name: int(getattr(moment, one.name))
        for one in fields
        if one.name in ("year", "month", "day") and one.name not in settled
        if _may_be(one.type, getattr(moment, one.name))
    }
    if len(day) > 1:
        record.update(day)


def _may_be(type_: ValueType, number: int) -> bool:
    """Tell whether a field takes any number, and this one."""
    if not isinstance(type_, Scalar) or type_.type != "integer" or type_.choices:
        return False
    above = type_.minimum is None or number >= type_.minimum
    return above and (type_.maximum is None or number <= type_.maximum)


_FORMS = (
    (re.compile(r"\d{4}-\d{2}-\d{2}"), "%Y-%m-%d"),
    (re.compile(r"\d{4}/\d{2}/\d{2}"), "%Y/%m/%d"),
    (re.compile(r"(1[3-9]|2\d|3[01])/\d{1,2}/\d{4}"), "%d/%m/%Y"),
    (re.compile(r"\d{1,2}/\d{1,2}/\d{4}"), "%m/%d/%Y"),
    (re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}"), "%d.%m.%Y"),
    (re.compile(r"(1[3-9]|2\d|3[01])-\d{1,2}-\d{4}"), "%d-%m-%Y"),
    (re.compile(r"\d{1,2}-\d{1,2}-\d{4}"), "%m-%d-%Y"),
)


@cache
def date_form(example: str) -> str:
    """Return how an example writes a day, as `strftime` does; '' where it is no day."""
    return next((form for pattern, form in _FORMS if pattern.fullmatch(example)), "")


def day_text(name: str, form: str, row: Row) -> str:
    """Return a day that fits a field's name, written as `date_form` told."""
    return date.fromisoformat(moment_value(name, "date", row)).strftime(form)


def is_moment_number(name: str) -> bool:
    """Return whether a number or text of that name counts the time since 1970."""
    if name.endswith(("_unix", "_epoch")):
        return True
    return _UNIT.search(name) is not None and _MOMENT_NUMBER.search(name) is not None


_UNIT = re.compile(r"_(ms|millis|milliseconds|nanos|ns|micros|epoch|unix)$")
_MOMENT_NUMBER = re.compile(r"(start|end|modified|created|updated|computation|stamp|expir)")


def epoch(name: str, row: Row) -> int:
    """Return a moment that fits the name, in the unit that its end names, since 1970."""
    seconds = int(datetime.fromisoformat(moment_value(name, "datetime", row)).timestamp())
    unit = _UNIT.search(name)
    zeros = {"ms": 3, "mi": 6 if "micros" in name else 3, "na": 9, "ns": 9}
    factor: int = 10 ** zeros.get(unit.group(1)[:2] if unit else "", 0)
    return seconds * factor
