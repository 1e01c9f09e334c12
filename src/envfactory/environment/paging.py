"""Pages after a cursor that names the last record seen, whatever has changed before it since.

In key order a cursor is that record's key. In another order it is a JSON object with the value
that the record is sorted by, and its key: `{"due_date": "2026-03-05", "task_id": "tsk_7"}`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, NamedTuple, TypeVar

import orjson
from pydantic import ValidationError
from pydantic_core import to_json

from envfactory.environment.failure import InvalidArgument
from envfactory.environment.layout import KeyValue, TableLayout
from envfactory.environment.record import Record, adapter

R = TypeVar("R", bound=Record)


class Page(NamedTuple, Generic[R]):
    """Some records of a list, and where the list goes on; None: nowhere."""

    items: list[R]
    next_cursor: str | None


class Mark(NamedTuple):
    """The place of a record in an order: the value it is sorted by, and its place by key."""

    value: Any
    place: Any


def cut_page(
    table: TableLayout,
    records: Iterable[R],
    cursor: str | None,
    limit: int,
    order_by: str | None,
    descending: bool,
) -> Page[R]:
    """Return the records after a cursor; see `Table.page`. O(n log n).

    Raises:
        InvalidArgument: If the cursor was not given out for this order.
        TypeError: If the table has no field `order_by`.
    """
    if order_by is not None and order_by not in table.fields:
        raise TypeError(f"{table.name} has no field {order_by!r} to sort by")
    known = {table.place(record.__dict__[table.key_field]): record for record in records}
    order = _Order(order_by, descending)
    left = order.sorted([(order.mark(place, record), record) for place, record in known.items()])
    if cursor is not None:
        seen = _read_cursor(table, cursor, order_by, order, known)
        left = [pair for pair in left if order.is_after(pair[0], seen)]
    items = [record for _, record in left[: max(limit, 0)]]
    more = items and len(left) > len(items)
    return Page(items, _write_cursor(table, items[-1], order_by) if more else None)


class _Order(NamedTuple):
    """Sorting by a field, ties by key; or by key alone."""

    field: str | None
    descending: bool

    def mark(self, place: KeyValue, record: Record) -> Mark:
        return Mark(None if self.field is None else record.__dict__[self.field], place)

    def sorted(self, marked: list[tuple[Mark, R]]) -> list[tuple[Mark, R]]:
        marked.sort(key=lambda pair: pair[0].place, reverse=self.field is None and self.descending)
        if self.field is None:
            return marked
        known = [pair for pair in marked if pair[0].value is not None]
        known.sort(key=lambda pair: pair[0].value, reverse=self.descending)
        return known + [pair for pair in marked if pair[0].value is None]

    def is_after(self, mark: Mark, seen: Mark) -> bool:
        if self.field is None:
            return bool(mark.place < seen.place if self.descending else mark.place > seen.place)
        if mark.value == seen.value:
            return bool(mark.place > seen.place)
        if mark.value is None or seen.value is None:
            return mark.value is None
        return bool(mark.value < seen.value if self.descending else mark.value > seen.value)


def _write_cursor(table: TableLayout, last: Record, order_by: str | None) -> str:
    key = last.__dict__[table.key_field]
    if order_by is None:
        return str(key)
    return to_json({order_by: last.__dict__[order_by], table.key_field: key}).decode()


def _read_cursor(
    table: TableLayout,
    cursor: str,
    order_by: str | None,
    order: _Order,
    known: dict[KeyValue, R],
) -> Mark:
    key = _read_key(table, cursor)
    if key is not None and (order_by is None or table.place(key) in known):
        place = table.place(key)
        return order.mark(place, known[place]) if order_by is not None else Mark(None, place)
    try:
        held = orjson.loads(cursor)
        if order_by is None or list(held) != list(dict.fromkeys((order_by, table.key_field))):
            raise _refused(cursor)
        field = adapter(table.kind.model_fields[order_by].annotation)
        value = field.validate_json(orjson.dumps(held[order_by]))
        return Mark(value, table.place(held[table.key_field]))
    except (orjson.JSONDecodeError, ValidationError, TypeError) as error:
        raise _refused(cursor) from error


def _read_key(table: TableLayout, cursor: str) -> KeyValue | None:
    """Return the key that a cursor is, or None where no record of the table could have it."""
    if table.integer:
        return int(cursor) if cursor.isdecimal() and len(cursor) < 19 else None
    if table.numbered and not table.number(cursor):
        return None
    return cursor


def _refused(cursor: str) -> InvalidArgument:
    shown = cursor if len(cursor) <= 80 else cursor[:79] + "…"
    return InvalidArgument(
        f"cursor {shown!r} does not belong to this list; give the next_cursor of the page before"
    )
