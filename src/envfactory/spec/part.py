"""Parts: operations that change what a path says behind a record, be it a state or some of it.

`POST /orders/{id}/cancel` changes a status, `PUT /orders/{id}/address` a field. What callers give
with it and no schema has a field for is kept in fields that are marked as inferred.
"""

from __future__ import annotations

from envfactory.spec.action import find_target
from envfactory.spec.draft import Draft
from envfactory.spec.inputs import Call, Input, Meaningless
from envfactory.spec.lifecycle import Transition
from envfactory.spec.made import Made, Workshop
from envfactory.spec.model import (
    ActOnRecord,
    Assign,
    CopyRecord,
    FieldSpec,
    Omission,
    Reference,
    Result,
    Scalar,
    UpdateRecord,
    ValueType,
)
from envfactory.spec.name import Names, identifier, word_set, words
from envfactory.spec.parameter import is_presentation, is_transport
from envfactory.spec.prose import article
from envfactory.spec.seen import Seen
from envfactory.spec.site import Site, find_site
from envfactory.spec.slot import is_instruction, is_secret
from envfactory.spec.value import field_spec

_STATE_INFERRED = "the state that the action leads to"
_FIELD_INFERRED = "fields for what callers give"
_VAGUE = word_set(
    "reason note notes comment comments message description value data type text body name title "
    "content code details info remark remarks explanation"
)
_SETTING = word_set(
    "rename move transfer assign set update change reorder replace modify edit adjust relocate "
    "reassign unassign configure customize"
)
"""Verbs of actions that give fields of the record new values."""
_COPYING = word_set("copy duplicate clone fork")
_PLAIN = word_set("set update change modify edit configure")
_MAX_KEPT = 12


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
    inferred = (_STATE_INFERRED, _FIELD_INFERRED) if kept else (_STATE_INFERRED,)
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
    call = Call(site.inner, site.owner, omit)
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
        (_FIELD_INFERRED,) if kept else (),
    )


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


# ------------------------------------------------------------------------- fields for what is given
def kept_inputs(
    shop: Workshop, call: Call, prefix: str, taken: set[str]
) -> tuple[list[Assign], bool]:
    """Add the parameters that set fields, with new fields for data that has none yet.

    Args:
        shop: What the rules share.
        call: The inputs of the tool.
        prefix: What new fields with names like 'reason' begin with.
        taken: Fields that the tool sets in another way.

    Returns:
        The assignments, and whether there are new fields.
    """
    draft = call.draft
    used = {p.source_name for p in call.parameters}
    known = set(draft.names)
    added = False
    for one in shop.inputs.all(call)[:_MAX_KEPT]:
        parts = words(one.name)
        value = None if one.name in used or parts in known else _value(shop, draft, one)
        if value is not None:
            _keep(shop, draft, one, value, prefix)
            added = True
    try:
        return shop.inputs.assigned(call, {draft.key, *taken}, creating=False), added
    finally:
        for parts in [parts for parts in draft.names if parts not in known]:
            if "_".join(parts) in _VAGUE:
                del draft.names[parts]


def _value(shop: Workshop, draft: Draft, one: Input) -> ValueType | None:
    """Return the type of an input that is data, or None."""
    parts, shape = words(one.name), shop.schemas.shape(one.schema)
    about = parts[len(draft.noun) :] if parts[: len(draft.noun)] == draft.noun else parts
    if not parts or is_secret(parts) or is_instruction(parts, shape) or shape.kind == "any":
        return None
    if shape.format in ("binary", "byte") or not about or about in draft.names:
        return None
    if is_presentation(one.name) or (not one.in_body and is_transport(one.name, "query")):
        return None
    return shop.types.value(shape, (*draft.noun, *parts))


def _keep(shop: Workshop, draft: Draft, one: Input, value: ValueType, prefix: str) -> None:
    parts = words(one.name)
    vague = "_".join(parts) in _VAGUE
    wanted = f"{prefix}_{'_'.join(parts)}" if vague else one.name
    name = Names(draft.fields).take(
        identifier(wanted, "_".join(draft.noun)), identifier(f"{prefix}_{one.name}", "given")
    )
    made = field_spec(one.name, name, shop.schemas.shape(one.schema), value, True, draft.noun)
    draft.names[parts] = name
    draft.fields[name] = made.model_copy(
        update={
            "source_name": name,
            "optional": True,
            "has_default": False,
            "default": None,
            "read_only": True,
            "inferred": True,
        }
    )
    target = shop.linker.target(draft, parts, shop.schemas.shape(one.schema))
    if target is not None and target.table != draft.table:
        draft.fields[name] = draft.fields[name].model_copy(
            update={
                "type": target.key_type(),
                "reference": Reference(table=target.table, on_delete="set_null"),
                "examples": (),
            }
        )
