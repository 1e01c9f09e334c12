"""The user and the policy that need no model: they say and do what the task has written down."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic_core import from_json

from envfactory.environment import ToolSpec
from envfactory.task.model import Task
from envfactory.trajectory.model import Message
from envfactory.trajectory.roles import Reply, Request, RequestedCall

GOLD = "gold"
"""The name of the policy that knows the reference solution."""


class ScriptedUser:
    """Says the task's requests one after the other, whatever the agent answers."""

    def __init__(self, task: Task) -> None:
        self._requests = [turn.request for turn in task.turns]
        self._turn = 0

    def open(self) -> Request:
        """Say the request of the first turn."""
        self._turn = 0
        return Request(self._requests[0], 0)

    def reply(self, answer: str) -> Request | None:
        """Say the request of the next turn, or None after the last."""
        self._turn += 1
        if self._turn >= len(self._requests):
            return None
        return Request(self._requests[self._turn], self._turn)


class GoldPolicy:
    """Issues the gold calls of each turn, one at a time, and then gives the turn's answer.

    A call that did not get through (see `ToolFailure.transient`) is made again. What to do next is
    read from the conversation alone, so one object serves any number of episodes at once.
    """

    def __init__(self, task: Task) -> None:
        self._turns = task.turns

    @property
    def name(self) -> str:
        """What trajectories call it."""
        return GOLD

    def act(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> Reply:
        """Return the next gold call of the turn, or its answer when all were made."""
        made = 0
        for message in reversed(messages):
            if message.role == "user":
                break
            made += message.role == "tool" and not _passing(message)
        turn = self._turns[messages[-1].turn]
        if made == len(turn.calls):
            return Reply(content=turn.answer)
        call = turn.calls[made]
        return Reply(calls=(RequestedCall(call.tool, call.arguments),))


def _passing(message: Message) -> bool:
    """Return whether a tool message says that the call did not get through."""
    shown = from_json(message.content or "null")
    error = shown.get("error") if isinstance(shown, dict) else None
    return isinstance(error, dict) and error.get("code") == "unavailable"
