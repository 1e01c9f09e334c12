"""The static side of an environment: its tables, their keys and columns, and its single values."""

from __future__ import annotations

import enum
import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo
from pydantic_core import to_json

from envfactory.environment.marks import Counts, Key, Ref, Unique
from envfactory.environment.record import PLAIN, Record, is_native
from envfactory.errors import DefinitionError

KeyValue = str | int
"""The Python value of a key."""

MAX_KEY_LENGTH = 1024
"""Longest text that can be a key; longer ones are refused as invalid."""

EPOCH = datetime(2026, 1, 1, 9, tzinfo=UTC)
"""The clock of a scenario that does not say what time it is."""

RESERVED = ("now", "seed", "serials")
"""Names in a scenario that belong to the state itself."""


@dataclass(frozen=True, slots=True)
class Column:
    """Values of a field that are indexed: references, or values that must be unique.

    `values(record)` are all values of the field that carry the mark, in nested records and lists
    too; `direct` says that the field itself is the value, so that equality can use the index.
    `within` are the fields that a unique value is unique with; the indexed value then is all of
    them together.
    """

    field: str
    ref: Ref | None
    values: Callable[[Record], tuple[KeyValue, ...]]
    direct: bool
    within: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that the values are made of."""
        return (*self.within, self.field)


@dataclass(slots=True)
class TableLayout:
    """One table: where it lies in the state, what it holds, who refers to it.

    `incoming` lists (slot of the referring table, position of its column), `counters` the fields
    that count records, and `counted` who counts these: (position of the column, slot, field). A
    `flat` record holds no lists, dicts or records, so that a shallow copy of its JSON is a whole
    one; a `native` one is its own JSON.
    """

    name: str
    slot: int
    kind: type[Record]
    key_field: str
    key: Key
    integer: bool
    columns: tuple[Column, ...]
    counters: tuple[tuple[str, Counts], ...] = ()
    incoming: list[tuple[int, int]] = field(default_factory=list)
    counted: list[tuple[int, int, str]] = field(default_factory=list)
    numbered: bool = field(init=False)
    fields: frozenset[str] = field(init=False)
    flat: bool = field(init=False)
    native: bool = field(init=False)
    tag: bytes = field(init=False)
    to_json: Callable[[Record], bytes] = field(init=False)
    validate: Callable[[dict[str, Any]], Any] = field(init=False)
    records: TypeAdapter[list[Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.numbered = self.key.style == "serial"
        self.fields = frozenset(self.kind.model_fields)
        self.flat = not any(_holds_parts(f.annotation) for f in self.kind.model_fields.values())
        self.native = is_native(self.kind)
        self.tag = self.name.encode() + b"\0"
        self.to_json = self.kind.__pydantic_serializer__.to_json
        self.records = TypeAdapter(list[self.kind])  # type: ignore[name-defined]
        self.validate = self.kind.__pydantic_validator__.validate_python

    def place(self, key: object) -> KeyValue:
        """Return what orders `key` in the table: generated keys by length first, so 2 before 10.

        Raises:
            TypeError: If `key` is not of the type that the table's keys have.
        """
        if isinstance(key, str) and not self.integer:
            if not self.numbered:
                return key
            length = len(key)
            return chr(length if length <= MAX_KEY_LENGTH else MAX_KEY_LENGTH + 1) + key
        if type(key) is int and self.integer:
            return key
        expected = "integers" if self.integer else "strings"
        raise TypeError(f"keys of {self.name} are {expected}, not {type(key).__name__}")

    def number(self, key: KeyValue) -> int:
        """Return the number of a generated key, or 0."""
        return self.key.number(key)


@dataclass(frozen=True, slots=True)
class ValueLayout:
    """One single value beside the tables."""

    name: str
    adapter: TypeAdapter[Any]
    default: Any


@dataclass(frozen=True, slots=True)
class Layout:
    """The shape of an environment's state."""

    environment: str
    tables: tuple[TableLayout, ...]
    values: tuple[ValueLayout, ...]

    def table(self, name: str) -> TableLayout:
        """Return the table of that name.

        Raises:
            KeyError: If there is none.
        """
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(f"{self.environment} has no table {name!r}")


