"""`Met`: what a sequence of calls has met so far, to be drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from envfactory.environment.world import Session
from envfactory.records import Json
from envfactory.verify.explore import Step
from envfactory.verify.pool import Pool, leaves

RECENT = 3
"""Calls whose arguments and results are drawn from more often."""

MOST_KEYS = 40
"""Keys of one table that are drawn from, besides those that were named lately."""


class Met:
    """Keys and values of one sequence, in an order that later calls do not change.

    A shorter sequence then still draws what the longer one drew, which is what shortening needs.

    Args:
        key_fields: The key field of each table.
        session: Where the sequence starts; read, not used.
    """

    def __init__(self, key_fields: Mapping[str, str], session: Session) -> None:
        self._key_fields = key_fields
        self._steps: list[Step] = []
        self._keys: dict[str, dict[str | int, None]] = {}
        self._recent: frozenset[str | int] = frozenset()
        self._enter(session)

    def note(self, step: Step, session: Session) -> None:
        """Note a call, and the state that it left."""
        changed = step.state_hash != self._hash
        self._steps = [*self._steps, step][-RECENT:]
        values = [v for s in self._steps for v in (s.arguments, _returned(s))]
        self._recent = frozenset(leaf for value in values for leaf in leaves(value))
        if changed:
            self._enter(session)

    def _enter(self, session: Session) -> None:
        self._hash = session.state_hash
        self._pool = Pool.of(session.to_scenario(), self._key_fields)
        for table, keys in self._pool.keys.items():
            held = [key for key in keys if isinstance(key, str | int)]
            self._keys.setdefault(table, {}).update(dict.fromkeys(held))

    def keys(self, table: str) -> Sequence[Json]:
        """Return keys of a table; see `arguments.Memory`."""
        present = [key for key in self._pool.keys.get(table, ()) if isinstance(key, str | int)]
        held = frozenset(present)
        gone = [key for key in self._keys.get(table, ()) if key not in held]
        return [*present[:MOST_KEYS], *gone[-MOST_KEYS:]]

    def recent_keys(self, table: str) -> Sequence[Json]:
        """Return the keys of a table that the last calls named, gone ones among them."""
        return [key for key in self._keys.get(table, ()) if key in self._recent]

    def values(self, name: str) -> Sequence[Json]:
        """Return values that fields of that name held."""
        recent = [v for step in self._steps for v in (_returned(step), step.arguments)]
        found = [*self._pool.by_name(name), *Pool.of({}, {}, recent).by_name(name)]
        return [value for at, value in enumerate(found) if value not in found[:at]]


def _returned(step: Step) -> Json:
    value: Json = step.outcome.value if step.outcome.ok else None
    return value
