"""Filling the tables of a scenario, record by record, with references that fit together."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime

from envfactory.compiler.evidence import fields_that_tools_ask_for, fields_that_tools_need
from envfactory.compiler.lifecycle import Lifecycle
from envfactory.compiler.meaning import is_seldom, text_meaning
from envfactory.compiler.meant import uuid_text
from envfactory.compiler.moment import iso
from envfactory.compiler.parts import ABSENT_SELDOM_SHARE, ABSENT_SHARE, JsonRecord, Parts, favour
from envfactory.compiler.rows import KeyValue, Row, Source
from envfactory.compiler.shape import fit_text, fits, slug
from envfactory.compiler.titles import Kind, draw_items
from envfactory.compiler.values import scalar_value
from envfactory.records import Json
from envfactory.spec.model import (
    EntitySpec,
    EnvironmentSpec,
    FieldSpec,
    ListOf,
    Scalar,
)

_NEVER_EMPTY = ("key", "title", "status", "created_at", "updated_at")
_ABSENT_REFERENCE_SHARE = 0.25
_ABSENT_OWN_KIND_SHARE = 0.65


@dataclass
class _TableDraft:
    """A table while it is filled: the rows' contexts and keys are there from the start."""

    entity: EntitySpec
    rows: list[Row]
    keys: list[KeyValue]
    records: list[JsonRecord] = field(default_factory=list)
    created: dict[KeyValue, datetime] = field(default_factory=dict)
    places: dict[KeyValue, int] = field(default_factory=dict)
    needed: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    taken: dict[str, set[Json]] = field(default_factory=dict)

    def record(self, key: KeyValue) -> JsonRecord | None:
        """Return the record with that key, if it is filled already."""
        if len(self.places) != len(self.keys):
            self.places = {known: place for place, known in enumerate(self.keys)}
        place = self.places[key]
        return self.records[place] if place < len(self.records) else None


