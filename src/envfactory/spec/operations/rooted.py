"""Rooted reads: `GET /` of an API, which answers with what there is to say of the service itself.

Its path names nothing; its summary may ("Status"), and otherwise it is the root of the API.
"""

from __future__ import annotations

from envfactory.source.description import Operation
from envfactory.spec.shapes.payload import Payload
from envfactory.spec.shapes.route import Step
from envfactory.spec.words.name import Nouns, word_set, words

_GREETING = word_set("message msg text detail details greeting hello link links href self")
"""Words of names of what only welcomes callers and sends them on."""
_SILENT = word_set(
    "get gets return returns retrieve show check read fetch the api apis rest service server a an "
    "of for this endpoint page root v1 v2 v3"
)
_ROOT = ("root",)
_LONGEST = 2


def root_step(operation: Operation, response: Payload | None, nouns: Nouns) -> Step | None:
    """Return what `GET /` reads where it answers with one object, or None.

    Args:
        operation: An operation whose path names no kind of record.
        response: What it answers with.
        nouns: Singular and plural.
    """
    if operation.method != "get" or response is None or response.kind not in ("none", "record"):
        return None
    if "{" in operation.path or not _tells(response):
        return None
    told = tuple(one for one in words(operation.summary[:80]) if one not in _SILENT)
    named = 0 < len(told) <= _LONGEST and not nouns.is_plural(told[-1])
    noun = told if named else _ROOT
    return Step("-".join(noun), noun)


def _tells(response: Payload) -> bool:
    """Tell whether an answer holds more than a greeting."""
    return any(not set(words(name)) <= _GREETING for name in response.shape.properties)