def table_layout(name: str, slot: int, kind: Any, owner: str) -> TableLayout:
    """Describe a table from the record class that it holds.

    Raises:
        DefinitionError: If the class is no record or has no usable key.
    """
    where = f"{owner}.{name}"
    if not (isinstance(kind, type) and issubclass(kind, Record)):
        raise DefinitionError(f"{where}: Table[...] holds a class derived from Record")
    if not kind.__pydantic_complete__:
        kind.model_rebuild()
    keys = [
        (field_name, mark)
        for field_name, info in kind.model_fields.items()
        for mark in info.metadata
        if isinstance(mark, Key)
    ]
    if len(keys) != 1:
        raise DefinitionError(
            f"{where}: {kind.__name__} has {len(keys)} keys; mark exactly one field: "
            f'{kind.__name__.lower()}_id: Annotated[str, Key("{kind.__name__[:3].lower()}")]'
        )
    key_field, key = keys[0]
    integer = kind.model_fields[key_field].annotation is int
    if not integer and kind.model_fields[key_field].annotation is not str:
        raise DefinitionError(
            f"{where}: the key {kind.__name__}.{key_field} must be str or int; "
            'for UUIDs write Annotated[str, Key(style="uuid")]'
        )
    columns = tuple(
        column
        for field_name, info in kind.model_fields.items()
        for column in _columns(kind, field_name, info, where)
    )
    counters = tuple(
        (field_name, mark)
        for field_name, info in kind.model_fields.items()
        for mark in info.metadata
        if isinstance(mark, Counts)
    )
    return TableLayout(name, slot, kind, key_field, key, integer, columns, counters)


def connect(tables: tuple[TableLayout, ...], owner: str) -> None:
    """Tell every table who refers to it, and who counts its records.

    Raises:
        DefinitionError: If a `Ref` names a table that the environment does not have, or a `Counts`
            a field that is no reference to the table that counts.
    """
    by_name = {table.name: table for table in tables}
    for table in tables:
        for position, column in enumerate(table.columns):
            if column.ref is None:
                continue
            target = by_name.get(column.ref.table)
            if target is None:
                raise DefinitionError(
                    f"{owner}.{table.name}: {table.kind.__name__}.{column.field} refers to "
                    f"{column.ref.table!r}; the tables are {', '.join(sorted(by_name))}"
                )
            target.incoming.append((table.slot, position))
    for table in tables:
        for name, counts in table.counters:
            child = by_name.get(counts.table)
            place = None if child is None else _referring(child, counts.field, table.name)
            if child is None or place is None:
                raise DefinitionError(
                    f"{owner}.{table.name}: {table.kind.__name__}.{name} counts {counts.table} by "
                    f"{counts.field}, which is no single reference to {table.name} there"
                )
            child.counted.append((place, table.slot, name))


def _referring(table: TableLayout, name: str, target: str) -> int | None:
    """Return the position of a column that refers to one record of a table."""
    for position, column in enumerate(table.columns):
        one = column.field == name and column.direct
        if one and column.ref is not None and column.ref.table == target:
            return position
    return None


def _columns(kind: type[Record], name: str, info: FieldInfo, where: str) -> Iterator[Column]:
    annotated: Any = info.annotation
    for mark in info.metadata:
        if isinstance(mark, Ref | Unique):
            annotated = typing.Annotated[annotated, mark]
    for ref in sorted(set(_marks(annotated, Ref, ())), key=lambda r: (r.table, r.on_delete)):
        getter = _getter(annotated, ref)
        if getter is None:
            continue
        direct = not _holds_many(info.annotation)
        if ref.on_delete == "set_null" and not _can_forget(info.annotation):
            raise DefinitionError(
                f"{where}: {kind.__name__}.{name} cannot be set to None; make it optional "
                f"(... | None = None), a list, or use on_delete='restrict' or 'cascade'"
            )
        yield Column(name, ref, _direct(name) if direct else _on_field(name, getter), direct)
    for mark in info.metadata:
        if isinstance(mark, Unique):
            yield _unique(kind, name, mark, where)


def _unique(kind: type[Record], name: str, mark: Unique, where: str) -> Column:
    if not mark.within:
        if _holds_many(kind.model_fields[name].annotation):
            raise DefinitionError(f"{where}: {kind.__name__}.{name}: a Unique field is str or int")
        return Column(name, None, _direct(name), True)
    for field_name in (*mark.within, name):
        info = kind.model_fields.get(field_name)
        if info is None or _holds_parts(info.annotation):
            problem = "is unknown" if info is None else "is no single value"
            raise DefinitionError(
                f"{where}: {kind.__name__}.{name}: Unique(within=...): {field_name!r} {problem}"
            )
    return Column(name, None, _together((*mark.within, name)), False, mark.within)


def _on_field(
    name: str, getter: Callable[[Any], Iterator[KeyValue]]
) -> Callable[[Record], tuple[KeyValue, ...]]:
    return lambda record: tuple(getter(record.__dict__[name]))


def _direct(name: str) -> Callable[[Record], tuple[KeyValue, ...]]:
    def values(record: Record) -> tuple[KeyValue, ...]:
        value = record.__dict__[name]
        return () if value is None else (value,)

    return values


