"""Searches: reads that answer words with a list of what has them, beside notes about the search.

`GET /search?q=` answers with companies and with how many calls are left. What it finds is the kind
of record, called as the answer calls it, and a search result where nothing tells; the words are
looked for in its texts.
"""

from __future__ import annotations

from dataclasses import replace

from envfactory.source.description import Operation
from envfactory.spec.shapes.component import clean_component
from envfactory.spec.shapes.enclosed import lists_in
from envfactory.spec.shapes.payload import Payload
from envfactory.spec.shapes.reshape import value_records
from envfactory.spec.shapes.route import Route, Step
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.words.name import Nouns, word_set, words
from envfactory.spec.words.terms import is_search

_SEARCHING = word_set("search find query")
_VAGUE = word_set(
    "result item data record hit doc document entry value row content list match object element "
    "search response suggestion"
)
"""What answers call anything that was found."""
_RESULT = ("result",)
_PLAIN = ("string", "integer", "number", "boolean")
_BESIDE = 2
"""An answer of fewer parts holds no notes on the search."""
_LONGEST = 3


def searched(
    operation: Operation, route: Route, response: Payload, schemas: Schemas, nouns: Nouns
) -> tuple[Route, Payload]:
    """Return where a search looks and what it finds; other operations as they are."""
    if operation.method != "get" or not route.steps or response.kind not in ("record", "records"):
        return route, response
    bare = _is_bare(route)
    if not (bare or route.verb == "search") or not _takes_words(operation):
        return route, response
    found = response
    if response.kind == "record":
        held = lists_in(response.shape, schemas)
        if held is not None and len(held) == 1:
            name, item = held[0]
            wrapper = (*response.wrapper, name)
            found = replace(response, kind="records", shape=item, paged=True, wrapper=wrapper)
        else:
            found = _texts(response, schemas)
        if found is response:
            return route, response
    return (_called(route, _noun(found, nouns) or _RESULT, nouns) if bare else route), found


def _texts(response: Payload, schemas: Schemas) -> Payload:
    """Return records for the texts of an answer that holds one list of them, among plain values."""
    shapes = {name: schemas.shape(schema) for name, schema in response.shape.properties.items()}
    lists = [name for name, shape in shapes.items() if shape.kind == "array"]
    plain = all(shape.kind in _PLAIN for name, shape in shapes.items() if name not in lists)
    if len(lists) != 1 or len(shapes) < _BESIDE or not plain:
        return response
    item = schemas.shape(shapes[lists[0]].item or {})
    if item.kind != "string":
        return response
    listed = replace(response, paged=True, wrapper=(*response.wrapper, lists[0]))
    return value_records(listed, item, words(lists[0]))


def _is_bare(route: Route) -> bool:
    """Tell whether a path says that something is searched for, and not what."""
    last = route.steps[-1]
    above = any(step.parameters for step in route.steps[:-1])
    return not route.verb and bool(set(words(last.segment)) & _SEARCHING) and not above


def _takes_words(operation: Operation) -> bool:
    return any(is_search(one.name) for one in operation.parameters if one.location != "header")


def _noun(found: Payload, nouns: Nouns) -> tuple[str, ...]:
    """Return what an answer or its schema calls what was found, or ()."""
    held = nouns.singular_words(words(found.wrapper[-1])) if found.wrapper else ()
    held = held[1:] if held[:1] in (("found",), ("matching",)) else held
    component = clean_component(found.shape.name, nouns) if found.shape.name else ""
    for noun in (held, tuple(component.split("_"))):
        if any(noun) and len(noun) <= _LONGEST and not set(noun) <= _VAGUE:
            return noun
    return ()


def _called(route: Route, noun: tuple[str, ...], nouns: Nouns) -> Route:
    """Return the route of a search for records of a kind; its own words stand behind the verb."""
    last = route.steps[-1]
    here = Step("-".join(nouns.plural_words(noun)), noun)
    tail = (*last.parameters, *route.tail)
    return replace(
        route,
        context=(*route.context, *(p for step in route.steps[:-1] for p in step.parameters)),
        steps=(here,),
        verb="search",
        verb_words=("search",),
        tail=tail,
    )
