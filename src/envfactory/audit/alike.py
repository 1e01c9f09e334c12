"""Whether two tasks come to the same, so that what solves one is right for the other as well."""

from __future__ import annotations

from collections.abc import Sequence

from envfactory.task.model import Fact, Goal, Refusal, Task

REPLAY = "replay of another task"
"""What the attempt to solve a task with the solution of another is called in its record."""


def same_end(one: Goal, other: Goal) -> bool:
    """Return whether two goals ask for the same, so that what reaches one is right for both."""
    return (
        one.changes == other.changes
        and list(map(_asked, one.facts)) == list(map(_asked, other.facts))
        and len(one.refusals) == len(other.refusals)
        and all(map(_same_refusal, one.refusals, other.refusals))
    )


def _asked(fact: Fact) -> Fact:
    """Return a fact whichever call shows it."""
    return fact.model_copy(update={"call": 0, "path": fact.path.rpartition("/")[2]})


def _same_refusal(one: Refusal, other: Refusal) -> bool:
    """Return whether two refusals are of one act on one kind of record, whatever the reason."""
    words = set(one.about), set(other.about)
    return one.turn == other.turn and (words[0] <= words[1] or words[1] <= words[0])


def said_by(other: Task, turns: int) -> list[str]:
    """Return what the solution of a task answers in a conversation of so many turns."""
    answers: Sequence[str] = [turn.answer for turn in other.turns]
    return [answers[n] if n < len(answers) else "" for n in range(turns)]
