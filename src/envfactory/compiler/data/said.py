"""What a description says about the values of a field: the ones there are, and examples of them.

Only plain statements are understood (`Possible values are: "a" - ...`, `Can be: a, b, or c`,
`e.g. "Planned", "Current"`); whatever is not surely a list of values is no evidence.
"""

from __future__ import annotations

import re
from functools import cache

_LEAD = re.compile(
    r"(?:possible|valid|allowed|supported|accepted)\s+(?:values?|options?|types?)"
    r"(?:\s+(?:are|is|include|includes))?\s*:?\s+|"
    r"\b(?:can be|must be|may be|one of|options are)(?:\s+one of)?(?:\s+the following)?(:?)\s+",
    re.IGNORECASE,
)
_EXAMPLE_LEAD = re.compile(r"\b(?:e\.g\.?|such as|for example|i\.e\.?|like)[,:]?\s+", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“'`‘]([^\"”'`’]{1,40})[\"”'`’]")
_DEFINED = re.compile(r"[\"“]([^\"”]{1,40})[\"”]\s*(?:-|–|—|:)\s")
_WORD = re.compile(r"[A-Za-z0-9][\w.#/-]{0,30}")
_UNION = re.compile(r"^\W*(\w+(?:\s?\|\s?\w+)+)\W*$")
_CONJUNCTION = re.compile(r"^(?:or|and)\s+")
_TRUTH = re.compile(r"\bcan be true\b.*\bor false\b", re.IGNORECASE)
_CODE = re.compile(r"[A-Z0-9_]+|.*[a-z][A-Z].*|.*_.*")
"""Words that nobody takes for running text: `UPPER`, `camelCase`, `snake_case`."""
_NO_VALUES = frozenset(
    ["a", "an", "the", "this", "or", "any", "used", "set", "null", "empty", "none", "etc"]
)
_VAGUE = frozenset(["unknown", "unspecified", "other"])


@cache
def said_values(description: str) -> tuple[str, ...]:
    """Return the values that a description lists as the possible ones, in its order.

    Nothing is returned where fewer than two are listed.
    """
    if _TRUTH.search(description):
        return ("true", "false")
    union = _UNION.match(description)
    if union:
        return _several(re.split(r"\s?\|\s?", union.group(1)))
    lead = _LEAD.search(description)
    if lead is None:
        return ()
    rest = description[lead.end() :]
    defined = _DEFINED.findall(rest)
    if len(defined) > 1:
        return _several(defined)
    quoted = _quoted_list(rest)
    if len(quoted) > 1:
        return _several(quoted)
    announced = lead.group(1) is None or lead.group(1) == ":"
    listed = _plain_list(rest)
    return _several(listed) if announced or all(map(_CODE.fullmatch, listed)) else ()


@cache
def said_examples(description: str) -> tuple[str, ...]:
    """Return the quoted values that a description gives as examples."""
    lead = _EXAMPLE_LEAD.search(description)
    return tuple(dict.fromkeys(_quoted_list(description[lead.end() :]))) if lead else ()


def _quoted_list(text: str) -> list[str]:
    """Return the quoted values that a text starts with."""
    found, place = [], 0
    while match := _QUOTED.match(text, place):
        found.append(match.group(1).strip())
        gap = re.match(r"(?:\s|,|;|/|\||\bor\b|\band\b)*", text[match.end() :])
        place = match.end() + (gap.end() if gap else 0)
    return found


def _plain_list(text: str) -> list[str]:
    """Return the single words, with commas between them, that a text starts with."""
    sentence = re.split(r"[.;)](?:\s|$)|\s[-–]\s", text, maxsplit=1)[0]
    found = []
    parts = re.split(r",\s*|\s+(?=or\b)", sentence)
    for part in parts:
        word = _CONJUNCTION.sub("", part.strip())
        if not _WORD.fullmatch(word) or word.lower() in _NO_VALUES:
            break
        found.append(word)
    return found


def _several(values: list[str]) -> tuple[str, ...]:
    """Return the values without what says nothing, if there were several."""
    distinct = tuple(dict.fromkeys(value.strip() for value in values if value.strip()))
    telling = tuple(value for value in distinct if value.lower() not in _VAGUE)
    return (telling or distinct) if len(distinct) > 1 else ()
