"""`work_through`: one stage's units through an executor and a journal.

What a stage produces depends on its units alone: not on the number of workers, nor on the order in
which they finish, nor on how often the run was killed on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from envfactory.errors import InfrastructureError
from envfactory.events import (
    ItemDropped,
    ItemFinished,
    Listener,
    StageFinished,
    StageStarted,
    ignore,
)
from envfactory.executor import Executor, Finished, Lost, Unit
from envfactory.pipeline.drop import Drop, Produced
from envfactory.pipeline.journal import Journal
from envfactory.records import Stored

A = TypeVar("A")
S = TypeVar("S", bound=Stored)


@dataclass(frozen=True, slots=True)
class Result(Generic[S]):
    """What a stage came to, in the order of its units."""

    kept: tuple[S, ...]
    drops: tuple[Drop, ...]


def work_through(
    stage: str,
    units: Sequence[Unit[A]],
    work: Callable[[A], Produced[S]],
    *,
    executor: Executor,
    journal: Journal[S] | None = None,
    listener: Listener = ignore,
    wanted: int | None = None,
) -> Result[S]:
    """Work on units, in any order, until all are done or the first of them yield enough.

    With `wanted`, the result is what the units up to the one that completes the number came to;
    units beyond it, which workers may have been given meanwhile, count for nothing.

    Args:
        stage: Name for events and for drops.
        units: What there is to do; their names are unique.
        work: What to do; must give the same for the same argument, always.
        executor: Where to do it.
        journal: What is done already, and where to note what is done now; None to start afresh.
        listener: Told of each unit.
        wanted: How many records are enough; None for all.
    """
    listener(StageStarted(stage, len(units) if wanted is None else wanted))
    prefix: _Prefix[S] = _Prefix([unit.name for unit in units], wanted)
    earlier = journal.finished if journal is not None else {}
    finished = {unit.name: earlier[unit.name] for unit in units if unit.name in earlier}
    for name, produced in finished.items():
        prefix.finish(name, produced)
        _tell(listener, stage, name, produced, resumed=True)

    def open_units() -> Iterator[Unit[A]]:
        for unit in units:
            if prefix.enough:
                return
            if unit.name not in finished:
                yield unit

    for outcome in executor.map(work, open_units()):
        produced = _produced(stage, outcome)
        if journal is not None:
            journal.add(outcome.name, produced)
        prefix.finish(outcome.name, produced)
        _tell(listener, stage, outcome.name, produced, resumed=False)
    result = prefix.result()
    listener(StageFinished(stage, kept=len(result.kept), dropped=len(result.drops)))
    return result


class _Prefix(Generic[S]):
    """The units that are finished without a gap from the first one on."""

    def __init__(self, names: Sequence[str], wanted: int | None) -> None:
        self._names, self._wanted = names, wanted
        self._finished: dict[str, Produced[S]] = {}
        self._length = 0
        self._kept = 0

    @property
    def enough(self) -> bool:
        return self._wanted is not None and self._kept >= self._wanted

    def finish(self, name: str, produced: Produced[S]) -> None:
        self._finished[name] = produced
        while not self.enough and self._length < len(self._names):
            following = self._finished.get(self._names[self._length])
            if following is None:
                return
            self._length += 1
            self._kept += len(following.kept)

    def result(self) -> Result[S]:
        produced = [self._finished[name] for name in self._names[: self._length]]
        return Result(
            kept=tuple(record for each in produced for record in each.kept),
            drops=tuple(drop for each in produced for drop in each.drops),
        )


def _produced(stage: str, outcome: Finished[Produced[S]] | Lost) -> Produced[S]:
    if isinstance(outcome, Finished):
        return outcome.value
    lost: InfrastructureError = outcome.error
    return Produced(
        drops=(Drop(stage=stage, item=lost.unit, reason=outcome.cause, detail=lost.problem),)
    )


def _tell(
    listener: Listener, stage: str, name: str, produced: Produced[S], *, resumed: bool
) -> None:
    for drop in produced.drops:
        listener(ItemDropped(stage, drop.item, drop.reason, drop.detail))
    listener(ItemFinished(stage, name, resumed))
