"""Judging a recorded episode: a pure function of the record and the task."""

from __future__ import annotations

from collections.abc import Iterable

from envfactory.task.goal import judge
from envfactory.task.model import Task
from envfactory.trajectory.model import Attribution, Message, StopReason, Trajectory


def answers(messages: Iterable[Message], turns: int) -> tuple[str, ...]:
    """Return what the agent answered in each of the task's turns, empty where it said nothing.

    A message beside tool calls is a remark and no answer. Several answers in one turn, where the
    user asked back, are joined by line ends.
    """
    said: list[list[str]] = [[] for _ in range(turns)]
    for message in messages:
        if message.role == "assistant" and message.content and not message.tool_calls:
            said[message.turn].append(message.content)
    return tuple("\n".join(parts) for parts in said)


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
