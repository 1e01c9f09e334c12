"""Links: which table a value refers to, and which record a path nests another one under."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from envfactory.spec.model import FieldSpec, Reference, Scalar
from envfactory.spec.records.draft import Draft, Path
from envfactory.spec.shapes.component import clean_component
from envfactory.spec.shapes.schema import Shape
from envfactory.spec.words.name import Names, Nouns, identifier, word_set, words

_PERSON_ROLES = word_set(
    "owner author creator assignee assigned_to created_by updated_by sender recipient "
    "reviewer approver requester reporter manager modified_by submitter uploader"
)

_FOREIGN = word_set("external ext third remote legacy gateway provider vendor upstream foreign")

PEOPLE = word_set("user member person account employee contact agent profile")
"""Words for records that stand for people."""


class Linker:
    """Finds which table the value of a field identifies a record of."""

    def __init__(self, drafts: list[Draft], nouns: Nouns) -> None:
        self._nouns = nouns
        self._drafts = drafts
        self._by_component: dict[str, Draft] = {}
        self._by_noun: dict[tuple[str, ...], Draft] = {}
        for draft in drafts:
            for component in draft.kind.components:
                self._by_component.setdefault(component, draft)
            self._by_noun.setdefault(draft.noun, draft)

    def by_noun(self, parts: tuple[str, ...]) -> Draft | None:
        """Return the entity that the words name, maybe after qualifying words."""
        for start in range(len(parts)):
            single = self._nouns.singular_words(parts[start:])
            if single in self._by_noun:
                return self._by_noun[single]
        single = self._nouns.singular_words(parts)
        close = [
            draft
            for draft in self._drafts
            if draft.noun[-len(single) :] == single or "".join(draft.noun) == "".join(single)
        ]
        return close[0] if len(close) == 1 and single else None

    def by_component(self, name: str) -> Draft | None:
        """Return the entity that a named schema describes."""
        cleaned = clean_component(name, self._nouns) if name else ""
        return self._by_component.get(cleaned) if cleaned else None

    def target(self, owner: Draft, parts: tuple[str, ...], shape: Shape) -> Draft | None:
        """Return the entity that a single value under that name refers to."""
        if not parts or parts == owner.choice.slot.words:
            return None
        if shape.kind == "object":
            named = self.by_component(shape.name)
            if named is not None and parts in self._by_noun:
                named = self._by_noun[parts]
            return named if named is not None or not shape.bare else self.by_noun(parts)
        if shape.kind not in ("string", "integer", "number") or shape.choices:
            return None
        if shape.format in ("date", "date-time", "uri", "url", "email"):
            return None
        if parts[-1] in ("id", "uuid", "guid", "sid") and len(parts) > 1:
            return self._by_name(owner, parts[:-1])
        said = shape.description.lower()
        if "id of" in said or "identifier" in said or shape.format == "uuid" or shape.bare:
            return self._by_name(owner, parts)
        if "_".join(parts) in _PERSON_ROLES:
            person = self._by_name(owner, parts)
            if person is not None and person.label in said:
                return person
        found = self._by_noun.get(parts)
        if found is not None and found.choice.style == "natural" and shape.kind == "string":
            return found if found is not owner else None
        return self._by_key(owner, parts) if owner.kind.is_called else None

    def _by_key(self, owner: Draft, parts: tuple[str, ...]) -> Draft | None:
        """Return the entity whose key is called so: `room_number` where rooms have a `number`."""
        for draft in self._drafts:
            key = draft.choice.slot.words
            named = parts == (*draft.noun, *key) or (len(parts) > 1 and parts == key)
            if named and draft is not owner and key[-1:] != ("id",):
                return draft
        return None

    def _by_name(self, owner: Draft, parts: tuple[str, ...]) -> Draft | None:
        if _FOREIGN & set(parts):
            return None
        if parts == ("parent",) or parts == ("parent", *owner.noun):
            return owner
        if parts == owner.noun:
            return None
        found = self.by_noun(parts)
        if found is not None:
            return found
        if "_".join(parts) in _PERSON_ROLES:
            return next((d for d in self._drafts if d.noun[-1] in PEOPLE), None)
        return None


def link_parents(drafts: list[Draft], linker: Linker, related: Collection[Path]) -> None:
    """Give each entity the fields that name the records its paths nest it under.

    Args:
        drafts: The entities.
        linker: Finds entities by noun.
        related: Paths that relate records instead of nesting them.
    """
    owners = {home: draft for draft in drafts for home in draft.kind.homes}
    for draft in drafts:
        rooted = any(len(home) == 1 or not _nested(draft, home) for home in draft.kind.homes)
        for home in draft.kind.homes:
            parameter = parent_parameter(draft, home)
            if parameter is None or home in related:
                continue
            parent = owners.get(home[:-1]) or linker.by_noun(home[-2])
            if parent is None:
                continue
            if not draft.kind.is_named(home[-1]):
                if parent is draft and not _is_below(home[-1][-1]):
                    continue
                if not _is_made_there(draft, home):
                    continue
            draft.links[home] = link_to(draft, parent, parameter, required=not rooted)


def _is_below(word: str) -> bool:
    return word.startswith("sub") or word in ("child", "reply", "descendant")


def _nested(draft: Draft, home: Path) -> bool:
    return parent_parameter(draft, home) is not None


def parent_parameter(draft: Draft, home: Path) -> str | None:
    """Return the parameter that picks the record above the last step of a path, if one does."""
    for seen in draft.kind.seen:
        if seen.route.nouns == home and len(seen.route.steps) > 1:
            parameters = seen.route.steps[-2].parameters
            return parameters[-1] if parameters else None
    return None


def _is_made_there(draft: Draft, home: Path) -> bool:
    return any(
        seen.route.nouns == home and seen.kind in ("create", "get", "update", "delete", "replace")
        for seen in draft.kind.seen
    )


def link_to(draft: Draft, parent: Draft, parameter: str, required: bool) -> str:
    """Return the field of `draft` that names its parent, made so or added."""
    known = _known_link(draft, parent, parameter)
    if known is not None and draft.kind.is_called and _is_declared(draft.fields[known], parent):
        return known
    name = known or _added_link(draft, parent, parameter)
    only = required and draft.parent is None and parent is not draft
    if only:
        draft.parent = name
    optional = not only and (draft.fields[name].optional or draft.parent != name)
    on_delete: Literal["cascade", "set_null"] = "set_null" if optional else "cascade"
    draft.replace(
        name,
        type=parent.key_type(),
        reference=Reference(table=parent.table, on_delete=on_delete),
        optional=optional,
        has_default=False,
        default=None,
        examples=(),
    )
    return name


def _is_declared(field: FieldSpec, parent: Draft) -> bool:
    """Tell whether a source says itself that every record names one of these."""
    target = field.reference
    return target is not None and target.table == parent.table and not field.optional


def _known_link(draft: Draft, parent: Draft, parameter: str) -> str | None:
    said = words(parameter)
    for candidate in (said, (*parent.noun, "id"), parent.noun, ("parent", "id"), ("parent",)):
        name = draft.names.get(candidate)
        if name is None or name == draft.key:
            continue
        known = draft.fields[name]
        if not isinstance(known.type, Scalar) or known.type.choices:
            continue
        if known.reference is not None and known.reference.table == parent.table:
            return name
        qualified = len(said) > 1 and candidate == said
        if known.reference is None and (qualified or candidate[-1] == "id"):
            return name
    same = [
        field.name
        for field in draft.fields.values()
        if field.reference is not None
        and field.reference.table == parent.table
        and isinstance(field.type, Scalar)
    ]
    return same[0] if len(same) == 1 and parent is not draft else None


def _added_link(draft: Draft, parent: Draft, parameter: str) -> str:
    said = words(parameter)
    wanted = f"{'_'.join(parent.noun)}_id"
    if parent is draft:
        wanted = "parent_id"
    elif parent.choice.style == "natural":
        key = words(parent.key)
        own = key if key[: len(parent.noun)] == parent.noun else (*parent.noun, *key)
        wanted = "_".join(own)
    elif len(said) > 1 and said[: len(parent.noun)] == parent.noun:
        wanted = "_".join(said)
    name = Names(draft.fields).take(identifier(wanted, "parent"))
    draft.fields[name] = FieldSpec(
        name=name,
        source_name=wanted,
        type=parent.key_type(),
        description=f"Identifier of the {parent.label} that the {draft.label} belongs to.",
    )
    draft.names.setdefault(words(wanted), name)
    return name
