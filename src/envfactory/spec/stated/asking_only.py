"""Asking only: posts that are said to find something out, in words that begin no usual sentence.

`POST /validator`, "Automatically find a path between two addresses" and a body that is called
`CompanyLookupRequest` leave nothing behind that another call could see.
"""

from __future__ import annotations

import itertools
import re

from envfactory.source.description import Operation
from envfactory.spec.operations.seen import Seen
from envfactory.spec.stated.agreement import takes_free
from envfactory.spec.words.name import word_set, words
from envfactory.spec.words.prose import plain, sentences

_ANSWERING = word_set("validator checker verifier ocr sparql finder pathfinder humanize")
"""Last words of paths that name what answers."""
_FINDING = word_set(
    "find finds humanize concatenate detect detects return returns get gets unpack unpacks "
    "recognize recognizes"
)
"""Verbs that leave nothing behind where callers give a text, a picture or a file."""
_OPENING = word_set("this the operation endpoint method api service try tries to it will")
_LOOKING_UP = frozenset(("lookup", "search", "query"))
_RECOGNITION = re.compile(r"^(?:\w+ ){1,3}recognition\b", re.IGNORECASE)
_SIMILAR = re.compile(r"\breturns? (?:similar|related|matching)\b", re.IGNORECASE)
_MADE = re.compile(r"\b(?:created|new|added|saved|stored)\b", re.IGNORECASE)


def asks_only(seen: Seen) -> bool:
    """Tell whether a POST is said to find something out, and nothing is said of what it leaves."""
    if not seen.route.steps or seen.route.on_item:
        return False
    last = words(seen.route.steps[-1].segment)
    if set(last[-1:]) & _ANSWERING or _takes_a_look_up(seen.operation):
        return True
    told = _first(seen.operation)
    if not told or _MADE.search(told):
        return False
    if _SIMILAR.search(told):
        return True
    return takes_free(seen) and (_verb(told) in _FINDING or _RECOGNITION.search(told) is not None)


def _takes_a_look_up(operation: Operation) -> bool:
    """Tell whether the name of the schema of a body says that callers look something up."""
    reference = operation.request.schema_.get("$ref") if operation.request else None
    name = words(reference.rpartition("/")[2]) if isinstance(reference, str) else ()
    pairs = {f"{one}{other}" for one, other in itertools.pairwise(name)}
    return "request" in name and bool({*name, *pairs} & _LOOKING_UP)


def _first(operation: Operation) -> str:
    """Return the first sentence of what a source says of an operation."""
    for text in (operation.summary, operation.description):
        found = sentences(plain(text))
        if found:
            return found[0]
    return ""


def _verb(text: str) -> str:
    """Return the word that a sentence begins with, without adverbs and what it is about."""
    for word in words(text[:80])[:6]:
        if word not in _OPENING and not word.endswith("ly"):
            return word
    return ""
