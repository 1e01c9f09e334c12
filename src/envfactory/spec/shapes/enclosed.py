"""Enclosed lists: answers that hold, among notes on the request, the list that a text promises.

`GET /devices` "Get a list of all devices" may answer with a time, a version, some counts and the
devices. What the text says decides that the devices are the content and the rest is wrapping.
"""

from __future__ import annotations

import re
from dataclasses import replace

from envfactory.source.description import Operation
from envfactory.spec.shapes.payload import Payload
from envfactory.spec.shapes.schema import Schemas, Shape
from envfactory.spec.words.name import word_set, words
from envfactory.spec.words.prose import plain, sentences

_LISTS = re.compile(
    r"^(?:get|gets|returns?|retrieves?|fetch(?:es)?|obtains?|provides?|shows?|displays?)?\s*(?:an?\s|"
    r"the\s)?(?:(?:\w+\s){0,2}list\s(?:of|all)\b|lists\b|list\s\w+s\b|array\sof\b)"
    r"|^(?:get|returns?|retrieves?|fetch)s?\sall\b",
    re.IGNORECASE,
)
_NOTES = word_set("error errors warning warnings link links message messages facet facets included")
_MAX_SCALARS = 9
_MAX_DEPTH = 2


def enclosed(payload: Payload, operation: Operation, schemas: Schemas) -> Payload:
    """Return the one list of records in an answer that is said to be a list; else the payload."""
    if payload.kind != "record" or operation.method != "get":
        return payload
    if not says_list(operation):
        return payload
    found = lists_in(payload.shape, schemas)
    if not found or not (len(found) == 1 or _are_one(payload, found)):
        return payload
    name, item = found[0]
    return replace(
        payload, kind="records", shape=item, paged=True, wrapper=(*payload.wrapper, name)
    )


def _are_one(payload: Payload, found: list[tuple[str, Shape]]) -> bool:
    """Tell whether an answer is nothing but lists of one kind of record: free ones, shared ones."""
    alike = len({item.name for _, item in found}) == 1 and bool(found[0][1].name)
    return alike and len(found) == len(payload.shape.properties)


def says_list(operation: Operation) -> bool:
    """Tell whether the text of an operation promises a list."""
    return any(_LISTS.search(text) for text in _first(operation))


def _first(operation: Operation) -> list[str]:
    told = (plain(operation.summary), plain(operation.description))
    return [found[0] for text in told if (found := sentences(text))]


def lists_in(shape: Shape, schemas: Schemas, depth: int = 0) -> list[tuple[str, Shape]] | None:
    """Return the lists of records in an object; None where it is more than their wrapping."""
    if {("id",), ("uuid",)} & {words(name) for name in shape.properties}:
        return None
    found: list[tuple[str, Shape]] = []
    scalars = 0
    for name, schema in shape.properties.items():
        if "_".join(words(name)) in _NOTES:
            continue
        value = schemas.shape(schema)
        if value.kind == "array":
            item = schemas.shape(value.item or {})
            if item.kind != "object" or not item.properties:
                return None
            found.append((name, item))
        elif value.kind == "object" and value.properties and depth < _MAX_DEPTH:
            inner = lists_in(value, schemas, depth + 1)
            found += inner or []
        else:
            scalars += value.kind != "any"
    return found if scalars <= _MAX_SCALARS else None
