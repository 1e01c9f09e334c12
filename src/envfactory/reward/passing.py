"""`pass_rates`: how often solvers have done a task, from recorded episodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from envfactory.reward.score import score
from envfactory.task.category.bench import sealed
from envfactory.task.model import Task
from envfactory.trajectory import Trajectory


def pass_rates(tasks: Mapping[str, Task], played: Iterable[Trajectory]) -> dict[str, Task]:
    """Return the tasks that somebody has tried with their measured pass rate, by their old ids.

    They are sealed anew, since what is known of a task is a part of it. Episodes that somebody
    other than the policy ended do not count. Nothing is executed.

    Args:
        tasks: The tasks by their ids.
        played: Episodes of solvers; those of other tasks are passed over.
    """
    tried: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for trajectory in played:
        task = tasks.get(trajectory.task)
        reached = None if task is None else score(task, trajectory).reached
        if reached is not None:
            tried[trajectory.task] += 1
            passed[trajectory.task] += reached
    return {
        name: _measured(task, tried[name], passed[name])
        for name, task in tasks.items()
        if tried[name]
    }


def _measured(task: Task, tried: int, passed: int) -> Task:
    update = {"tries": tried, "pass_rate": passed / tried}
    return sealed(task.model_copy(update={"difficulty": task.difficulty.model_copy(update=update)}))
