"""Control values: what a consumer is given in place of the real value, to see whether it matters.

A control looks like the real value and stands for nothing. Texts keep their form (`ord_81` becomes
`ord_27`), so that they pass the same patterns. Numbers, dates and times get neighbours on both
sides: where order decides and not identity, as in "due before", one of the neighbours does what the
value did, and the edge does not stand.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Container, Sequence
from datetime import date, datetime, timedelta

from envfactory.records import Json

_TRIES = 12
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DAY = timedelta(days=1)
_FORM = re.compile(r"^[A-Za-z]+(?=[-_:/])|%[0-9A-Fa-f]{2}|.", re.DOTALL)

Scalar = str | int | float
Known = Sequence[Container[Json]]


def is_scalar(value: Json) -> bool:
    """Say whether a value can identify something: a text or a number that is not empty."""
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""


def same_kind(one: Json, other: Json) -> bool:
    """Say whether two values are both texts or both numbers."""
    return isinstance(one, str) == isinstance(other, str)


def made_up(value: Scalar, known: Known, rng: random.Random) -> list[Json]:
    """Return two values like this one that are not known to stand for anything; fewer if none is.

    Args:
        value: The real value.
        known: Collections of values that stand for something, and are no controls.
        rng: Where all chance comes from.
    """
    if not isinstance(value, str):
        found = [_next_number(value, known, 1), _next_number(value, known, -1)]
    elif _DATE.match(value) and (near := _days_around(value, known)):
        found = near
    else:
        found = [_like(value, known, rng), _like(value, known, rng)]
    return list(dict.fromkeys(control for control in found if control is not None))


def _next_number(value: float, known: Known, step: int) -> Json:
    """Return the nearest number in one direction that is not known."""
    near = value + step
    while _is_known(near, known):
        near += step
    return near


def _days_around(value: str, known: Known) -> list[Json]:
    """Return the nearest days before and after a date or time, in the same form."""
    found: list[Json] = []
    for step in (_DAY, -_DAY):
        near = _moved(value, step)
        while near is not None and _is_known(near, known):
            near = _moved(near, step)
        if near is not None:
            found.append(near)
    return found


def _moved(value: str, by: timedelta) -> str | None:
    try:
        day = date.fromisoformat(value[:10]) + by
        datetime.fromisoformat(value)
    except (ValueError, OverflowError):
        return None
    return day.isoformat() + value[10:]


def _like(value: str, known: Known, rng: random.Random) -> str | None:
    """Return a text of the same form, longer by a digit where all those are known; else None."""
    for number in range(2 * _TRIES):
        text = "".join(_swapped(part, rng) for part in _FORM.findall(value))
        if number >= _TRIES:
            text += rng.choice(string.digits)
        if text != value and not _is_known(text, known):
            return text
    return None


def _swapped(part: str, rng: random.Random) -> str:
    """Replace a character by another of its kind; a leading word before a separator stays."""
    if len(part) > 1:
        return part
    if part.isdigit():
        return rng.choice(string.digits)
    if part in "abcdef":
        return rng.choice("abcdef")
    if part.islower():
        return rng.choice(string.ascii_lowercase)
    return rng.choice(string.ascii_uppercase) if part.isupper() else part


def _is_known(value: Json, known: Known) -> bool:
    return any(value in some for some in known)
