"""`Call`: one call of a solution in the making, with what each argument is to the user."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from envfactory.environment import Change
from envfactory.graph.path import escape, names, values_at
from envfactory.records import Json
from envfactory.task.grounding.mention import Mention
from envfactory.task.grounding.records import Records
from envfactory.task.meanings.meaning import ToolMeaning
from envfactory.task.meanings.slots import Slot

IGNORED_VALUES = frozenset({"now", "seed"})
"""Single values that every environment has, and that no task is about."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """What one argument is.

    said: the user says the value; named: the user points out a record, and the value is its key,
    or what a field of it holds; copied: the value that the record has already, passed on unchanged.

    Attributes:
        slot: For said values: what the value is called, and the field that takes it.
        mention: For named and copied: the record. For said: the one that is found by the value.
        field: For copied, and for named where it is not the key: the record's field.
    """

    kind: Literal["said", "named", "copied"]
    slot: Slot | None = None
    mention: Mention | None = None
    field: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One call, executed.

    Attributes:
        leaves: What each argument is, by JSON Pointer.
        value: What the call returned.
        changes: What it changed, clock and seed apart.
        before, after: The tables around it.
        wanted: Whether the user asks for it, rather than the agent needing it for something else.
        about: For what reads: the one record that the user asks about.
    """

    meaning: ToolMeaning
    arguments: Mapping[str, Json]
    leaves: Mapping[str, Leaf]
    value: Json
    changes: tuple[Change, ...]
    before: Records
    after: Records
    wanted: bool = False
    about: Mention | None = None

    @property
    def writes(self) -> bool:
        """Whether it changed anything."""
        return bool(self.changes)

    @property
    def is_act(self) -> bool:
        """Whether the user asks for it: a change, or a question."""
        return self.wanted or self.writes


def lasting(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return changes without those of the clock and the seed, which no task is about."""
    return tuple(c for c in changes if not (c.kind == "value" and c.table in IGNORED_VALUES))


@dataclass(slots=True)
class Arguments:
    """Arguments in the making: values by pointer, and what they are."""

    values: dict[str, Json] = field(default_factory=dict)
    leaves: dict[str, Leaf] = field(default_factory=dict)

    def put(self, pointer: str, value: Json, leaf: Leaf) -> None:
        """Set one argument."""
        place(self.values, names(pointer), value)
        self.leaves[pointer] = leaf

    def details(self) -> list[tuple[str, Json]]:
        """Return the values that have a name to the user, with that name."""
        return [
            (leaf.slot.label, value)
            for pointer, leaf in self.leaves.items()
            if leaf.slot is not None
            for _, value in values_at(self.values, pointer)
        ]


def place(container: dict[str, Json], keys: tuple[str, ...], value: Json) -> None:
    """Set the value at keys inside nested objects; a number among the keys makes a list."""
    here: Json = container
    for key, following in zip(keys, (*keys[1:], ""), strict=True):
        last = following == ""
        empty: Json = value if last else ([] if following.isdigit() else {})
        if isinstance(here, list):
            index = int(key)
            while len(here) <= index:
                here.append(None)
            if here[index] is None or last:
                here[index] = empty
            here = here[index]
        elif isinstance(here, dict):
            if last or key not in here:
                here[key] = empty
            here = here[key]


def pointer_of(*keys: str) -> str:
    """Return the JSON Pointer made of keys."""
    return "".join(f"/{escape(key)}" for key in keys)
