"""Enumerations: the values that a description lists in prose, closed or as examples."""

from __future__ import annotations

import re

from envfactory.spec.words.name import word_set

MAX_TEXT = 600
_MOST = 40
_VALUE = r"[A-Za-z][\w./-]{0,40}"
_WORD = r"[A-Za-z][\w-]{0,40}"
_MARKED = rf"[\"'`“‘*]{{1,2}}{_VALUE}[\"'`”’*]{{1,2}}"
_JOINT = r"(?:\s*,\s*or\s+|\s*,\s*and\s+|\s+or\s+|\s+and\s+|\s*,\s*|\s*;\s*|\s*\|\s*|\s*/\s*)"
_TOLD = (
    r"(?:either|one of(?: the following)?(?: values)?|"
    r"(?:possible|valid|allowed|accepted|available|supported|permitted) "
    r"(?:values|options|statuses|states|types)(?: are| include)?|values|options|"
    r"(?:can|may|must|will|should)(?: either| only)? be)"
)
_MARKED_LIST = re.compile(
    rf"\b{_TOLD}\s*:?\s*({_MARKED}(?:{_JOINT}{_MARKED}){{1,{_MOST}}})", re.IGNORECASE
)
_PLAIN_LIST = re.compile(
    rf"(?:\b{_TOLD}\s*:?\s*(?:one of\s)?|[(:]\s*)({_WORD}(?:{_JOINT}{_WORD}){{1,{_MOST}}})"
    r"\s*(?=[).;\n\]]|$)",
    re.IGNORECASE,
)
_BULLETS = re.compile(rf"^\s{{0,8}}[-*+•]\s+({_MARKED})\s*(?:$|[-–:=(,.])", re.MULTILINE)
_VALUES = re.compile(_VALUE)
_WORDS = re.compile(_WORD)
_OPEN_ENDED = re.compile(
    r"\b(?:etc|e\.?g|such as|for example|for instance|among others|not limited)\b|\.\.\.|…",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    rf"\b(?:e\.g\.?|for example|for instance|such as|examples?|ex\.)\s*[:,]?\s*"
    rf"({_MARKED}(?:{_JOINT}{_MARKED}){{0,5}})",
    re.IGNORECASE,
)
_KINDS = word_set(
    "status state type kind priority severity phase stage role visibility gender level "
    "frequency direction mode method outcome result category condition privacy scope unit "
    "classification interval urgency"
)
"""Last words of the names of fields whose values are few and written as single words."""
_NO_VALUES = word_set(
    "set changed updated modified used specified empty null none true false any all omitted "
    "found read written string integer number left applied sent returned required optional "
    "a an the it this that these those value values status state type id name one more other "
    "others here below above following upper lower case to by in of on "
    "user users blank unset assigned selected provided given ignored province region county "
    "city country territory not"
)
_JOINTS = word_set("and or")


def listed_choices(text: str, parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the closed set of values that a description states, or ().

    Values in quotes count for every field. Bare words count only for fields whose name says that
    they hold one of a few words, such as a status.

    Args:
        text: The description of the field.
        parts: The words of the field's name.
    """
    text = text[:MAX_TEXT]
    if _OPEN_ENDED.search(text):
        return ()
    marked = _MARKED_LIST.search(text)
    if marked is not None:
        return _several(_VALUES.findall(marked.group(1)))
    is_kind = bool(parts) and parts[-1] in _KINDS
    if not is_kind:
        return ()
    bullets = _several(_VALUES.findall(" ".join(_BULLETS.findall(text))))
    if bullets:
        return bullets
    for found in _PLAIN_LIST.finditer(text):
        values = _WORDS.findall(found.group(1))
        if not _NO_VALUES & {value.lower() for value in values}:
            return _several(values)
    return ()


def listed_examples(text: str) -> tuple[str, ...]:
    """Return the values in quotes that a description gives as examples."""
    found = _EXAMPLE.search(text[:MAX_TEXT])
    return _distinct(_VALUES.findall(found.group(1)))[:3] if found is not None else ()


def _several(values: list[str]) -> tuple[str, ...]:
    distinct = _distinct(values)
    return distinct if len({value.casefold() for value in distinct}) == len(distinct) > 1 else ()


def _distinct(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value.lower() not in _JOINTS))
