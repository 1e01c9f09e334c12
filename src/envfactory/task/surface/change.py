"""`first_thought`: the value that somebody says before they change their mind.

The value that counts stands in the message too, after the one that does not; what is decided in the
end is what the solution uses, so a change of mind never changes the goal.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from envfactory.graph.words import words as split_words
from envfactory.records import Json
from envfactory.task.meanings.moment import is_iso_date, on
from envfactory.task.meanings.shape import Shape
from envfactory.task.meanings.spoken import Speaker
from envfactory.task.meanings.words import load_words

_DAYS = (1, -1, 2, 7, -2)
_PARTS = (2, 0.5, 1.5)
_SAID_FORMS = 3


@dataclass(frozen=True, slots=True)
class Change:
    """A wish with the value that is given up, and that value in words."""

    do: str
    old: str


def first_thought(
    do: str,
    form: str,
    value: Json,
    shape: Shape,
    speaker: Speaker,
    rng: random.Random,
    currency: str | None = None,
) -> Change | None:
    """Return a wish with another value in the place of the one that it ends with, or None.

    Args:
        do: The wish, which says the value last.
        form: The words for it.
        value: What they mean.
        shape: What fits there.
        speaker: Says and reads values.
        rng: Decides.
        currency: What an amount is in.
    """
    if not do.endswith(f" {form}") or do.count(form) != 1:
        return None
    others = list(_others(value, shape, speaker))
    rng.shuffle(others)
    for other in others:
        forms = [
            said
            for said in speaker.forms(other, shape, currency)[:_SAID_FORMS]
            if (on(said) == said) == (on(form) == form)
            and not speaker.reads(said, value, shape, currency)
            and said not in do
            and form not in said
            and not is_iso_date(said[:10])
        ]
        if forms:
            timed = speaker.kind(other, shape) in ("date", "datetime")
            old = rng.choice(forms) if timed else forms[0]
            return Change(do.removesuffix(form) + old, old)
    return None


def _others(value: Json, shape: Shape, speaker: Speaker) -> Iterator[Json]:
    """Yield values that somebody might have thought of first."""
    match speaker.kind(value, shape):
        case "choice":
            yield from (c for c in shape.choices if c != value and not _says_little(c))
        case "number" if isinstance(value, int):
            yield from (other for part in _PARTS if (other := round(value * part)) != value)
        case "number" if isinstance(value, float):
            yield from (near for part in _PARTS if (near := float(round(value * part))) != value)
        case "date":
            day = date.fromisoformat(str(value))
            today = speaker.now.date()
            for days in _DAYS:
                if (day + timedelta(days=days) > today) == (day > today):
                    yield (day + timedelta(days=days)).isoformat()
        case "datetime":
            moment = datetime.fromisoformat(str(value))
            for days in _DAYS:
                then = moment + timedelta(days=days)
                if (then.date() > speaker.now.date()) == (moment.date() > speaker.now.date()):
                    yield then.isoformat()
        case _:
            return


def _says_little(choice: Json) -> bool:
    return bool(set(split_words(str(choice))) & load_words().vague)
