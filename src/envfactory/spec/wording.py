"""Wording: what the text of an input says of its values, where its schema says less."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from envfactory.records import Json
from envfactory.spec.schema import Shape

_SEVERAL = re.compile(
    r"\bcomma[-_ ](?:separated|delimited)\b|\bseparated (?:by|with) (?:a )?commas?\b",
    re.IGNORECASE,
)
_ANY = frozenset({"all", "any", "both", "*"})
"""Values that stand for every value, and that no record has."""
_ASKED = r"\b(?:only|filter\w*|returns?|list\w*|shows?|gets?|finds?|retrieves?|includes?)\b.{0,80}"
_SINCE = re.compile(_ASKED + r"\b(?:after|since|later than|newer than)\b", re.IGNORECASE)
_UNTIL = re.compile(_ASKED + r"\b(?:before|until|earlier than|older than)\b", re.IGNORECASE)
_RANGE = re.compile(
    r"\b(?:date|time)s? ranges?\b|\branges? (?:of )?(?:dates?|times?)\b", re.IGNORECASE
)


def says_several(shape: Shape) -> bool:
    """Tell whether one text holds several values, separated by commas."""
    plain = shape.kind in ("string", "any") and not shape.choices
    return plain and _SEVERAL.search(shape.description) is not None


def narrowing(choices: Sequence[Json]) -> tuple[Json, ...]:
    """Return the choices that narrow a list: without those that stand for all values."""
    return tuple(one for one in choices if str(one).lower() not in _ANY)


def says_bound(shape: Shape) -> Literal["gte", "lte", "range"] | None:
    """Return which end of a range of times an input is by its text, or that it holds both."""
    if _RANGE.search(shape.description):
        return "range"
    since, until = _SINCE.search(shape.description), _UNTIL.search(shape.description)
    if bool(since) == bool(until):
        return None
    return "gte" if since else "lte"
