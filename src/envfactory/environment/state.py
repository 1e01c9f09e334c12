"""`State`: everything an environment knows, as one immutable value, and what changed between two.

Taking a snapshot is keeping a reference; going back is using it. A write makes a new state that
shares all but the changed path with the old one (see `tree`).

The content hash is a sum, modulo 2**256, of one BLAKE2b digest per record, so it does not depend
on how the tree is shaped and follows a change in time proportional to it (AdHash: Bellare and
Micciancio, "A New Paradigm for Collision-Free Hashing", 1997). The sum is then hashed together
with the single values, the clock, the seed and the serial numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Literal, cast

from pydantic_core import from_json

from envfactory.environment.frozen import utc_text
from envfactory.environment.layout import KeyValue, Layout, TableLayout
from envfactory.environment.record import Record
from envfactory.environment.tree import SortedMap, differences
from envfactory.records import Json, canonical_json

_MODULUS = 1 << 256


class Row:
    """A record in a table, with its JSON and digest made once and shared by every fork.

    Attributes:
        record: The record.
        json: The record as JSON, fields in the order of its class.
        place: What orders the record in its table.
        digest: The record's content, its table's name included, as a number of 256 bits.
    """

    __slots__ = ("_plain", "digest", "json", "place", "record")

    def __init__(self, table: TableLayout, record: Record, place: KeyValue) -> None:
        self.record = record
        self.place = place
        self._plain: dict[str, Json] | None = record.__dict__ if table.native else None
        self.json: bytes = table.to_json(record)
        digest = blake2b(table.tag + self.json, digest_size=32).digest()
        self.digest = int.from_bytes(digest, "big")

    def plain(self, flat: bool) -> dict[str, Json]:
        """Return the record as a new JSON object; one that is `flat` is parsed only once."""
        if not flat:
            return cast("dict[str, Json]", from_json(self.json))
        if self._plain is None:
            self._plain = from_json(self.json)
        return self._plain.copy()


class Present:
    """What an index holds for each of its entries: that it is there."""

    __slots__ = ("digest",)

    def __init__(self) -> None:
        self.digest = 0


PRESENT = Present()


class Rows:
    """The content of one table, immutable.

    Attributes:
        rows: The records by their place in key order.
        indexes: Per column, `(value, place of the row)` for every row that has the value, so that
            the rows of one value lie side by side.
        serial: The last number that a generated key was given.
    """

    __slots__ = ("_content", "indexes", "rows", "serial")

    def __init__(
        self,
        rows: SortedMap[Any, Row],
        indexes: tuple[SortedMap[Any, Present], ...],
        serial: int = 0,
    ) -> None:
        self.rows = rows
        self.indexes = indexes
        self.serial = serial
        self._content: bytes | None = None

    def plain(self, table: TableLayout) -> list[Json]:
        """Return the records as new JSON objects, in key order."""
        if not table.native:
            return [row.plain(table.flat) for row in self.rows.values()]
        held: list[Any] = [row._plain for row in self.rows.values()]
        return list(map(dict.copy, held))

    @property
    def content(self) -> bytes:
        """What the state's hash takes of the table: the sum of its digests, and the serial."""
        if self._content is None:
            self._content = b"%x %d" % (self.rows.total % _MODULUS, self.serial)
        return self._content


class Setting:
    """Everything in a state but its tables, immutable: the single values, the clock, the seed.

    Most writes leave it as it is, so what a save and a hash take of it is made once and kept.
    """

    __slots__ = ("_json", "_now_text", "now", "seed", "values")

    def __init__(self, values: tuple[Any, ...], now: datetime, seed: int) -> None:
        self.values = values
        self.now = now
        self.seed = seed
        self._json: bytes | None = None
        self._now_text: str | None = None

    @property
    def now_text(self) -> str:
        """The time as RFC 3339."""
        if self._now_text is None:
            self._now_text = utc_text(self.now)
        return self._now_text

    def json(self, layout: Layout) -> bytes:
        """Return what the hash of a state takes of it, and of the layout."""
        if self._json is None:
            values = {
                value.name: value.adapter.serializer.to_python(held, mode="json")
                for value, held in zip(layout.values, self.values, strict=True)
            }
            tables = [table.name for table in layout.tables]
            parts = [layout.environment, tables, values, self.now_text, self.seed]
            self._json = canonical_json(parts)
        return self._json


