"""`Records`: the tables of a world at one moment, as JSON, for looking things up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from envfactory.environment import Change, World
from envfactory.environment.saved import records_of
from envfactory.records import Json
from envfactory.task.meanings.meaning import EntityMeaning

RecordJson = Mapping[str, Any]
"""One record: field names to JSON values."""

_MINUTE = len("2026-01-01T12:30")

_Tables = Mapping[str, Mapping[str, Any]]

NO_DAY = datetime(2100, 1, 1, tzinfo=UTC)
"""What a clock shows where there is none: no day that records speak of is near it."""


class Records:
    """What every table holds at one moment; immutable, so that moments can be compared."""

    def __init__(self, tables: _Tables) -> None:
        """Hold the scenario of each environment, by name."""
        self._tables = tables
        self._indexes: dict[tuple[str, str], dict[Json, RecordJson]] = {}
        self._groups: dict[tuple[str, str, str], dict[Json, list[RecordJson]]] = {}
        self._called: dict[tuple[str, str, str], dict[str, list[RecordJson]]] = {}
        self._heard: dict[tuple[str, str, str], dict[Json, list[RecordJson]]] = {}

    @classmethod
    def of(cls, world: World) -> Records:
        """Read a world's present state, in time linear in its size."""
        return cls({name: _listed(env.to_scenario()) for name, env in world.environments.items()})

    def after(self, changes: Iterable[Change], keys: Mapping[tuple[str, str], str]) -> Records:
        """Return the records after changes, sharing the tables that are as they were.

        Args:
            changes: What differs, as `envfactory.environment.diff` returns it.
            keys: The key field of each table, by environment and table; tables without one are
                left as they are.
        """
        fresh: dict[str, dict[str, Any]] = {name: dict(t) for name, t in self._tables.items()}
        touched: dict[tuple[str, str], dict[Json, dict[str, Any]]] = {}
        for change in changes:
            place = (change.environment, change.table)
            if change.kind == "value":
                fresh[change.environment][change.table] = change.after
                continue
            if place not in keys:
                continue
            if place not in touched:
                rows = self._tables[change.environment].get(change.table, ())
                touched[place] = {row[keys[place]]: row for row in rows}
            _apply(touched[place], change)
        for (environment, table), rows_by_key in touched.items():
            fresh[environment][table] = list(rows_by_key.values())
        following = Records(fresh)
        following._indexes = {p: i for p, i in self._indexes.items() if p not in touched}
        following._groups = {p: g for p, g in self._groups.items() if p[:2] not in touched}
        following._called = {p: c for p, c in self._called.items() if p[:2] not in touched}
        following._heard = {p: h for p, h in self._heard.items() if p[:2] not in touched}
        return following

    @property
    def environments(self) -> tuple[str, ...]:
        """The names of the environments."""
        return tuple(self._tables)

    def now(self, environment: str) -> datetime:
        """Return the time in an environment; `NO_DAY` in one that others have made without."""
        try:
            now = datetime.fromisoformat(self._tables[environment].get("now", ""))
        except (TypeError, ValueError):
            return NO_DAY
        return now if now.tzinfo else now.replace(tzinfo=UTC)

    def all(self, entity: EntityMeaning) -> Sequence[RecordJson]:
        """Return the records of a kind, in the order of their keys and then of their making."""
        rows: Sequence[RecordJson] = self._tables[entity.environment].get(entity.table, ())
        return rows

    def rows(self, environment: str, table: str) -> Sequence[RecordJson]:
        """Return what a table holds; nothing where there is no such table."""
        rows = self._tables.get(environment, {}).get(table)
        return rows if isinstance(rows, list) else ()

    def get(self, entity: EntityMeaning, key: Json) -> RecordJson | None:
        """Return the record with a key, or None."""
        place = (entity.environment, entity.table)
        if place not in self._indexes:
            self._indexes[place] = {row[entity.key]: row for row in self.all(entity)}
        return self._indexes[place].get(key) if isinstance(key, str | int) else None

    def having(self, entity: EntityMeaning, field: str, value: Json) -> Sequence[RecordJson]:
        """Return the records of a kind whose field is that text or number."""
        place = (entity.environment, entity.table, field)
        if place not in self._groups:
            groups: dict[Json, list[RecordJson]] = {}
            for row in self.all(entity):
                held = row.get(field)
                if isinstance(held, str | int):
                    groups.setdefault(held, []).append(row)
            self._groups[place] = groups
        return self._groups[place].get(value, ()) if isinstance(value, str | int) else ()

    def called(self, entity: EntityMeaning, title: Json) -> Sequence[RecordJson]:
        """Return the records of a kind that are called so, in the order of `all`."""
        place = (entity.environment, entity.table, entity.called or "")
        if place not in self._called:
            found: dict[str, list[RecordJson]] = {}
            for row in self.all(entity):
                found.setdefault(folded(row.get(place[2])), []).append(row)
            self._called[place] = found
        return self._called[place].get(folded(title), ())

    def sounding(self, entity: EntityMeaning, field: str, said: Json) -> Sequence[RecordJson]:
        """Return the records of a kind whose field may be what is said, in the order of `all`.

        Every one that is, and few others; see `sound`.
        """
        place = (entity.environment, entity.table, field)
        if place not in self._heard:
            found: dict[Json, list[RecordJson]] = {}
            for row in self.all(entity):
                found.setdefault(sound(row.get(field)), []).append(row)
            self._heard[place] = found
        return self._heard[place].get(sound(said), ())


def folded(value: Json) -> str:
    """Return a value as it is compared with others: case and spacing make no difference."""
    return _folded_text(value if isinstance(value, str) else str(value))


def sound(value: Json) -> Json:
    """Return what values share that are said in the same words, to look them up by.

    Times are said to the minute, which is how many letters of a text count.
    """
    if isinstance(value, str):
        return folded(value)[:_MINUTE]
    return value if isinstance(value, int | float) else None


@lru_cache(maxsize=1 << 14)
def _folded_text(text: str) -> str:
    return " ".join(text.casefold().split())


def _listed(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """Return a state whose tables are all lists; some environments keep records by their keys."""
    return {
        name: records_of(value) or value if isinstance(value, dict) else value
        for name, value in scenario.items()
    }


def _apply(rows: dict[Json, dict[str, Any]], change: Change) -> None:
    """Make one change to the rows of a table."""
    if change.kind == "delete":
        rows.pop(change.key, None)
    elif change.kind == "insert" and isinstance(change.after, dict):
        rows[change.key] = change.after
    elif change.field is not None and change.key in rows:
        rows[change.key] = {**rows[change.key], change.field: change.after}
