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
    sieve: Callable[[S], Produced[S]] | None = None,
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
        sieve: Looks at each record that is kept, in the order of units, so that it can compare it
            with those before; what it drops does not count among those wanted.
    """
    listener(StageStarted(stage, len(units) if wanted is None else wanted))
    prefix: _Prefix[S] = _Prefix([unit.name for unit in units], wanted, sieve)
    earlier = journal.finished if journal is not None else {}
    finished = {unit.name: earlier[unit.name] for unit in units if unit.name in earlier}
    for name, produced in finished.items():
        sifted = prefix.finish(name, produced)
        _tell(listener, stage, name, (*produced.drops, *sifted), resumed=True)

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
        sifted = prefix.finish(outcome.name, produced)
        _tell(listener, stage, outcome.name, (*produced.drops, *sifted), resumed=False)
    result = prefix.result()
    listener(StageFinished(stage, kept=len(result.kept), dropped=len(result.drops)))
    return result


class _Prefix(Generic[S]):
    """The units that are finished without a gap from the first one on."""

    def __init__(
        self,
        names: Sequence[str],
        wanted: int | None,
        sieve: Callable[[S], Produced[S]] | None,
    ) -> None:
        self._names, self._wanted, self._sieve = names, wanted, sieve
        self._finished: dict[str, Produced[S]] = {}
        self._length = 0
        self._kept: list[S] = []
        self._drops: list[Drop] = []

    @property
    def enough(self) -> bool:
        return self._wanted is not None and len(self._kept) >= self._wanted

    def finish(self, name: str, produced: Produced[S]) -> tuple[Drop, ...]:
        """Note what a unit came to; return what the sieve drops of the units that now count."""
        self._finished[name] = produced
        sifted: list[Drop] = []
        while not self.enough and self._length < len(self._names):
            following = self._finished.get(self._names[self._length])
            if following is None:
                break
            self._length += 1
            self._drops += following.drops
            for record in following.kept:
                passed = Produced((record,)) if self._sieve is None else self._sieve(record)
                self._kept += passed.kept
                self._drops += passed.drops
                sifted += passed.drops
        return tuple(sifted)

    def result(self) -> Result[S]:
        return Result(kept=tuple(self._kept), drops=tuple(self._drops))


def _produced(stage: str, outcome: Finished[Produced[S]] | Lost) -> Produced[S]:
    if isinstance(outcome, Finished):
        return outcome.value
    lost: InfrastructureError = outcome.error
    return Produced(
        drops=(Drop(stage=stage, item=lost.unit, reason=outcome.cause, detail=lost.problem),)
    )


def _tell(
    listener: Listener, stage: str, name: str, drops: Sequence[Drop], *, resumed: bool
) -> None:
    for drop in drops:
        listener(ItemDropped(stage, drop.item, drop.reason, drop.detail))
    listener(ItemFinished(stage, name, resumed))
