"""Who takes part in an episode beside the environments: a `Policy` and a `UserSimulator`.

Both are seams of one or two methods. What they may raise is part of the contract, because it
decides whose doing the outcome is: `MalformedReply` is the policy's own mistake, `Unavailable` (or
a time-out or lost connection of Python's own) is infrastructure, anything else that escapes a user
simulator is the simulator's, and anything else that escapes a policy is the code around the model
and not the model, so infrastructure too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from envfactory.environment import ToolResult, ToolSpec
from envfactory.errors import EnvFactoryError
from envfactory.records import Json
from envfactory.task.grounding.records import Records
from envfactory.trajectory.model import Message


class MalformedReply(EnvFactoryError):
    """A policy's output could not be read as an answer or as calls.

    Attributes:
        text: The output, as far as it is text.
    """

    def __init__(self, problem: str, text: str = "") -> None:
        self.text = text
        super().__init__(problem)


class Unavailable(EnvFactoryError):
    """A model or service that a policy, a user or an environment needs did not answer."""


@dataclass(frozen=True, slots=True)
class RequestedCall:
    """A call that a policy asks for; the loop gives it its id.

    Attributes:
        name: The tool.
        arguments: The arguments by name, or the text of a JSON object that holds them.
    """

    name: str
    arguments: Mapping[str, Json] | str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a policy does next: call tools, all of them before it is asked again, or answer.

    Attributes:
        content: The answer to the user; beside calls, a remark that is no answer.
        calls: The calls, in the order in which they are executed.
        prompt_tokens: What the reply cost; 0 where nobody counts.
        completion_tokens: The same for the output.
    """

    content: str | None = None
    calls: tuple[RequestedCall, ...] = ()
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """What a user says.

    Attributes:
        content: The words.
        turn: The turn of the task that they belong to. An answer to the agent's question stays in
            the turn; turns never go back.
    """

    content: str
    turn: int


Act = Callable[[RequestedCall], ToolResult]
"""Uses one of the user's own tools; what it came to is recorded and told to the user alone."""

See = Callable[[], Records]
"""Shows what the environments hold now, as the user sees it on their own side."""


class Policy(Protocol):
    """An agent."""

    @property
    def name(self) -> str:
        """What trajectories call it."""

    def act(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> Reply:
        """Say what to do next, given the conversation and the tools on offer.

        Raises:
            MalformedReply: If the model's output means nothing.
            Unavailable: If the model cannot be reached.
        """


class UserSimulator(Protocol):
    """Somebody who wants a task done."""

    def open(self) -> Request:
        """Say the first request."""

    def reply(self, answer: str) -> Request | None:
        """Say what comes next after the agent's answer, or None when there is nothing more."""


@runtime_checkable
class ActingUser(UserSimulator, Protocol):
    """Somebody who has tools of their own, `@tool(actor="user")`, and uses them."""

    def equip(self, tools: Sequence[ToolSpec], act: Act, see: See) -> None:
        """Take the tools before an episode opens; `act` uses one of them, while replying.

        Args:
            tools: What only the user may use.
            act: Uses one of them.
            see: Shows the records that there are, so that the user finds what they are told of.
        """
