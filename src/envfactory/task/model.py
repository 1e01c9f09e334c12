"""`Task`: what a user wants over several turns, and what has to be true once it is done.

Grounded first, phrased second: the gold calls were executed before a word was written, and every
argument says where its value came from. The goal is what the gold calls changed, plus the facts
that the answers must contain; any other way of reaching it is as good.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from envfactory.environment.policy import PolicyRule
from envfactory.records import Json, Stored
from envfactory.task.user import User


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


class Criterion(Stored):
    """One thing that the request says of the record that is meant."""

    field: str = Field(description="A field of the record.")
    test: Literal["is", "most", "least"] = Field(
        default="is", description="It has that value; or the largest or smallest of those left."
    )
    value: Json = Field(default=None, description="For `is`; times count to the minute.")


class Proof(Stored):
    """Why a value that is not said in full can still mean only one thing; executed, not claimed.

    An agent makes `calls` in the state of the turn, gathers the records at `path` of the last
    result, and keeps those that meet what the request says: exactly one is left, and it holds the
    value at `take`. Where `earlier` is given instead, that gold call of the conversation had or
    returned the value. A withheld value has neither: the user tells it.
    `envfactory.task.convey.unproven` executes the proofs of a task again.
    """

    calls: tuple[tuple[str, dict[str, Json]], ...] = Field(
        default=(), description="Tools and arguments; none where an earlier turn settles it."
    )
    path: str = Field(
        default="", description="Where the records are in the result: `*` is any member of a list."
    )
    criteria: tuple[Criterion, ...] = Field(
        default=(), description="What is said of the record, in the order in which it counts."
    )
    take: str = Field(default="", description="JSON Pointer to the value in the record left.")
    plus: float | None = Field(
        default=None, description="What is added to that value: days to a date, else its unit."
    )
    earlier: int | None = Field(
        default=None, description="Gold call that settles it, counted over the whole task."
    )
    place: str = Field(
        default="", description="JSON Pointer into that call: `/arguments/...` or `/value/...`."
    )
    each: bool = Field(
        default=False, description="All records that are left are meant, one value from each."
    )
    selection: str = Field(default="", description="What leaves one of them, in words.")
    among: int = Field(default=1, ge=1, description="How many records there were to choose from.")


class Conveyed(Stored):
    """How the user conveys one value that a gold call needs.

    explicit: said in words that read back as the value; description: a record told by what it is
    like; reference: by what was said or shown before; constraint: as the one that meets a
    condition over several records; compression: implied by saying several things at once;
    withheld: told only when asked.
    """

    call: int = Field(description="The gold call, counted over the whole task.")
    path: str = Field(
        description="JSON Pointer into its arguments; empty for the record that is asked about."
    )
    kind: Literal["explicit", "description", "reference", "constraint", "compression", "withheld"]
    text: str = Field(default="", description="The words of the request that convey it.")
    proof: Proof | None = Field(default=None, description="For every kind but explicit.")


class Aggregate(Stored):
    """What several records come to: how many there are, or the sum of a field."""

    criteria: tuple[Criterion, ...] = Field(
        default=(), description="Which records count, all of the test `is`."
    )
    field: str | None = Field(
        default=None, description="What is added up; None: the records are counted."
    )


class Fact(Stored):
    """Something that the agent's answer in a turn must contain; any of `forms` will do."""

    turn: int
    call: int = Field(description="The gold call whose result holds it.")
    path: str = Field(description="JSON Pointer into that call's value.")
    value: Json
    forms: tuple[str, ...] = Field(min_length=1)
    label: str = Field(default="", description="What it is, in words: 'due date', 'tasks'.")
    rivals: tuple[str, ...] = Field(
        default=(), description="Other values that it could be; an answer offers none of them."
    )
    details: tuple[str, ...] = Field(
        default=(), description="The record's other values; an answer that has many says which."
    )
    others: tuple[str, ...] = Field(
        default=(),
        description="For a count: what other kinds of records are called in the plural; whoever "
        "counts those counts something else.",
    )
    over: Aggregate | None = Field(
        default=None, description="The value is what the list of records at `path` comes to."
    )


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


class Refusal(Stored):
    """What the agent must say in a turn that it will not or cannot do, and why."""

    turn: int
    reason: Literal["missing_tool", "policy"]
    about: tuple[str, ...] = Field(
        min_length=1, description="Words of which the answer must hold one, beside the refusal."
    )
    claims: tuple[str, ...] = Field(
        default=(), description="Words that would claim that it was done: 'deleted'."
    )
    names: tuple[str, ...] = Field(
        default=(), description="What the kind of record is called that it is about: 'task'."
    )
    rivals: tuple[str, ...] = Field(
        default=(),
        description="What other kinds of records are called; whoever refuses something about one "
        "of these, and says none of `names`, refuses something else.",
    )
    other_acts: tuple[str, ...] = Field(
        default=(),
        description="Verbs for other acts: whoever refuses one of these, and says no verb of "
        "`about`, refuses something else.",
    )
    beside: bool = Field(
        default=False,
        description="Something else is done in its place, of which an answer may say that it is "
        "done; only `claims` count against it.",
    )


