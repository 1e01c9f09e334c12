"""Memberships: putting a record of one kind to a record of another, or taking it away again.

`PUT /boards/{board_id}/assets/{asset_id}` and `POST /groups/{id}/members` with the key of a user
change which records belong together. Where no schema has a list of them, the record above gets
one, so that reading it shows who belongs to it.
"""

from __future__ import annotations

from envfactory.spec.model import (
    FieldSpec,
    ListOf,
    Omission,
    Reference,
    RelateRecords,
)
from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.inputs import Call
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.records.relation import key_property
from envfactory.spec.words.name import Names, identifier, word_set, words
from envfactory.spec.words.prose import article

_INFERRED = "a list of what belongs to the record"
_IDS = word_set("id ids uuid guid key uid sid slug name")


def make_membership(shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
    """Return the tool that adds a record to another one, or removes it."""
    steps, method = seen.route.steps, seen.operation.method
    if len(steps) < 2 or not steps[-2].parameters or method not in ("put", "post", "delete"):
        return None
    owner = shop.owners.get(seen.route.nouns[:-1])
    member = _member(shop, seen)
    if owner is None or member is None or member is owner or seen.route.verb:
        return None
    source_name = _named(seen, member)
    if source_name is None:
        return None
    call = Call(seen, owner, omit)
    key = shop.inputs.named(call, owner, steps[-2].parameters[-1])
    other = shop.inputs.named(call, member, source_name)
    field, added = _list_field(shop, owner, member, steps[-1].noun)
    for step in steps[:-2]:
        for name in step.parameters:
            call.leave_out(name, "implied by the record's key")
    adding = method != "delete"
    behaviour = RelateRecords(
        table=owner.table,
        key=key,
        field=field,
        member=other,
        change="add" if adding else "remove",
    )
    verb, where = ("add", "to") if adding else ("remove", "from")
    one, what = "_".join(owner.noun), " ".join(steps[-1].noun)
    return shop.made(
        call,
        [f"{verb}_{one}_{'_'.join(steps[-1].noun)}"],
        f"{verb.capitalize()} {article(what)} {where} {article(owner.label)}.",
        behaviour,
        shop.record_or_none(seen, owner),
        (_INFERRED,) if added else (),
    )


def _member(shop: Workshop, seen: Seen) -> Draft | None:
    """Return the entity of which one record joins: its path or parameter names it."""
    last = seen.route.steps[-1]
    told = [last.noun]
    if last.parameters:
        parts = words(last.parameters[-1])
        told.append(tuple(part for part in parts if part not in _IDS))
    for noun in told:
        found = [draft for draft in shop.drafts if draft.noun == noun and not draft.inferred]
        if len(found) == 1 and seen.route.nouns not in found[0].links:
            return found[0]
    return None


def _named(seen: Seen, member: Draft) -> str | None:
    """Return the input that names who joins, where an operation gives nothing else."""
    if seen.route.on_item:
        bare = seen.request is None or not seen.request.shape.properties
        return seen.route.steps[-1].parameters[-1] if bare else None
    return key_property(seen, member)


def _list_field(
    shop: Workshop, owner: Draft, member: Draft, noun: tuple[str, ...]
) -> tuple[str, bool]:
    """Return the field of the owner that lists members, and whether it had to be added."""
    for field in owner.fields.values():
        target = field.reference
        if isinstance(field.type, ListOf) and target is not None and target.table == member.table:
            return field.name, False
    name = Names(owner.fields).take(identifier(f"{'_'.join(noun)}_ids", "member"))
    plural = " ".join(shop.nouns.plural_words(noun))
    owner.fields[name] = FieldSpec(
        name=name,
        source_name=name,
        type=ListOf(item=member.key_type()),
        description=f"Identifiers of the {plural} of the {owner.label}.",
        default=[],
        has_default=True,
        reference=Reference(table=member.table, on_delete="set_null"),
        read_only=True,
        inferred=True,
    )
    return name, True
