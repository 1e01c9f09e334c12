"""Exact: numbers and ends of ranges that a text promises of a list.

"Find at most 3 near misses" returns no fourth one, and dates in `[startDate, endDate)` do not
include the last.
"""

from __future__ import annotations

import re

from envfactory.spec.model import ListRecords, Match
from envfactory.spec.records.made import Made
from envfactory.spec.words.name import word_set, words
from envfactory.spec.words.prose import plain

_AT_MOST = re.compile(
    r"\b(?:at most|up to|(?:a )?maximum of|no more than) (?P<number>[1-9]\d{0,3})\b"
    r"(?P<what>\)?(?: \w+){1,3})",
    re.IGNORECASE,
)
_LISTED = word_set("result results record records item items entry entries match matches hits")
_HALF_OPEN = re.compile(r"\[\s*(\w+)\s*,\s*(\w+)\s*\)")
_OPEN = re.compile(
    r"(?<!non-)(?<!not )\bexclusive(?:ly)?\b|\b(?:not|non-)[ -]?inclu(?:ded|sive)\b", re.IGNORECASE
)
_BEYOND = re.compile(
    r"(?<!must be )(?<!should be )(?<!can be )(?<!not be )"
    r"\b(?:greater|less|later|earlier|newer|older|higher|lower) than\b"
    r"|\b(?:after|before) (?:this|that|the|an?)\b",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"(?<!\bnot )(?<!\bnon-)\binclu(?:sive|ding)|\bor equal"
    r"|\b(?:on|at|from) or (?:after|before|later|earlier)"
    r"|\bor (?:on|at|the same)\b|\bor (?:after|before|later|earlier)\b",
    re.IGNORECASE,
)


def as_promised(made: Made) -> Made:
    """Return a tool that keeps the numbers and the ends of ranges that its text promises."""
    listed = made.behaviour
    if not isinstance(listed, ListRecords):
        return made
    operation = made.seen.operation
    text = f"{plain(operation.summary)} {plain(operation.description)}"
    open_ends = {last.lower() for _, last in _HALF_OPEN.findall(text)}
    called = {one.name: one for one in made.parameters}

    def opened(match: Match) -> Match:
        one = called.get(match.parameter or "")
        if one is None or match.op not in ("gte", "lte"):
            return match
        told = one.description
        told_open = bool(_OPEN.search(told) or _BEYOND.search(told)) and not _CLOSED.search(told)
        if told_open or (match.op == "lte" and one.source_name.lower() in open_ends):
            return match.model_copy(update={"op": "gt" if match.op == "gte" else "lt"})
        return match

    matches = tuple(opened(match) for match in listed.matches)
    most = listed.at_most
    if listed.paging is None and most is None:
        most = _number(text, made)
    made.behaviour = listed.model_copy(update={"matches": matches, "at_most": most})
    return made


def _number(text: str, made: Made) -> int | None:
    """Return how many records a text promises at most, if it does."""
    own = {word.rstrip("s")[:5] for word in made.draft.noun}
    for found in _AT_MOST.finditer(text):
        what = words(found["what"])
        if set(what) & _LISTED or {word.rstrip("s")[:5] for word in what} & own:
            return int(found["number"])
    return None
