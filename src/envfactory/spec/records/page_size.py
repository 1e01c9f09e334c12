"""Page sizes: how many records a list returns where callers do not say, and at most."""

from __future__ import annotations

import re
from typing import Literal

from envfactory.spec.shapes.schema import Shape
from envfactory.spec.words.name import word_set, words

USUAL = 20
"""Records of a page whose size nothing tells."""
HIGHEST = 1000
"""The largest page where nothing tells of another one."""
_DEFAULT = re.compile(
    r"\bdefaults?(?: (?:value|limit|size|number))?(?: (?:is|to|of|will be))?"
    r"[\s:=*`(\"']{1,6}(\d{1,4})\b"
    r"|\b(\d{1,4})[\s`*]{0,3}(?:\(default\)|by default)",
    re.IGNORECASE,
)
_ZERO = re.compile(
    r"\b(?:zero|0)[- ](?:based|indexed)\b"
    r"|\b(?:defaults?|starts?|starting|begins?|beginning|counted|numbered)"
    r"(?: (?:value|page))?(?: (?:is|to|at|from|with))?[\s:=*`(\"']{1,6}(?:0|zero)\b"
    r"|\bfirst page is[\s:=*`(\"']{1,6}(?:0|zero)\b",
    re.IGNORECASE,
)
_MOST = re.compile(
    r"\bmax(?:imum|\.)?(?: (?:value|limit|size|number|allowed|page size))?(?: (?:is|of|to))?"
    r"[\s:=*`(\"']{1,6}(\d{1,5})\b"
    r"|\b(?:cannot|can't|must not|may not) (?:be more than|exceed) (\d{1,5})\b",
    re.IGNORECASE,
)
_SAYS_LIMIT = re.compile(
    r"\b(?:number|amount|count|maximum|max|limit) of (?:\w+ ){0,2}"
    r"(?:results?|records?|items?|rows?|entries|hits|documents|objects|matches)\b"
    r"(?! (?:to skip|per page to skip))"
    r"|^(?:how many|(?:the )?(?:maximum )?number of) (?:\w+ ){0,2}"
    r"to (?:get|return|show|list|fetch)\b",
    re.IGNORECASE,
)
_SAYS_OFFSET = re.compile(
    r"\b(?:number|amount|count) of (?:\w+ ){0,3}(?:to |should be |that are )skip"
    r"|^how many (?:\w+ ){0,3}(?:to |should be )skip|\bindex of the first (?:result|record|item)\b",
    re.IGNORECASE,
)
CUTTING = word_set("number count limit max size records results from start first last top n rows")
"""Words of names that may cut a list, where their text says so."""


def page_size(shape: Shape, text: str) -> tuple[int, int]:
    """Return how many records an input lets a list return if it is not given, and at most.

    Args:
        shape: The schema of the input, which has the last word.
        text: What the source says of it.
    """
    highest = int(shape.maximum) if shape.maximum and shape.maximum >= 1 else 0
    highest = highest or _number(_MOST, text) or HIGHEST
    given = shape.default
    if isinstance(given, str) and given.isascii() and given.isdigit():
        given = int(given[:6])
    if not isinstance(given, int) or isinstance(given, bool):
        given = _number(_DEFAULT, text) or USUAL
    return max(1, min(given, highest)), highest


def first_page(shape: Shape, text: str) -> int:
    """Return the number of the first page: 0 where a schema or a text says so, else 1."""
    zero = shape.minimum == 0 or shape.default in (0, "0") or _ZERO.search(text[:2000]) is not None
    return 0 if zero and shape.default not in (1, "1") else 1


def _number(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text[:2000])
    return int(next(group for group in found.groups() if group)) if found else 0


def says_paging(name: str, shape: Shape, text: str = "") -> Literal["limit", "offset", ""]:
    """Return how an input cuts a list as its text says, where its name alone does not tell."""
    said = text or shape.description
    counted = shape.kind in ("integer", "number", "string") and not (shape.choices or shape.format)
    if not counted or not set(words(name)) & CUTTING:
        return ""
    if _SAYS_OFFSET.search(said):
        return "offset"
    return "limit" if _SAYS_LIMIT.search(said) else ""