class TableFiller:
    """Fills the tables of one scenario."""

    def __init__(self, spec: EnvironmentSpec, source: Source, order: dict[str, int]) -> None:
        """Draw the keys of every table.

        Args:
            spec: The environment.
            source: Where values come from.
            order: How many records each table gets, in the order in which they will be filled.
        """
        self._spec = spec
        self._source = source
        self._drafts: dict[str, _TableDraft] = {}
        for place, (table, count) in enumerate(order.items()):
            self._drafts[table] = self._draft(spec.entity(table), place, count)
        self._parts = Parts(spec, source, self)

    def keys(self, table: str) -> list[KeyValue]:
        """Return the keys of a table; all of them are there from the start."""
        return self._drafts[table].keys

    def record(self, table: str, key: KeyValue) -> JsonRecord | None:
        """Return the record with that key, if it is filled already."""
        return self._drafts[table].record(key)

    def tables(self) -> dict[str, list[JsonRecord]]:
        """Return the records of all tables, in the order of the specification."""
        return {entity.table: self._drafts[entity.table].records for entity in self._spec.entities}

    def fill(self, entity: EntitySpec) -> None:
        """Fill one table; those that its records belong to are filled before it."""
        draft = self._drafts[entity.table]
        lifecycle = Lifecycle.of(self._spec, entity)
        states = lifecycle.draw(len(draft.rows), self._source.rng)
        for place, (row, state) in enumerate(zip(draft.rows, states, strict=True)):
            links = self._links(draft, place)
            row.moments = self._source.moments(self._earliest(entity, links))
            row.links = self._by_table(entity, links)
            names = self._names_of(entity, links)
            known = {**names, **state, **links, entity.key: draft.keys[place]}
            record: JsonRecord = {}
            for spec in entity.fields:
                gate = lifecycle.gates.get(spec.name)
                if spec.name in known:
                    record[spec.name] = known[spec.name]
                elif (
                    gate is not None and state.get(gate.field, record.get(gate.field)) != gate.value
                ):
                    record[spec.name] = None
                else:
                    record[spec.name] = self._field(draft, spec, row, needed=gate is not None)
            draft.records.append(record)
            draft.created[draft.keys[place]] = row.moments.created

    # ------------------------------------------------------------------------- keys and contexts
    def _draft(self, entity: EntitySpec, place: int, count: int) -> _TableDraft:
        kind = Kind.of(entity.name, entity.fields, self._source.lexicon)
        rows = [
            Row(
                self._source,
                number,
                kind.theme,
                kind.noun,
                item,
                self._source.moments(),
                kind.human,
            )
            for number, item in enumerate(draw_items(kind, count, self._source))
        ]
        if kind.human:
            self._introduce(rows)
        if kind.company:
            for row in rows:
                row.companies[""] = row.item.title
        named = frozenset(field.name for field in entity.fields)
        for row in rows:
            row.fields = named
        keys = self._keys(entity, rows, place)
        for row, key in zip(rows, keys, strict=False):
            row.key = str(key)
        return _TableDraft(
            entity,
            rows[: len(keys)],
            keys,
            needed=fields_that_tools_need(self._spec, entity),
            asked=fields_that_tools_ask_for(self._spec, entity),
        )

    def _introduce(self, rows: list[Row]) -> None:
        """Give every row a person; full names differ, a few people share a last name."""
        rng, names = self._source.rng, set[str]()
        for number, row in enumerate(rows):
            person = row.person()
            if number % 7 == 5:
                person = type(person)(person.first, rows[number - 3].person().last, person.domain)
            while person.full in names:
                person = self._source.person()
            names.add(person.full)
            row.people[""] = person
        rng.shuffle(rows)
        for number, row in enumerate(rows):
            row.number = number

    def _keys(self, entity: EntitySpec, rows: list[Row], place: int) -> list[KeyValue]:
        key, rng = entity.field(entity.key), self._source.rng
        if key.reference is not None and key.reference.table in self._drafts:
            others = self._drafts[key.reference.table].keys
            return rng.sample(others, min(len(others), len(rows)))
        is_integer = isinstance(key.type, Scalar) and key.type.type == "integer"
        if entity.key_style == "integer" or is_integer:
            first = (place + 1) * 100 + 1
            return [first + number for number in range(len(rows))]
        if entity.key_style == "uuid":
            return sorted(uuid_text(rng.getrandbits(128)) for _ in rows)
        if entity.key_style == "serial":
            prefix = f"{entity.key_prefix}_" if entity.key_prefix else ""
            return [f"{prefix}{number + 1}" for number in range(len(rows))]
        return self._natural_keys(key, rows)

    def _natural_keys(self, key: FieldSpec, rows: list[Row]) -> list[KeyValue]:
        """Return keys that a person would choose, in order; `rows` are put in the same order."""
        assert isinstance(key.type, Scalar)
        if key.type.choices:
            return list[KeyValue](map(str, key.type.choices))[: len(rows)]
        meaning = text_meaning(key.name, key.type.format)
        keys: dict[KeyValue, Row] = {}
        for row in rows:
            kind = meaning.kind if meaning is not None else "slug"
            coded = any(any(c.isdigit() for c in str(e)) for e in key.examples)
            if kind in ("slug", "title", "full_name", "number", "identifier") and not coded:
                text = row.person().username if row.human else slug(row.item.title)
                if kind == "title" and not row.human:
                    text = row.item.title
                text = fit_text(text or row.noun, key.type, self._source.rng)
            else:
                text = str(scalar_value(key, key.type, row))
            text = str(_distinct(text, set(keys), key.type, self._source.rng))
            keys.setdefault(text, row)
        rows[:] = [row for _, row in sorted(keys.items(), key=lambda item: str(item[0]))]
        for number, row in enumerate(rows):
            row.number = number
        return sorted(keys, key=str)

    # ------------------------------------------------------------------------- references
    def _links(self, draft: _TableDraft, place: int) -> JsonRecord:
        """Choose what a record refers to; what its owner refers to by the same name, it shares."""
        links: JsonRecord = {}
        fields = [f for f in draft.entity.fields if f.reference is not None]
        fields.sort(key=lambda f: (-self._depth(f), f.optional))
        for spec in fields:
            if spec.name != draft.entity.key:
                links[spec.name] = self._link(draft, spec, place, links)
        return links

    def _depth(self, spec: FieldSpec) -> int:
        assert spec.reference is not None
        return list(self._drafts).index(spec.reference.table)

    def _link(self, draft: _TableDraft, spec: FieldSpec, place: int, links: JsonRecord) -> Json:
        assert spec.reference is not None
        rng, target = self._source.rng, self._drafts[spec.reference.table]
        candidates = target.keys[:place] if target is draft else target.keys
        if isinstance(spec.type, ListOf):
            return self._parts.several(spec.type, candidates)
        if not spec.optional or spec.name in (draft.entity.parent, *draft.needed):
            inherited = self._inherited(draft.entity, spec, links)
            if inherited is not None:
                return inherited
        share = _ABSENT_OWN_KIND_SHARE if target is draft else _ABSENT_REFERENCE_SHARE
        absent = spec.name not in draft.needed and rng.random() < share
        if spec.optional and (not candidates or absent):
            return None
        if spec.unique:
            taken = draft.taken.setdefault(spec.name, set())
            candidates = [key for key in candidates if key not in taken] or candidates
            choice: KeyValue = rng.choice(candidates)
            taken.add(choice)
            return choice
        return favour(candidates, rng) if candidates else draft.keys[place]

    def _inherited(self, entity: EntitySpec, spec: FieldSpec, links: JsonRecord) -> Json:
        """Return the key that a record already chosen has in a field of the same name."""
        for name, key in links.items():
            reference = entity.field(name).reference
            if reference is None or not isinstance(key, str | int):
                continue
            owner = self._drafts[reference.table].record(key)
            if owner is not None and owner.get(spec.name) is not None:
                other = self._spec.entity(reference.table).field(spec.name).reference
                if other is not None and other.table == spec.reference.table:  # type: ignore[union-attr]
                    return owner[spec.name]
        return None

    def _by_table(self, entity: EntitySpec, links: JsonRecord) -> dict[str, KeyValue]:
        """Return what a record refers to by table; the first field of several counts."""
        by_table: dict[str, KeyValue] = {}
        for name, key in links.items():
            reference = entity.field(name).reference
            if reference is not None and isinstance(key, str | int):
                by_table.setdefault(reference.table, key)
        return by_table

    def _names_of(self, entity: EntitySpec, links: JsonRecord) -> JsonRecord:
        """Return the names of what a record refers to: `company_name` beside `company_id`."""
        names: JsonRecord = {}
        for spec in entity.fields:
            stem, end = spec.name.rpartition("_")[::2]
            link = next((n for n in (f"{stem}_id", f"{stem}_sid", stem) if n in links), None)
            if end not in ("name", "title") or link is None or spec.name == entity.title:
                continue
            reference = entity.field(link).reference
            if reference is None or not _is_open_text(spec):
                continue
            key, target = links[link], self._spec.entity(reference.table)
            owner = (
                self._drafts[reference.table].record(key) if isinstance(key, str | int) else None
            )
            name = owner.get(target.title) if owner is not None and target.title else None
            if isinstance(name, str) or spec.optional:
                names[spec.name] = name
        return names

    def _earliest(self, entity: EntitySpec, links: JsonRecord) -> datetime | None:
        """Return when the last of the records that a record refers to was created."""
        moments = [
            self._drafts[reference.table].created[key]
            for name, key in links.items()
            if (reference := entity.field(name).reference) is not None
            and isinstance(key, str | int)
            and key in self._drafts[reference.table].created
        ]
        return max(moments, default=None)

    # ------------------------------------------------------------------------- values
    def _field(self, draft: _TableDraft, spec: FieldSpec, row: Row, *, needed: bool) -> Json:
        rng, entity = self._source.rng, draft.entity
        if spec.role in ("created_at", "updated_at") and isinstance(spec.type, Scalar):
            return _life_moment(spec, spec.type, row)
        needed = needed or spec.name == entity.title or spec.name in draft.needed
        can_be_absent = spec.role not in _NEVER_EMPTY and not needed
        share = ABSENT_SELDOM_SHARE if is_seldom(spec.name) else ABSENT_SHARE
        if spec.optional and can_be_absent and rng.random() < share:
            return None
        if spec.has_default and can_be_absent and spec.default and rng.random() < 0.2:
            return spec.default
        if not isinstance(spec.type, Scalar):
            return self._parts.value(spec, spec.type, row)
        named = None if spec.name == entity.key else self._parts.named_table(spec)
        if named is not None and not (named == entity.table and not spec.optional):
            return None if named == entity.table else self._parts.reference(named, row)
        value = self._title(spec, spec.type, row) if spec.name == entity.title else None
        if value is None:
            asked = needed or spec.name in draft.asked
            one = spec.model_copy(update={"optional": False}) if asked else spec
            value = scalar_value(one, spec.type, row)
        if spec.unique or spec.name == entity.title:
            taken = draft.taken.setdefault(spec.name, set())
            value = _distinct(value, taken, spec.type, rng)
            taken.add(value.casefold() if isinstance(value, str) else value)
        return value

    def _title(self, spec: FieldSpec, type_: Scalar, row: Row) -> Json:
        """Return what the record is called, where its title field holds a usual name."""
        meaning = text_meaning(spec.name, type_.format)
        usual = meaning is None or meaning.kind in ("title", "full_name", "person", "company")
        says_much = row.theme is not None and row.theme.name in ("message", "comment", "review")
        if meaning is not None and meaning.kind == "text":
            usual = not says_much
        if type_.type != "string" or type_.choices or not usual:
            return None
        title = row.person().full if row.human else row.item.title
        return fit_text(title, type_, self._source.rng)


