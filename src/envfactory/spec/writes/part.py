"""Parts: operations that change what a path says behind a record, be it a state or some of it.

`POST /orders/{id}/cancel` changes a status, `PUT /orders/{id}/address` a field. What callers give
with it and no schema has a field for is kept in fields that are marked as inferred.
"""

from __future__ import annotations

from dataclasses import replace

from envfactory.spec.model import (
    ActOnRecord,
    Assign,
    CopyRecord,
    FieldSpec,
    Nested,
    Omission,
    Result,
    Scalar,
    UpdateRecord,
)
from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.action import find_target
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.inputs import Call, Meaningless
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.shapes.schema import Shape
from envfactory.spec.words.name import word_set, words
from envfactory.spec.words.prose import article
from envfactory.spec.writes.given import KEPT, kept_inputs
from envfactory.spec.writes.lifecycle import Transition
from envfactory.spec.writes.site import Site, find_site

_STATE_INFERRED = "the state that the action leads to"
_SETTING = word_set(
    "rename move transfer assign set update change reorder replace modify edit adjust relocate "
    "reassign unassign configure customize"
)
"""Verbs of actions that give fields of the record new values."""
_COPYING = word_set("copy duplicate clone fork")
_PLAIN = word_set("set update change modify edit configure")


def make_transition(
    shop: Workshop, seen: Seen, transition: Transition, omit: list[Omission]
) -> Made:
    """Return the tool of an action whose state was inferred.

    Raises:
        Meaningless: If nothing says which record is meant.
    """
    site = transition.site
    call = Call(site.inner, site.owner, omit)
    scope, key = shop.inputs.scope(call), shop.inputs.key(call)
    moments = _moments(site.owner, transition)
    taken = {transition.field, *(moment.field for moment in moments)}
    assigns, kept = kept_inputs(shop, call, transition.verb, taken)
    assigns += moments
    call.seen = seen
    behaviour = ActOnRecord(
        table=site.owner.table,
        key=key,
        scope=scope,
        field=transition.field,
        target=transition.value,
        allowed_from=transition.allowed_from,
        assigns=tuple(assigns),
    )
    inferred = (_STATE_INFERRED, KEPT) if kept else (_STATE_INFERRED,)
    verb = transition.verb
    return _finished(shop, call, verb, behaviour, inferred)


def _moments(owner: Draft, transition: Transition) -> list[Assign]:
    """Return what sets the moments at which the state began, as `accepted_at` tells it."""
    if transition.value is False:
        return []
    state = transition.field if transition.value is True else str(transition.value)
    parts = words(state)
    forms = [(*parts, end) for end in ("at", "on", "date", "time")]
    found = dict.fromkeys(owner.names.get(form) for form in (parts, *forms, ("date", *parts)))
    return [
        Assign(field=name, source="now")
        for name in found
        if name is not None and name != transition.field and _is_moment(owner.fields[name])
    ]


def _is_moment(field: FieldSpec) -> bool:
    return isinstance(field.type, Scalar) and field.type.type in ("date", "datetime")


