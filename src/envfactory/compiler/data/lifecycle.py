"""States that records are in: a mix in which actions find targets, and moments that agree with it.

An action that sets `completed_at` when it sets the status to `done` tells that the moment is known
exactly for records that are done; a status called `shipped` tells the same about `shipped_at`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from envfactory.compiler.data.persona import usual
from envfactory.records import Json
from envfactory.spec.model import (
    ActOnRecord,
    EntitySpec,
    EnvironmentSpec,
    FieldSpec,
    Scalar,
)

_MOST_CHOICES = 12
_SUFFIXES = ("_at", "_on", "_date", "_time", "_timestamp")


@dataclass(frozen=True)
class Gate:
    """A moment is known exactly where `field` has `value`."""

    field: str
    value: Json


@dataclass(frozen=True)
class Lifecycle:
    """What is known about the states of an entity.

    Attributes:
        states: The values of each field that says what state a record is in.
        gates: The moments that depend on such a field.
    """

    states: Mapping[str, tuple[Json, ...]]
    gates: Mapping[str, Gate]

    @classmethod
    def of(cls, spec: EnvironmentSpec, entity: EntitySpec) -> Lifecycle:
        """Return the life cycle of an entity, from its fields and the actions on it."""
        actions = [
            tool.behaviour
            for tool in spec.tools
            if isinstance(tool.behaviour, ActOnRecord) and tool.behaviour.table == entity.table
        ]
        states = {}
        for field in entity.fields:
            own = [action for action in actions if action.field == field.name]
            values = _values(field, own)
            if len(values) > 1 and (own or field.role == "status"):
                states[field.name] = values
        gates = {}
        for field in entity.fields:
            gate = _told_by_action(field, actions) or _told_by_name(field, entity)
            if gate is not None and field.optional and field.name not in states:
                gates[field.name] = gate
        return cls(states, gates)

    def draw(self, count: int, rng: random.Random) -> list[dict[str, Json]]:
        """Return the states of `count` records, every value about equally often."""
        records: list[dict[str, Json]] = [{} for _ in range(count)]
        for name, values in self.states.items():
            mixed = [values[place % len(values)] for place in range(count)]
            rng.shuffle(mixed)
            for record, value in zip(records, mixed, strict=True):
                record[name] = value
        return records

    def usual(self, entity: EntitySpec) -> dict[str, Json]:
        """Return the states that a record is in to which nothing special has happened."""
        return {name: usual(entity.field(name), values) for name, values in self.states.items()}


def _values(field: FieldSpec, actions: list[ActOnRecord]) -> tuple[Json, ...]:
    if not isinstance(field.type, Scalar):
        return ()
    if field.type.type == "boolean":
        return (True, False)
    if field.type.choices:
        return tuple(field.type.choices)[:_MOST_CHOICES]
    found: list[Json] = [field.default] if field.has_default and field.default else []
    for action in actions:
        found += [*action.allowed_from, action.target]
    if field.type.type == "string" and actions and len(set(map(repr, found))) < 2:
        found.append("active" if "active" not in found else "open")
    return tuple(value for place, value in enumerate(found) if value not in found[:place])


def _told_by_action(field: FieldSpec, actions: list[ActOnRecord]) -> Gate | None:
    for action in actions:
        for assign in action.assigns:
            if assign.field == field.name and assign.source == "now":
                return Gate(action.field, action.target)
    return None


def _told_by_name(field: FieldSpec, entity: EntitySpec) -> Gate | None:
    """Return the gate of `shipped_at` where some status can be `shipped`."""
    if not isinstance(field.type, Scalar):
        return None
    state = next((field.name.removesuffix(s) for s in _SUFFIXES if field.name.endswith(s)), "")
    if not state and field.type.type in ("date", "datetime"):
        state = field.name
    if not state:
        return None
    for other in entity.fields:
        if not isinstance(other.type, Scalar) or other is field:
            continue
        if other.type.type == "boolean" and other.name.removeprefix("is_") == state:
            return Gate(other.name, True)
        for choice in other.type.choices:
            if str(choice).lower() == state:
                return Gate(other.name, choice)
    return None
