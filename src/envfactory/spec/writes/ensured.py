"""Ensured: a PUT with nothing to say, after which there is a record of that name.

`PUT /follows/shows/{show_id}` "Follow a show" makes the record that `GET` reads and `DELETE` takes
away under the same path; where there is one already, it stays.
"""

from __future__ import annotations

from envfactory.spec.model import Match, Omission, UpdateRecord
from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.inputs import Call
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.words.name import word_set, words
from envfactory.spec.words.prose import article, plain

_UPSERT = "creates the record where there is none"
_BEGINNING = word_set(
    "add create follow star like watch subscribe bookmark favorite favourite pin block mute put "
    "save join register reserve"
)
"""Verbs that begin a text, and after which there is something that may not have been there."""


def make_ensured(shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
    """Return the tool that makes a record of which only its name has to be said."""
    draft = shop.owners.get(seen.route.nouns)
    verb = _said(seen)
    if draft is None or draft.inferred or verb not in _BEGINNING or not _says_nothing(seen):
        return None
    if not seen.route.on_item or seen.route.verb not in ("", "update") or _is_made(draft):
        return None
    if seen.response.kind == "record" and not shop.is_of(seen, draft):
        return None
    call = Call(seen, draft, omit)
    scope = shop.inputs.scope(call)
    key = shop.inputs.key(call)
    if not _is_told(draft, scope):
        return None
    behaviour = UpdateRecord(table=draft.table, key=key, scope=scope, assigns=(), or_create=True)
    names = shop.verb_names(verb, call)
    label = f"{verb.capitalize()} {article(draft.label)}."
    result = shop.record_or_none(seen, draft)
    return shop.made(call, names, label, behaviour, result, (_UPSERT,))


def _said(seen: Seen) -> str:
    """Return the word that a text begins with."""
    for text in (seen.operation.summary, seen.operation.description):
        told = words(plain(text)[:40])
        if told:
            return told[0].removesuffix("s") if told[0] not in _BEGINNING else told[0]
    return ""


def _says_nothing(seen: Seen) -> bool:
    """Tell whether callers have nothing to give beside the path."""
    asked = any(parameter.location == "query" for parameter in seen.operation.parameters)
    return seen.operation.method == "put" and seen.operation.request is None and not asked


def _is_made(draft: Draft) -> bool:
    """Tell whether records are made in another way, under names that the service gives."""
    return any(one.kind == "create" for one in draft.kind.seen)


def _is_told(draft: Draft, scope: tuple[Match, ...]) -> bool:
    """Tell whether a path says all that every such record holds."""
    said = {draft.key, *(match.field for match in scope)}
    served = ("created_at", "updated_at")
    return all(
        field.name in said or field.optional or field.role in served
        for field in draft.fields.values()
    )
