"""Sites: where in a path an operation says what happens to one record.

`POST /orders/{id}/confirm`, `PUT /stop/{test_id}` and `POST /close_channel` all name a verb and a
record; they differ in where the two stand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.action import is_action
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.made import Workshop
from envfactory.spec.shapes.route import Route, Step
from envfactory.spec.words.name import word_set, words

_BETWEEN = word_set("lifecycle action actions command commands operation operations transition do")
_MARKS = word_set(
    "like favorite favourite bookmark star starred following repost watched saved pin block "
    "blocked mute"
)
_COPYING = word_set("copy duplicate clone fork")
_SELF = word_set("me user self my account profile")
_IDS = word_set("id ids uuid guid key uid sid no number")


@dataclass(frozen=True)
class Site:
    """What an operation acts on.

    Attributes:
        owner: The entity of the record.
        inner: The operation as though its path ended in the record.
        words: What the path says behind or before the record.
    """

    owner: Draft
    inner: Seen
    words: tuple[str, ...]


def find_site(shop: Workshop, seen: Seen) -> Site | None:
    """Return what a write that is no plain change of a record acts on, if its path tells."""
    steps = seen.route.steps
    if seen.operation.method not in ("post", "put", "patch", "delete") or not steps:
        return None
    marked = _marked(shop, seen)
    if marked is not None:
        return marked
    here = shop.owners.get(seen.route.nouns)
    if here is not None and not here.inferred and not is_action(steps[-1].noun[-1]):
        return None
    return _behind(shop, seen) or _before(shop, seen) or _joined(shop, seen)


def _marked(shop: Workshop, seen: Seen) -> Site | None:
    """Read `/likes/tracks/{id}`, `/me/followings/{user_id}` and `/user/starred/{repo}`.

    What a person likes, follows or stars among all records is a mark on the record.
    """
    steps = seen.route.steps
    last = steps[-1]
    if not last.parameters or any(step.parameters for step in steps[:-1]):
        return None
    for step in steps[-2:]:
        if step.noun[-1] not in _MARKS:
            continue
        if step is last and not {step.noun[-1] for step in steps[:-1]} & _SELF:
            continue
        parts = tuple(part for part in words(last.parameters[-1]) if part not in _IDS)
        owner = _named(shop, last.noun) or _named(shop, parts)
        if owner is not None:
            here = replace(last, noun=owner.noun)
            return Site(owner, _at(seen, (here,)), step.noun[-1:])
    return None


def _behind(shop: Workshop, seen: Seen) -> Site | None:
    """Read `/orders/{id}/confirm`, and `/streams/stop` with the record's key in a query or body."""
    steps = seen.route.steps
    if len(steps) < 2 or steps[-1].parameters:
        return None
    above = steps[:-1]
    while len(above) > 1 and not above[-1].parameters and set(above[-1].noun) <= _BETWEEN:
        above = above[:-1]
    inner = _at(seen, above)
    owner = shop.owners.get(inner.route.nouns)
    if owner is None and above[-1].parameters:
        owner = _named(shop, above[-1].noun)
    return None if owner is None else Site(owner, inner, words(steps[-1].segment))


def _before(shop: Workshop, seen: Seen) -> Site | None:
    """Read `/stop/{test_id}` and `/domains/verify/{domain}`."""
    last = seen.route.steps[-1]
    said = words(last.segment)
    if not last.parameters or not said or not (is_action(said[0]) or said[0] in _COPYING):
        return None
    above = seen.route.steps[:-1]
    owner = shop.owners.get(tuple(step.noun for step in above)) if above else None
    if owner is None:
        parts = tuple(part for part in words(last.parameters[-1]) if part not in _IDS)
        owner = _named(shop, (*said[1:], *parts)) or _named(shop, parts)
    if owner is None:
        return None
    above = above or (Step(last.segment, owner.noun),)
    here = replace(above[-1], parameters=(*above[-1].parameters, *last.parameters))
    return Site(owner, _at(seen, (*above[:-1], here)), said)


def _joined(shop: Workshop, seen: Seen) -> Site | None:
    """Read `/close_channel` and `/users/updateStatus`, the key being in a query or body."""
    last = seen.route.steps[-1]
    said = words(last.segment)
    if last.parameters or len(said) < 2 or not is_action(said[0]):
        return None
    owner = _named(shop, shop.nouns.singular_words(said[1:]))
    if owner is None:
        return None
    here = Step(last.segment, owner.noun)
    return Site(owner, _at(seen, (*seen.route.steps[:-1], here)), said[:1])


def _named(shop: Workshop, noun: tuple[str, ...]) -> Draft | None:
    found = [draft for draft in shop.drafts if draft.noun == noun] if noun else []
    return found[0] if len(found) == 1 else None


def _at(seen: Seen, steps: tuple[Step, ...]) -> Seen:
    route: Route = replace(seen.route, steps=steps)
    return replace(seen, route=route)
