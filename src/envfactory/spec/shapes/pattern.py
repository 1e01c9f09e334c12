"""Patterns of texts: what a description states, in the form that every engine reads alike."""

from __future__ import annotations

import re
import warnings

from envfactory.records import Json

_LONGEST = 200
_DELIMITED = re.compile(r"/(?P<body>.+)/(?P<flags>[dgimsuvy]*)", re.DOTALL)
_PARTS = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|[A-Za-z]")
"""What case matters to: classes and single letters; escapes are found so that they stay."""
_MEMBERS = re.compile(r"\\.|[A-Za-z]-[A-Za-z]|.", re.DOTALL)
_UNLIKE = re.compile(r"\(\?(?!:)|\\[1-9pPhHRZzA]")
"""Look-arounds, references and classes that engines read differently, or not at all."""


def read_pattern(raw: Json) -> str | None:
    """Return a pattern that both Python and a linear-time engine understand alike, or None.

    A pattern written as in JavaScript (`/^[a-z]+$/i`) loses its slashes, and takes letters of
    either case where its flags say so.
    """
    if not isinstance(raw, str) or len(raw) > _LONGEST or not raw.isascii():
        return None
    delimited = _DELIMITED.fullmatch(raw)
    if delimited is not None:
        raw = delimited["body"].replace("\\/", "/")
        if "i" in delimited["flags"]:
            raw = _PARTS.sub(_in_either_case, raw)
    if _UNLIKE.search(raw):
        return None
    try:
        with warnings.catch_warnings():  # about what Python may read differently one day
            warnings.simplefilter("ignore", FutureWarning)
            re.compile(raw)
    except (re.error, RecursionError, OverflowError):
        return None
    return raw


def _in_either_case(found: re.Match[str]) -> str:
    text = found.group()
    if text.startswith("\\"):
        return text
    if not text.startswith("["):
        return f"[{text.lower()}{text.upper()}]"
    start = "[^" if text.startswith("[^") else "["
    members = _MEMBERS.findall(text.removeprefix(start)[:-1])
    both = [m if m[0] == "\\" or m.swapcase() == m else m + m.swapcase() for m in members]
    return f"{start}{''.join(both)}]"
