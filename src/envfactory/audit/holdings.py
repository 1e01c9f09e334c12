"""`Holdings`: the tools and records of one environment in the state that tasks start in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, cast

from envfactory.audit.rehearsal import scalars
from envfactory.environment import Session, ToolSpec
from envfactory.environment.world import SEPARATOR
from envfactory.records import Json

_KEYS_TRIED = 40

Row = Mapping[str, Json]

Schema = Mapping[str, Any]


class Holdings:
    """What there is in an environment, read once for all tasks that start there.

    Attributes:
        tools: Those that an agent has, by their full names.
        state: The scenario.
    """

    def __init__(self, name: str, session: Session) -> None:
        """Read the tools, and the session's present state (linear in its size).

        Args:
            name: What tasks call the environment.
            session: In the state that they start in.
        """
        self.tools: dict[str, ToolSpec] = {
            f"{name}{SEPARATOR}{spec.name}": replace(spec, name=f"{name}{SEPARATOR}{spec.name}")
            for spec in session.tools()
            if spec.actor == "agent"
        }
        self.state = session.to_scenario()
        self._rows: dict[str, dict[str | int, Row]] = {}
        self._words: dict[tuple[str, str | int], frozenset[str]] = {}
        self._nearest: dict[tuple[str, str | int], list[str | int]] = {}

    @cached_property
    def lists(self) -> dict[str, dict[str, Schema]]:
        """The parameters that take a list, by tool."""
        found = {
            tool: {name: plain(schema) for name, schema in parameters_of(spec).items()}
            for tool, spec in self.tools.items()
        }
        return {
            tool: {n: schema for n, schema in parameters.items() if schema.get("type") == "array"}
            for tool, parameters in found.items()
        }

    @cached_property
    def values(self) -> list[Json]:
        """Every text, number and truth value there is, in document order."""
        return scalars(self.state)

    def rows(self, table: str) -> Mapping[str | int, Row]:
        """Return the records of a table by key; the key is each record's first field."""
        if table not in self._rows:
            held = self.state.get(table)
            found: dict[str | int, Row] = {}
            for row in held if isinstance(held, list) else ():
                key = next(iter(row.values()), None) if isinstance(row, dict) else None
                if isinstance(row, dict) and isinstance(key, str | int):
                    found[key] = row
            if isinstance(held, dict):
                found = {k: row for k, row in held.items() if isinstance(row, dict)}
            self._rows[table] = found
        return self._rows[table]

    def tables(self) -> list[list[Row]]:
        """Return the records of each table."""
        return [list(rows.values()) for rows in map(self.rows, self.state) if rows]

    def nearest(self, table: str, key: Json, count: int) -> list[str | int]:
        """Return the keys of the records that are most like another one, the most alike first."""
        rows = self.rows(table)
        if not isinstance(key, str | int) or key not in rows:
            return [other for other in rows if other != key][:count]
        if (table, key) not in self._nearest:
            words = self._words_of(table, key)
            self._nearest[table, key] = sorted(
                [other for other in rows if other != key][:_KEYS_TRIED],
                key=lambda other: -_overlap(words, self._words_of(table, other)),
            )
        return self._nearest[table, key][:count]

    def _words_of(self, table: str, key: str | int) -> frozenset[str]:
        place = table, key
        if place not in self._words:
            texts = cast("list[str]", [v for v in self.rows(table)[key].values() if type(v) is str])
            self._words[place] = frozenset(word for text in texts for word in text.split())
        return self._words[place]


def parameters_of(spec: ToolSpec) -> Mapping[str, Schema]:
    """Return the schemas of a tool's parameters by name."""
    return cast(Mapping[str, Schema], spec.input_schema["properties"])


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / (len(one | other) or 1)


def plain(schema: Schema) -> Schema:
    """Return the part of a schema that says what a value is when it is not null."""
    for option in schema.get("anyOf", ()):
        if option.get("type") != "null":
            return cast(Schema, option)
    return schema
