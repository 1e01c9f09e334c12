"""Namesakes: what several details of one new person say of the same name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from envfactory.records import Json

_FIRST = re.compile(r"\b(?:first|given|fore) ?name\b")
_LAST = re.compile(r"\b(?:last|family|second) ?name\b|\bsurname\b")
_FULL = re.compile(r"(?:full |display |preferred |whole )?name")
_EMAIL = re.compile(r"[^@\s]+(@[^@\s]+)")

Said = tuple[str, Json]
"""The label of a detail, and its value."""


def repeats(label: str, said: Iterable[Said]) -> bool:
    """Return whether a detail would say a name again, in part or in full, that was said."""
    first, last, full = _names(said)
    if _FIRST.search(label) or _LAST.search(label):
        return full is not None
    return bool(_FULL.fullmatch(label)) and first is not None and last is not None


def agreeing(label: str, value: Json, said: Iterable[Said]) -> Json:
    """Return a value for a detail of somebody new that agrees with what was said of their name.

    Args:
        label: What the detail is called, such as `first name` or `email address`.
        value: What it would be otherwise; given back where nothing speaks against it.
        said: The other details of the same person.
    """
    first, last, full = _names(said)
    if full is None and first is not None and last is not None:
        full = f"{first} {last}"
    if not isinstance(value, str) or full is None:
        return value
    words = full.split()
    if _FIRST.search(label):
        return words[0]
    if _LAST.search(label):
        return words[-1]
    if _FULL.fullmatch(label):
        return full
    mail = _EMAIL.fullmatch(value)
    if mail is None or not full.replace(" ", "").isascii():
        return value
    return ".".join(re.sub(r"\W", "", word).lower() for word in words) + mail[1]


def _names(said: Iterable[Said]) -> tuple[str | None, str | None, str | None]:
    """Return the first, the last and the full name that were said; a full one has two words."""
    first = last = full = None
    for label, value in said:
        if not isinstance(value, str):
            continue
        if _FIRST.search(label):
            first = value
        elif _LAST.search(label):
            last = value
        elif _FULL.fullmatch(label) and len(value.split()) == 2:
            full = value
    return first, last, full
