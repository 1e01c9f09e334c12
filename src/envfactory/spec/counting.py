"""Counting: reads such as `/orders/count` that tell how many stored records match."""

from __future__ import annotations

from dataclasses import replace

from envfactory.spec.call import Call
from envfactory.spec.listing import ListInputs
from envfactory.spec.made import Made, Workshop
from envfactory.spec.model import CountRecords, Omission, Result
from envfactory.spec.name import word_set, words
from envfactory.spec.parameter import is_presentation, is_transport
from envfactory.spec.seen import Seen

_COUNTS = word_set("count counts total number amount size")
_COUNTED = word_set("count total number_of total_count result value size amount quantity")


def make_count(shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
    """Return the tool that counts records, or None where an operation counts none.

    Raises:
        Meaningless: If an input that callers must give is about no field.
    """
    inner = _inner(seen)
    if seen.operation.method != "get" or inner is None:
        return None
    draft = shop.owners.get(inner.route.nouns)
    if draft is None or not _is_number(shop, seen):
        return None
    call = Call(inner, draft, omit)
    inputs = ListInputs(draft, shop.schemas, shop.nouns, shop.inputs.scope(call, of_list=True))
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
    plural = shop.nouns.plural_words(draft.noun)
    names = [f"count_{'_'.join(plural)}"]
    parent = shop.parent_noun(call.seen)
    if parent:
        names.append(f"count_{parent}_{'_'.join(plural)}")
    behaviour = CountRecords(table=draft.table, matches=tuple(inputs.matches))
    label = f"Count {' '.join(plural)}."
    return shop.made(call, names, label, behaviour, Result(shape="count", table=draft.table))


def _inner(seen: Seen) -> Seen | None:
    """Return the operation as though its path ended in what it counts: `/orders/searchTotal`."""
    steps, said = seen.route.steps, seen.route.verb_words
    if not steps or steps[-1].parameters:
        return None
    if seen.route.verb:
        counts = set(said[1:2]) <= _COUNTS and len(said) > 1 and not seen.route.tail
        route = replace(seen.route, verb="", verb_words=())
        return replace(seen, route=route) if counts else None
    if len(steps) < 2 or not set(words(steps[-1].segment)) <= _COUNTS or steps[-2].parameters:
        return None
    return replace(seen, route=replace(seen.route, steps=steps[:-1]))


def _is_number(shop: Workshop, seen: Seen) -> bool:
    """Tell whether the answer is one number, alone or in an object."""
    shapes = {name: shop.schemas.shape(s) for name, s in seen.response.shape.properties.items()}
    numbers = [
        name
        for name, shape in shapes.items()
        if shape.kind in ("integer", "number") and (set(words(name)) & _COUNTED or len(shapes) == 1)
    ]
    return len(numbers) == 1 and len(shapes) <= 2
