"""Values as people say them, and back: titles, choices, amounts, days and times.

`Speaker.forms` lists every way to say a value; each of them is read back by `Speaker.reads` as
that value and no other, which is how a request is known to contain what the calls need.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Literal

from envfactory.graph.words import words as split_words
from envfactory.records import Json
from envfactory.task.meanings.moment import (
    date_forms,
    is_iso_date,
    is_iso_moment,
    moment_forms,
    read_date,
    read_moment,
    read_time,
    start_forms,
    time_forms,
)
from envfactory.task.meanings.shape import Shape
from envfactory.task.meanings.words import load_words, number_word, spaced

SpokenKind = Literal["text", "choice", "boolean", "number", "date", "datetime", "time"]

_NO_DAY = datetime(1, 1, 1, tzinfo=UTC)
"""A clock so far away that no day is near it."""
_MAX_TEXT = 240
_MAYBE_MONEY = frozenset({"amount", "total", "balance", "budget"})
"""Words for money only where a currency stands beside them."""
_SMALL = 12
_COMPUTER_LIKE = re.compile(r"\d{4}-\d\d-\d\d")
_WITH_YEAR = re.compile(r"\b\d{4}\b")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says values at a moment, in a currency where amounts have one."""

    now: datetime

    def kind(self, value: Json, shape: Shape) -> SpokenKind | None:
        """Return what sort of thing a value is to people; None where nobody can say it."""
        if isinstance(value, bool):
            return "boolean"
        if isinstance(value, int | float):
            return "number"
        if not isinstance(value, str) or not value.strip() or len(value) > _MAX_TEXT:
            return None
        if shape.kind == "choice":
            return "choice"
        if is_iso_date(value):
            return "date"
        if is_iso_moment(value):
            return "datetime"
        if shape.kind == "time":
            return "time"
        return "text" if value.isprintable() else None

    def forms(self, value: Json, shape: Shape, currency: str | None = None) -> tuple[str, ...]:
        """Return the ways to say a value, the most ordinary first; none where nobody can."""
        match self.kind(value, shape):
            case "boolean":
                return ("yes",) if value else ("no",)
            case "number":
                return _number_forms(Decimal(str(value)), currency)
            case "choice":
                return _choice_forms(str(value), shape)
            case "date":
                return date_forms(date.fromisoformat(str(value)), self.now.date())
            case "datetime":
                return moment_forms(self._moment(str(value)), self.now)
            case "time":
                return _time_forms(str(value))
            case "text":
                return (str(value),)
            case None:
                return ()

    def bounds(self, value: Json, shape: Shape, currency: str | None = None) -> tuple[str, ...]:
        """Return the ways to say a value as the end of a range: `forms`, but days at midnight."""
        if self.kind(value, shape) == "datetime":
            return start_forms(self._moment(str(value)), self.now)
        return self.forms(value, shape, currency)

    def reads(self, text: str, value: Json, shape: Shape, currency: str | None = None) -> bool:
        """Return whether a text, heard by somebody who knows the clock, means that value."""
        match self.kind(value, shape):
            case "boolean":
                return text == ("yes" if value else "no")
            case "number":
                return _read_number(text, currency) == Decimal(str(value))
            case "choice":
                meant = [c for c in shape.choices if isinstance(c, str) and _choice(c) == text]
                return text == value or meant == [value]
            case "date":
                return read_date(text, self.now.date()) == date.fromisoformat(str(value))
            case "datetime":
                moment = self._moment(str(value))
                said = read_moment(text, self.now)
                return said == moment.replace(second=0, microsecond=0)
            case "time":
                return read_time(text) == _time(str(value))
            case "text":
                return text == value
            case None:
                return False

    def _moment(self, value: str) -> datetime:
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=self.now.tzinfo)


def speaker_at(moments: Iterable[datetime]) -> Speaker:
    """Return a speaker for clocks that show these moments.

    Where clocks differ, nobody knows what "tomorrow" means: days are then said in full.
    """
    shown = set(moments)
    return Speaker(shown.pop() if len(shown) == 1 else _NO_DAY)


def usual(forms: tuple[str, ...]) -> tuple[str, ...]:
    """Return the forms of a day or moment that people choose from; other forms stay as they are.

    Where the year goes without saying nobody says it, and nobody writes as computers do.
    """
    plain = tuple(form for form in forms if not _COMPUTER_LIKE.match(form))
    without_year = tuple(form for form in plain if not _WITH_YEAR.search(form))
    return without_year or plain or forms


@lru_cache(maxsize=1 << 12)
def is_money(name: str) -> bool:
    """Return whether a number of that name is an amount of money: a budget, not budget hours."""
    parts, words = set(split_words(name)), load_words()
    return bool(parts & words.money) and not parts & words.measures


def currency_in(record: Mapping[str, Json], name: str) -> str | None:
    """Return the currency that a record states for its amounts; empty for a price without one.

    None where the field of that name does not sound like money.
    """
    if not is_money(name):
        return None
    for key, value in record.items():
        if "currency" in key and isinstance(value, str) and re.fullmatch(r"[A-Z]{3}", value):
            return value
    return "" if set(split_words(name)) & load_words().money - _MAYBE_MONEY else None


def _number_forms(number: Decimal, currency: str | None) -> tuple[str, ...]:
    whole = number == number.to_integral_value()
    if currency is not None:
        plain = f"{number:.0f}" if whole else f"{number:.2f}"
        comma = f"{number:,.0f}" if whole else f"{number:,.2f}"
        pattern = _pattern(currency)
        forms = [pattern.format(comma), pattern.format(plain), f"{plain} {currency}", plain, comma]
        forms = [form.strip() for form in forms]
        exact = Decimal(plain) == number
        return tuple(dict.fromkeys([*forms, f"{number:.2f}"])) if exact else (str(number),)
    plain = f"{number:.0f}" if whole else format(number.normalize(), "f")
    comma = f"{number:,.0f}" if whole else plain
    word = (number_word(int(number)),) if whole and 0 <= number <= _SMALL else ()
    return tuple(dict.fromkeys([comma, plain, *word]))


def _pattern(currency: str) -> str:
    """Return how an amount looks in a currency; an empty one is an amount without a currency."""
    return load_words().currencies.get(currency, f"{{}} {currency}".strip())


def _read_number(text: str, currency: str | None) -> Decimal | None:
    if currency is not None:
        text = text.replace(_pattern(currency).format("").strip(), "").replace(currency, "")
    named = {number_word(number): number for number in range(_SMALL + 1)}
    text = text.strip().replace(",", "")
    try:
        return Decimal(named[text]) if text in named else Decimal(text)
    except InvalidOperation:
        return None


@lru_cache(maxsize=1 << 12)
def _choice(choice: str) -> str:
    """Return a choice as words; codes of three letters or fewer stay as they are."""
    if re.fullmatch(r"[A-Z0-9]{1,3}", choice) or not re.search(r"[A-Za-z]{2}", choice):
        return choice
    return spaced(choice) or choice


def _choice_forms(value: str, shape: Shape) -> tuple[str, ...]:
    said = _choice(value)
    alike = [c for c in shape.choices if isinstance(c, str) and _choice(c) == said]
    return (said, value) if len(alike) < 2 and said != value else (value,)


def _time(value: str) -> time | None:
    try:
        return time.fromisoformat(value).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None


def _time_forms(value: str) -> tuple[str, ...]:
    at = _time(value)
    return () if at is None else time_forms(at)
