"""Entities: the typed fields of a draft, their roles, and the references among them."""

from __future__ import annotations

import re

from envfactory.spec.model import FieldSpec, ListOf, Omission, Reference, Role, Scalar, ValueType
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.link import Linker
from envfactory.spec.records.slot import Slot
from envfactory.spec.shapes.schema import Shape
from envfactory.spec.shapes.value import Types, describe, field_spec
from envfactory.spec.words.authority import CREATED, UPDATED
from envfactory.spec.words.name import Names, Nouns, identifier, snake, word_list, word_set, words

MAX_FIELDS = 60

"""Fields of one entity beyond this number are left out, the last in the schema first."""
_TITLES = word_list(
    "name title subject display_name full_name friendly_name label headline summary username "
    "login email filename file_name"
)

STATUSES = word_set("status state phase stage lifecycle_state order_status")
"""Names of the field that tells how far a record has come."""

_SECONDS = re.compile(r"\b(?:unix|epoch|seconds|timestamp)\b", re.IGNORECASE)
_FRACTIONS = re.compile(r"milli|micro|nano|\bms\b|java|javascript", re.IGNORECASE)
_PUBLISHED = word_set("published published_at publish_date publication_date date_published")


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
            "inferred": draft.choice.inferred,
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
    _date_publication(draft)
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
            return _add_references(draft, parts, slot, shape, target, identifiers, types.nouns)
    value = types.value(shape, (*draft.noun, *parts))
    if value is None:
        return "nested too deeply"
    name = identifiers.take(identifier(slot.source_name, "_".join(draft.noun)))
    optional = not slot.always or shape.nullable
    made = field_spec(slot.source_name, name, shape, value, optional, draft.noun)
    draft.names[parts] = name
    role = _role(made)
    if role in ("created_at", "updated_at") and not shape.nullable and not made.has_default:
        made = made.model_copy(update={"optional": False})
    draft.fields[name] = made.model_copy(
        update={"role": role, "read_only": made.read_only and not slot.sent}
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
        key = target.choice.slot.words
        text = describe("", (*(p for p in parts if p != "id"), "id"), draft.noun)
        if key[-1:] != ("id",) and parts[-len(key) :] == key:
            text = describe("", key, target.noun)
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
    nouns: Nouns,
) -> str:
    if any(len(home) > 1 and home[-2] == draft.noun for home in target.kind.homes):
        return "kept in its own table"
    ending = parts[-1:] == ("ids",) or parts[-1:] == ("id",)
    single = "_".join(parts[:-1]) if ending else "_".join((*parts[:-1], nouns.singular(parts[-1])))
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


def _role(made: FieldSpec) -> Role:
    plain_name = snake(made.source_name)
    value = made.type
    if isinstance(value, Scalar):
        if plain_name in CREATED and _is_moment(value, made.description):
            return "created_at"
        if plain_name in UPDATED and _is_moment(value, made.description):
            return "updated_at"
        if value.type == "string" and value.choices and plain_name in STATUSES:
            return "status"
    return "data"


def _is_moment(value: Scalar, text: str) -> bool:
    """Tell whether a value is a date, a time of a day, or that in seconds since 1970."""
    if value.type == "integer" and not value.choices:
        told = _SECONDS.search(text) or "unix" in value.format
        return bool(told) and not _FRACTIONS.search(text)
    return value.type in ("date", "datetime")


def _date_publication(draft: Draft) -> None:
    """Let records be as old as their publication where nothing else says how old they are."""
    if any(field.role in ("created_at", "status") for field in draft.fields.values()):
        return
    for field in draft.fields.values():
        dated = isinstance(field.type, Scalar) and _is_moment(field.type, field.description)
        if dated and snake(field.source_name) in _PUBLISHED and "when" in field.description:
            draft.replace(field.name, role="created_at")
            return


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
