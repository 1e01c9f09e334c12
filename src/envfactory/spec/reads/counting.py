"""Counting: reads such as `/orders/count` that tell how many stored records match."""

from __future__ import annotations

from dataclasses import replace

from envfactory.spec.model import CountRecords, Omission, Result
from envfactory.spec.operations.seen import Seen
from envfactory.spec.operations.valued import route_by_value
from envfactory.spec.reads.listed import Selected
from envfactory.spec.reads.listing import ListInputs
from envfactory.spec.reads.selection import select
from envfactory.spec.records.call import Call
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.records.parameter import is_presentation, is_transport
from envfactory.spec.words.name import word_set, words

_COUNTS = word_set("count counts total number amount size")
_COUNTED = word_set("count total number_of total_count result value size amount quantity")


def make_count(shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
    """Return the tool that counts records, or None where an operation counts none.

    Raises:
        Meaningless: If an input that callers must give is about no field.
    """
    inner = _inner(seen, shop)
    if seen.operation.method != "get" or inner is None:
        return None
    draft = _owner(shop, inner)
    chosen: Selected | None = Selected()
    if draft is None and len(inner.route.steps) > 1:
        state = words(inner.route.steps[-1].segment)
        inner = _without_last(inner)
        draft = _owner(shop, inner)
        chosen = select(draft, state) if draft is not None else None
    if draft is None or chosen is None or not _is_number(shop, seen):
        return None
    call = Call(inner, draft, omit)
    given = (*chosen.matches, *shop.inputs.scope(call, of_list=True))
    inputs = ListInputs(draft, shop.schemas, shop.nouns, given)
    for one in shop.inputs.all(call):
        named = words(one.name) == draft.noun[-1:]
        if not named and (is_transport(one.name, "query") or is_presentation(one.name)):
            call.leave_out(one.name, "transport")
        elif inputs.take(one.name, one.schema, one.description, call, required=one.required):
            continue
        elif one.required:
            inputs.matches.append(shop.inputs.imply(call, one))
        else:
            call.leave_out(one.name, "names no field")
    searching = bool(seen.route.verb)
    if not searching and (inputs.paging() is not None or inputs.sorting() is not None):
        return None
    plural = (*chosen.words, *shop.nouns.plural_words(draft.noun))
    names = [f"count_{'_'.join(plural)}"]
    parent = shop.parent_noun(call.seen)
    if parent:
        names.append(f"count_{parent}_{'_'.join(plural)}")
    behaviour = CountRecords(table=draft.table, matches=tuple(inputs.matches))
    label = f"Count {' '.join(plural)}."
    result = Result(shape="count", table=draft.table)
    return shop.made(call, names, label, behaviour, result, chosen.inferred)


def _owner(shop: Workshop, seen: Seen) -> Draft | None:
    """Return the entity of what is counted; tools without an address only name it."""
    here = shop.owners.get(seen.route.nouns)
    if here is not None or seen.origin is None or not seen.origin.name:
        return here
    named = [draft for draft in shop.drafts if draft.noun == seen.route.nouns[-1]]
    return named[0] if len(named) == 1 else None


def _inner(seen: Seen, shop: Workshop) -> Seen | None:
    """Return the operation as though its path ended in what it counts: `/orders/searchTotal`."""
    steps, said = seen.route.steps, seen.route.verb_words
    if not steps or steps[-1].parameters:
        return None
    if seen.route.verb:
        counts = set(said[1:2]) <= _COUNTS and len(said) > 1 and not seen.route.tail
        route = replace(seen.route, verb="", verb_words=())
        return replace(seen, route=route) if counts else None
    if len(steps) < 2 or not set(words(steps[-1].segment)) <= _COUNTS:
        return None
    inner = _without_last(seen)
    return _by_value(shop, inner) if steps[-2].parameters else inner


def _by_value(shop: Workshop, inner: Seen) -> Seen | None:
    """Return what `/tests/service/{serviceId}` lists, where `/count` behind it counts just that."""
    route = route_by_value(inner.route, shop.nouns)
    draft = shop.owners.get(route.nouns) if route is not None else None
    if route is None or draft is None:
        return None
    listed = any(one.kind == "list" and one.route == route for one in draft.kind.seen)
    return replace(inner, route=route) if listed else None


def _without_last(seen: Seen) -> Seen:
    return replace(seen, route=replace(seen.route, steps=seen.route.steps[:-1]))


def _is_number(shop: Workshop, seen: Seen) -> bool:
    """Tell whether the answer is one number, alone or in an object."""
    shapes = {name: shop.schemas.shape(s) for name, s in seen.response.shape.properties.items()}
    numbers = [
        name
        for name, shape in shapes.items()
        if shape.kind in ("integer", "number") and (set(words(name)) & _COUNTED or len(shapes) == 1)
    ]
    return len(numbers) == 1 and len(shapes) <= 2
