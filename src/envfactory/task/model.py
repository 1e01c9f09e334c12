"""`Task`: what a user wants over several turns, and what has to be true once it is done.

Grounded first, phrased second: the gold calls were executed before a word was written, and every
argument says where its value came from. The goal is what the gold calls changed, plus the facts
that the answers must contain; any other way of reaching it is as good.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from envfactory.records import Json, Stored


class EnvironmentRef(Stored):
    """An environment of the task, by content, and the scenario that it starts in."""

    name: str = Field(description="Prefix of its tools: `<name>__<tool>`.")
    identity: str = Field(description="The package's identity hash.")
    scenario: str


class Origin(Stored):
    """Where the value of an argument came from.

    user: the user says it (or what determines it) in the request; result: an earlier call returned
    it at `path`; scenario: the agent could look it up, but no gold call does; default: the tool's
    own default; constant: the intent implies it.
    """

    kind: Literal["user", "result", "scenario", "default", "constant"]
    call: int | None = Field(default=None, description="Index of that call in the whole task.")
    path: str | None = Field(default=None, description="JSON Pointer into that call's value.")


class GoldCall(Stored):
    """One call of the reference solution, as it was executed."""

    tool: str
    arguments: dict[str, Json]
    origins: dict[str, Origin] = Field(description="By JSON Pointer into the arguments.")
    value: Json = Field(description="What the call returned.")
    changes_state: bool


class Fact(Stored):
    """Something that the agent's answer in a turn must contain; any of `forms` will do."""

    turn: int
    call: int = Field(description="The gold call whose result holds it.")
    path: str = Field(description="JSON Pointer into that call's value.")
    value: Json
    forms: tuple[str, ...] = Field(min_length=1)


class StateChange(Stored):
    """One expected difference between the initial and the final state."""

    environment: str
    kind: Literal["insert", "update", "delete", "value"]
    table: str
    key: str | int | None = None
    field: str | None = None
    before: Json = None
    after: Json = None


class Identifier(Stored):
    """A place in a table's records that names a record: its own key, or a reference."""

    environment: str
    table: str
    path: str = Field(description="Where in a record; `*` stands for any member of a list.")
    names: str = Field(description="The table of the record that is named.")
    generated: bool = Field(
        default=False, description="It is the record's own key, and the environment makes it."
    )


class Goal(Stored):
    """What must be true at the end: these changes and no others, and these facts answered.

    Keys that the environment generated mean nothing by themselves: `identifiers` says where they
    stand, so that records made in another order are compared with their keys renamed.
    """

    changes: tuple[StateChange, ...] = ()
    facts: tuple[Fact, ...] = ()
    identifiers: tuple[Identifier, ...] = ()


class Turn(Stored):
    """One request of the user, what it means, and the gold calls that serve it."""

    request: str = Field(description="What the user says.")
    intent: str = Field(description="What is meant, fully specified; never shown to the agent.")
    calls: tuple[GoldCall, ...]
    answer: str = Field(description="What a good agent tells the user at the end of the turn.")


class User(Stored):
    """Who asks."""

    name: str
    profile: str = ""
    knows: dict[str, Json] = Field(default_factory=dict, description="Facts the user can tell.")


class Check(Stored):
    """One check of the task by execution."""

    name: str
    passed: bool
    detail: str = ""


class Difficulty(Stored):
    """What makes the task hard, measured on the gold solution."""

    turns: int
    calls: int
    writes: int
    lookups: int = Field(description="Reads whose results only serve later calls.")
    tools_offered: int
    implicitness: float = Field(
        ge=0, le=1, description="Share of the user's values that are not said literally."
    )


class Task(Stored):
    """A verified multi-turn task."""

    schema_version: Literal[1] = 1
    id: str = Field(description="Content hash of everything else.")
    seed: int
    chain: str = Field(description="The chain it was grounded from.")
    environments: tuple[EnvironmentRef, ...]
    turns: tuple[Turn, ...]
    goal: Goal
    user: User
    checks: tuple[Check, ...]
    difficulty: Difficulty