def make_known_action(shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
    """Return the tool of an action that a field tells of, wherever its path names the record."""
    site = find_site(shop, seen)
    if site is None:
        return None
    target = find_target(site.words, seen.operation.method, site.owner)
    if target is None:
        return None
    call = Call(site.inner, site.owner, omit)
    scope, key = shop.inputs.scope(call), shop.inputs.key(call)
    assigns = shop.inputs.assigned(call, {site.owner.key, target.field}, creating=False)
    call.seen = seen
    behaviour = ActOnRecord(
        table=site.owner.table,
        key=key,
        scope=scope,
        field=target.field,
        target=target.value,
        assigns=tuple(assigns),
    )
    return _finished(shop, call, "_".join(target.verb), behaviour, ())


def _finished(
    shop: Workshop, call: Call, verb: str, behaviour: ActOnRecord, inferred: tuple[str, ...]
) -> Made:
    noun = "_".join(call.draft.noun)
    parent = "_".join(call.seen.route.steps[0].noun) if call.seen.route.steps else ""
    names = [f"{verb}_{noun}"]
    if parent and parent != noun:
        names.append(f"{verb}_{parent}_{noun}")
    label = f"{verb.replace('_', ' ').capitalize()} {article(call.draft.label)}."
    result = shop.record_or_none(call.seen, call.draft)
    return shop.made(call, names, label, behaviour, result, inferred)


def make_part(shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
    """Return the tool that sets what a path names behind a record: some of its fields."""
    site = find_site(shop, seen)
    if site is None or not _sets(shop, seen, site):
        return None
    call = Call(_as_value(shop, site), site.owner, omit)
    scope, key = shop.inputs.scope(call), shop.inputs.key(call)
    names, label = _setting(site)
    assigns, kept = kept_inputs(shop, call, "_".join(site.words), {site.owner.key})
    if not any(assign.source == "parameter" for assign in assigns):
        raise Meaningless("nothing to change is described")
    if len(call.parameters) == 1 + len(scope) + 1:
        call.parameters = [p.model_copy(update={"required": True}) for p in call.parameters]
    call.seen = seen
    behaviour = UpdateRecord(table=site.owner.table, key=key, scope=scope, assigns=tuple(assigns))
    return shop.made(
        call,
        names,
        label,
        behaviour,
        shop.record_or_none(seen, site.owner),
        (KEPT,) if kept else (),
    )


def _as_value(shop: Workshop, site: Site) -> Seen:
    """Return an operation that gives the one field which a path names, where its body is its value.

    `PUT /rides/{id}/destination` takes a latitude and a longitude: those of the destination.
    """
    said = tuple(word for word in site.words if word not in _SETTING and word != "to")
    field = site.owner.fields.get(site.owner.names.get(said, ""))
    request, body = site.inner.request, site.inner.operation.request
    if field is None or not isinstance(field.type, Nested) or request is None or body is None:
        return site.inner
    held = field.type.name
    inside = {one.source_name for o in shop.types.objects if o.name == held for one in o.fields}
    given, whole = request.shape.properties, body.schema_
    for name in request.wrapper:
        whole = shop.schemas.shape(whole).properties.get(name, {})
    if not given or field.source_name in given or not set(given) <= inside:
        return site.inner
    name = field.source_name
    value = Shape("object", properties={name: whole}, required=frozenset({name}))
    return replace(site.inner, request=replace(request, shape=value))


def _setting(site: Site) -> tuple[list[str], str]:
    """Return names for a tool that sets what the words of a site say, and what it does."""
    noun, one = "_".join(site.owner.noun), article(site.owner.label)
    verb, rest = site.words[0], [word for word in site.words[1:] if word != "to"]
    if verb not in _SETTING:
        verb, rest = "set", list(site.words)
    if not rest:
        return [f"{verb}_{noun}" if verb not in _PLAIN else f"update_{noun}"], (
            f"{verb.capitalize()} {one}."
        )
    verb = "set" if verb in _PLAIN else verb
    if verb == "assign":
        said = f"{verb.capitalize()} {article(' '.join(rest))} to {one}."
        return [f"{verb}_{'_'.join(rest)}_to_{noun}"], said
    return [
        f"{verb}_{noun}_{'_'.join(rest)}"
    ], f"{verb.capitalize()} the {' '.join(rest)} of {one}."


def make_copy(shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
    """Return the tool that makes a copy of a record (`POST /templates/{id}/copy`)."""
    site = find_site(shop, seen)
    copying = site is not None and site.words[0] in _COPYING and seen.operation.method == "post"
    if site is None or not copying or site.owner.choice.style == "natural":
        return None
    call = Call(site.inner, site.owner, omit)
    scope, key = shop.inputs.scope(call), shop.inputs.key(call)
    assigns = shop.inputs.assigned(call, {site.owner.key}, creating=True)
    call.seen = seen
    behaviour = CopyRecord(table=site.owner.table, key=key, scope=scope, assigns=tuple(assigns))
    verb = site.words[0]
    return shop.made(
        call,
        shop.verb_names(verb, Call(site.inner, site.owner, [])),
        f"{verb.capitalize()} {article(site.owner.label)}.",
        behaviour,
        Result(shape="record", table=site.owner.table),
    )


def _sets(shop: Workshop, seen: Seen, site: Site) -> bool:
    """Tell whether an operation gives new values to some fields of a record."""
    if seen.operation.method == "delete" or seen.route.on_item:
        return False
    if seen.operation.method == "post":
        return site.words[0] in _SETTING and site.inner.route.on_item
    if seen.request is None or seen.request.kind != "record" or not site.inner.route.on_item:
        return False
    return not shop.nouns.is_plural(site.words[-1]) or _fits(seen, site.owner)


def _fits(seen: Seen, owner: Draft) -> bool:
    given = [words(name) for name in seen.request.shape.properties] if seen.request else []
    return sum(parts in owner.names for parts in given) * 2 > len(given)