class Goal(Stored):
    """What must be true at the end: these changes and no others, and these facts answered.

    Keys that the environment generated mean nothing by themselves: `identifiers` says where they
    stand, so that records made in another order are compared with their keys renamed.
    """

    changes: tuple[StateChange, ...] = ()
    facts: tuple[Fact, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    identifiers: tuple[Identifier, ...] = ()


class Ask(Stored):
    """A question that a good agent puts to the user before it goes on."""

    text: str
    about: str = Field(
        description="`about` of the knowledge that answers it; empty where it is an offer."
    )
    after: int = Field(
        default=0, ge=0, description="How many calls of the turn come before the question."
    )


class Turn(Stored):
    """One request of the user, what it means, and the gold calls that serve it."""

    request: str = Field(description="What the user says.")
    intent: str = Field(description="What is meant, fully specified; never shown to the agent.")
    calls: tuple[GoldCall, ...]
    answer: str = Field(description="What a good agent tells the user at the end of the turn.")
    conveyed: tuple[Conveyed, ...] = Field(
        default=(), description="How each value that the user supplies is conveyed."
    )
    asks: tuple[Ask, ...] = Field(
        default=(), description="What the reference solution asks, before its calls or after some."
    )


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
        ge=0,
        le=1,
        description="Share of the values that the user conveys, counted once a turn, that are "
        "not explicit.",
    )
    branching: float = Field(default=0, ge=0, description="Other records a look-up leaves, mean.")
    distractors: int = Field(default=0, ge=0, description="Near-duplicates of the right records.")
    predicted: float = Field(
        default=0, ge=0, le=1, description="From all of these, for putting tasks in order."
    )
    tries: int = Field(default=0, ge=0, description="Episodes of solvers.")
    pass_rate: float | None = Field(default=None, ge=0, le=1, description="Of these, if any.")


class Calibration(Stored):
    """How far the wording of a task came to the implicitness that was asked for."""

    target: float = Field(ge=0, le=1, description="Share of values that were not to be explicit.")
    values: int = Field(ge=0, description="Values that the user conveys, counted once a turn.")
    implicit: int = Field(ge=0, description="Those that are not explicit.")
    proofs: int = Field(ge=0, description="Proofs that were executed.")
    failed: int = Field(ge=0, description="Proofs that left none or several: told otherwise then.")


Category = Literal[
    "base",
    "missing_information",
    "missing_tool",
    "policy_forbids",
    "long_context",
    "multi_environment",
    "dual_control",
    "recovery",
]
"""What a task tests beside doing what is asked."""


PlanShape = Literal["calls", "per_item", "conditional", "superlative", "aggregate"]
"""How the solution is made, in its first turn: calls one after the other; one call for each of
several records; one call or another, by what a record holds; a call for the record that has the
most of something among some; or a look-up of which an answer is computed."""


class Injection(Stored):
    """A transient failure that the episode puts in the place of a call's result."""

    tool: str
    occurrence: int = Field(default=0, ge=0, description="Which call of that tool fails.")
    message: str


class HouseRule(PolicyRule):
    """A rule that holds in a task, as the agent reads it and as a program does."""

    environment: str


class Handover(Stored):
    """A step that only the user can take, and how the reference solution tells them to take it."""

    call: int = Field(description="The gold call, counted over the whole task.")
    tool: str
    why: str = Field(description="What makes the tool the user's own: 'its name says so: pay'.")
    text: str = Field(description="The instruction, in the words of a person.")
    known_by: dict[str, tuple[str, ...]] = Field(
        default={},
        description="By each parameter that names a record: the fields by which the user knows "
        "records of that kind.",
    )


class Attempt(Stored):
    """What the audit tried on a task, and how often the goal checks took it for a success."""

    name: str
    expected: Literal["pass", "fail"]
    tried: int = Field(ge=0)
    passed: int = Field(ge=0)


class Robustness(Stored):
    """The audit of a task."""

    seed: int
    attempts: tuple[Attempt, ...]


class Task(Stored):
    """A verified multi-turn task."""

    schema_version: Literal[2] = 2
    id: str = Field(description="Content hash of everything else.")
    seed: int
    chain: str = Field(description="The chain it was grounded from.")
    category: Category = "base"
    shape: PlanShape = "calls"
    environments: tuple[EnvironmentRef, ...]
    hidden_tools: tuple[str, ...] = Field(default=(), description="Not offered to the agent.")
    user_tools: tuple[str, ...] = Field(
        default=(), description="Only the user has them here, beside those that are so marked."
    )
    handovers: tuple[Handover, ...] = ()
    injections: tuple[Injection, ...] = ()
    rules: tuple[HouseRule, ...] = Field(
        default=(), description="What is forbidden, beside the policies of the environments."
    )
    turns: tuple[Turn, ...]
    goal: Goal
    user: User
    checks: tuple[Check, ...]
    difficulty: Difficulty
    calibration: Calibration | None = None
    robustness: Robustness | None = None
