"""`Room`: what can be called in a task's world, and the values that a call can be given."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain
from typing import cast

from envfactory.audit.holdings import Holdings, Row, Schema, parameters_of, plain
from envfactory.environment import ToolSpec
from envfactory.environment.world import SEPARATOR
from envfactory.records import Json

_WORDS = ("Something else entirely", "Another one")
_DAYS_OFF = (1, -1, 2000, -2000)


class Room:
    """The tools that an agent has in a task, and the keys of the records there are."""

    def __init__(
        self, holdings: Mapping[str, Holdings], rng: random.Random, hidden: Collection[str] = ()
    ) -> None:
        """Take what there is in the environments of a task.

        Args:
            holdings: By the names of the environments.
            rng: Decides what is guessed.
            hidden: Tools that the agent does not have, beside those that are the user's own.
        """
        self._holdings, self._rng = holdings, rng
        self.tools: dict[str, ToolSpec] = {
            name: spec
            for held in holdings.values()
            for name, spec in held.tools.items()
            if name not in hidden
        }

    @property
    def state(self) -> dict[str, Json]:
        """All that there is, by environment."""
        return {name: held.state for name, held in self._holdings.items()}

    @property
    def values(self) -> Iterator[Json]:
        """Every text, number and truth value there is, in document order."""
        return chain.from_iterable(held.values for held in self._holdings.values())

    # ------------------------------------------------------------------ records
    def rows(self, environment: str, table: str) -> Mapping[str | int, Row]:
        """Return the records of a table by key; the key is each record's first field."""
        held = self._holdings.get(environment)
        return {} if held is None else held.rows(table)

    def tables(self) -> Iterator[list[Row]]:
        """Yield the records of each table there is."""
        for held in self._holdings.values():
            yield from held.tables()

    def nearest(self, environment: str, table: str, key: Json, count: int) -> list[str | int]:
        """Return the keys of the records that are most like another one, the most alike first."""
        held = self._holdings.get(environment)
        return [] if held is None else held.nearest(table, key, count)

    # ------------------------------------------------------------------ calls
    def parameters(self, tool: str) -> Mapping[str, Schema]:
        """Return the schemas of a tool's parameters by name; none for a tool that is not there."""
        spec = self.tools.get(tool)
        return {} if spec is None else parameters_of(spec)

    def schema(self, tool: str, keys: tuple[str, ...]) -> Schema:
        """Return what is said of an argument inside the arguments; nothing where it is unknown."""
        here: Schema = {"properties": self.parameters(tool)}
        for key in keys:
            here = plain(here)
            if key.isdigit() and "items" in here:
                here = here["items"]
            else:
                here = here.get("properties", {}).get(key, {})
        merged = {**plain(here)}
        if "x-entity" in here:
            merged["x-entity"] = here["x-entity"]
        return merged

    def required(self, tool: str) -> tuple[str, ...]:
        """Return the names of the arguments that a tool cannot do without."""
        spec = self.tools[tool]
        return tuple(cast(list[str], spec.input_schema.get("required", [])))

    def lists(self, tool: str) -> Mapping[str, Schema]:
        """Return the schemas of the parameters that take a list; read once for each tool."""
        held = self._holdings[tool.partition(SEPARATOR)[0]]
        return held.lists.get(tool, {})

    def guesses(self, tool: str, count: int) -> Iterator[dict[str, Json]]:
        """Yield arguments that a tool might accept: present keys, and values of the right type."""
        for _ in range(count):
            arguments: dict[str, Json] = {}
            for name in self.required(tool):
                schema = self.schema(tool, (name,))
                arguments[name] = self._value(tool.partition(SEPARATOR)[0], schema)
            yield arguments

    def optional_text(self, tool: str) -> dict[str, Json]:
        """Return one optional argument that takes any text, for tools that change what is given."""
        for name in self.parameters(tool):
            schema = self.schema(tool, (name,))
            free = schema.get("type") == "string" and not set(schema) & {
                "enum",
                "format",
                "x-entity",
                "pattern",
            }
            if free and name not in self.required(tool):
                return {name: _WORDS[0]}
        return {}

    def _value(self, environment: str, schema: Schema) -> Json:
        table = schema.get("x-entity")
        if isinstance(table, str):
            keys = list(self.rows(environment, table))
            return self._rng.choice(keys) if keys else None
        if schema.get("enum"):
            return cast(Json, self._rng.choice(schema["enum"]))
        match schema.get("type"):
            case "integer" | "number":
                return cast(Json, schema.get("minimum", 1))
            case "boolean":
                return True
            case "array":
                return [self._value(environment, plain(schema.get("items", {})))]
            case "object":
                inner = schema.get("properties", {})
                return {
                    name: self._value(environment, {**inner[name], **plain(inner[name])})
                    for name in schema.get("required", [])
                    if name in inner
                }
        return {"date": "2031-05-17", "date-time": "2031-05-17T08:15:00Z"}.get(
            str(schema.get("format", "")), _WORDS[0]
        )

    def others(self, tool: str, keys: tuple[str, ...], value: Json) -> list[Json]:
        """Return values of the same type as an argument that mean something else."""
        schema = self.schema(tool, keys)
        if "x-entity" in schema:
            return []
        if schema.get("enum"):
            return [cast(Json, other) for other in schema["enum"] if other != value]
        if isinstance(value, bool):
            return [not value]
        if isinstance(value, int | float):
            return [value + 1, value - 1, 100 * value + 100]
        if isinstance(value, str):
            return _other_texts(value)
        return []


def _other_texts(text: str) -> list[Json]:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return [f"{text} again", _WORDS[1]]
    others: list[Json] = []
    for days in _DAYS_OFF:
        try:
            other = moment + timedelta(days=days)
        except OverflowError:
            continue
        day_only = len(text) == len("2026-01-01")
        whole = other.date().isoformat() if day_only else other.isoformat()
        others.append(whole.replace("+00:00", "Z"))
    return others
