"""Asking: POSTs that answer with a list and that are said to do no more than that."""

from __future__ import annotations

from envfactory.source.description import Operation
from envfactory.spec.shapes.payload import Payload
from envfactory.spec.words.name import word_set, words

_SEARCHES = word_set("search find query lookup list retrieve")
_READS = word_set("get gets lists retrieves fetch fetches returns return")


def is_asked_for(operation: Operation) -> bool:
    """Tell whether a summary begins with what only reads, whatever the method ("Search orders")."""
    return bool(set(words(operation.summary)[:1]) & _SEARCHES)


def may_be_narrowed(operation: Operation, request: Payload | None) -> bool:
    """Tell whether an operation is said to read, and all that callers send may be left out."""
    said = words(operation.summary or operation.description[:80])[:1]
    asked = request is not None and request.kind == "record" and not request.shape.required
    return bool(set(said) & _READS) and asked
