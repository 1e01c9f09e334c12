"""Tasks: each chain executed, phrased, checked and audited, in the mix that is asked for."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from envfactory.audit import Auditor, Replays
from envfactory.chain import Chain
from envfactory.environment import Package
from envfactory.errors import EnvironmentFault
from envfactory.events import Listener, ignore
from envfactory.executor import Executor, Unit
from envfactory.graph import ToolGraph
from envfactory.pipeline.drop import Drop, Produced, refused
from envfactory.pipeline.evenly import evenly
from envfactory.pipeline.journal import Journal
from envfactory.pipeline.shelf import Shelf
from envfactory.pipeline.stage import Result, work_through
from envfactory.task import Dropped, Task, TaskMaker
from envfactory.task.category import Mix, VariedMaker
from envfactory.task.category.bench import sealed
from envfactory.task.category.mix import CATEGORIES
from envfactory.task.convey import NATURAL, Implicitness
from envfactory.task.difficulty import graded, stratified
from envfactory.task.model import Category
from envfactory.task.shapes import SHARE, ShapeMaker
from envfactory.task.surface import PersonaMix
from envfactory.trajectory import Setting, try_in_episodes

STAGE = "tasks"
_CHAINS_PER_TASK = 6
_FEWEST_CHAINS = 60
_REASONS = 3
"""Reasons that are given where tasks are missing."""
TO_CHOOSE_FROM = 3
"""Tasks that are made for each that is kept, where easy and hard ones are to be equally many."""


def chains_to_try(tasks: int) -> int:
    """Return how many chains to draw for so many tasks, before giving up on the rest."""
    return max(_FEWEST_CHAINS, tasks * _CHAINS_PER_TASK) if tasks else 0


@dataclass(frozen=True, slots=True)
class Errand:
    """A chain, and what kind of task to make of it."""

    chain: Chain
    category: Category = "base"


@dataclass(frozen=True)
class MakeTask:
    """Makes a task from a chain, and keeps it if no adversary wins it.

    Attributes:
        shelf: The packages that chains are about.
        graph_file: The graph that they were drawn from.
        seed: Decides values, turns and words.
        personas: Who asks; the usual mix where it is not given.
        implicitness: How much of what users convey is left implicit.
        shapes: Share of chains from which a task with a plan of another shape is tried first.
    """

    shelf: Shelf
    graph_file: Path
    seed: int
    personas: PersonaMix | None = None
    implicitness: Implicitness = NATURAL
    shapes: float = SHARE

    @cached_property
    def _packages(self) -> dict[str, Package]:
        return {package.manifest.name: package for package in self.shelf.values()}

    @cached_property
    def _plain(self) -> TaskMaker:
        return TaskMaker(
            ToolGraph.load(self.graph_file),
            self._packages,
            personas=self.personas,
            implicitness=self.implicitness,
        )

    @cached_property
    def _maker(self) -> VariedMaker:
        return VariedMaker(self._plain, self._packages)

    @cached_property
    def _shapes(self) -> ShapeMaker:
        return ShapeMaker(self._plain, self._packages, self.shapes)

    @cached_property
    def _auditor(self) -> Auditor:
        return Auditor(self.shelf, self.seed)

    def __call__(self, errand: Errand) -> Produced[Task]:
        """Return the audited task, or why the chain gave none."""
        chain, category = errand.chain, errand.category
        try:
            made = self._made(chain, category)
            if isinstance(made, Task) and category != "base":
                made = self._tried(made)
        except EnvironmentFault as fault:
            return Produced(drops=(refused(STAGE, chain.id, "environment fault", fault),))
        if isinstance(made, Dropped):
            drop = Drop(stage=STAGE, item=chain.id, reason=made.reason, detail=made.detail)
            return Produced(drops=(drop,))
        audit = self._auditor.audit(graded(made))
        if audit.weakness is not None:
            drop = Drop(stage=STAGE, item=chain.id, reason=audit.weakness, detail=audit.detail)
            return Produced(drops=(drop,))
        return Produced((audit.task,))

    def _made(self, chain: Chain, category: Category) -> Task | Dropped:
        """Return a task of a chain, of another shape than its own where that is drawn."""
        shaped = self._shapes.make(chain, self.seed) if category == "base" else None
        return shaped or self._maker.make(chain, self.seed, category)

    def _tried(self, task: Task) -> Task | Dropped:
        """Return a task with what episodes say of it, or the claim that does not hold in one."""
        checks = try_in_episodes(task, Setting.open(task.environments, self.shelf))
        for check in checks:
            if not check.passed:
                return Dropped(f"{task.category}: check failed: {check.name}", check.detail)
        return sealed(task.model_copy(update={"checks": (*task.checks, *checks)}))


class HeldApart:
    """Drops a task that the solution of one before it solves, or whose solution solves that one."""

    def __init__(self) -> None:
        self._replays = Replays()

    def __call__(self, task: Task) -> Produced[Task]:
        """Return the task with what was tried, or why it is dropped."""
        audit = self._replays.audit(task)
        if audit.weakness is None:
            return Produced((audit.task,))
        drop = Drop(stage=STAGE, item=task.chain, reason=audit.weakness, detail=audit.detail)
        return Produced(drops=(drop,))


def choose(result: Result[Task], count: int, strata: int, seed: int) -> Result[Task]:
    """Keep so many of the tasks that were made, as many easy ones as hard ones; drop the others."""
    kept, others = stratified(result.kept, count, strata, random.Random(f"strata/{seed}"))
    drops = [Drop(stage=STAGE, item=task.id, reason="enough of that difficulty") for task in others]
    return Result(tuple(kept), (*result.drops, *drops))


def why_short(category: Category, reasons: Mapping[str, int]) -> str:
    """Return for what reasons most chains gave no task of a category, the most frequent first.

    Args:
        category: One of which there are too few.
        reasons: How often chains were dropped for what reason, whatever the category.
    """
    own = {
        reason.removeprefix(f"{category}: "): count
        for reason, count in reasons.items()
        if (reason.partition(": ")[0] if reason.partition(": ")[0] in CATEGORIES else "base")
        == category
    }
    most = sorted(own.items(), key=lambda each: -each[1])[:_REASONS]
    return ", ".join(f"{reason} ({count})" for reason, count in most) or "no chain was left"


def make_mix(
    chains: Sequence[Chain],
    mix: Mix,
    work: MakeTask,
    *,
    executor: Executor,
    journal: Journal[Task] | None = None,
    listener: Listener = ignore,
    wanted: int | None = None,
    sieve: Callable[[Task], Produced[Task]] | None = None,
) -> Result[Task]:
    """Make tasks of each category of a mix from the chains that fall to it.

    The result is in the order of categories and, within one, of chains; where only so many are
    wanted, in an order that uses environments and tools evenly. A category whose chains do not
    yield what is wanted of it goes on with those that the others have left over; where that is not
    enough, it falls short, and no other makes up for it.

    Args:
        chains: What there is to make tasks from.
        mix: How many of which category.
        work: Makes one task.
        executor: Where to do it.
        journal: What is done already; see `work_through`.
        listener: Told of each unit.
        wanted: How many tasks are enough in all; None for all that can be made.
        sieve: Compares each task with those before it; see `work_through`.
    """
    counts = {} if wanted is None else mix.wanted(wanted)
    drawn = chains if wanted is None else evenly(chains)

    def work_on(units: list[Unit[Errand]], enough: int | None) -> Result[Task]:
        return work_through(
            STAGE,
            units,
            work,
            executor=executor,
            journal=journal,
            listener=listener,
            wanted=enough,
            sieve=sieve,
        )

    results = {
        category: work_on(
            [Unit(chain.id, Errand(chain, category)) for chain in given], counts.get(category)
        )
        for category, given in mix.share_out(drawn).items()
    }
    _make_up(results, drawn, mix, counts, work_on)
    return Result(
        tuple(task for each in results.values() for task in each.kept),
        tuple(drop for each in results.values() for drop in each.drops),
    )


def _make_up(
    results: dict[Category, Result[Task]],
    drawn: Sequence[Chain],
    mix: Mix,
    counts: Mapping[Category, int],
    work_on: Callable[[list[Unit[Errand]], int], Result[Task]],
) -> None:
    """Let categories that fall short go on with the chains that no category has tried."""
    tried = {task.chain for each in results.values() for task in each.kept}
    tried |= {drop.item for each in results.values() for drop in each.drops}
    spare = [chain for chain in drawn if chain.id not in tried]
    for category, number in counts.items():
        missing = number - len(results[category].kept)
        if missing <= 0 or not spare:
            continue
        units = [
            Unit(f"{category}/{chain.id}", Errand(chain, category))
            for chain in spare
            if mix.suits(category, chain)
        ]
        first, more = results[category], work_on(units, missing)
        results[category] = Result((*first.kept, *more.kept), (*first.drops, *more.drops))
        taken = {task.chain for task in more.kept}
        spare = [chain for chain in spare if chain.id not in taken]
