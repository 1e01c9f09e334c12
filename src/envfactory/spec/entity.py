"""Entities: kinds of records with typed fields, a key, roles, and references between them."""

from __future__ import annotations

from dataclasses import dataclass, field

from envfactory.spec.model import (
    EntitySpec,
    FieldSpec,
    ListOf,
    Omission,
    Reference,
    Role,
    Scalar,
    ValueType,
)
from envfactory.spec.name import Names, Nouns, identifier, pascal, snake, word_list, word_set, words
from envfactory.spec.prose import plain, sentence
from envfactory.spec.resource import Kind, clean_component
from envfactory.spec.schema import Schemas, Shape
from envfactory.spec.slot import KeyChoice, Slot, choose_key, gather
from envfactory.spec.value import Types, describe, field_spec

MAX_FIELDS = 60
"""Fields of one entity beyond this number are left out, the last in the schema first."""

_TITLES = word_list(
    "name title subject display_name full_name friendly_name label headline summary username login email "
    "filename file_name"
)
_STATUSES = word_set("status state phase stage lifecycle_state order_status")
_CREATED = word_set(
    "created_at created created_on create_time created_time created_date creation_date "
    "date_created create_date time_created creation_time inserted_at"
)
_UPDATED = word_set(
    "updated_at updated modified updated_on update_time last_updated last_modified "
    "modified_at date_updated date_modified modified_date update_date last_modified_date "
    "updated_time last_update modified_on last_updated_at last_modified_at changed_at"
)
_PERSON_ROLES = word_set(
    "owner author creator assignee assigned_to created_by updated_by sender recipient "
    "reviewer approver requester reporter manager modified_by submitter uploader"
)
_FOREIGN = word_set("external ext third remote legacy gateway provider vendor upstream foreign")
_PEOPLE = word_set("user member person account employee contact agent profile")
_RESERVED_TABLES = word_set("tools call now seed random fork snapshot restore advance")


@dataclass
class Draft:
    """An entity in the making.

    Attributes:
        fields: By identifier, in the order of the record.
        names: The words of a source field to its identifier.
        links: A path of nouns to the field that names the record before the last step.
    """

    kind: Kind
    class_name: str
    table: str
    slots: dict[tuple[str, ...], Slot]
    choice: KeyChoice
    key: str = ""
    fields: dict[str, FieldSpec] = field(default_factory=dict)
    names: dict[tuple[str, ...], str] = field(default_factory=dict)
    links: dict[tuple[tuple[str, ...], ...], str] = field(default_factory=dict)
    parent: str | None = None
    title: str | None = None

    @property
    def noun(self) -> tuple[str, ...]:
        """The words for one record."""
        return self.kind.noun

    @property
    def label(self) -> str:
        """The noun as a person writes it."""
        return " ".join(self.noun)

    def key_type(self) -> Scalar:
        """Return the type of values that identify a record."""
        value = self.fields[self.key].type if self.key in self.fields else None
        if isinstance(value, Scalar):
            return Scalar(type=value.type, format=value.format)
        return Scalar(type="integer" if self.choice.type == "integer" else "string")

    def replace(self, name: str, **changes: object) -> None:
        """Change attributes of one field."""
        self.fields[name] = self.fields[name].model_copy(update=changes)

    def spec(self) -> EntitySpec:
        """Return the finished entity."""
        style = self.choice.style
        return EntitySpec(
            name=self.class_name,
            table=self.table,
            description=_described(self),
            fields=tuple(self.fields.values()),
            key=self.key,
            key_style=style,
            key_prefix=_prefix(self.noun) if style == "serial" else "",
            title=self.title,
            parent=self.parent,
        )


def _described(draft: Draft) -> str:
    for shape in draft.kind.responses:
        text = sentence(plain(shape.description))
        if len(text.split()) >= 3:
            return text
    label = draft.label
    return sentence(f"{'an' if label[0] in 'aeio' else 'a'} {label}")


def _prefix(noun: tuple[str, ...]) -> str:
    if len(noun) > 1:
        return "".join(word[0] for word in noun)[:4]
    return noun[0][:3] if len(noun[0]) > 4 else noun[0]


def draft_entities(
    kinds: list[Kind], schemas: Schemas, nouns: Nouns, omit: list[Omission]
) -> list[Draft]:
    """Return the kinds that can have a table: those with a key."""
    drafts: list[Draft] = []
    classes, tables = Names(), Names(_RESERVED_TABLES)
    for kind in kinds:
        slots = gather(kind, schemas, omit)
        choice = choose_key(kind, slots, schemas, nouns)
        if choice is None or not slots or _is_borrowed(choice, kind, kinds):
            continue
        longer = _qualified(kind)
        table = identifier("_".join(nouns.plural_words(kind.noun)), "records")
        other = identifier("_".join(nouns.plural_words(longer)), "records")
        drafts.append(
            Draft(
                kind=kind,
                class_name=classes.take(pascal(kind.noun), pascal(longer)),
                table=tables.take(table, other),
                slots=slots,
                choice=choice,
            )
        )
        if drafts[-1].table == other != table:
            kind.noun = longer
    return drafts


