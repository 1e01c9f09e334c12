"""The `<tool_call>` text form of Hermes and Qwen models: conversations of nothing but text.

    system: ...
    <tools>
    {"type": "function", "function": {"name": "shop__get_user", ...}}
    </tools>
    assistant: <tool_call>
    {"name": "shop__get_user", "arguments": {"user_id": "usr_1"}}
    </tool_call>
    user: <tool_response>
    {"name": "Ada", "user_id": "usr_1"}
    </tool_response>

Inside JSON a marker of the format can be written so that it is none: as the escape of `<`, which
reads back as the same value. In plain text it cannot, so a conversation in which somebody says
`<tool_call>` has no text form and is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, cast

from pydantic_core import from_json

from envfactory.dataset.conversation import OpenAiMessage, Spoken
from envfactory.dataset.sft import SftRow
from envfactory.records import Json, Stored
from envfactory.trajectory.model import Message, ToolCall

MARKER = re.compile(r"</?(?:tools|tool_call|tool_response|think)>|<\|[^|<>]{0,64}\|>")
"""What the text form, or the template around it, gives a meaning of its own."""

_CALL = re.compile(r"<tool_call>\n(.*?)\n</tool_call>", re.DOTALL)
_RESPONSE = re.compile(r"<tool_response>\n(.*?)\n</tool_response>", re.DOTALL)

_INSTRUCTIONS = """\
# Tools

The functions that you can call, as JSON schemas inside <tools></tools>:
<tools>
{tools}
</tools>

Write each call as a JSON object with the function's name and its arguments, inside \
<tool_call></tool_call>:
<tool_call>
{{"name": <function>, "arguments": <object>}}
</tool_call>
Results come back inside <tool_response></tool_response>."""


class HermesRow(Stored):
    """A trajectory as text; roles are system, user and assistant."""

    id: str
    task: str
    messages: tuple[Spoken, ...]


class MarkerInText(ValueError):
    """A conversation says something that the text form gives another meaning."""


def hermes_row(row: SftRow) -> HermesRow:
    """Return the text form of a row.

    Raises:
        MarkerInText: If it has none.
    """
    messages: list[Spoken] = []
    responses: list[str] = []
    for message in row.messages:
        if message["role"] == "tool":
            responses.append(f"<tool_response>\n{_result(message)}\n</tool_response>")
            continue
        if responses:
            messages.append(Spoken(role="user", content="\n".join(responses)))
            responses = []
        messages.append(_spoken(message, row.tools))
    if responses:
        messages.append(Spoken(role="user", content="\n".join(responses)))
    return HermesRow(id=row.id, task=row.task, messages=tuple(messages))


def read_hermes(messages: Sequence[Spoken]) -> tuple[Message, ...]:
    """Return the messages that a text form stands for, its calls numbered in their order.

    The system message keeps its list of tools.

    Raises:
        ValueError: If what a marker encloses is not a call.
    """
    read: list[Message] = []
    waiting: list[ToolCall] = []
    turn, made = -1, 0
    for message in messages:
        results = _RESPONSE.findall(message.content) if message.role == "user" else []
        for call, result in zip(waiting[: len(results)], results, strict=True):
            read.append(
                Message(
                    role="tool", turn=turn, content=result, tool_call_id=call.id, name=call.name
                )
            )
        if results:
            waiting = waiting[len(results) :]
            continue
        turn += message.role == "user"
        text, calls = message.content, []
        if message.role == "assistant":
            text, found = read_calls(message.content)
            calls = [
                ToolCall(id=f"call{made + number:05d}", name=name, arguments=arguments)
                for number, (name, arguments) in enumerate(found, start=1)
            ]
            made += len(calls)
            waiting += calls
        read.append(
            Message(
                role=cast(Any, message.role),
                turn=max(turn, 0),
                content=text or (None if calls else ""),
                tool_calls=tuple(calls),
            )
        )
    return tuple(read)


def read_calls(text: str) -> tuple[str, list[tuple[str, dict[str, Json]]]]:
    """Return what an assistant's text says before its calls, and the calls' names and arguments.

    Raises:
        ValueError: If what a marker encloses is not a call.
    """
    calls = []
    for source in _CALL.findall(text):
        call = from_json(source)
        if not isinstance(call, dict) or call.keys() != {"name", "arguments"}:
            raise ValueError(f"not a call: {source:.200}")
        calls.append((call["name"], call["arguments"]))
    return text.partition("<tool_call>")[0].removesuffix("\n") if calls else text, calls


def _spoken(message: OpenAiMessage, tools: str) -> Spoken:
    role, content = str(message["role"]), _plain(str(message["content"]))
    if role == "system":
        listed = "\n".join(_unmarked(_spaced(tool)) for tool in from_json(tools))
        parts = [content, _INSTRUCTIONS.format(tools=listed)]
    else:
        parts = [content] if content else []
        for call in cast(list[Any], message.get("tool_calls", [])):
            function = {key: call["function"][key] for key in ("name", "arguments")}
            parts.append(f"<tool_call>\n{_unmarked(_spaced(function))}\n</tool_call>")
    return Spoken(role=role, content=("\n\n" if role == "system" else "\n").join(parts))


def _result(message: OpenAiMessage) -> str:
    text = str(message["content"])
    if MARKER.search(text) is None:
        return text
    try:
        from_json(text)
    except ValueError as error:
        raise MarkerInText(f"a result that is not JSON holds a marker: {text:.80}") from error
    return _unmarked(text)


def _plain(text: str) -> str:
    found = MARKER.search(text)
    if found is not None:
        raise MarkerInText(f"somebody says {found[0]}")
    return text


def _spaced(value: Json) -> str:
    """Return JSON with spaces after commas and colons, as the chat templates of models write it."""
    return json.dumps(value, ensure_ascii=False)


def _unmarked(text: str) -> str:
    """Return JSON with the same value in which nothing looks like a marker."""
    return MARKER.sub(lambda found: "\\u003c" + found[0][1:], text)
