"""The rules that every write obeys: keys and unique values are unique, references are intact.

Pure functions from a state to the next one; a rule that is broken raises and there is no next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from envfactory.environment.failure import Conflict, InvalidArgument, NotFound
from envfactory.environment.layout import MAX_KEY_LENGTH, Column, KeyValue, TableLayout
from envfactory.environment.record import Record
from envfactory.environment.state import PRESENT, Row, Rows, State


def insert(state: State, table: TableLayout, record: Record) -> State:
    """Add a record.

    Raises:
        Conflict: If its key or a unique value is taken.
        NotFound: If it refers to a record that does not exist.
        InvalidArgument: If its key is empty or longer than `MAX_KEY_LENGTH`.
    """
    key: KeyValue = record.__dict__[table.key_field]
    if isinstance(key, str) and not 0 < len(key) <= MAX_KEY_LENGTH:
        raise InvalidArgument(
            f"{table.key_field} has {len(key)} characters; 1 to {MAX_KEY_LENGTH} are allowed"
        )
    if state.row(table, key) is not None:
        raise Conflict(f"{table.name} already has {key!r}")
    rows = state.tables[table.slot]
    moves = _moves(table, None, record)
    _check(state, table, moves, record)
    serial = max(table.number(key), rows.serial)
    row = Row(table, record, table.place(key))
    state = state.with_rows(table.slot, _changed(rows, row.place, row, moves, serial))
    return _counted(state, table, moves)


def update(state: State, table: TableLayout, old: Row, record: Record) -> State:
    """Put `record` in the place of `old`, which has the same key.

    Raises:
        Conflict: If a unique value is taken.
        NotFound: If it refers to a record that does not exist.
    """
    rows = state.tables[table.slot]
    moves = _moves(table, old.record, record)
    if moves:
        _check(state, table, moves, record)
    row = Row(table, record, old.place)
    state = state.with_rows(table.slot, _changed(rows, row.place, row, moves, rows.serial))
    return _counted(state, table, moves)


def delete(state: State, table: TableLayout, key: KeyValue) -> State:
    """Remove a record, and do to those that refer to it what their `Ref` declares.

    Raises:
        NotFound: If the table has no such record.
        Conflict: If a record that may not lose it refers to it.
    """
    row = state.row(table, key)
    if row is None:
        raise missing(table, key)
    rows = state.tables[table.slot]
    moves = _moves(table, row.record, None)
    rows = _changed(rows, row.place, None, moves, rows.serial)
    state = _counted(state.with_rows(table.slot, rows), table, moves)
    for slot, position in table.incoming:
        referring = state.layout.tables[slot]
        column = referring.columns[position]
        assert column.ref is not None
        for found in rows_with(state, referring, position, key):
            other_key = found.record.__dict__[referring.key_field]
            other = state.row(referring, other_key)
            if other is None:
                continue  # a cascade got there first
            if column.ref.on_delete == "restrict":
                raise Conflict(
                    f"{table.name} {key!r} is in use: {referring.name} {other_key!r} "
                    f"refers to it in {column.field}"
                )
            if column.ref.on_delete == "cascade":
                state = delete(state, referring, other_key)
            else:
                state = update(state, referring, other, _forget(other.record, column.field, key))
    return state


def missing(table: TableLayout, key: object) -> NotFound:
    """Return the error that says which table lacks which key."""
    text = repr(key)
    return NotFound(f"{table.name} has no {text if len(text) <= 80 else text[:79] + '…'}")


def rows_with(state: State, table: TableLayout, position: int, value: KeyValue) -> list[Row]:
    """Return the rows whose column has `value`, in key order, without scanning the table."""
    content = state.tables[table.slot]
    after: KeyValue = value + 1 if isinstance(value, int) else value + "\0"  # the next value
    keys = content.indexes[position].keys_between((value,), (after,))
    get = content.rows.get
    found: list[Any] = [get(place) for _, place in keys]
    return found


@dataclass(frozen=True, slots=True)
class _Move:
    """What a write does to one column: its values before and after."""

    position: int
    column: Column
    before: tuple[KeyValue, ...]
    after: tuple[KeyValue, ...]


def _moves(table: TableLayout, old: Record | None, new: Record | None) -> list[_Move]:
    """Return the columns whose values a write changes."""
    moves = []
    for position, column in enumerate(table.columns):
        if old is not None and new is not None:
            held, left = old.__dict__, new.__dict__
            if held[column.field] is left[column.field] and not column.within:
                continue
        before = () if old is None else column.values(old)
        after = () if new is None else column.values(new)
        if before != after:
            moves.append(_Move(position, column, before, after))
    return moves


def _check(state: State, table: TableLayout, moves: list[_Move], record: Record) -> None:
    """Refuse a write of a record that repeats a unique value or refers to nothing."""
    key: KeyValue = record.__dict__[table.key_field]
    for move in moves:
        column = move.column
        if column.ref is None:
            if any(rows_with(state, table, move.position, value) for value in move.after):
                raise Conflict(f"{table.name} already has a record with {_shared(column, record)}")
            continue
        target = state.layout.table(column.ref.table)
        for value in move.after:
            itself = target is table and value == key
            if not itself and state.row(target, value) is None:
                raise missing(target, value)


def _counted(state: State, table: TableLayout, moves: list[_Move]) -> State:
    """Count again for the records that a write refers to, or does not any more."""
    for position, slot, name in table.counted:
        for move in moves:
            if move.position != position:
                continue
            steps = ((move.before, -1), (move.after, 1))
            for key, step in ((key, step) for keys, step in steps for key in keys):
                state = _stepped(state, state.layout.tables[slot], key, name, step)
    return state


def _stepped(state: State, table: TableLayout, key: KeyValue, name: str, step: int) -> State:
    """Add to a number of a record, if it is there and has one; it never falls below 0."""
    row = state.row(table, key)
    if row is None or row.record.__dict__[name] is None:
        return state
    number = max(row.record.__dict__[name] + step, 0)
    record = table.validate({**row.record.__dict__, name: number})
    return update(state, table, row, record)


def _shared(column: Column, record: Record) -> str:
    """Name the values that another record has already."""
    values = ((name, record.__dict__[name]) for name in column.fields)
    return " and ".join(f"{name} {v!r}" if type(v) is str else f"{name} {v}" for name, v in values)


def _changed(rows: Rows, place: KeyValue, new: Row | None, moves: list[_Move], serial: int) -> Rows:
    """Return the content of a table once the row at `place` is `new`, or is gone."""
    content = rows.rows.remove(place) if new is None else rows.rows.set(place, new)
    if not moves:
        return Rows(content, rows.indexes, serial)
    indexes = rows.indexes
    for move in moves:
        index = indexes[move.position]
        for value in dict.fromkeys(move.before):
            if value not in move.after:
                index = index.remove((value, place))
        for value in move.after:
            index = index.set((value, place), PRESENT)
        indexes = indexes[: move.position] + (index,) + indexes[move.position + 1 :]
    return Rows(content, indexes, serial)


def _forget(record: Record, name: str, key: KeyValue) -> Record:
    held = record.__dict__[name]
    left = [item for item in held if item != key] if isinstance(held, list) else None
    return type(record).model_validate({**record.__dict__, name: left})
