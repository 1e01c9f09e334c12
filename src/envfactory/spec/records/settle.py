"""Settling: fields are optional exactly where nothing gives them a value."""

from __future__ import annotations

from dataclasses import replace

from envfactory.records import Json
from envfactory.spec.model import (
    ActOnRecord,
    AdjustRecord,
    AnyJson,
    Assign,
    CreateRecord,
    CreateRecords,
    FieldSpec,
    ListOf,
    MapOf,
    OrderRecords,
    Reference,
    Scalar,
    UpdateRecord,
)
from envfactory.spec.records.action import participles
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.made import Made
from envfactory.spec.words.name import word_list, word_set, words

_FIRST_STATES = word_list(
    "draft new created pending open opened todo to_do queued scheduled unpaid active "
    "available enabled inactive needs_action"
)
_FROM_NOTHING = word_set("balance points votes likes views count total plays downloads visits")


def settle(drafts: list[Draft], made: list[Made]) -> None:
    """Make every field optional, or give it a default, where a tool may create it without."""
    for draft in drafts:
        creates = [one for one in map(_writing, made) if _creates(one, draft)]
        natural = draft.choice.style == "natural"
        if natural and not all(_gives(one, draft.key) for one in creates):
            draft.choice.style = "serial"
        acted = {
            one.behaviour.field
            for one in made
            if isinstance(one.behaviour, ActOnRecord) and one.behaviour.table == draft.table
        }
        for field in list(draft.fields.values()):
            if field.name == draft.key or field.has_default:
                continue
            if all(_gives(one, field.name) for one in creates) and not field.optional:
                continue
            begun = _begun(field, creates) if field.role == "status" else None
            _relax(draft, field, field.name in acted, bool(creates), begun)
        for name in draft.identity:
            if all(_gives(one, name) for one in creates):
                _require(draft, name)
    _break_cycles(drafts)


def _writing(one: Made) -> Made:
    """Return a tool that makes a record beside what it changes as one that creates that."""
    if isinstance(one.behaviour, OrderRecords):
        order = one.behaviour
        summed = [Assign(field=n, source="constant") for n in (order.total, order.lines) if n]
        assigns = (*order.assigns, *summed)
        return replace(one, behaviour=CreateRecord(table=order.table, assigns=assigns))
    entry = one.behaviour.entry if isinstance(one.behaviour, AdjustRecord) else None
    return one if entry is None else replace(one, behaviour=entry)


def _creates(one: Made, draft: Draft) -> bool:
    behaviour = one.behaviour
    makes = isinstance(behaviour, CreateRecord | CreateRecords) or (
        isinstance(behaviour, UpdateRecord) and behaviour.or_create
    )
    return makes and behaviour.table == draft.table


def _gives(one: Made, field: str) -> bool:
    """Tell whether a tool that creates a record always gives a field its value."""
    behaviour = one.behaviour
    assert isinstance(behaviour, CreateRecord | CreateRecords | UpdateRecord)
    if field in one.gives:
        return True
    required = {p.name for p in one.parameters if p.required}
    if isinstance(behaviour, UpdateRecord):
        named = behaviour.by == "key" and field == one.draft.key
        if named or any(match.field == field for match in behaviour.scope):
            return True
    return any(
        assign.field == field and (assign.source != "parameter" or assign.parameter in required)
        for assign in behaviour.assigns
    )


def _begun(field: FieldSpec, creates: list[Made]) -> Json:
    """Return the state in which tools without an address make records: placed orders are placed.

    Where no verb says it, states are listed in the order in which records go through them.
    """
    choices = field.type.choices if isinstance(field.type, Scalar) else ()
    origins = [one.seen.origin for one in creates]
    if not choices or not all(origin is not None and origin.name for origin in origins):
        return None
    verbs = {words(origin.name)[0] for origin in origins if origin is not None}
    named = {form for verb in sorted(verbs) for form in participles(verb)}
    return next((one for one in choices if "_".join(words(str(one))) in named), choices[0])


def _relax(draft: Draft, field: FieldSpec, acted: bool, created: bool, begun: Json) -> None:
    default = _natural_default(field, acted)
    default = begun if default is None else default
    if default is None and created and draft.kind.is_called and _counts_up(field):
        default = 0
    if default is not None and (created or not field.optional):
        draft.replace(field.name, optional=False, default=default, has_default=True)
    else:
        draft.replace(field.name, optional=True)
        if field.reference is not None and field.reference.on_delete == "restrict":
            kept = Reference(table=field.reference.table, on_delete="set_null")
            draft.replace(field.name, reference=kept)


def _require(draft: Draft, name: str) -> None:
    """Make a field that tells records apart one that they all have, for as long as they live."""
    field = draft.fields[name]
    kept = field.reference and Reference(table=field.reference.table, on_delete="cascade")
    draft.replace(name, optional=False, has_default=False, default=None, reference=kept)


def _counts_up(field: FieldSpec) -> bool:
    """Tell whether a number is one that begins with nothing: a balance, points, votes."""
    numeric = isinstance(field.type, Scalar) and field.type.type in ("integer", "number")
    return numeric and words(field.name)[-1] in _FROM_NOTHING


def _natural_default(field: FieldSpec, acted: bool) -> Json:
    """Return the value that a new record plainly starts with, or None."""
    if isinstance(field.type, ListOf) and not field.type.min_items:
        return []
    if isinstance(field.type, MapOf):
        return {}
    if isinstance(field.type, Scalar):
        if field.type.type == "boolean" and acted:
            return False
        if field.role == "status":
            choices = {"_".join(words(str(c))): c for c in field.type.choices}
            return next((choices[state] for state in _FIRST_STATES if state in choices), None)
    return None


def _break_cycles(drafts: list[Draft]) -> None:
    """Make a reference optional where records of two tables would each need the other first."""
    by_table = {draft.table: draft for draft in drafts}
    done: set[str] = set()

    def visit(draft: Draft, above: tuple[str, ...]) -> None:
        if draft.table in done:
            return
        for field in list(draft.fields.values()):
            target = field.reference
            if target is None or field.optional or isinstance(field.type, ListOf | AnyJson):
                continue
            if target.table == draft.table or target.table in above:
                kept = Reference(table=target.table, on_delete="set_null")
                draft.replace(field.name, optional=True, reference=kept)
            else:
                visit(by_table[target.table], (*above, draft.table))
        done.add(draft.table)

    for draft in drafts:
        visit(draft, ())
