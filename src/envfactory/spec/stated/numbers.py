"""Numbers: what a text says of numbers that grow or shrink, and of true and false as answers.

"Borrow a book. Lowers the number of copies by one" makes a loan, and where no rule has understood
the number it stays as it is; "returns True on success" speaks of an answer that no tool gives. A
tool that moves a number says so as its source does.
"""

from __future__ import annotations

import re

from envfactory.spec.model import (
    ActOnRecord,
    CreateRecord,
    DeleteRecord,
    Omission,
    UpdateRecord,
)
from envfactory.spec.records.made import Made
from envfactory.spec.stated.untrue import UNTRUE
from envfactory.spec.words.name import words
from envfactory.spec.words.prose import sentence, sentences

_LEAST = 2
_NUMBER = (
    r"(?:numbers?|counts?|counter|quantit(?:y|ies)|stocks?|inventory|balances?|spots?|seats?|"
    r"cop(?:y|ies)|capacity|availability|places? left)"
)
_MOVES = (
    r"(?:lower|raise|reduce|decrease|increase|increment|decrement|deduct|subtract|take|free|"
    r"release|restore)s?(?:\s+up)?\s+(?:(?:the|its|their|that|one|an?|of)\s+)*"
    rf"(?:[\w'-]+\s+){{0,5}}?{_NUMBER}\b"
)
_THEN = re.compile(
    r"(?:\s*[,;]\s*(?:and\s+|then\s+)*|\s+and\s+(?:then\s+)?)(?:also\s+)?" + _MOVES + r"[^.;]*",
    re.IGNORECASE,
)
"""Where a sentence goes on to a number that is moved."""
_FURTHER = re.compile(rf"^\W*(?:(?:it|this|which)\s+)?(?:also\s+)?{_MOVES}", re.IGNORECASE)
_TRUTH = r"(?:it\s+)?returns?\s+(?:true|false|whether|if)\b[^.;]*"
_AND_TRUTH = re.compile(r"(?:\s*[,;]\s*(?:and\s+)?|\s+and\s+)" + _TRUTH, re.IGNORECASE)
_ALL_TRUTH = re.compile(r"\W*" + _TRUTH, re.IGNORECASE)
"""A further sentence; one that comes first is all that its operation does."""


def without_moves(made: Made, noted: list[Omission]) -> Made:
    """Return a tool that speaks of no number that it does not move, and of no yes or no.

    Args:
        made: The tool; one that only reads or moves a number stays as it is.
        noted: What was left out of it so far; that its text loses something is added.
    """
    if not isinstance(made.behaviour, CreateRecord | UpdateRecord | ActOnRecord | DeleteRecord):
        return made
    first, *rest = sentences(made.description) or [""]
    kept = [one for one in rest if not _FURTHER.search(one) and not _ALL_TRUTH.match(one)]
    cut = _AND_TRUTH.sub("", _THEN.sub("", first))
    told = first if cut == first else sentence(cut.strip(" ,;:"))
    said = " ".join(filter(None, [told, *kept]))
    if said != made.description:
        noted.append(Omission(subject="text", where=made.seen.where, reason=UNTRUE))
        made.description = said if len(words(said)) >= _LEAST else made.fallback
    return made
