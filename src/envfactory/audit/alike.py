"""Whether a task asks for what another one does, so that its solution is right for both."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from envfactory.records import Json
from envfactory.task.model import Aggregate, Fact, Goal, Refusal, Task

REPLAY = "replay of another task"
"""What the attempt to solve a task with the solution of another is called in its record."""


def includes(one: Goal, other: Goal) -> bool:
    """Return whether whoever reaches one goal has done what the other asks for as well.

    Both change the same, and whatever the other wants to be told or refused, the first does too.
    """
    told = [_asked(fact) for fact in one.facts]
    return (
        one.changes == other.changes
        and all(_asked(fact) in told for fact in other.facts)
        and all(any(map(partial(_same_refusal, wanted), one.refusals)) for wanted in other.refusals)
    )


def _asked(fact: Fact) -> tuple[str, str, Json, Aggregate | None]:
    """Return what a fact is, whenever it is told and whichever call shows it."""
    return fact.label, fact.path.rpartition("/")[2], fact.value, fact.over


def _same_refusal(one: Refusal, other: Refusal) -> bool:
    """Return whether two refusals are of one act on one kind of record, whatever the reason."""
    words = set(one.about), set(other.about)
    return one.turn == other.turn and (words[0] <= words[1] or words[1] <= words[0])


def said_by(other: Task, turns: int) -> list[str]:
    """Return what the solution of a task answers in a conversation of so many turns."""
    answers: Sequence[str] = [turn.answer for turn in other.turns]
    return [answers[n] if n < len(answers) else "" for n in range(turns)]
