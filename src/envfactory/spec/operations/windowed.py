"""Windowed: bodies of changes that also carry how lists are cut and ordered.

Frameworks take one set of arguments for a whole resource: `PUT /assemblies/{id}` then has a
`limit`, an `offset` and an `orderby` beside what an assembly holds.
"""

from __future__ import annotations

from dataclasses import replace

from envfactory.spec.shapes.payload import Payload
from envfactory.spec.words.name import word_set, words

_COUNTS = word_set("limit per_page page_size perpage pagesize page_limit")
_POSITIONS = word_set("offset page skip cursor page_number start_index page_token")
_ORDERS = word_set(
    "sort sort_by sortby orderby order_by sortorder sort_order order_dir direction fields "
    "only_fields"
)


def without_window(request: Payload) -> Payload:
    """Return what callers send without what cuts and orders a list.

    A limit alone may well be data, as that of a card is: only with a position beside it is it not.
    """
    named = {name: "_".join(words(name)) for name in request.shape.properties}
    if not set(named.values()) & _COUNTS or not set(named.values()) & _POSITIONS:
        return request
    cut = {name for name, called in named.items() if called in _COUNTS | _POSITIONS | _ORDERS}
    kept = {n: schema for n, schema in request.shape.properties.items() if n not in cut}
    shape = replace(request.shape, properties=kept, required=request.shape.required - cut)
    return replace(request, shape=shape)
