"""Trajectories: the gold solution of each task, played as an episode and recorded."""

from __future__ import annotations

from dataclasses import dataclass

from envfactory.pipeline.drop import Produced
from envfactory.pipeline.shelf import Shelf
from envfactory.task import Task
from envfactory.trajectory import GoldPolicy, Setting, Trajectory, run_episode, user_for

STAGE = "trajectories"


@dataclass(frozen=True)
class PlayGold:
    """Plays the gold calls and answers of a task.

    Attributes:
        shelf: The packages that the tasks name.
        seed: For the record.
    """

    shelf: Shelf
    seed: int

    def __call__(self, task: Task) -> Produced[Trajectory]:
        """Return the episode, whatever became of it; the dataset stage judges what may be used."""
        setting = Setting.open(task.environments, self.shelf)
        trajectory = run_episode(
            task,
            setting.world,
            GoldPolicy(task),
            user_for(task),
            seed=self.seed,
            system=setting.system,
        )
        return Produced((trajectory,))
