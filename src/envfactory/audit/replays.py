"""`Replays`: whether the solution of one task solves another in the same environments.

Where two tasks start in the same state, the solution of one does the same in the place of the
other. Where they start in different ones, the records that it names are not there, and it changes
nothing. So what it changes and what is answered are known already, and nothing has to be executed.
"""

from __future__ import annotations

from collections import deque

from envfactory.audit.alike import REPLAY, includes, said_by
from envfactory.audit.auditor import Audit
from envfactory.task.category.bench import sealed
from envfactory.task.goal import reaches
from envfactory.task.model import Attempt, Goal, Task

_OTHERS = 50
"""Tasks in the same environments that a task is held against: those that came last."""


class Replays:
    """The tasks that have stood so far, in the order in which they were made."""

    def __init__(self) -> None:
        self._stood: dict[tuple[tuple[str, str], ...], deque[Task]] = {}

    def audit(self, task: Task) -> Audit:
        """Try the solutions of those that stand on a task, and its solution on them.

        A task that stands is held against those that follow. What was tried is added to its
        record. Takes time in proportion to the number of tasks that it is held against, at most 50.

        Args:
            task: The task, audited by itself.
        """
        place = tuple(sorted((ref.name, ref.identity) for ref in task.environments))
        stood = self._stood.setdefault(place, deque(maxlen=_OTHERS))
        others = [other for other in stood if not _alike(task.goal, other.goal)]
        won = sum(_wins(other, task) or _wins(task, other) for other in others)
        audited = _recorded(
            task, Attempt(name=REPLAY, expected="fail", tried=len(others), passed=won)
        )
        if won:
            detail = f"{won} of {len(others)}"
            return Audit(task=audited, weakness=f"an adversary wins: {REPLAY}", detail=detail)
        stood.append(audited)
        return Audit(task=audited)


def _alike(one: Goal, other: Goal) -> bool:
    """Return whether two goals ask for the same."""
    return includes(one, other) and includes(other, one)


def _wins(one: Task, other: Task) -> bool:
    """Return whether the solution of one task solves another that asks for something else."""
    return not includes(one.goal, other.goal) and _solves(one, other)


def _solves(one: Task, other: Task) -> bool:
    """Return whether the solution of one task reaches the goal of another."""
    changes = one.goal.changes if one.environments == other.environments else ()
    return reaches(other.goal, changes, said_by(one, len(other.turns)))


def _recorded(task: Task, attempt: Attempt) -> Task:
    if task.robustness is None:
        return task
    attempts = tuple(attempt if a.name == REPLAY else a for a in task.robustness.attempts)
    record = task.robustness.model_copy(update={"attempts": attempts})
    return sealed(task.model_copy(update={"robustness": record}))
