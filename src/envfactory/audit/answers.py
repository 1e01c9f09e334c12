"""Answers of agents that are tried on a task: right ones in other words, and ones that tell all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from itertools import islice

from envfactory.audit.rehearsal import scalars
from envfactory.audit.room import Room
from envfactory.graph.path import unescape, values_at
from envfactory.records import Json, canonical_json
from envfactory.task.judging.answering import MOST_UNLABELLED
from envfactory.task.judging.heard import kind_of
from envfactory.task.model import Fact, Task

_MANY = 400
_CANDIDATES = 30
_DETAILS, _SHORT = 8, 80
"""Values of a record that are told beside a fact, and the longest of them, in characters."""


def curt(task: Task) -> Iterator[tuple[str, ...]]:
    """Yield answers that hold nothing but what was asked for, in each of its forms."""
    if not task.goal.facts:
        return
    for number in range(max(len(fact.forms) for fact in task.goal.facts)):

        def say(fact: Fact, number: int = number) -> str:
            form = fact.forms[min(number, len(fact.forms) - 1)]
            return f"{fact.label}: **{form}**" if fact.label else f"**{form}**"

        yield _each(task, say)


def respelled(task: Task) -> Iterator[tuple[str, ...]]:
    """Yield answers that write each value in another way than its forms do."""
    if any(_otherwise(fact) not in fact.forms for fact in task.goal.facts):
        yield _each(task, lambda fact: f"It is {_otherwise(fact)}.")


def _otherwise(fact: Fact) -> str:
    """Return a value as some write it: with the month cut short, typographic quotes, separators."""
    value, kind = fact.value, kind_of(fact.value)
    if isinstance(value, int | float) and kind == "number":
        return f"{value:,}"
    text = str(value)
    if kind == "date":
        return f"{date.fromisoformat(text):%a, %b %d, %Y}"
    if kind == "moment":
        return f"{datetime.fromisoformat(text):%b %d, %Y, %I:%M %p}"
    return f"“{fact.forms[0]}”"


def detailed(task: Task, values: Mapping[int, Json]) -> Iterator[tuple[str, ...]]:
    """Yield the reference answers with all that there is to tell of the records asked about.

    Args:
        task: What is asked.
        values: What each call of the solution returned.
    """
    answers = [turn.answer for turn in task.turns]
    for fact in task.goal.facts:
        above, _, name = fact.path.rpartition("/")
        for _, row in values_at(values.get(fact.call), above):
            if isinstance(row, dict):
                told = _told_of(row, unescape(name), fact)
                lines = "\n".join(f"- **{label}:** {text}" for label, text in told.items())
                answers[fact.turn] += f"\n\nHere is all that I see there:\n\n{lines}"
                break
    if answers != [turn.answer for turn in task.turns]:
        yield tuple(answers)


def _told_of(row: Mapping[str, Json], name: str, fact: Fact) -> dict[str, str]:
    """Return the short values of a record by what they are called, that of a fact among them."""
    told = {
        key: _text(value)
        for key, value in row.items()
        if isinstance(value, str | int | float) and 0 < len(str(value).strip()) <= _SHORT
    }
    told[name] = fact.forms[0]
    shown = list(told)[:_DETAILS]
    return {key.replace("_", " "): told[key] for key in dict.fromkeys([*shown, name])}


def verbose(task: Task) -> Iterator[tuple[str, ...]]:
    """Yield the reference answers as talkative agents give them: with padding, and in a table."""
    answers = [turn.answer for turn in task.turns]
    yield tuple(
        f"Thanks for your patience! I have checked everything. {answer}\n\nIs there anything else "
        "that I can do for you today? I am happy to help."
        for answer in answers
    )
    for number, answer in enumerate(answers):
        facts = [fact for fact in task.goal.facts if fact.turn == number]
        if facts:
            rows = [f"| {fact.label or 'Result'} | {fact.forms[0]} |" for fact in facts]
            table = "\n".join(["| What | Value |", "|---|---|", *rows])
            answers[number] = f"{answer}\n\nHere it is again in a table:\n\n{table}"
    yield tuple(answers)


def everything(task: Task, shown: Sequence[Json], room: Room) -> Iterator[tuple[str, ...]]:
    """Yield answers that hold the right value among all others, for tasks that ask for one.

    Args:
        task: What is asked.
        shown: What the calls of the solution have returned.
        room: All that there is.
    """
    facts = task.goal.facts
    if not facts:
        return
    turns = len(task.turns)
    seen = [_text(value) for value in scalars(list(shown))]
    own = [fact.forms[0] for fact in facts]
    if len(set(seen) - {_text(fact.value) for fact in facts}) > MOST_UNLABELLED:
        yield (", ".join([*seen, *own]),) * turns
        yield ("\n".join(f"- {text}" for text in [*seen, *own]),) * turns
    yield (canonical_json(list(shown)).decode(),) * turns
    yield ("; ".join([*own, *islice(map(_text, room.values), _MANY)]),) * turns
    candidates = {fact.path: _candidates(task, fact, room.state) for fact in facts}
    if all(len(texts) == 1 for texts in candidates.values()):
        return  # whatever there is belongs into the answer
    for form, between in (("{}", ", "), ("{}", " or "), ("{}", "\n"), ("The answer is {}.", " ")):
        listed = {
            path: between.join(form.format(text) for text in texts)
            for path, texts in candidates.items()
        }
        yield _each(task, partial(_said, listed))
    if all(fact.rivals or _is_count(fact) for fact in facts):
        yield _each(task, lambda fact: f"{fact.forms[0]} or {_rival(fact)}")


def _said(listed: Mapping[str, str], fact: Fact) -> str:
    return listed[fact.path]


def _each(task: Task, say: Callable[[Fact], str]) -> tuple[str, ...]:
    """Return an answer per turn that says something of each of its facts."""
    told = [
        [say(fact) for fact in task.goal.facts if fact.turn == number]
        for number in range(len(task.turns))
    ]
    return tuple(
        "\n".join(parts) if parts else turn.answer
        for parts, turn in zip(told, task.turns, strict=True)
    )


def _candidates(task: Task, fact: Fact, state: Json) -> list[str]:
    """Return the values that a fact could have, its own among them: all that the state holds."""
    if _is_count(fact):
        noun = fact.label or "of them"
        return [f"{number} {noun}" for number in _around(fact.value)]
    name = unescape(fact.path.rpartition("/")[2])
    own = [other.value for other in task.goal.facts if other.turn == fact.turn]
    found = dict.fromkeys(
        _text(value)
        for rows in _tables(state)
        if any(row.get(name) == fact.value for row in rows)
        for value in (row.get(name) for row in rows)
        if isinstance(value, str | int | float) and value not in own
    )
    others = list(islice(found, _CANDIDATES))
    return [*others[: len(others) // 2], fact.forms[0], *others[len(others) // 2 :]]


def _tables(state: Json) -> Iterator[list[dict[str, Json]]]:
    """Yield the lists of records anywhere in a state."""
    if isinstance(state, dict):
        for value in state.values():
            yield from _tables(value)
    elif isinstance(state, list):
        yield [row for row in state if isinstance(row, dict)]


def _is_count(fact: Fact) -> bool:
    number = isinstance(fact.value, int | float) and not isinstance(fact.value, bool)
    return number and not fact.rivals


def _around(value: Json) -> list[Json]:
    assert isinstance(value, int | float)
    return [value - 2, value - 1, value, value + 1, value + 2]


def _rival(fact: Fact) -> str:
    if fact.rivals:
        return fact.rivals[0]
    assert isinstance(fact.value, int | float)
    return _text(fact.value + 1)


def _text(value: Json) -> str:
    return value if isinstance(value, str) else canonical_json(value).decode()
