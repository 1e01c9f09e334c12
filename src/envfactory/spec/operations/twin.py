"""Twins: POSTs that take what a GET on the same path takes, and so only ask what it asks.

Some APIs take their queries by GET and by POST, the latter for when they are long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from envfactory.source.description import Operation
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.words.credential import is_credential
from envfactory.spec.words.name import word_set, words
from envfactory.spec.words.verb import LEFT_BY

_CHANGING = word_set("update change modify edit set delete remove replace write")
_MAKING = word_set("create creates add adds new insert register store save upload submit send make")
_OTHER_FORM = re.compile(
    r"\bGET (?:\w+ )?(?:endpoint|request|method|call|version)|\bPOST (?:\w+ )?(?:endpoint|version|"
    r"variant|form)\b|\b(?:url|uri|query) length\b",
    re.IGNORECASE,
)
"""What texts say of a POST that stands for a GET."""
TWIN = "asks what a read on its path asks"


def twins(operations: Iterable[Operation], schemas: Schemas) -> frozenset[str]:
    """Return the POSTs that are another form of a read, as 'POST /path'."""
    given = [one for one in operations if one.method in ("get", "post")]
    reads = {one.path: one for one in given if one.method == "get"}
    return frozenset(
        f"POST {one.path}"
        for one in given
        if one.method == "post" and one.path in reads and _asks(one, reads[one.path], schemas)
    )


def _asks(post: Operation, get: Operation, schemas: Schemas) -> bool:
    if _answers_alike(post, get, schemas):
        return True
    return not _does(post) and not _does(get) and _is_same(post, get, schemas)


def _answers_alike(post: Operation, get: Operation, schemas: Schemas) -> bool:
    """Tell whether both answer with the same object, which the read finds by what it must be given.

    `GET /matrix?point=...` and `POST /matrix` work the same matrix out.
    """
    if post.response is None or get.response is None or "{" in post.path:
        return False
    needs = any(
        one.required and one.location == "query" and not is_credential(one.name)
        for one in get.parameters
    )
    told = f"{post.summary[:200]} {post.description[:200]}"
    made = set(words(told)) & _MAKING or post.status == 201 or not _OTHER_FORM.search(told)
    answer = post.response.schema_
    same = answer == get.response.schema_ and schemas.shape(answer).kind == "object"
    return needs and not made and same and len(schemas.shape(answer).properties) > 1


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
