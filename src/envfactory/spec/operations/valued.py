"""Valued lists: paths whose last word only says what the value behind it is.

`/tests/service/{serviceId}` and `/atms/country/{country}` list tests and ATMs, as `/tests` and
`/atms` do: those of that service, and those in that country. There are no records called services
or countries there.
"""

from __future__ import annotations

from dataclasses import replace

from envfactory.spec.operations.seen import Seen
from envfactory.spec.shapes.component import clean_component
from envfactory.spec.shapes.route import Route, Step
from envfactory.spec.words.name import Nouns, words


def valued(seen: list[Seen], nouns: Nouns) -> list[Seen]:
    """Return operations, those that list by a value as though their paths had no word for it."""
    taken = {one.route.nouns for one in seen if not one.route.on_item}
    names: dict[tuple[tuple[str, ...], ...], set[str]] = {}
    for one in seen:
        if one.response.kind in ("record", "records"):
            names.setdefault(one.route.nouns, set()).add(one.response.shape.name)
    return [_valued(one, taken, names, nouns) for one in seen]


def route_by_value(route: Route, nouns: Nouns) -> Route | None:
    """Return a route without the word that says what its last value is, or None.

    `/users/{id}/roles/{role}` picks a role of a user; in `/users/role/{role}` there is nothing else
    that a role could be of.
    """
    steps, given = list(route.steps), list[str]()
    while len(steps) > 1 and _only_says(steps[-1]):
        given[:0] = steps.pop().parameters
    above = words(steps[-1].segment) if steps else ()
    if route.verb or not given or any(step.parameters for step in steps):
        return None
    if not above or not nouns.is_plural(above[-1]):
        return None
    return replace(route, steps=(*steps[:-1], replace(steps[-1], parameters=tuple(given))))


def _only_says(step: Step) -> bool:
    """Tell whether a word says no more than what the one value behind it is."""
    parts = words(step.parameters[0]) if len(step.parameters) == 1 else ()
    return bool(parts) and parts[: len(step.noun)] == step.noun


def _valued(
    one: Seen,
    taken: set[tuple[tuple[str, ...], ...]],
    names: dict[tuple[tuple[str, ...], ...], set[str]],
    nouns: Nouns,
) -> Seen:
    route = route_by_value(one.route, nouns)
    if route is None or one.operation.method != "get" or one.kind != "list":
        return one
    own, name = one.route.nouns[-1], one.response.shape.name
    beside = names.get(route.nouns)
    component = clean_component(name, nouns).split("_") if name else [""]
    if one.route.nouns in taken or component[-1] == own[-1] or (beside and name not in beside):
        return one
    return replace(one, route=route)
