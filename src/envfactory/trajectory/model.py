"""`Trajectory`: a recorded episode, complete enough to be scored again without running anything.

Messages follow the OpenAI chat format, with arguments as JSON objects rather than strings. What an
agent said and did is all there is in them: a fault of anyone else ends the episode and is told in
the outcome, never in a message. An outcome is attributed to whoever caused it; only what the policy
did may train a model.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import Field

from envfactory.records import Json, Stored, json_hash
from envfactory.task.model import StateChange


class ToolCall(Stored):
    """A call that the agent asked for."""

    id: str
    name: str
    arguments: dict[str, Json]


class Message(Stored):
    """One message of the conversation."""

    role: Literal["system", "user", "assistant", "tool"]
    turn: int = Field(default=0, ge=0, description="The task's turn that it belongs to.")
    content: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    name: str | None = Field(default=None, description="Of a tool message: the tool.")


class Step(Stored):
    """One executed call: what it came to, and the state after it."""

    turn: int
    call_id: str
    tool: str
    actor: Literal["agent", "user"] = "agent"
    arguments: dict[str, Json]
    ok: bool
    value: Json = None
    error_code: str | None = None
    error_message: str | None = None
    state_hash: str = Field(description="After the call.")


class StopReason(StrEnum):
    """Why an episode ended."""

    finished = "finished"
    """The user had nothing more to ask."""
    step_limit = "step_limit"
    """The agent used up its calls."""
    request_limit = "request_limit"
    """The user went on asking for longer than an episode may last."""
    malformed = "malformed"
    """The agent's output could not be read as an answer or calls."""
    environment_fault = "environment_fault"
    """A tool's body broke."""
    user_fault = "user_fault"
    """The user simulator failed."""
    infrastructure = "infrastructure"
    """Something around the episode failed: a time-out, a lost connection."""


class Attribution(StrEnum):
    """Whose doing the outcome is."""

    policy = "policy"
    environment = "environment"
    user = "user"
    verifier = "verifier"
    infrastructure = "infrastructure"


class Outcome(Stored):
    """How an episode ended, and whether it reached the goal (None where that is not known)."""

    stop: StopReason
    attribution: Attribution
    reached: bool | None
    detail: str = ""


class Usage(Stored):
    """What the policy's replies cost; tokens are 0 where the policy does not count any."""

    replies: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Trajectory(Stored):
    """A recorded episode of one task."""

    schema_version: Literal[1] = 1
    id: str = Field(description="Content hash of everything else.")
    task: str
    policy: str = Field(description="Who acted, for example 'gold'.")
    seed: int
    messages: tuple[Message, ...]
    steps: tuple[Step, ...]
    initial_hash: str
    final_hash: str
    changes: tuple[StateChange, ...]
    usage: Usage = Usage()
    outcome: Outcome

    @classmethod
    def sealed(cls, **fields: Any) -> Self:
        """Return a trajectory with the id that its other fields give it."""
        draft = cls(id="", **fields)
        content = draft.model_dump(mode="json", exclude={"id"})
        return draft.model_copy(update={"id": json_hash(content)})
