"""Relations: paths such as `/teams/{id}/members/{userId}` that put records together or apart."""

from __future__ import annotations

from dataclasses import dataclass

from envfactory.spec.model import FieldSpec, ListOf, Reference
from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.draft import Draft, Path
from envfactory.spec.records.link import Linker, parent_parameter
from envfactory.spec.words.name import Names, Nouns, identifier, words


@dataclass(frozen=True)
class Relation:
    """A path that relates `member` records to one `owner`; `field` of `holder` lists the others."""

    owner: Draft
    member: Draft
    holder: Draft
    field: str


def find_relations(drafts: list[Draft], linker: Linker, nouns: Nouns) -> dict[Path, Relation]:
    """Find the paths that relate records kept elsewhere, and the list field that each changes.

    Where neither side has such a field, the member gets one, provided that the API can list the
    members of an owner: the relation is then part of what the API shows.
    """
    owners = {home: draft for draft in drafts for home in draft.kind.homes}
    found: dict[Path, Relation] = {}
    for member in drafts:
        for home in member.kind.homes:
            there = [seen for seen in member.kind.seen if seen.route.nouns == home]
            if parent_parameter(member, home) is None or not _relates(there, member, home):
                continue
            owner = owners.get(home[:-1]) or linker.by_noun(home[-2])
            if owner is None or owner is member:
                continue
            relation = _relation(owner, member, home, there, nouns)
            if relation is not None:
                found[home] = relation
    return found


def joins(seen: Seen, member: Draft) -> bool:
    """Tell whether an operation only says which record joins or leaves."""
    if seen.route.on_item:
        bare = seen.request is None or not _names(seen) & set(member.slots)
        return seen.operation.method == "delete" or (
            seen.operation.method in ("put", "post") and bare
        )
    return seen.operation.method == "post" and key_property(seen, member) is not None


def key_property(seen: Seen, member: Draft) -> str | None:
    """Return the body property that carries the member's key, where it is all there is."""
    if seen.request is None or seen.request.kind != "record":
        return None
    own = {(*member.noun, "id"), (*member.noun[-1:], "id"), ("id",), member.noun}
    named = [name for name in seen.request.shape.properties if words(name) in own]
    others = _names(seen) - own
    return named[0] if len(named) == 1 and not others & set(member.slots) else None


def _names(seen: Seen) -> set[tuple[str, ...]]:
    if seen.request is None:
        return set()
    return {words(name) for name in seen.request.shape.properties}


def _relates(there: list[Seen], member: Draft, home: Path) -> bool:
    """Tell whether members live elsewhere and this path only says which belong here."""
    elsewhere = any(
        seen.route.nouns != home
        and member.kind.is_named(seen.route.nouns[-1])
        and seen.kind in ("create", "get", "list")
        for seen in member.kind.seen
    )
    adds = any(joins(seen, member) and seen.operation.method != "delete" for seen in there)
    return elsewhere and adds


def _relation(
    owner: Draft, member: Draft, home: Path, there: list[Seen], nouns: Nouns
) -> Relation | None:
    segment = nouns.singular(home[-1][-1])
    lists = [
        field.name
        for field in owner.fields.values()
        if isinstance(field.type, ListOf)
        and field.reference is not None
        and field.reference.table == member.table
    ]
    named = [name for name in lists if segment in name.split("_")]
    if len(lists) == 1 or len(named) == 1:
        return Relation(owner, member, owner, (named or lists)[0])
    if not any(seen.kind == "list" for seen in there):
        return None
    stem = "_".join(owner.noun)
    if not member.kind.is_named(home[-1]) and segment != "member":
        stem = f"{segment}_{stem}"
    name = Names(member.fields).take(identifier(f"{stem}_ids", "related"))
    member.fields[name] = FieldSpec(
        name=name,
        source_name=name,
        type=ListOf(item=owner.key_type()),
        description=f"Identifiers of the {' '.join(nouns.plural_words(owner.noun))} that the "
        f"{member.label} belongs to.",
        default=[],
        has_default=True,
        reference=Reference(table=owner.table, on_delete="set_null"),
        read_only=True,
    )
    member.links[home] = name
    return Relation(owner, member, member, name)
