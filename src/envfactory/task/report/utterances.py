"""`Utterances`: what users say, turn by turn, with the values that the reference calls need.

Read from tasks, or from JSON Lines of anybody: a line is a string, or an object whose `request`,
`question`, `prompt`, `instruction`, `text` or `content` holds one, or a list of chat messages.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from envfactory.errors import InputError
from envfactory.records import Json
from envfactory.task.model import Task

_FIELDS = ("request", "question", "prompt", "instruction", "text", "content", "messages", "turns")
_MAX_DEPTH = 6
_LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Utterance:
    """One message of a user.

    Attributes:
        text: What is said.
        values: The values of the reference calls' arguments in that turn.
        group: What it belongs to: the task, or the conversation.
    """

    text: str
    values: tuple[Json, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class Utterances:
    """All messages of a data set, under its name."""

    name: str
    messages: tuple[Utterance, ...]


def of_tasks(name: str, tasks: Iterable[Task]) -> Utterances:
    """Return the requests of tasks with the single values in their gold arguments."""
    found = [
        Utterance(
            turn.request,
            tuple(value for call in turn.calls for value in scalars(dict(call.arguments))),
            task.id,
        )
        for task in tasks
        for turn in task.turns
    ]
    return Utterances(name, tuple(found))


def read_utterances(path: Path) -> Utterances:
    """Return what the lines of any JSON Lines file hold of what users say.

    Raises:
        InputError: If the file cannot be read, a line is no JSON, or no line holds a text.
    """
    found: list[Utterance] = []
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    found += _said(_parsed(line, path, number), f"{path.name}:{number}")
    except (OSError, UnicodeDecodeError) as error:
        fix = "name a file of JSON Lines in UTF-8"
        raise InputError(str(path), f"cannot be read ({error})", fix) from error
    if not found:
        fix = f"put what the user says under {', '.join(_FIELDS[:4])} or {_FIELDS[4]}"
        raise InputError(str(path), "no line holds what a user says", fix)
    return Utterances(path.name, tuple(found))


def scalars(value: Json) -> Iterator[Json]:
    """Yield the texts and numbers inside a value."""
    if isinstance(value, dict):
        for part in value.values():
            yield from scalars(part)
    elif isinstance(value, list):
        for part in value:
            yield from scalars(part)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield value


def _parsed(line: str, path: Path, number: int) -> Json:
    try:
        value: Json = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{path}:{number}", f"not JSON ({error})", "write one value a line"
        ) from error
    return value


def _said(value: Json, group: str, depth: int = 0) -> Iterator[Utterance]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, str):
        if value.strip():
            yield Utterance(value.strip()[:_LONGEST], group=group)
    elif isinstance(value, list):
        for part in value:
            yield from _said(part, group, depth + 1)
    elif isinstance(value, dict):
        if value.get("role", "user") != "user":
            return
        for name in _FIELDS:
            if name in value:
                yield from _said(value[name], group, depth + 1)
                return
