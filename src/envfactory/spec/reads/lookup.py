"""Look-ups: reads that no stored record answers, each a small fixed data set of its own.

`/rates?from=&to=`, `/users/{id}/stats` and `/status` answer with an object that nobody creates.
The inputs that decide the answer become fields beside those of the answer; together they tell the
answers apart. Where there are no such inputs there is just one answer. What can only be computed
from what callers make up (a translation, a validation) is no look-up.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from envfactory.source.description import JsonSchema
from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.call import Input, Meaningless
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.implied import is_free
from envfactory.spec.records.page_size import says_paging
from envfactory.spec.records.parameter import is_paging, is_presentation, is_transport
from envfactory.spec.records.resource import Kind
from envfactory.spec.shapes.schema import Schemas, Shape
from envfactory.spec.words.name import word_set, words
from envfactory.spec.words.prose import plain

COMPUTES = "computes, keeps no record"
SEARCHES = "searches in what no table holds"
_COMPLETING = word_set("autocomplete typeahead autosuggest")
_SEARCHING = word_set("search find query suggest suggestions") | _COMPLETING
_COMPUTING = word_set(
    "translate translation convert conversion converter validate validation validator verify "
    "verification calculate calculator calculation compute parse parser render sentiment "
    "summarize tokenize encode decode hash encrypt decrypt predict prediction classify recognize "
    "recognition detect detection screenshot resize transcribe evaluate simulate ping echo "
    "whatismyip lint spellcheck login logout signin signout authorize oauth callback token "
    "authenticate"
)
_SELECTORS = word_set("id uuid guid key code slug symbol ticker isbn sku name number username")
_FREE_QUERIES = word_set(
    "q query search keyword keywords term terms phrase search_term search_text "
    "search_query text_query"
)
_OF_SERVICE = word_set("info version status health about meta ping")
"""Last words of paths of what is told of a service itself, whoever asks."""
_ALL = re.compile(r"(?:get|returns?|fetch(?:es)?|retrieves?|lists?|shows?) all\b", re.IGNORECASE)
_MOST_OPTIONAL = 3
_MOST_MEASURES = 2
"""A place has two coordinates; what asks for more numbers computes with them."""
_NOTATIONS = frozenset({"json", "xml", "csv", "yaml", "html", "jsonp", "rdf"})
"""Choices between ways to write the same answer."""


@dataclass(frozen=True)
class LookUp:
    """What decides the answer of a read: inputs of the operation, in the order of its address."""

    seen: Seen
    asked: tuple[Input, ...]


@dataclass(frozen=True)
class LookUps:
    """The look-ups of an API, by 'METHOD /path', and the kinds of their answers."""

    found: Mapping[str, LookUp] = field(default_factory=dict)
    kinds: tuple[Kind, ...] = ()

    def only(self, kept: Container[int]) -> LookUps:
        """Return the look-ups without the kinds whose `id` is not kept."""
        return replace(self, kinds=tuple(kind for kind in self.kinds if id(kind) in kept))


def find_look_ups(
    left: Iterable[Seen], drafts: list[Draft], schemas: Schemas, common: frozenset[str]
) -> LookUps:
    """Return the look-ups among operations that no other rule explains.

    What is kept in a table already is not looked up beside it, unless it is an answer there, too:
    `/ip/{ip}` may tell the same of an address as `/timezone/{area}` of a time zone.
    """
    found: dict[str, LookUp] = {}
    own = [draft for draft in drafts if not _is_answer(draft)]
    names = {shape.name for draft in own for shape in draft.kind.responses if shape.name}
    owners = {home: draft for draft in drafts for home in draft.kind.homes}
    for seen in left:
        if _is_kept(seen.response.shape, names, owners.get(seen.route.nouns)):
            continue
        with suppress(Meaningless):
            look_up = find_look_up(seen, schemas, common)
            if look_up is not None:
                found[seen.where] = look_up
    return LookUps(found, tuple(_kinds(list(found.values()))))


def _is_answer(draft: Draft) -> bool:
    """Tell whether records are no more than answers: without a key, and never changed."""
    only_read = all(one.operation.method == "get" for one in draft.kind.seen)
    return draft.choice.inferred and only_read


def _is_kept(shape: Shape, names: Container[str], owner: Draft | None) -> bool:
    """Tell whether an answer is a record of an entity."""
    if shape.name in names:
        return True
    known = {words(name) for name in shape.properties}
    return owner is not None and len(known & set(owner.slots)) * 2 >= max(2, len(known))


def find_look_up(seen: Seen, schemas: Schemas, common: frozenset[str]) -> LookUp | None:
    """Return what decides the answer of a read that no other rule explains.

    Raises:
        Meaningless: If the answer is computed from what callers make up.
    """
    if seen.operation.method != "get" or seen.response.kind != "record" or not seen.route.steps:
        return None
    if not seen.response.shape.properties:
        return None
    said = {part for step in seen.route.steps for part in words(step.segment)}
    said |= set(seen.route.verb_words)
    if said & _COMPUTING:
        raise Meaningless(COMPUTES)
    if said & _COMPLETING:
        raise Meaningless(SEARCHES)
    asked = [
        one for one in inputs_of(seen) if _decides(one, seen, common, schemas.shape(one.schema))
    ]
    if not asked:
        if said & _SEARCHING or any(
            "_".join(words(p.name)) in _FREE_QUERIES for p in inputs_of(seen)
        ):
            raise Meaningless(SEARCHES)
        whole = _promises_all(seen) or _is_of_service(seen)
        asked = [] if whole else _selectors(seen) or _optional(seen, schemas)
    if len([one for one in asked if _is_measured(schemas.shape(one.schema))]) > _MOST_MEASURES:
        raise Meaningless(COMPUTES)
    for one in asked:
        parts = words(one.name)
        if is_free(parts, schemas.shape(one.schema)) or "_".join(parts) in _FREE_QUERIES:
            raise Meaningless(COMPUTES)
    return LookUp(seen, tuple(asked))


def _is_measured(shape: Shape) -> bool:
    """Tell whether values are numbers that callers choose freely, as in a simulation."""
    return shape.kind == "number" and not shape.choices


def inputs_of(seen: Seen) -> list[Input]:
    """Return path parameters in the order of the path, then the query parameters."""
    given = {one.name: one for one in seen.operation.parameters if one.location == "path"}
    route = seen.route
    names = [*route.context, *(p for step in route.steps for p in step.parameters), *route.tail]
    found = []
    for name in dict.fromkeys([*names, *given]):
        one = given.get(name)
        schema: JsonSchema = {"type": "string"}
        if one is not None and one.schema_:
            schema = one.schema_
        if name in names or f"{{{name}}}" in seen.operation.path.partition("?")[2]:
            found.append(Input(name, schema, True, one.description if one else ""))
    for one in seen.operation.parameters:
        if one.location == "query":
            found.append(Input(one.name, one.schema_, one.required, one.description))
    return found


def _decides(one: Input, seen: Seen, common: frozenset[str], shape: Shape) -> bool:
    if not one.required or one.name in common or len(shape.choices) == 1:
        return False
    if {str(choice).lower() for choice in shape.choices} & _NOTATIONS:
        return False  # the same answer, written in another way
    picked = seen.route.steps[-1].parameters + seen.route.tail
    if one.name in picked:
        return True
    if is_transport(one.name, "query") or is_presentation(one.name):
        return False
    return not is_paging(one.name) and not says_paging(one.name, shape, one.description)


def _promises_all(seen: Seen) -> bool:
    """Tell whether a text promises all there is, whatever callers may narrow it to."""
    operation = seen.operation
    told = (operation.summary, operation.description[:200])
    return any(_ALL.match(plain(text)) for text in told)


def _is_of_service(seen: Seen) -> bool:
    """Tell whether a path says nothing but that a service tells of itself: `/v2/info`."""
    named = [words(step.segment) for step in seen.route.steps]
    return len(named) == 1 and set(named[0]) <= _OF_SERVICE and not seen.route.steps[0].parameters


def _selectors(seen: Seen) -> list[Input]:
    """Return the optional input that names the record which is answered with, if there is one."""
    fields = {words(name) for name in seen.response.shape.properties}
    path = {part for step in seen.route.steps for part in step.noun}
    noun = seen.route.steps[-1].noun
    found = []
    for one in inputs_of(seen):
        parts = words(one.name)
        if not parts or parts[-1] not in _SELECTORS or is_transport(one.name, "query"):
            continue
        own = parts[len(noun) :] if parts[: len(noun)] == noun else parts
        told = len(parts) > 1 and set(parts[:-1]) <= path
        if parts in fields or own in fields or told:
            found.append(one)
    return found[:1]


def _optional(seen: Seen, schemas: Schemas) -> list[Input]:
    """Return the optional inputs that an answer depends on, where no other decides.

    Raises:
        Meaningless: If there are too many to say which of them callers mean.
    """
    found = []
    for one in inputs_of(seen):
        shape = schemas.shape(one.schema)
        if is_transport(one.name, "query") or is_presentation(one.name) or is_paging(one.name):
            continue
        if shape.kind not in ("string", "integer") or shape.has_default:
            continue
        if words(one.name) and not is_free(words(one.name), shape):
            found.append(one)
    if len(found) > _MOST_OPTIONAL:
        raise Meaningless("answers by many inputs that may all be left out")
    return found


def _kinds(look_ups: list[LookUp]) -> list[Kind]:
    """Return a kind for each path and choice of deciding inputs."""
    found: dict[tuple[object, ...], Kind] = {}
    for one in look_ups:
        route = one.seen.route
        asked = tuple(sorted(given.name for given in one.asked))
        kind = found.setdefault(
            (route.nouns, route.verb_words, asked), Kind(route.nouns[-1], homes=[route.nouns])
        )
        kind.seen.append(one.seen)
    return list(found.values())
