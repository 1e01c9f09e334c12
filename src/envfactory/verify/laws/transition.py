"""Transitions: single calls as the laws see them, with the state before and what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from envfactory.environment import Change
from envfactory.records import Json
from envfactory.spec.model import (
    EntitySpec,
    EnvironmentSpec,
    ListOf,
    ListRecords,
    ParameterSpec,
    Reference,
    ToolDesign,
)
from envfactory.verify.replay import Outcome

Row = Mapping[str, Json]
Counters = Mapping[str, Mapping[str, tuple[str, str]]]
"""For each table its fields that count records: of which table, and by which reference."""


class Tables:
    """The records of one state, as JSON; indexed by key on first use.

    Args:
        scenario: The state, as it is saved.
        spec: What the tables are.
    """

    def __init__(self, scenario: Mapping[str, Json], spec: EnvironmentSpec) -> None:
        self._scenario, self._spec = scenario, spec
        self._indexes: dict[str, dict[Json, Row]] = {}

    @property
    def now(self) -> str:
        """The clock."""
        return str(self._scenario.get("now", ""))

    @cached_property
    def me(self) -> Json:
        """The key of the person who asks, or None."""
        persona = self._spec.persona
        return self._scenario.get(persona.value) if persona is not None else None

    def rows(self, table: str) -> list[Row]:
        """Return the records of a table, in key order."""
        found = self._scenario.get(table, [])
        assert isinstance(found, list)
        return [row for row in found if isinstance(row, dict)]

    def get(self, table: str, key: Json) -> Row | None:
        """Return the record with that key."""
        index = self._indexes.get(table)
        if index is None:
            field = self._spec.entity(table).key
            index = {row[field]: row for row in self.rows(table) if _hashable(row[field])}
            self._indexes[table] = index
        return index.get(key) if _hashable(key) else None


def _hashable(value: Json) -> bool:
    return isinstance(value, str | int)


@dataclass(frozen=True)
class Transition:
    """One call: what was asked, in which state, what came of it, what changed, and what counts."""

    spec: EnvironmentSpec
    design: ToolDesign
    arguments: Mapping[str, Json]
    outcome: Outcome
    before: Tables
    changes: tuple[Change, ...]
    counters: Counters

    @property
    def entity(self) -> EntitySpec:
        """The entity that the tool works on."""
        return self.spec.entity(self.design.behaviour.table)

    @cached_property
    def value(self) -> Json:
        """What the call returned."""
        found: Json = self.outcome.value
        return found

    def given(self, name: str | None) -> Json:
        """Return the value of a parameter, its default where it was left out, or None."""
        if name is None:
            return None
        found = self.arguments.get(name)
        return self._default(name) if found is None else found

    def _default(self, name: str) -> Json:
        behaviour = self.design.behaviour
        default = self.parameter(name).default
        if default is None and isinstance(behaviour, ListRecords) and behaviour.paging is not None:
            paging = behaviour.paging
            if name == paging.limit:
                return paging.default_limit
            if name == paging.position and paging.style != "cursor":
                return paging.first_page if paging.style == "page" else 0
        return default

    def parameter(self, name: str) -> ParameterSpec:
        """Return the parameter called `name`."""
        return next(p for p in self.design.parameters if p.name == name)

    # ------------------------------------------------------------------ what changed
    @cached_property
    def inserted(self) -> list[Row]:
        """The records that are new in the tool's own table."""
        return [_row(c.after) for c in self._of("insert") if c.table == self.entity.table]

    @cached_property
    def deleted(self) -> list[Json]:
        """The keys that are gone from the tool's own table."""
        return [c.key for c in self._of("delete") if c.table == self.entity.table]

    @cached_property
    def updated(self) -> dict[Json, dict[str, Json]]:
        """The fields that changed in the tool's own table: key, field, new value."""
        found: dict[Json, dict[str, Json]] = {}
        for change in self._of("update"):
            if change.table == self.entity.table and change.field is not None:
                found.setdefault(change.key, {})[change.field] = change.after
        return found

    def elsewhere(self) -> Iterator[Change]:
        """Yield what changed in other tables; the state's own numbers and clock apart."""
        for change in self.changes:
            if change.kind != "value" and change.table != self.entity.table:
                yield change

    def after(self, key: Json) -> Row | None:
        """Return the record of the tool's table that has that key after the call."""
        for row in self.inserted:
            if row.get(self.entity.key) == key:
                return row
        was = self.before.get(self.entity.table, key)
        if was is None or key in self.deleted:
            return None
        return {**was, **self.updated.get(key, {})}

    def _of(self, kind: str) -> Iterator[Change]:
        return (change for change in self.changes if change.kind == kind)

    # ------------------------------------------------------------------ references
    def dangling(self, *, required: bool = False) -> bool:
        """Whether an argument, or a required one, names a record that does not exist."""
        for parameter in self.design.parameters:
            value = self.arguments.get(parameter.name)
            if parameter.reference is None or value is None:
                continue
            if required and not parameter.required:
                continue
            keys = value if isinstance(parameter.type, ListOf) else [value]
            if not isinstance(keys, list) or self._missing(parameter.reference, keys):
                return True
        return self._asks_for_nobody()

    def _asks_for_nobody(self) -> bool:
        """Whether a field takes the key of the person who asks, and there is no such person."""
        persona = self.spec.persona
        assigns = getattr(self.design.behaviour, "assigns", ())
        if persona is None or not any(assign.source == "me" for assign in assigns):
            return False
        return self.before.get(persona.table, self.before.me) is None

    def _missing(self, reference: Reference, keys: Sequence[Json]) -> bool:
        return any(self.before.get(reference.table, key) is None for key in keys)


def _row(value: Json) -> Row:
    assert isinstance(value, dict)
    return value
