"""`Table`: how the body of a tool reads and writes the records of one kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import ValidationError

from envfactory.environment import integrity
from envfactory.environment.failure import InvalidArgument, NotFound
from envfactory.environment.layout import KeyValue, TableLayout
from envfactory.environment.paging import Page, cut_page
from envfactory.environment.record import Record

if TYPE_CHECKING:
    from envfactory.environment.environment import Environment
    from envfactory.environment.state import Row, State

R = TypeVar("R", bound=Record)
Predicate = Callable[[R], object]

_BODY_MISTAKES = frozenset({"missing", "extra_forbidden"})
"""Kinds of validation error that no argument can cause: the body forgot or misnamed a field."""


def given(**fields: Any) -> dict[str, Any]:
    """Return the fields that are not None: `table.update(key, **given(name=name, note=note))`."""
    return {name: value for name, value in fields.items() if value is not None}


class Table(Generic[R]):
    """The records of one kind, in the state that its environment is in now.

    Declare one with an annotation in the class body: `orders: Table[Order]`. Iteration is in key
    order, in which generated keys come in the order they were made. What a table returns is
    immutable; every change goes through `insert`, `update` and `delete`.
    """

    __slots__ = ("_environment", "_layout")

    def __init__(self, environment: Environment, layout: TableLayout) -> None:
        self._environment = environment
        self._layout = layout

    # ---------------------------------------------------------------------------- reading
    def get(self, key: KeyValue) -> R:
        """Return the record with that key.

        Raises:
            NotFound: If there is none; the message names the table and the key.
        """
        layout = self._layout
        row = self._environment._state.tables[layout.slot].rows.get(layout.place(key))
        if row is None:
            raise integrity.missing(layout, key)
        record: Any = row.record
        return record  # type: ignore[no-any-return]

    def find(self, *predicates: Predicate[R], **equal: Any) -> R | None:
        """Return the first record, in key order, that fits; None if none does."""
        return next(iter(self._matching(predicates, equal)), None)

    def filter(
        self,
        *predicates: Predicate[R],
        order_by: str | tuple[str, ...] | None = None,
        descending: bool = False,
        offset: int = 0,
        limit: int | None = None,
        **equal: Any,
    ) -> list[R]:
        """Return the records whose fields equal `equal` and for which every predicate holds.

        Args:
            *predicates: Functions from a record to whether it is wanted.
            order_by: Field or fields to sort by, instead of key order; None sorts last.
            descending: Sort the other way round (None still last).
            offset: How many of the records found to pass over.
            limit: How many to return at most.
            **equal: Fields and the values they must have. Fields marked `Ref` or `Unique` are
                looked up in an index, other fields are compared record by record.
        """
        found = self._matching(predicates, equal)
        if order_by is not None:
            found = self._sorted(found, order_by, descending)
        elif descending:
            found.reverse()
        start = max(offset, 0)
        return found[start:] if limit is None else found[start : start + max(limit, 0)]

    def all(
        self, *, order_by: str | tuple[str, ...] | None = None, descending: bool = False
    ) -> list[R]:
        """Return every record, in key order or sorted as `filter` does."""
        return self.filter(order_by=order_by, descending=descending)

    def count(self, *predicates: Predicate[R], **equal: Any) -> int:
        """Return how many records fit."""
        if not predicates and not equal:
            return len(self)
        return len(self._matching(predicates, equal))

    def only(self) -> R:
        """Return the record of a table that holds just one, as settings do.

        Raises:
            NotFound: If the table is empty.
        """
        record = self.find()
        if record is None:
            raise NotFound(f"{self._layout.name} is empty")
        return record

    def page(
        self,
        records: Iterable[R],
        cursor: str | None,
        limit: int,
        *,
        order_by: str | None = None,
        descending: bool = False,
    ) -> Page[R]:
        """Return the records that come after the one that a cursor names, and a cursor to go on.

        A cursor names the last record of a page by its key, and by the value it is sorted by. So
        records that are added or removed before it make the next page neither repeat nor skip one.

        Args:
            records: Records of this table, whatever their order.
            cursor: The `next_cursor` of the page before, or the key of a record; None: the start.
            limit: How many to return at most.
            order_by: Field to sort by, instead of key order; None sorts last.
            descending: Sort the other way round (None still last).

        Raises:
            InvalidArgument: If the cursor was not given out for this order.
        """
        return cut_page(self._layout, records, cursor, limit, order_by, descending)

    def __contains__(self, key: object) -> bool:
        return self._environment._state.row(self._layout, key) is not None

    def __len__(self) -> int:
        return len(self._environment._state.tables[self._layout.slot].rows)

    def __iter__(self) -> Iterator[R]:
        return iter(self._matching((), {}))

    # ---------------------------------------------------------------------------- writing
    def insert(self, record: R | None = None, /, **fields: Any) -> R:
        """Add a record, given whole or as fields; a key that is not given is generated.

        Raises:
            Conflict: If the key or a unique value is taken.
            NotFound: If it refers to a record that does not exist.
            InvalidArgument: If a value is outside what its field allows.
            TypeError: If a required field is missing or a field does not exist.
        """
        environment, layout = self._environment, self._layout
        before = environment._state
        if record is not None:
            fields = {**record.__dict__, **fields}
        try:
            if fields.get(layout.key_field) is None:
                fields = {**fields, layout.key_field: self.new_id()}
            if layout.counters:
                fields = {**fields, **{name: 0 for name, _ in layout.counters}}
            new = self._validated(fields)
            environment._enter(integrity.insert(environment._state, layout, new))
        except BaseException:
            environment._enter(before)  # a refused insert does not use up a key
            raise
        return new if not layout.counters else self.get(fields[layout.key_field])

    def update(self, key: KeyValue, /, **changes: Any) -> R:
        """Change fields of a record and return it as it is now.

        Raises:
            NotFound: If there is no such record, or it would refer to one that does not exist.
            Conflict: If a unique value is taken.
            InvalidArgument: If a value is outside what its field allows.
            TypeError: If a field does not exist, or the key would change.
        """
        layout, state = self._layout, self._environment._state
        row = state.tables[layout.slot].rows.get(layout.place(key))
        if row is None:
            raise integrity.missing(layout, key)
        if layout.key_field in changes and changes[layout.key_field] != key:
            raise TypeError(f"the key of a record in {layout.name} cannot change")
        new = self._validated({**row.record.__dict__, **changes})
        self._environment._enter(integrity.update(state, layout, row, new))
        return new if not layout.counters else self.get(key)

    def delete(self, key: KeyValue) -> R:
        """Remove a record and return it as it was.

        Records that refer to it are treated as their `Ref(..., on_delete=...)` says.

        Raises:
            NotFound: If there is no such record.
            Conflict: If a record that may not lose it refers to it.
        """
        record = self.get(key)
        self._environment._enter(integrity.delete(self._environment._state, self._layout, key))
        return record

    def new_id(self) -> Any:
        """Return a key that no record has had, in the style that the key's mark declares.

        Raises:
            TypeError: If the keys of this table are natural: the caller has to name the record.
        """
        layout = self._layout
        if layout.key.style == "natural" and not layout.integer:
            raise TypeError(f"records of {layout.name} are named by the caller: give a key")
        if layout.key.style in ("uuid", "token"):
            return self._drawn()
        state = self._environment._state
        rows = state.tables[layout.slot]
        number = rows.serial + 1
        while state.row(layout, self._numbered(number)) is not None:
            number += 1
        serial = type(rows)(rows.rows, rows.indexes, number)
        self._environment._enter(state.with_rows(layout.slot, serial))
        return self._numbered(number)

    # ---------------------------------------------------------------------------- inside
    def _drawn(self) -> str:
        """Return a random key that is free; a template has room for a million at least."""
        environment, layout = self._environment, self._layout
        while True:
            key = layout.key.draw(environment.random(), environment.now())
            if environment._state.row(layout, key) is None:
                return key

    def _numbered(self, number: int) -> KeyValue:
        return number if self._layout.integer else self._layout.key.format(number)

    def _validated(self, fields: dict[str, Any]) -> R:
        try:
            new: R = self._layout.validate(fields)
        except ValidationError as error:
            raise refused_by(error, self._layout.name) from error
        return new

    def _matching(self, predicates: tuple[Predicate[R], ...], equal: dict[str, Any]) -> list[R]:
        layout, state = self._layout, self._environment._state
        for name in equal:
            if name not in layout.fields:
                raise TypeError(
                    f"{layout.name} has no field {name!r}; it has {', '.join(layout.fields)}"
                )
        rows, used = self._candidates(state, equal)
        records: list[Any] = [row.record for row in rows]
        for name, value in equal.items():
            if name != used:
                records = [record for record in records if record.__dict__[name] == value]
        for predicate in predicates:
            records = [record for record in records if predicate(record)]
        return records

    def _candidates(self, state: State, equal: dict[str, Any]) -> tuple[Iterable[Row], str]:
        """Return the rows to look at, and the field of `equal` that an index has dealt with."""
        for position, column in enumerate(self._layout.columns):
            value = equal.get(column.field)
            if column.direct and isinstance(value, str | int):
                return integrity.rows_with(state, self._layout, position, value), column.field
        return state.tables[self._layout.slot].rows.values(), ""

    def _sorted(
        self, records: list[R], order_by: str | tuple[str, ...], descending: bool
    ) -> list[R]:
        names = (order_by,) if isinstance(order_by, str) else order_by
        for name in reversed(names):  # stable sorts, least important field first
            if name not in self._layout.fields:
                raise TypeError(f"{self._layout.name} has no field {name!r} to sort by")
            known = [r for r in records if r.__dict__[name] is not None]
            known.sort(key=lambda r, by=name: r.__dict__[by], reverse=descending)  # type: ignore[misc]
            records = known + [r for r in records if r.__dict__[name] is None]
        return records


def refused_by(error: ValidationError, where: str) -> InvalidArgument | TypeError:
    """Turn a validation error into a refusal, or a TypeError where only the body is at fault."""
    first = error.errors(include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    got = repr(first["input"])
    message = f"{where}: {place}: {first['msg']}" if place else f"{where}: {first['msg']}"
    if first["type"] in _BODY_MISTAKES:
        return TypeError(message)
    return InvalidArgument(f"{message}, got {got if len(got) <= 80 else got[:79] + '…'}")