def _life_moment(spec: FieldSpec, type_: Scalar, row: Row) -> Json:
    """Return when the record was created or changed, in the form of the field."""
    moment = row.moments.created if spec.role == "created_at" else row.moments.updated
    if type_.type in ("integer", "number"):
        return int(moment.timestamp())
    if type_.type == "date":
        return moment.date().isoformat()
    return moment.time().isoformat("seconds") if type_.type == "time" else iso(moment)


def _distinct(value: Json, taken: set[Json], type_: Scalar, rng: random.Random) -> Json:
    """Return `value`, changed a little where it is taken (texts are compared without case)."""
    if isinstance(value, bool) or type_.choices:
        return value
    if isinstance(value, int | float):
        while value in taken:
            value += 1
        return value
    if not isinstance(value, str) or (value not in taken and value.casefold() not in taken):
        return value
    for number in range(2, 200):
        changed = _numbered(value, number)
        if not fits(changed, type_):
            changed = fit_text(changed if not type_.pattern else "", type_, rng)
        if changed not in taken and changed.casefold() not in taken:
            return changed
    return value


def _is_open_text(spec: FieldSpec) -> bool:
    type_ = spec.type
    if not isinstance(type_, Scalar) or type_.type != "string":
        return False
    return not (type_.choices or type_.pattern or type_.max_length or spec.reference)


def _numbered(value: str, number: int) -> str:
    """Return a text told apart by a number, where a person would put it."""
    name, at, domain = value.partition("@")
    if at and " " not in value:
        return f"{name}{number}{at}{domain}"
    separator = " " if " " in value else "-" if "-" in value or "/" in value else ""
    return f"{value}{separator}{number}"
