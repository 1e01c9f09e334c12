"""`Records`: the tables of a world at one moment, as JSON, for looking things up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from envfactory.environment import World
from envfactory.records import Json
from envfactory.task.meaning import EntityMeaning

RecordJson = Mapping[str, Any]
"""One record: field names to JSON values."""


class Records:
    """What every table holds; made from a world in time linear in its state."""

    def __init__(self, world: World) -> None:
        """Read the world's present state."""
        self._scenario: Mapping[str, Any] = world.to_scenario()
        self._indexes: dict[tuple[str, str], dict[Json, RecordJson]] = {}
        self._groups: dict[tuple[str, str, str], dict[Json, list[RecordJson]]] = {}

    def now(self, environment: str) -> datetime:
        """Return the time in an environment."""
        return datetime.fromisoformat(self._scenario[environment]["now"])

    def all(self, entity: EntityMeaning) -> Sequence[RecordJson]:
        """Return the records of a kind, in the order of their keys."""
        rows: Sequence[RecordJson] = self._scenario[entity.environment].get(entity.table, ())
        return rows

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
