"""Judging a recorded episode: a pure function of the record and the task."""

from __future__ import annotations

import re
from collections.abc import Iterable

from envfactory.errors import one_line
from envfactory.task.goal import Verdict, judge
from envfactory.task.model import StateChange, Task
from envfactory.trajectory.model import Attribution, Message, StopReason, Trajectory

_SENTENCES = re.compile(r"(?<=[.!?])\s+")


def answers(messages: Iterable[Message], turns: int) -> tuple[str, ...]:
    """Return what the agent answered in each of the task's turns, empty where it said nothing.

    A message beside tool calls is a remark and no answer. Several answers in one turn, where agent
    and user asked back, are joined by line ends, without the questions in all but the last: what
    was asked is not what was answered.
    """
    said: list[list[str]] = [[] for _ in range(turns)]
    for message in messages:
        if message.role == "assistant" and message.content and not message.tool_calls:
            said[message.turn].append(message.content)
    return tuple(
        "\n".join([*map(_without_questions, parts[:-1]), *parts[-1:]]).strip() for parts in said
    )


def _without_questions(text: str) -> str:
    return " ".join(part for part in _SENTENCES.split(text) if not part.rstrip().endswith("?"))


def rejudge(trajectory: Trajectory, task: Task) -> bool | None:
    """Say whether a recorded episode reached the task's goal, without running anything.

    Returns:
        None where somebody other than the policy ended the episode, so that there is nothing to
        judge. An episode that the policy cut short has not reached its goal.

    Raises:
        ValueError: If the trajectory is one of another task.
    """
    if trajectory.task != task.id:
        raise ValueError(f"trajectory {trajectory.id} is of task {trajectory.task}, not {task.id}")
    outcome = trajectory.outcome
    if outcome.attribution not in (Attribution.policy, Attribution.verifier):
        return None
    if outcome.stop is not StopReason.finished:
        return False
    said = answers(trajectory.messages, len(task.turns))
    return judge(task.goal, trajectory.changes, said).reached


def against(verdict: Verdict) -> str:
    """Say in a few words what stands against an episode; nothing where it reached its goal."""
    missing = [f"missing: {_named(change)}" for change in verdict.missing]
    extra = [f"not asked for: {_named(change)}" for change in verdict.extra]
    unanswered = [f"not answered: {fact.forms[0]}" for fact in verdict.unanswered]
    unrefused = [f"not refused: {refusal.about[0]}" for refusal in verdict.unrefused]
    return one_line("; ".join(missing + extra + unanswered + unrefused), 300)


def _named(change: StateChange) -> str:
    place = [change.environment, change.table, change.key, change.field]
    return f"{change.kind} {'/'.join(str(part) for part in place if part is not None)}"
