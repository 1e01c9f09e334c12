"""`heard`: the numbers, days and times that a text speaks of, in whatever form they are written.

People and models write one value in many ways: 1,234.50 or $1234.5, 13 October or 10/13/2026, half
past nine or 09:30:00Z. Here every such place in a text is read, as each value that it can mean, so
that values can be compared rather than spellings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from envfactory.records import Json

Kind = Literal["text", "number", "date", "moment", "time"]
"""How a value is written: a text stands for itself, the others can be written in many ways."""

Day = tuple[int | None, int, int]
"""Year (None where it is not said), month, and number."""

Meant = Decimal | Day | time | tuple[Day, time]
"""A number, a day, a time of day, or a day with its time."""

_TEXTS = 32
"""Texts whose readings are kept; each fact of a turn asks for those of the same answer."""
_GAP = re.compile(r"[^\d\n;]{0,24}")
"""What may stand between a day and its time."""

_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORD = rf"(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_UNITS[1:10])}))?|{'|'.join(reversed(_UNITS))}"
_SIZES: Mapping[str, int] = {
    "k": 10**3,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
}
_NUMBER = re.compile(
    r"(?<![\w.,:/#-])(?P<sign>-(?=[$€£¥\d]))?(?:[$€£¥]\s?)?"
    r"(?:(?P<comma>\d{1,3}(?:\.\d{3})+,\d{1,2}|\d+,\d{1,2}(?=\s?[€%]))|(?P<plain>\d+(?:\.\d+)?))"
    r"(?:(?P<percent>\s?%)|(?P<size>k|\s(?:thousand|million|billion))\b|(?!\w|[.,:]\d))"
    rf"|(?<![\w-])(?P<word>{_WORD})(?![\w-])"
)
_MONTHS = "january february march april may june july august september october november december"
_MONTH = "|".join(
    f"{name[:3]}(?:{name[3:]}|t)?" if name[:3] == "sep" else f"{name[:3]}(?:{name[3:]})?"
    for name in _MONTHS.split()
)
_WEEKDAY = r"(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_DATE = re.compile(
    rf"(?<![\w.,/-])(?:{_WEEKDAY},? (?:the )?)?(?:"
    r"(?P<iso>\d{4})[-/.](?P<im>\d{1,2})[-/.](?P<id>\d{1,2})(?!\d)"
    r"|(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<ny>\d{4})(?!\w)"
    rf"|(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ -](?P<dm>{_MONTH})\b\.?(?:,?[ -](?P<dy>\d{{4}}))?"
    rf"|(?P<mm>{_MONTH})\b\.?[ -](?P<md>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?(?:,? (?P<my>\d{{4}}))?"
    rf")(?!\d)(?:,? \(?(?:a )?{_WEEKDAY}\b\)?)?"
)
_TIME = re.compile(
    r"(?<![\d.:])(?:(?P<h>\d{1,2})(?::(?P<m>\d\d)(?::\d\d(?:\.\d+)?)?)?"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?)?(?![\d:])|(?P<name>noon|midnight)\b)"
)
_SYSTEM = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?P<at>[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|\d\d:\d\d(?::\d\d(?:\.\d+)?)?"
)
"""A day, a day with its time, or a time, as systems write them."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A place in a text, and each value that it can mean."""

    start: int
    end: int
    values: frozenset[Meant]


