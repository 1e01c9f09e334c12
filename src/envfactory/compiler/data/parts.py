"""Values that have parts: lists, maps, and records inside records."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Protocol

from envfactory.compiler.code.names import snake, words
from envfactory.compiler.data.agree import agree_on_parts
from envfactory.compiler.data.lexicon import Item
from envfactory.compiler.data.meaning import is_half_of_a_place, is_seldom, singular_name
from envfactory.compiler.data.moment import as_one_day
from envfactory.compiler.data.reference import facts
from envfactory.compiler.data.rows import KeyValue, Row, Source
from envfactory.compiler.data.titles import Kind
from envfactory.compiler.data.values import scalar_value
from envfactory.errors import DefinitionError
from envfactory.records import Json
from envfactory.spec.model import (
    EntitySpec,
    EnvironmentSpec,
    FieldSpec,
    ListOf,
    MapOf,
    Nested,
    ObjectSpec,
    Scalar,
    ValueType,
)

JsonRecord = dict[str, Json]

ABSENT_SHARE = 0.18
ABSENT_SELDOM_SHARE = 0.8
_DEEPEST = 6
"""Levels of nested records after which a description that asks for more is refused."""
_WHOLE = re.compile(r"(Properties|Attributes|Details|Data|Info|Spec|Body)$")
"""Ends of names of parts that tell of the whole: `SecretProperties` are those of the secret."""
_TAG_LIKE = ("label", "keyword", "topic", "hashtag")


class Tables(Protocol):
    """What is known of the tables while they are filled."""

    def keys(self, table: str) -> list[KeyValue]:
        """Return the keys of a table; all of them are there from the start."""

    def record(self, table: str, key: KeyValue) -> JsonRecord | None:
        """Return the record with that key, if it is filled already."""


@dataclass(frozen=True)
class _Mirror:
    """A nested record that shows a record of a table: `{id, name}` of the customer."""

    entity: EntitySpec
    key: str


class Parts:
    """Makes values that have parts, for the records of one scenario."""

    def __init__(self, spec: EnvironmentSpec, source: Source, tables: Tables) -> None:
        """Prepare to make values.

        Args:
            spec: The environment.
            source: Where values come from.
            tables: What references point to.
        """
        self._source = source
        self._tables = tables
        self._objects = {record.name: record for record in spec.objects}
        self._entities = {words(entity.name): entity for entity in spec.entities}
        self._mirrors = {record.name: self._mirror(record) for record in spec.objects}
        self._kinds = {
            record.name: Kind.of(
                _WHOLE.sub("", record.name) or record.name,
                record.fields,
                source.lexicon,
                spec.domain,
            )
            for record in spec.objects
        }

    def value(self, spec: FieldSpec, type_: ValueType, row: Row, depth: int = 0) -> Json:
        """Return a value of any type; `depth` counts the nested records around it."""
        rng = self._source.rng
        if isinstance(type_, Scalar):
            if spec.reference is not None:
                return self.reference(spec.reference.table, row)
            return scalar_value(spec, type_, row)
        if isinstance(type_, Nested):
            return self._nested(self._objects[type_.name], row, depth, optional=spec.optional)
        if isinstance(type_, ListOf):
            return self._list(spec, type_, row, depth)
        if spec.optional:  # nothing tells what belongs into an open object
            return None
        if isinstance(type_, MapOf) and not _is_text(type_.value):
            return {}  # nothing tells by what names
        if isinstance(type_, MapOf):
            keys = rng.sample(("team", "region", "source", "season", "unit"), rng.randint(1, 3))
            inner = {key: spec.model_copy(update={"name": key, "reference": None}) for key in keys}
            return {key: self.value(inner[key], type_.value, row, depth + 1) for key in keys}
        return {"source": rng.choice(self._source.lexicon.words["source"])}

    def several(self, type_: ListOf, candidates: list[KeyValue]) -> Json:
        """Return a few of the candidates, as many as the list allows."""
        low = min(type_.min_items or 0, len(candidates))
        high = min(type_.max_items or 4, 4, len(candidates))
        count = self._source.rng.randint(low, max(low, high))
        return list(self._source.rng.sample(candidates, count))

    def reference(self, table: str, row: Row) -> KeyValue:
        """Return the key that the record itself refers to, or any of that table."""
        if table in row.links:
            return row.links[table]
        return favour(self._tables.keys(table), self._source.rng)

    # ------------------------------------------------------------------------- lists
    def _list(self, spec: FieldSpec, type_: ListOf, row: Row, depth: int) -> Json:
        rng = self._source.rng
        if spec.reference is not None and isinstance(type_.item, Scalar):
            return self.several(type_, self._tables.keys(spec.reference.table))
        low = type_.min_items or 0
        most = 1 if depth else 3
        count = rng.randint(low, max(low, min(type_.max_items or most, most)))
        if depth >= 2 and not isinstance(type_.item, Scalar):
            count = low
        one = _one_of(spec, optional=not low)
        items: list[Json] = []
        for _ in range(count * 3):
            if len(items) >= count:
                break
            item = (
                self._nested(
                    self._objects[type_.item.name], row, depth, optional=not low, another=True
                )
                if isinstance(type_.item, Nested)
                else self.value(one, type_.item, row, depth)
            )
            if item is None and not low:
                break
            if item not in items or low:
                items.append(item)
        return items

    # ------------------------------------------------------------------------- nested records
    def _nested(
        self, record: ObjectSpec, row: Row, depth: int, *, optional: bool, another: bool = False
    ) -> Json:
        if depth > _DEEPEST:
            raise DefinitionError(f"{record.name} holds itself without end; make a field optional")
        inner = self._inside(record, row, another=another)
        shown = self._shown(record, row, another=another)
        if shown is None and optional and self._mirrors[record.name] is not None:
            return None
        filled: JsonRecord = {}
        for spec in record.fields:
            ends = depth >= 2 and not isinstance(spec.type, Scalar)
            share = ABSENT_SELDOM_SHARE if is_seldom(spec.name) else ABSENT_SHARE
            if shown is not None and spec.name in shown:
                filled[spec.name] = shown[spec.name]
            elif (
                spec.optional
                and not is_half_of_a_place(spec.name, inner.fields)
                and (ends or self._source.rng.random() < share)
            ):
                filled[spec.name] = None
            else:
                table = self.named_table(spec)
                filled[spec.name] = (
                    self.reference(table, row)
                    if table
                    else self.value(spec, spec.type, inner, depth + 1)
                )
        if optional and all(value is None for value in filled.values()):
            return None
        as_one_day(filled, inner, record.fields, shown or ())
        agree_on_parts(filled)
        return filled

    def _shown(self, record: ObjectSpec, row: Row, *, another: bool) -> JsonRecord | None:
        """Return the fields that a nested record takes from the record that it shows.

        None where it shows none, or one that is not known yet.
        """
        mirror = self._mirrors[record.name]
        if mirror is None:
            return None
        table = mirror.entity.table
        if another or table not in row.links:
            known = [k for k in self._tables.keys(table) if self._tables.record(table, k)]
            key = self._source.rng.choice(known) if known else None
        else:
            key = row.links[table]
        if key is None:
            return None
        shown: JsonRecord = {mirror.key: key}
        source = self._tables.record(table, key) or {}
        for field in record.fields:
            if field.name in source and field.name != mirror.key:
                own = mirror.entity.field(field.name)
                value = source[field.name]
                if own.type == field.type and (value is not None or field.optional):
                    shown[field.name] = value
        return shown

    def _mirror(self, record: ObjectSpec) -> _Mirror | None:
        """Return the entity that an object shows: its name ends in one, and it has its key."""
        parts = words(record.name).split()
        for start in range(len(parts)):
            entity = self._entities.get(" ".join(parts[start:]))
            if entity is None:
                continue
            key = entity.field(entity.key)
            names = ("id", entity.key, f"{snake(entity.name)}_id")
            for field in record.fields:
                if field.name in names and _holds(field, key):
                    return _Mirror(entity, field.name)
            return None
        return None

    def named_table(self, spec: FieldSpec) -> str | None:
        """Return the table that a field without a reference names all the same: `location_id`."""
        stem = next(
            (spec.name[: -len(end)] for end in ("_id", "_sid") if spec.name.endswith(end)), ""
        )
        entity = self._entities.get(stem.replace("_", " "))
        if entity is None or spec.reference is not None or not self._tables.keys(entity.table):
            return None
        return entity.table if _holds(spec, entity.field(entity.key)) else None

    def _inside(self, record: ObjectSpec, row: Row, *, another: bool) -> Row:
        """Return the context of a nested record: another person, another thing, or a part of it."""
        kind = self._kinds[record.name]
        somebody_else = kind.human and not (row.human and kind.noun.endswith("profile"))
        item = row.item
        theme = kind.theme or row.theme
        if theme is not None and (another or theme is not row.theme):
            item = self._source.rng.choice(theme.items)
        inner = row.inner(
            kind.noun,
            kind.theme,
            item,
            human=kind.human or (row.human and kind.theme is None),
            fields=frozenset(field.name for field in record.fields),
        )
        if not somebody_else:
            inner.people = row.people
        self._tell_facts(record, inner)
        return inner

    def _tell_facts(self, record: ObjectSpec, inner: Row) -> None:
        """Let a nested country, currency or city be one that exists, where the rest is."""
        known = facts(self._kinds[record.name].noun, record.fields, "name")
        place = inner.place()
        if not known and inner.noun.split()[-1] in ("region", "province"):
            inner.item = Item(place.region, "")
        if not known:
            return
        near = [fact for fact in known if fact.place.country == place.country]
        inner.fact = next((f for f in near if f.place.city == place.city), (near or known)[0])
        inner.item = Item(inner.fact.name, "")


def _is_text(type_: ValueType) -> bool:
    return isinstance(type_, Scalar) and type_.type == "string"


def favour(keys: list[KeyValue], rng: random.Random) -> KeyValue:
    """Choose a key, some much more often than others; the last one is left alone if it can be."""
    usable = keys[:-1] if len(keys) > 3 else keys
    return usable[int(len(usable) * rng.random() ** 1.5)]


def _one_of(spec: FieldSpec, *, optional: bool) -> FieldSpec:
    """Return the field that one item of a list is, with the items of its examples."""
    name = singular_name(spec.name)
    examples: list[Json] = []
    for example in spec.examples:
        examples += example if isinstance(example, list) else [example]
    changes = {
        "name": "tag" if name in _TAG_LIKE else name,
        "examples": tuple(examples),
        "optional": optional,
    }
    return spec.model_copy(update=changes)


def _holds(field: FieldSpec, key: FieldSpec) -> bool:
    """Return whether a field can hold the values of a key."""
    if not isinstance(field.type, Scalar) or not isinstance(key.type, Scalar):
        return False
    bound = field.type.pattern or field.type.max_length or field.type.format == "uuid"
    return field.type.type == key.type.type and not field.type.choices and not bound