def _is_borrowed(choice: KeyChoice, kind: Kind, kinds: list[Kind]) -> bool:
    """Tell whether the key is another kind's: such a record has no identity of its own."""
    parts = choice.slot.words
    if len(parts) < 2 or parts[-1] not in ("id", "sid", "uuid", "guid"):
        return False
    return any(
        other is not kind and other.is_named(parts[:-1]) and not kind.is_named(parts[:-1])
        for other in kinds
    )


def _qualified(kind: Kind) -> tuple[str, ...]:
    for path in kind.homes:
        if len(path) > 1 and path[-1] == kind.noun:
            return (*path[-2], *path[-1])
    for component in kind.components:
        if component != "_".join(kind.noun):
            return tuple(component.split("_"))
    return kind.noun


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
            return next((d for d in self._drafts if d.noun[-1] in _PEOPLE), None)
        return None


def add_fields(draft: Draft, types: Types, linker: Linker, omit: list[Omission]) -> None:
    """Give a draft its fields, from its slots."""
    identifiers = Names()
    schemas = types.schemas
    key = draft.choice.slot
    draft.key = draft.names[key.words] = identifiers.take(identifier(key.source_name, "id"))
    value = Scalar(
        type="integer" if draft.choice.type == "integer" else "string",
        format="uuid" if draft.choice.style == "uuid" else "",
    )
    shape = schemas.shape(key.schema)
    made = field_spec(key.source_name, draft.key, shape, value, False, draft.noun)
    draft.fields[draft.key] = made.model_copy(
        update={
            "role": "key",
            "default": None,
            "has_default": False,
            "read_only": draft.choice.style != "natural",
        }
    )
    for parts, slot in draft.slots.items():
        if slot is key:
            continue
        where = f"{'_'.join(draft.noun)}.{slot.source_name}"
        if len(draft.fields) >= MAX_FIELDS:
            omit.append(Omission(subject="field", where=where, reason="more fields than fit"))
            continue
        reason = _add_field(draft, parts, slot, types, linker, identifiers)
        if reason:
            omit.append(Omission(subject="field", where=where, reason=reason))
    draft.title = _title(draft)
    if draft.title is not None and draft.title != draft.key:
        draft.replace(draft.title, role="title")


def _add_field(
    draft: Draft,
    parts: tuple[str, ...],
    slot: Slot,
    types: Types,
    linker: Linker,
    identifiers: Names,
) -> str:
    """Add one field; return why it is left out, or ''."""
    shape = types.schemas.shape(slot.schema)
    target = linker.target(draft, parts, shape)
    if target is not None:
        return _add_reference(draft, parts, slot, shape, target, identifiers)
    if shape.kind == "array":
        item = types.schemas.shape(shape.item or {})
        single = types.nouns.singular_words(parts)
        if parts[-1:] == ("ids",):
            single = (*parts[:-1], "id")
        target = linker.target(draft, single, item)
        if target is None and item.kind in ("string", "integer"):
            target = linker.target(draft, single, item) if single[-1:] == ("id",) else None
        if target is not None:
            return _add_references(draft, parts, slot, shape, target, identifiers)
    value = types.value(shape, (*draft.noun, *parts))
    if value is None:
        return "nested too deeply"
    name = identifiers.take(identifier(slot.source_name, "_".join(draft.noun)))
    optional = not slot.always or shape.nullable
    made = field_spec(slot.source_name, name, shape, value, optional, draft.noun)
    draft.names[parts] = name
    draft.fields[name] = made.model_copy(
        update={"role": _role(made), "read_only": made.read_only and not slot.sent}
    )
    return ""


def _add_reference(
    draft: Draft,
    parts: tuple[str, ...],
    slot: Slot,
    shape: Shape,
    target: Draft,
    identifiers: Names,
) -> str:
    source_name = slot.source_name
    if shape.kind == "object":
        known = draft.names.get((*parts, "id"))
        if (*parts, "id") in draft.slots or known is not None:
            return "copy of a referenced record"
        source_name = f"{snake(source_name)}_id"
    name = identifiers.take(identifier(source_name, "_".join(draft.noun)))
    optional = not slot.always or shape.nullable or target is draft
    made = field_spec(source_name, name, shape, target.key_type(), optional, draft.noun)
    if shape.kind == "object" or not shape.description:
        text = describe("", (*(p for p in parts if p != "id"), "id"), draft.noun)
        made = made.model_copy(update={"description": text})
    draft.names[parts] = draft.names[words(source_name)] = name
    draft.fields[name] = made.model_copy(
        update={
            "reference": Reference(
                table=target.table, on_delete="set_null" if optional else "restrict"
            ),
            "optional": optional,
            "has_default": False,
            "default": None,
            "examples": (),
            "read_only": made.read_only and not slot.sent,
        }
    )
    return ""


