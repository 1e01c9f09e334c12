"""Scenarios: a whole state as a JSON object, and back.

    {"now": "2026-03-02T09:00:00Z", "seed": 7, "currency": "EUR",
     "users": [{"user_id": "usr_1", "name": "Ada Byron"}], "orders": []}

A list of records per table, a value per single value, and the state's own clock (`now`), `seed`
and, where keys were generated, the last number given out per table (`serials`). Everything may be
left out: a missing table is empty, a missing value has its default.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, to_json

from envfactory.environment.frozen import freeze, in_utc
from envfactory.environment.integrity import missing
from envfactory.environment.layout import (
    EPOCH,
    MAX_KEY_LENGTH,
    RESERVED,
    KeyValue,
    Layout,
    TableLayout,
)
from envfactory.environment.record import Record
from envfactory.environment.state import PRESENT, Present, Row, Rows, Setting, State
from envfactory.environment.tree import SortedMap
from envfactory.errors import InputError, one_line
from envfactory.records import Json

MAX_SEED = (1 << 64) - 1


class ScenarioError(InputError):
    """A scenario does not fit its environment."""


class DanglingReference(ScenarioError):
    """A record of a scenario refers to one that is not there."""


def empty_state(layout: Layout) -> State:
    """Return the state with no records, default values, and the default clock and seed."""
    tables = tuple(
        Rows(SortedMap(), tuple(SortedMap() for _ in table.columns)) for table in layout.tables
    )
    return State(layout, tables, Setting(tuple(value.default for value in layout.values), EPOCH, 0))


def load_state(layout: Layout, scenario: Mapping[str, Json], where: str = "scenario") -> State:
    """Return the state that a scenario describes; the scenario is read, never kept. O(n log n).

    Raises:
        ScenarioError: If a name is unknown, a record is invalid, a key or unique value occurs
            twice, or a reference points nowhere. The message says where.
    """
    if not isinstance(scenario, Mapping):
        raise ScenarioError(where, f"is {type(scenario).__name__}", "a scenario is a JSON object")
    known = [t.name for t in layout.tables] + [v.name for v in layout.values] + list(RESERVED)
    for name in scenario:
        if name not in known:
            close = difflib.get_close_matches(str(name), known, 1)
            hint = f"did you mean {close[0]!r}?" if close else f"it may have {', '.join(known)}"
            raise ScenarioError(f"{where}/{name}", f"{layout.environment} has no such table", hint)
    serials = _read(_reader(dict[str, int]), scenario.get("serials", {}), f"{where}/serials")
    tables = tuple(
        _load_rows(table, scenario.get(table.name, []), serials.get(table.name, 0), where)
        for table in layout.tables
    )
    values = tuple(
        freeze(_read(value.adapter, scenario[value.name], f"{where}/{value.name}"))
        if value.name in scenario
        else value.default
        for value in layout.values
    )
    now = EPOCH
    if "now" in scenario:
        now = in_utc(_read(_reader(datetime), scenario["now"], f"{where}/now"))
    seed = _read(_reader(int), scenario.get("seed", 0), f"{where}/seed")
    if not 0 <= seed <= MAX_SEED:
        raise ScenarioError(f"{where}/seed", f"is {seed}", f"a seed is from 0 to {MAX_SEED}")
    state = State(layout, tables, Setting(values, now, seed))
    _check_references(state, where)
    return state


def dump_state(state: State) -> dict[str, Json]:
    """Return the scenario of a state, made of new objects throughout. O(n)."""
    layout = state.layout
    tables: dict[str, Json] = {}
    serials: dict[str, Json] = {}
    for table, rows in zip(layout.tables, state.tables, strict=True):
        tables[table.name] = rows.plain(table)
        if rows.serial:
            serials[table.name] = rows.serial
    scenario: dict[str, Json] = {"now": state.setting.now_text, "seed": state.setting.seed}
    if serials:
        scenario["serials"] = serials
    for value, held in zip(layout.values, state.setting.values, strict=True):
        scenario[value.name] = value.adapter.serializer.to_python(held, mode="json")
    scenario.update(tables)
    return scenario


@cache
def _reader(kind: Any) -> TypeAdapter[Any]:
    """Return what validates a part that all scenarios have; making one takes as long as reading."""
    return TypeAdapter(kind)


def _read(adapter: TypeAdapter[Any], value: Json, where: str) -> Any:
    """Validate a JSON value strictly, as if it had just been parsed."""
    try:
        return adapter.validate_json(to_json(value, inf_nan_mode="constants"), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = "/".join([where, *(str(part) for part in first["loc"])])
        got = one_line(repr(first["input"]), 80)
        raise ScenarioError(place, first["msg"], f"got {got}") from error
    except (PydanticSerializationError, ValueError, RecursionError) as error:
        raise ScenarioError(where, f"is not JSON ({error})") from error


def _load_rows(table: TableLayout, records: Json, serial: int, where: str) -> Rows:
    place = f"{where}/{table.name}"
    if not isinstance(records, list):
        raise ScenarioError(place, f"is {type(records).__name__}", "a table is a list of records")
    loaded: list[Record] = _read(table.records, records, place)
    rows: dict[KeyValue, Row] = {}
    for number, record in enumerate(loaded):
        key = record.__dict__[table.key_field]
        if isinstance(key, str) and not 0 < len(key) <= MAX_KEY_LENGTH:
            raise ScenarioError(
                f"{place}/{number}/{table.key_field}",
                f"has {len(key)} characters",
                f"keys have 1 to {MAX_KEY_LENGTH}",
            )
        row = Row(table, record, table.place(key))
        if row.place in rows:
            raise ScenarioError(f"{place}/{number}", f"the key {key!r} occurs twice")
        rows[row.place] = row
        serial = max(serial, table.number(key))
    ordered = sorted(rows.items(), key=lambda item: item[0])
    return Rows(SortedMap.build(ordered), _load_indexes(table, ordered, place), serial)


def _load_indexes(
    table: TableLayout, ordered: list[tuple[KeyValue, Row]], place: str
) -> tuple[SortedMap[Any, Present], ...]:
    indexes = []
    for column in table.columns:
        entries = {(value, at) for at, row in ordered for value in column.values(row.record)}
        index = sorted(entries)
        if column.ref is None:
            for (value, _), (other, _) in pairwise(index):
                if value == other:
                    fields = " and ".join(column.fields)
                    raise ScenarioError(place, f"{fields} {value!r} occurs twice")
        indexes.append(SortedMap.build((entry, PRESENT) for entry in index))
    return tuple(indexes)


def _check_references(state: State, where: str) -> None:
    for table in state.layout.tables:
        columns = [column for column in table.columns if column.ref is not None]
        for row in state.tables[table.slot].rows.values() if columns else ():
            for column in columns:
                assert column.ref is not None
                target = state.layout.table(column.ref.table)
                for value in column.values(row.record):
                    if state.row(target, value) is None:
                        key = row.record.__dict__[table.key_field]
                        raise DanglingReference(
                            f"{where}/{table.name}/{key}/{column.field}",
                            str(missing(target, value)),
                        )
