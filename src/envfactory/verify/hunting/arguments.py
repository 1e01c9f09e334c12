"""Strategies for arguments: what a schema allows, what a state holds, and what lies just outside.

Schemas alone seldom lead to a success, since keys have to exist. So most values come from what the
sequence has met so far, which the machine that draws them remembers (`Memory`).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from hypothesis import strategies as st
from hypothesis_jsonschema import from_schema

from envfactory.environment import ToolSpec
from envfactory.records import Json, canonical_json
from envfactory.verify.hostile import HUGE, boundaries, unusual_values
from envfactory.verify.sampler import Schema

Strategy = st.SearchStrategy[Any]

MOST_ITEMS = 3
"""Longest list that is drawn from what is known."""

DEEPEST = 4
"""How often a reference into a schema's definitions is followed; deeper, anything is allowed."""

_ANYTHING: Strategy = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5)

_TOO_LONG = 1_000
"""Unusual values that are longer are left to the checks: a failing example is to be read."""


class Memory(Protocol):
    """What a machine has met in the sequence so far."""

    def keys(self, table: str) -> Sequence[Json]:
        """Return keys of a table: those that are there first, then those that are gone."""

    def recent_keys(self, table: str) -> Sequence[Json]:
        """Return those of the keys that the last calls named."""

    def values(self, name: str) -> Sequence[Json]:
        """Return values that fields of that name held, in the state or in results."""


class Arguments:
    """Strategies for the arguments of an environment's tools, to be drawn in rules of a `Memory`.

    Tools share most of what their schemas say, and few of these are drawn in short hunts; so each
    is read when it is first drawn, and once.
    """

    def __init__(self) -> None:
        self._read: dict[bytes, Strategy] = {}

    def of(self, tool: ToolSpec) -> Strategy:
        """Return the strategy for the arguments of a tool."""
        given: Schema = tool.input_schema
        schema = _without_references(given, given.get("$defs", {}))
        known = self._object(schema)
        ways = [known, known, known, self._allowed(schema), _outside(schema, known)]
        return st.integers(0, len(ways) - 1).flatmap(lambda number: ways[number])

    def _object(self, schema: Schema) -> Strategy:
        properties: Mapping[str, Schema] = schema.get("properties", {})
        required = set(schema.get("required", ()))
        parts = {name: self._value(name, part) for name, part in properties.items()}
        return st.fixed_dictionaries(
            {name: part for name, part in parts.items() if name in required},
            optional={name: part for name, part in parts.items() if name not in required},
        )

    def _value(self, name: str, schema: Schema) -> Strategy:
        """Return the strategy for a value: what is known first, then what the schema allows."""
        allowed = self._allowed(schema)
        arms = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
        if isinstance(schema.get("x-entity"), str):
            return st.runner().flatmap(lambda memory: _key(memory, schema["x-entity"], allowed))
        if arms:
            return st.one_of([self._value(name, arm) for arm in arms])
        if isinstance(schema.get("items"), dict):
            return self._list(name, schema)
        if schema.get("properties"):
            return self._object(schema)
        if "enum" in schema or "const" in schema or schema.get("type") in ("boolean", "null"):
            return allowed
        return st.runner().flatmap(lambda memory: _met(memory.values(name), allowed))

    def _list(self, name: str, schema: Schema) -> Strategy:
        fewest = int(schema.get("minItems", 0))
        most = max(fewest, min(int(schema.get("maxItems", MOST_ITEMS)), MOST_ITEMS))
        unique = canonical_json if schema.get("uniqueItems") else None
        items = self._value(name, schema["items"])
        return st.lists(items, min_size=fewest, max_size=most, unique_by=unique)

    def _allowed(self, schema: Schema) -> Strategy:
        """Return what a schema allows."""
        written = canonical_json({k: v for k, v in schema.items() if k != "description"})

        def read(_: None) -> Strategy:
            known = self._read.get(written)
            if known is None:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # of patterns that Python does not know
                    known = from_schema(dict(schema))
                known = self._read[written] = _ANYTHING if known.is_empty else known
            return known

        return st.none().flatmap(read)


def _key(memory: Memory, table: str, allowed: Strategy) -> Strategy:
    """Return mostly a key that there is, and as often one that was named lately."""
    keys, recent = memory.keys(table), memory.recent_keys(table)
    if not keys:
        return allowed
    ways = [st.sampled_from(keys)] * 3 + [st.sampled_from(recent or keys)] * 3 + [allowed]
    return st.integers(0, len(ways) - 1).flatmap(lambda number: ways[number])


def _met(values: Sequence[Json], allowed: Strategy) -> Strategy:
    """Return a value that was met, or another one."""
    return allowed | st.sampled_from(values) if values else allowed


def _without_references(part: Any, definitions: Schema, depth: int = 0) -> Any:
    """Return a schema with its definitions where they are used: recursion cannot be drawn from."""
    if isinstance(part, list):
        return [_without_references(item, definitions, depth) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        meant = definitions.get(str(part["$ref"]).rpartition("/")[2])
        if depth == DEEPEST or not isinstance(meant, dict):
            return {}
        return _without_references(meant, definitions, depth + 1)
    return {
        name: _without_references(item, definitions, depth)
        for name, item in part.items()
        if name != "$defs"
    }


@st.composite
def _outside(draw: st.DrawFn, schema: Schema, known: Strategy) -> dict[str, Json]:
    """Draw arguments that are wrong in one place: a value, a parameter missing or added."""
    arguments: dict[str, Json] = dict(draw(known))
    properties: Mapping[str, Schema] = schema.get("properties", {})
    way = draw(st.sampled_from(("value", "value", "value", "missing", "unknown")))
    if way == "unknown" or not properties:
        return {**arguments, "no_such_parameter": draw(_ANYTHING)}
    name = draw(st.sampled_from(sorted(properties)))
    if way == "missing":
        return {given: value for given, value in arguments.items() if given != name}
    wrong = [value for _, value in boundaries(properties[name])]
    wrong += [value for _, value, plain in unusual_values() if plain and _is_short(value)]
    return {**arguments, name: draw(st.sampled_from(wrong))}


def _is_short(value: Any) -> bool:
    if isinstance(value, int) and abs(value) > HUGE**20:
        return False
    return len(repr(value)) < _TOO_LONG
