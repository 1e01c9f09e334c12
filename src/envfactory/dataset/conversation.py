"""Conversations in the OpenAI chat format, as training rows hold them.

A message has only the keys that its role needs, because chat templates ask whether a key is there.
`content` is always text, empty beside tool calls, because templates do not agree about null.
Arguments are objects: most templates write them with a JSON filter, which would quote a string
again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_core import to_json

from envfactory.records import Json, Stored
from envfactory.trajectory.model import Message, ToolCall

OpenAiMessage = dict[str, Json]


class Spoken(Stored):
    """A message that is nothing but text."""

    role: str
    content: str


def openai_message(message: Message) -> OpenAiMessage:
    """Return a message in the OpenAI chat format."""
    row: OpenAiMessage = {"role": message.role, "content": message.content or ""}
    if message.tool_calls:
        row["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in message.tool_calls
        ]
    if message.role == "tool":
        row["tool_call_id"] = message.tool_call_id
        row["name"] = message.name
    return row


def read_messages(rows: Iterable[Mapping[str, Any]]) -> tuple[Message, ...]:
    """Return messages from their OpenAI form, counting every user message as a turn."""
    messages: list[Message] = []
    turn = -1
    for row in rows:
        turn += row["role"] == "user"
        calls = row.get("tool_calls") or ()
        messages.append(
            Message(
                role=row["role"],
                turn=max(turn, 0),
                content=row["content"] or (None if calls else ""),
                tool_calls=tuple(ToolCall(id=call["id"], **call["function"]) for call in calls),
                tool_call_id=row.get("tool_call_id"),
                name=row.get("name"),
            )
        )
    return tuple(messages)


def json_text(value: Any) -> str:
    """Return a JSON value, or a record, as text, its keys in the order that they have."""
    return to_json(value).decode()
