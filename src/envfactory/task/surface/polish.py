"""Polish: small corrections of sentences that were put together from parts."""

from __future__ import annotations

import re

_OF_PERSON = re.compile(
    r"(?<!\band )(?<!\bby )(?<!\bthat of )\bthe ((?:[a-z-]+ ){0,2}[a-z-]+) (?:of|for) "
    r"([A-Z][a-z]+ [A-Z][a-z]+)(?=$|[,.?:;]| (?:to|is|are|say|and|that)\b)"
)
"""What somebody has, known by two names."""
_PARTICLE = re.compile(r"\b(clear|clean|throw|take|cross) (out|off|down) it\b(?! of)")
"""Verbs whose second part comes after `it`: clear it out."""


def capital(text: str) -> str:
    """Return a text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def its(text: str) -> str:
    """Return `the due date of it` as `its due date`, and that of Ann Lee as Ann Lee's due date."""
    text = re.sub(r"\bthe ((?:[\w-]+ ){0,3}[\w-]+) (?:of|for) it\b", r"its \1", text)
    text = _PARTICLE.sub(r"\1 it \2", text)
    return _OF_PERSON.sub(r"\2's \1", text)


def tidy(text: str) -> str:
    """Return a sentence without the second full stop after a quotation that ends with one."""
    return re.sub(r"([.!?][’”\"'])\.(?=\s|$)", r"\1", text)
