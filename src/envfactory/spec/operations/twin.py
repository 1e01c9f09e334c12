"""Twins: POSTs that take what a GET on the same path takes, and so only ask what it asks.

Some APIs take their queries by GET and by POST, the latter for when they are long.
"""

from __future__ import annotations

from collections.abc import Iterable

from envfactory.source.description import Operation
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.words.credential import is_credential
from envfactory.spec.words.name import word_set, words
from envfactory.spec.words.verb import LEFT_BY

_CHANGING = word_set("update change modify edit set delete remove replace write")
TWIN = "asks what a read on its path asks"


def twins(operations: Iterable[Operation], schemas: Schemas) -> frozenset[str]:
    """Return the POSTs that are another form of a read, as 'POST /path'."""
    given = [one for one in operations if one.method in ("get", "post") and not _does(one)]
    reads = {one.path: one for one in given if one.method == "get"}
    return frozenset(
        f"POST {one.path}"
        for one in given
        if one.method == "post" and one.path in reads and _is_same(one, reads[one.path], schemas)
    )


def _does(operation: Operation) -> bool:
    """Tell whether the path or the text of an operation has a verb that leaves something."""
    told = f"{operation.path} {operation.summary[:200]} {operation.description[:200]}"
    return bool(set(words(told)) & (set(LEFT_BY) | _CHANGING))


def _is_same(post: Operation, get: Operation, schemas: Schemas) -> bool:
    told = (post.summary, post.description) == (get.summary, get.description)
    inputs = _inputs(post, schemas)
    return told and bool(inputs) and inputs == _inputs(get, schemas)


def _inputs(operation: Operation, schemas: Schemas) -> frozenset[tuple[str, ...]]:
    """Return what callers may give beside the path, wherever they give it."""
    names = [one.name for one in operation.parameters if one.location == "query"]
    if operation.request is not None:
        names += schemas.shape(operation.request.schema_).properties
    return frozenset(words(name) for name in names if not is_credential(name))
