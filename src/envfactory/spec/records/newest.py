"""Newest first: the moment by which records are in order, and texts that promise an order."""

from __future__ import annotations

import re
from typing import Literal

from envfactory.source.description import Operation
from envfactory.spec.model import FieldSpec, Order, Scalar
from envfactory.spec.records.draft import Draft
from envfactory.spec.words.name import word_list, words
from envfactory.spec.words.prose import plain

_DATES = word_list(
    "created_at published_at publish_date date posted_at timestamp updated_at added_at sent_at"
)
_CALLED_DATES = word_list("date day datetime timestamp date_time")
_DATED = (
    *_CALLED_DATES,
    *word_list(
        "created_at created creation_date created_date start_time start_date starts_at begin_date "
        "join_time issued_at issue_date invoice_date transaction_date order_date published_at "
        "publish_date posted_at timestamp_utc observed_at"
    ),
)
"""Names of fields that a range of dates is about, the likeliest first."""
_NEWEST_FIRST = re.compile(
    r"\b(?:most recent(?:ly)?|newest|latest)\b[^.]{0,50}\bfirst\b"
    r"|\breverse[- ]chronological"
    r"|\bfrom (?:the )?(?:newest|latest|most recent) to (?:the )?oldest\b"
    r"|\b(?:sorted|ordered)\b[^.]{0,40}\b(?:date|time|created\w*|creation)\b[^.]{0,20}\bdesc"
    r"|\bin desc\w* order (?:by|of) (?:\w+ ){0,2}(?:date|time)\b"
    r"|\bby (?:\w+ ){0,2}(?:date|time) in desc",
    re.IGNORECASE,
)
_OLDEST_FIRST = re.compile(
    r"\boldest\b[^.]{0,50}\bfirst\b|\bin chronological order\b"
    r"|\bfrom (?:the )?oldest to (?:the )?(?:newest|latest|most recent)\b",
    re.IGNORECASE,
)
_ALPHABETICAL = re.compile(
    r"\b(?:sorted|ordered|listed)\b[^.]{0,30}\balphabetical|\bin alphabetical order\b",
    re.IGNORECASE,
)
_BY_FIELD = re.compile(
    r"\b(?:sorted|ordered) by (?:the |their |its )?(?P<field>\w+(?: \w+){0,2})"
    r"(?P<rest>[^.;]{0,40})",
    re.IGNORECASE,
)
_DOWN = re.compile(r"\b(?:desc\w*|newest|latest|highest|largest|most)\b", re.IGNORECASE)
_SEVERAL = re.compile(
    r"\b(?:last|latest|newest|most recent) (?P<number>[1-9]\d{0,3})\b"
    r"(?! ?(?:hour|day|week|month|year|min|sec))"
    r"|\b(?P<before>[1-9]\d{0,3}) (?:latest|newest|most recent)\b",
    re.IGNORECASE,
)
_MAX_TEXT = 1000


def moment_of(draft: Draft) -> str | None:
    """Return the field that tells when a record came to be, or a key that counts up with it."""
    for field in draft.fields.values():
        if field.role == "created_at":
            return field.name
    for wanted in _DATES:
        name = draft.names.get(tuple(wanted.split("_")))
        if name is not None and is_ordered(draft.fields[name], ("date", "datetime")):
            return name
    counted = draft.choice.style in ("serial", "integer") and not draft.choice.inferred
    return draft.key if counted else None


def dated_field(draft: Draft) -> FieldSpec | None:
    """Return the field that a range of dates is about where its name is of no field, if one is.

    What is called a date is one, though its schema says no more than that it is a text.
    """
    for wanted in _DATED:
        field = draft.fields.get(draft.names.get(tuple(wanted.split("_")), ""))
        if field is None or not isinstance(field.type, Scalar):
            continue
        if field.type.type in ("date", "datetime"):
            return field
        plain_text = field.type.type == "string" and not field.type.choices
        if wanted in _CALLED_DATES and plain_text and field.role == "data" and not field.reference:
            kind: Literal["date", "datetime"] = "date" if wanted in ("date", "day") else "datetime"
            draft.replace(field.name, type=Scalar(type=kind), examples=())
            return draft.fields[field.name]
    times = [field for field in draft.fields.values() if is_ordered(field, ("date", "datetime"))]
    own = [field for field in times if field.role != "updated_at"]
    return own[0] if len(own) == 1 else next((one for one in times if one.inferred), None)


def told_order(operation: Operation, draft: Draft) -> Order | None:
    """Return the order in which the text of a list says that records come, where they can."""
    text = f"{plain(operation.summary)}. {plain(operation.description, _MAX_TEXT)}"
    if _ALPHABETICAL.search(text) is not None:
        titles = [field.name for field in draft.fields.values() if field.role == "title"]
        return Order(field=titles[0]) if titles else None
    newest = _NEWEST_FIRST.search(text) is not None
    if not newest and _OLDEST_FIRST.search(text) is None:
        return _by_field(text, draft)
    field = moment_of(draft)
    return Order(field=field, descending=newest) if field is not None else None


def _by_field(text: str, draft: Draft) -> Order | None:
    """Return the order by a field of the records that a text names, as `sorted by name`."""
    found = _BY_FIELD.search(text)
    if found is None:
        return None
    parts = words(found["field"])
    for size in range(len(parts), 0, -1):
        field = draft.fields.get(draft.names.get(parts[:size], ""))
        if field is not None and isinstance(field.type, Scalar) and field.type.type != "boolean":
            rest = f"{' '.join(parts[size:])} {found['rest']}"
            return Order(field=field.name, descending=_DOWN.search(rest) is not None)
    return None


def told_number(text: str) -> int | None:
    """Return how many of the newest records a text promises, as in `the last 5 messages`."""
    found = _SEVERAL.search(text)
    return int(found["number"] or found["before"]) if found is not None else None


def without_number(text: str) -> str:
    """Return a text that speaks of the latest records, and not of so many of them."""
    return _SEVERAL.sub("latest", text)


def is_ordered(field: FieldSpec, types: tuple[str, ...]) -> bool:
    """Tell whether the values of a field have an order and are of one of these types."""
    return isinstance(field.type, Scalar) and field.type.type in types and not field.type.choices
