"""`Chain`: tools in the order in which they are to be called, and where each input comes from.

A chain says nothing about values: that is for the stage that executes it. It says that the input
`/order_id` of step 2 is what step 1 returned at `/*/order_id`, or that the user will say it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from envfactory.graph import ToolGraph
from envfactory.records import Stored, json_hash


class Limits(Stored):
    """What a chain may not exceed."""

    max_steps: int = Field(default=8, ge=1)
    max_environments: int = Field(default=3, ge=1)
    max_depth: int = Field(
        default=5, ge=1, description="Steps on the longest path of values from step to step."
    )
    max_branching: int = Field(
        default=6, ge=1, description="Earlier steps whose results one step uses."
    )
    max_goals: int = Field(default=3, ge=1)
    repeats: int = Field(
        default=0, ge=0, description="Steps that call a tool again, on something else."
    )


class FromStep(Stored):
    """The value is found at `path` in what an earlier step returned."""

    kind: Literal["step"] = "step"
    step: int = Field(ge=0)
    path: str


class FromUser(Stored):
    """The user says the value; inputs with the same `slot` take the same value."""

    kind: Literal["user"] = "user"
    slot: int = Field(ge=0)


class FromDefault(Stored):
    """The schema itself supplies the value."""

    kind: Literal["default"] = "default"


Source = Annotated[FromStep | FromUser | FromDefault, Field(discriminator="kind")]


class Binding(Stored):
    """One input of a step and where its value comes from."""

    input: str = Field(description="Path of the input port.")
    source: Source


class Step(Stored):
    """One call. Optional inputs without a binding are not given."""

    tool: str
    bindings: tuple[Binding, ...] = ()
    goal: bool = Field(default=False, description="Wanted for itself: a turn may end here.")


class Chain(Stored):
    """A sequence of calls; build one with `Chain.of`."""

    schema_version: Literal[1] = 1
    id: str = Field(description="Content hash of environments and steps: equal chains are equal.")
    sampler: str
    seed: int = Field(
        description="The sampler's `from_seed` makes this chain from it again; for a chain of a "
        "covering set, the seed of the set."
    )
    environments: tuple[str, ...]
    limits: Limits
    steps: tuple[Step, ...]

    @classmethod
    def of(
        cls, steps: Sequence[Step], graph: ToolGraph, *, sampler: str, seed: int, limits: Limits
    ) -> Chain:
        """Make a chain of steps, with its id and its environments in order of first use."""
        environments = tuple(dict.fromkeys(graph.tool(s.tool).environment for s in steps))
        return cls(
            id=chain_id(environments, steps),
            sampler=sampler,
            seed=seed,
            environments=environments,
            limits=limits,
            steps=tuple(steps),
        )


def chain_id(environments: Sequence[str], steps: Sequence[Step]) -> str:
    """Return the content hash that identifies a chain."""
    return json_hash([list(environments), [step.model_dump(mode="json") for step in steps]])