def _add_references(
    draft: Draft,
    parts: tuple[str, ...],
    slot: Slot,
    shape: Shape,
    target: Draft,
    identifiers: Names,
) -> str:
    if any(len(home) > 1 and home[-2] == draft.noun for home in target.kind.homes):
        return "kept in its own table"
    ending = parts[-1:] == ("ids",) or parts[-1:] == ("id",)
    single = "_".join(parts[:-1]) if ending else "_".join((*parts[:-1], _single(parts[-1])))
    source_name = slot.source_name if ending else f"{single}_ids"
    name = identifiers.take(identifier(source_name, "_".join(draft.noun)))
    value = ListOf(item=target.key_type(), min_items=None, max_items=shape.max_items)
    made = field_spec(source_name, name, shape, value, False, draft.noun)
    draft.names[parts] = draft.names[words(source_name)] = name
    draft.fields[name] = made.model_copy(
        update={
            "reference": Reference(table=target.table, on_delete="set_null"),
            "default": [],
            "has_default": True,
            "examples": (),
            "read_only": made.read_only and not slot.sent,
        }
    )
    return ""


def _single(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _role(made: FieldSpec) -> Role:
    plain_name = snake(made.source_name)
    value = made.type
    if isinstance(value, Scalar):
        if value.type == "datetime" and plain_name in _CREATED:
            return "created_at"
        if value.type == "datetime" and plain_name in _UPDATED:
            return "updated_at"
        if value.type == "string" and value.choices and plain_name in _STATUSES:
            return "status"
    return "data"


def _title(draft: Draft) -> str | None:
    own = "_".join(draft.noun)
    for wanted in [*_TITLES[:2], f"{own}_name", f"{own}_title", *_TITLES[2:]]:
        name = draft.names.get(tuple(wanted.split("_")))
        if name is None or draft.fields[name].reference is not None:
            continue
        value = draft.fields[name].type
        if _is_open_text(value):
            return name
    for parts, name in draft.names.items():
        if parts[-1] in ("name", "title") and parts[0] not in ("last", "middle", "user", "file"):
            field = draft.fields[name]
            if field.reference is None and _is_open_text(field.type):
                return name
    return None


def _is_open_text(value: ValueType) -> bool:
    return isinstance(value, Scalar) and value.type == "string" and not value.choices


def link_parents(drafts: list[Draft], linker: Linker) -> None:
    """Give each entity the fields that name the records its paths nest it under."""
    owners = {home: draft for draft in drafts for home in draft.kind.homes}
    for draft in drafts:
        rooted = any(len(home) == 1 or not _nested(draft, home) for home in draft.kind.homes)
        for home in draft.kind.homes:
            parameter = _parent_parameter(draft, home)
            if parameter is None:
                continue
            parent = owners.get(home[:-1]) or linker.by_noun(home[-2])
            if parent is None:
                continue
            if home[-1] != draft.noun and not _is_made_there(draft, home):
                continue
            draft.links[home] = _link(draft, parent, parameter, required=not rooted)


def _nested(draft: Draft, home: tuple[tuple[str, ...], ...]) -> bool:
    return _parent_parameter(draft, home) is not None


def _parent_parameter(draft: Draft, home: tuple[tuple[str, ...], ...]) -> str | None:
    for seen in draft.kind.seen:
        if seen.route.nouns == home and len(seen.route.steps) > 1:
            parameters = seen.route.steps[-2].parameters
            return parameters[-1] if parameters else None
    return None


def _is_made_there(draft: Draft, home: tuple[tuple[str, ...], ...]) -> bool:
    return any(
        seen.route.nouns == home and seen.kind in ("create", "get", "update", "delete", "replace")
        for seen in draft.kind.seen
    )


def _link(draft: Draft, parent: Draft, parameter: str, required: bool) -> str:
    candidates = [
        words(parameter),
        (*parent.noun, "id"),
        parent.noun,
        ("parent", "id"),
        ("parent",),
    ]
    name = None
    for candidate in candidates:
        found = draft.names.get(candidate)
        if found is None or found == draft.key:
            continue
        known = draft.fields[found]
        if known.reference is not None and known.reference.table == parent.table:
            if isinstance(known.type, Scalar):
                name = found
                break
        elif (
            known.reference is None and isinstance(known.type, Scalar) and candidate[-1:] == ("id",)
        ):
            name = found
            break
    if name is None:
        same = [
            f.name
            for f in draft.fields.values()
            if f.reference is not None
            and f.reference.table == parent.table
            and isinstance(f.type, Scalar)
        ]
        name = same[0] if len(same) == 1 and parent is not draft else None
    if name is None:
        wanted = "parent_id" if parent is draft else f"{'_'.join(parent.noun)}_id"
        name = Names(draft.fields).take(identifier(wanted, "parent"))
        draft.fields[name] = FieldSpec(
            name=name,
            source_name=wanted,
            type=parent.key_type(),
            description=f"Identifier of the {parent.label} that the {draft.label} belongs to.",
        )
        draft.names.setdefault(words(wanted), name)
    only = required and draft.parent is None and parent is not draft
    if only:
        draft.parent = name
    optional = not only and (draft.fields[name].optional or draft.parent != name)
    draft.replace(
        name,
        type=parent.key_type(),
        reference=Reference(
            table=parent.table, on_delete="cascade" if not optional else "set_null"
        ),
        optional=optional,
        has_default=False,
        default=None,
        examples=(),
    )
    return name