def kind_of(value: Json) -> Kind:
    """Return how a value is written, as far as it shows."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "number"
    match = _SYSTEM.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return "text"
    return "time" if match["day"] is None else "moment" if match["at"] else "date"


@lru_cache(maxsize=_TEXTS)
def heard(text: str, kind: Kind) -> tuple[Heard, ...]:
    """Return where a text speaks of values of a kind, in the order in which it does.

    Linear in the length of the text. Texts stand for themselves: none is heard.

    Args:
        text: In lower case, with plain spaces, quotes and dashes.
        kind: What to listen for.
    """
    return tuple(_READERS[kind](text)) if kind in _READERS else ()


@lru_cache(maxsize=1 << 12)
def means(form: str, kind: Kind) -> frozenset[Meant]:
    """Return the values that a form stands for as a whole; none where it is to be taken literally.

    Args:
        form: As for `heard`.
        kind: What sort of value it is.
    """
    whole = [each.values for each in heard(form, kind) if each.end - each.start == len(form)]
    return whole[0] if whole else frozenset()


def agrees(said: Meant, wanted: Meant) -> bool:
    """Return whether a value that was said is the one that is wanted.

    A number may be rounded to two decimals or more where it has more than three.
    """
    if not isinstance(said, Decimal) or not isinstance(wanted, Decimal) or said == wanted:
        return said == wanted
    shown, held = _decimals(said), _decimals(wanted)
    return 2 <= shown < held and held > 3 and round(wanted, shown) == said


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


# ------------------------------------------------------------------ reading
def _numbers(text: str) -> Iterator[Heard]:
    for match in _NUMBER.finditer(text):
        if match["word"]:
            values = {_counted(match["word"])}
        else:
            digits = match["plain"] or match["comma"].replace(".", "").replace(",", ".")
            number = Decimal(digits) * (-1 if match["sign"] else 1)
            number *= _SIZES.get((match["size"] or "").strip(), 1)
            values = {number, number / 100} if match["percent"] else {number}
        yield Heard(match.start(), match.end(), frozenset(values))


def _counted(word: str) -> Decimal:
    tens, _, unit = word.replace(" ", "-").partition("-")
    if tens in _TENS:
        return Decimal(10 * (_TENS.index(tens) + 2) + (_UNITS.index(unit) if unit else 0))
    return Decimal(_UNITS.index(tens))


def _dates(text: str) -> Iterator[Heard]:
    for match in _DATE.finditer(text):
        if match["iso"]:
            read: set[Day] = {(int(match["iso"]), int(match["im"]), int(match["id"]))}
        elif match["ny"]:  # the day first or the month first: nobody can tell
            year, one, other = int(match["ny"]), int(match["a"]), int(match["b"])
            read = {(year, one, other), (year, other, one)}
        else:
            said, month = match["dy"] or match["my"], match["dm"] or match["mm"]
            number = int(match["d"] or match["md"])
            read = {(int(said) if said else None, _month(month), number)}
        values = frozenset(day for day in read if _is_day(day))
        if values:
            yield Heard(match.start(), match.end(), values)


def _month(name: str) -> int:
    return 1 + [each[:3] for each in _MONTHS.split()].index(name[:3])


def _is_day(day: Day) -> bool:
    try:
        date(2024 if day[0] is None else day[0], day[1], day[2])
    except ValueError:
        return False
    return True


def _times(text: str) -> Iterator[Heard]:
    for match in _TIME.finditer(text):
        hour, minute = int(match["h"] or 0), int(match["m"] or 0)
        if match["name"]:
            hour = 12 if match["name"] == "noon" else 0
        elif match["half"]:
            hour = hour % 12 + (12 if match["half"] == "p" else 0)
        elif not match["m"]:
            continue
        if hour < 24 and minute < 60:
            yield Heard(match.start(), match.end(), frozenset({time(hour, minute)}))


def _moments(text: str) -> Iterator[Heard]:
    """Yield each day with the time that stands beside it, and each day alone as its midnight."""
    days = heard(text, "date")
    times = [at for at in heard(text, "time") if not any(_overlap(at, day) for day in days)]
    for day in days:
        beside = [
            at
            for at in times
            if _GAP.fullmatch(text[min(day.end, at.end) : max(day.start, at.start)])
        ]
        after = next((at for at in beside if at.start >= day.end), None)
        at = after or (beside[-1] if beside else None)
        if at is None:
            yield Heard(day.start, day.end, _at(day, Heard(0, 0, frozenset({time(0)}))))
        else:
            yield Heard(min(day.start, at.start), max(day.end, at.end), _at(day, at))


def _at(day: Heard, at: Heard) -> frozenset[Meant]:
    return frozenset(
        (date_, time_)
        for date_ in day.values
        for time_ in at.values
        if isinstance(date_, tuple) and isinstance(time_, time) and len(date_) == 3
    )


def _overlap(one: Heard, other: Heard) -> bool:
    return one.start < other.end and other.start < one.end


_READERS: Mapping[Kind, Callable[[str], Iterator[Heard]]] = {
    "number": _numbers,
    "date": _dates,
    "moment": _moments,
    "time": _times,
}
