"""The user and the policy that need no model: they say and do what the task has written down."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic_core import from_json

from envfactory.environment import ToolSpec
from envfactory.task.meanings.words import spaced
from envfactory.task.model import GoldCall, Task
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
    """Asks what a turn needs asked, issues its gold calls one at a time, and gives its answer.

    A call that did not get through (see `ToolFailure.transient`) is made again. A tool that only
    the user has is not called: the user is told to use it. What to do next is read from the
    conversation alone, so one object serves any number of episodes at once.
    """

    def __init__(self, task: Task) -> None:
        self._turns = task.turns
        self._told = {each.call: each.text for each in task.handovers}

    @property
    def name(self) -> str:
        """What trajectories call it."""
        return GOLD

    def act(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> Reply:
        """Return the questions of the turn, its next gold call, or its answer when all is done."""
        number = messages[-1].turn
        turn = self._turns[number]
        here = [message for message in messages if message.turn == number]
        said = sum(message.role == "assistant" and not message.tool_calls for message in here)
        seen = sum(message.role == "tool" and not _passing(message) for message in here)
        own = {tool.name for tool in tools}
        for place, call in enumerate((*turn.calls, None)):
            questions = " ".join(ask.text for ask in turn.asks if ask.after == place)
            if questions and not said:
                return Reply(content=questions)
            said -= bool(questions)
            if call is None:
                break
            if call.tool in own:
                if not seen:
                    return Reply(calls=(RequestedCall(call.tool, call.arguments),))
                seen -= 1
            elif not said:
                total = sum(len(each.calls) for each in self._turns[:number]) + place
                return Reply(content=self._told.get(total) or _instruction(call))
            else:
                said -= 1
        return Reply(content=turn.answer)


def _instruction(call: GoldCall) -> str:
    """Return how the user is told to use a tool that is always theirs, in plain values."""
    given = [f"{spaced(name)} '{value}'" for name, value in call.arguments.items()]
    values = f" with the {' and the '.join(given)}" if given else ""
    return f"Please use {spaced(call.tool.rpartition('__')[2])} on your side{values}."


def _passing(message: Message) -> bool:
    """Return whether a tool message says that the call did not get through."""
    shown = from_json(message.content or "null")
    error = shown.get("error") if isinstance(shown, dict) else None
    return isinstance(error, dict) and error.get("code") == "unavailable"