class State:
    """An immutable state of an environment; opaque to everyone but the kernel."""

    __slots__ = ("_hash", "layout", "setting", "tables")

    def __init__(self, layout: Layout, tables: tuple[Rows, ...], setting: Setting) -> None:
        self.layout = layout
        self.tables = tables
        self.setting = setting
        self._hash: str | None = None

    def with_rows(self, slot: int, rows: Rows) -> State:
        """Return the state with other content in one table."""
        tables = self.tables[:slot] + (rows,) + self.tables[slot + 1 :]
        return State(self.layout, tables, self.setting)

    def with_value(self, slot: int, value: Any) -> State:
        """Return the state with another single value."""
        was = self.setting
        values = was.values[:slot] + (value,) + was.values[slot + 1 :]
        return State(self.layout, self.tables, Setting(values, was.now, was.seed))

    def with_clock(self, now: datetime) -> State:
        """Return the state at another time."""
        was = self.setting
        return State(self.layout, self.tables, Setting(was.values, now, was.seed))

    def with_seed(self, seed: int) -> State:
        """Return the state with another seed."""
        was = self.setting
        return State(self.layout, self.tables, Setting(was.values, was.now, seed))

    def row(self, table: TableLayout, key: object) -> Row | None:
        """Return a table's row, or None."""
        return self.tables[table.slot].rows.get(table.place(key))

    @property
    def hash(self) -> str:
        """The content hash, the same on every machine: 64 hexadecimal digits."""
        if self._hash is None:
            parts = [rows.content for rows in self.tables]
            parts.append(self.setting.json(self.layout))
            self._hash = blake2b(b"\n".join(parts), digest_size=32).hexdigest()
        return self._hash


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two states, as JSON values.

    insert and delete: `field` is None and `after` or `before` is the whole record. update: one
    change per field. value: a single value, the clock (`now`) or the seed; `table` is its name.
    In a world `environment` says whose state changed.
    """

    kind: Literal["insert", "update", "delete", "value"]
    table: str
    key: KeyValue | None
    field: str | None
    before: Json
    after: Json
    environment: str = ""


def state_changes(before: State, after: State) -> Iterator[Change]:
    """Yield what changed, table by table in key order, walking only what the states do not share.

    Raises:
        ValueError: If the states belong to different environments.
    """
    if before.layout is not after.layout:
        raise ValueError(
            f"cannot compare a state of {before.layout.environment} "
            f"with one of {after.layout.environment}"
        )
    for table, was, now in zip(before.layout.tables, before.tables, after.tables, strict=True):
        if was is not now:
            yield from _row_changes(table, was, now)
    if before.setting is not after.setting:
        yield from _setting_changes(before.layout, before.setting, after.setting)


def _setting_changes(layout: Layout, was: Setting, now: Setting) -> Iterator[Change]:
    for value, old, new in zip(layout.values, was.values, now.values, strict=True):
        if old is not new:
            before = value.adapter.dump_python(old, mode="json")
            after = value.adapter.dump_python(new, mode="json")
            if before != after:
                yield Change("value", value.name, None, None, before, after)
    if was.now != now.now:
        yield Change("value", "now", None, None, was.now_text, now.now_text)
    if was.seed != now.seed:
        yield Change("value", "seed", None, None, was.seed, now.seed)


def _row_changes(table: TableLayout, was: Rows, now: Rows) -> Iterator[Change]:
    for _, old, new in differences(was.rows, now.rows):
        row = new or old
        assert row is not None
        key = row.record.__dict__[table.key_field]
        if old is None or new is None:
            kind: Literal["insert", "delete"] = "insert" if old is None else "delete"
            before = None if old is None else old.plain(table.flat)
            after = None if new is None else new.plain(table.flat)
            yield Change(kind, table.name, key, None, before, after)
        elif old.json != new.json:
            was_fields, fields = old.plain(table.flat), new.plain(table.flat)
            for name, value in fields.items():
                if was_fields[name] != value:
                    yield Change("update", table.name, key, name, was_fields[name], value)
