"""A table while it is filled: the contexts, keys and times of its records come first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from envfactory.compiler.data.rows import KeyValue, Row
from envfactory.records import Json
from envfactory.spec.model import EntitySpec, FieldSpec, Scalar

JsonRecord = dict[str, Json]


@dataclass
class TableDraft:
    """A table in the making.

    Attributes:
        entity: Whose records it holds.
        rows: The context of each record.
        keys: The key of each record; all are there from the start.
        records: The records that are filled.
        created: When each record was created, by key; known from the start.
        given: Values that are decided before anything else, per record.
        mine: The places of the records that are the persona's.
        needed: Fields that a caller has to name to reach a record.
        asked: Fields that a tool cannot do without when it writes a record.
        taken: Values of fields in which no two records may be equal.
        identities: Values of the fields of `identity` that are taken.
    """

    entity: EntitySpec
    rows: list[Row]
    keys: list[KeyValue]
    records: list[JsonRecord] = field(default_factory=list)
    created: dict[KeyValue, datetime] = field(default_factory=dict)
    given: list[JsonRecord] = field(default_factory=list)
    mine: frozenset[int] = frozenset()
    needed: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    taken: dict[str, set[Json]] = field(default_factory=dict)
    identities: set[tuple[str, ...]] = field(default_factory=set)
    _places: dict[KeyValue, int] = field(default_factory=dict)

    def record(self, key: KeyValue) -> JsonRecord | None:
        """Return the record with that key, if it is filled already."""
        if len(self._places) != len(self.keys):
            self._places = {known: place for place, known in enumerate(self.keys)}
        place = self._places[key]
        return self.records[place] if place < len(self.records) else None

    def references(self) -> Iterator[tuple[FieldSpec, str]]:
        """Yield the fields that refer to a table, the key apart, each with that table."""
        for spec in self.entity.fields:
            if spec.reference is not None and spec.name != self.entity.key:
                yield spec, spec.reference.table

    def required_tables(self) -> list[str]:
        """Return the other tables that every record refers to."""
        return [
            table
            for spec, table in self.references()
            if not spec.optional and isinstance(spec.type, Scalar) and table != self.entity.table
        ]


def identity_of(entity: EntitySpec, record: JsonRecord) -> tuple[str, ...]:
    """Return what tells a record apart from the others of its entity."""
    return tuple(repr(record[name]) for name in entity.identity)
