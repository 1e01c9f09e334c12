"""Tasks: each chain executed, phrased and checked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from envfactory.chain import Chain
from envfactory.errors import EnvironmentFault
from envfactory.graph import ToolGraph
from envfactory.pipeline.drop import Drop, Produced, refused
from envfactory.pipeline.shelf import Shelf
from envfactory.task import Dropped, Task, TaskMaker

STAGE = "tasks"
_CHAINS_PER_TASK = 6
_FEWEST_CHAINS = 60


def chains_to_try(tasks: int) -> int:
    """Return how many chains to draw for so many tasks, before giving up on the rest."""
    return max(_FEWEST_CHAINS, tasks * _CHAINS_PER_TASK) if tasks else 0


@dataclass(frozen=True)
class MakeTask:
    """Makes a task from a chain.

    Attributes:
        shelf: The packages that chains are about.
        graph_file: The graph that they were drawn from.
        seed: Decides values, turns and words.
    """

    shelf: Shelf
    graph_file: Path
    seed: int

    @cached_property
    def _maker(self) -> TaskMaker:
        packages = {package.manifest.name: package for package in self.shelf.values()}
        return TaskMaker(ToolGraph.load(self.graph_file), packages)

    def __call__(self, chain: Chain) -> Produced[Task]:
        """Return the task, or why the chain gave none."""
        try:
            made = self._maker.make(chain, self.seed)
        except EnvironmentFault as fault:
            return Produced(drops=(refused(STAGE, chain.id, "environment fault", fault),))
        if isinstance(made, Dropped):
            drop = Drop(stage=STAGE, item=chain.id, reason=made.reason, detail=made.detail)
            return Produced(drops=(drop,))
        return Produced((made,))