def _together(names: tuple[str, ...]) -> Callable[[Record], tuple[KeyValue, ...]]:
    """Return what gives the values of several fields as one text, or nothing if one is None."""

    def values(record: Record) -> tuple[KeyValue, ...]:
        parts = [record.__dict__[name] for name in names]
        return () if None in parts else (to_json(parts).decode(),)

    return values


def _holds_many(annotation: Any) -> bool:
    """Whether the field is more than one plain (perhaps optional) text or number, or a choice."""
    kinds = [_bare(arm) for arm in _arms(annotation) if arm is not type(None)]
    return any(kind not in (str, int) and not _is_choice(kind) for kind in kinds)


def _is_choice(kind: Any) -> bool:
    chosen = typing.get_args(kind) if typing.get_origin(kind) is typing.Literal else ()
    return bool(chosen) and {*map(type, chosen)} <= {str, int}


def _arms(annotation: Any) -> tuple[Any, ...]:
    """Return the members of a union, or the annotation itself."""
    bare = _bare(annotation)
    is_union = typing.get_origin(bare) in (typing.Union, types.UnionType)
    return typing.get_args(bare) if is_union else (bare,)


def _bare(annotation: Any) -> Any:
    is_annotated = typing.get_origin(annotation) is typing.Annotated
    return typing.get_args(annotation)[0] if is_annotated else annotation


def _holds_parts(annotation: Any) -> bool:
    """Whether the JSON of such a value may be a list or an object."""
    return any(
        typing.get_origin(arm) is not typing.Literal
        and not (isinstance(arm, type) and issubclass(arm, (*PLAIN, enum.Enum)))
        for arm in map(_bare, _arms(annotation))
    )


def _can_forget(annotation: Any) -> bool:
    """Whether a key can be taken out of the field: it is optional, or a list of keys."""
    if typing.get_origin(annotation) is list:
        return not _holds_many(typing.get_args(annotation)[0])
    return not _holds_many(annotation) and type(None) in _arms(annotation)


def _marks(annotated: Any, mark: type[Ref], seen: tuple[type, ...]) -> Iterator[Ref]:
    """Yield the marks anywhere inside an annotation, nested records included."""
    if typing.get_origin(annotated) is typing.Annotated:
        inner, *metadata = typing.get_args(annotated)
        yield from (note for note in metadata if isinstance(note, mark))
        yield from _marks(inner, mark, seen)
    elif isinstance(annotated, type) and issubclass(annotated, Record):
        if annotated not in seen:
            for info in annotated.model_fields.values():
                yield from (note for note in info.metadata if isinstance(note, mark))
                yield from _marks(info.annotation, mark, (*seen, annotated))
    elif typing.get_origin(annotated) is not typing.Literal:
        for arm in typing.get_args(annotated):
            yield from _marks(arm, mark, seen)


def _getter(annotated: Any, ref: Ref) -> Callable[[Any], Iterator[KeyValue]] | None:
    """Make a function that yields the values marked with `ref`; None where there are none."""
    if typing.get_origin(annotated) is typing.Annotated:
        inner, *metadata = typing.get_args(annotated)
        return _flat if ref in metadata else _getter(inner, ref)
    if isinstance(annotated, type) and issubclass(annotated, Record):
        return _in_record(ref) if ref in set(_marks(annotated, Ref, ())) else None
    if typing.get_origin(annotated) is typing.Literal:
        return None
    getters = [g for arm in typing.get_args(annotated) if (g := _getter(arm, ref)) is not None]
    return _first_fitting(getters[0]) if getters else None


def _flat(value: Any) -> Iterator[KeyValue]:
    """Yield the marked value itself, or what a marked list or dict holds."""
    if isinstance(value, str | int):
        yield value
    elif isinstance(value, dict):
        yield from value.values()
    elif value is not None:
        yield from value


def _first_fitting(
    getter: Callable[[Any], Iterator[KeyValue]],
) -> Callable[[Any], Iterator[KeyValue]]:
    """Apply `getter` to each item of a list or dict, or to the value itself."""

    def values(value: Any) -> Iterator[KeyValue]:
        items = value.values() if isinstance(value, dict) else value
        if isinstance(items, str | int | Record):
            yield from getter(items)
        elif items is not None:
            for item in items:
                yield from getter(item)

    return values


def _in_record(ref: Ref) -> Callable[[Any], Iterator[KeyValue]]:
    """Yield the marked values inside a nested record; looks its class up when it is met."""

    def values(value: Any) -> Iterator[KeyValue]:
        if not isinstance(value, Record):
            return
        for name, info in type(value).model_fields.items():
            annotated: Any = info.annotation
            if ref in info.metadata:
                annotated = typing.Annotated[annotated, ref]
            getter = _getter(annotated, ref)
            if getter is not None:
                yield from getter(value.__dict__[name])

    return values
