import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envfactory.errors import InfrastructureError
from envfactory.events import Event, ItemDropped, ItemFinished, StageFinished, StageStarted, ignore
from envfactory.executor import Finished, Lost, SerialExecutor, Unit
from envfactory.pipeline.drop import Drop, Produced
from envfactory.pipeline.journal import Journal
from envfactory.pipeline.stage import Result, work_through
from envfactory.records import Stored


class Number(Stored):
    value: int


class Shuffled(SerialExecutor):
    """Finishes units in another order, with several in flight, as workers do."""

    def __init__(self, seed: int, in_flight: int = 3) -> None:
        self.rng, self.in_flight = random.Random(seed), in_flight

    def map(self, work: Callable, units: Iterable[Unit]) -> Iterator:
        waiting: list[Unit] = []
        units = iter(units)
        while True:
            while len(waiting) < self.in_flight and (unit := next(units, None)) is not None:
                waiting.append(unit)
            if not waiting:
                return
            unit = waiting.pop(self.rng.randrange(len(waiting)))
            yield Finished(unit.name, work(unit.argument))


class Killed(Exception):
    pass


class Fragile(Shuffled):
    """Is gone after so many results, as a process that is killed."""

    def __init__(self, seed: int, results: int) -> None:
        super().__init__(seed)
        self.results = results

    def map(self, work: Callable, units: Iterable[Unit]) -> Iterator:
        for count, outcome in enumerate(super().map(work, units)):
            if count == self.results:
                raise Killed
            yield outcome


def halve(number: int) -> Produced[Number]:
    if number % 3 == 0:
        drop = Drop(stage="half", item=str(number), reason="divisible by three")
        return Produced(drops=(drop,))
    return Produced((Number(value=number),))


UNITS = [Unit(f"{n:02}", n) for n in range(30)]


def run(path: Path, executor: SerialExecutor, wanted: int | None, listener=ignore) -> Result:
    with Journal(path / "journal.jsonl", Number) as journal:
        return work_through(
            "half",
            UNITS,
            halve,
            executor=executor,
            journal=journal,
            listener=listener,
            wanted=wanted,
        )


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(),
    wanted=st.one_of(st.none(), st.integers(0, 40)),
    kills=st.lists(st.integers(0, 12), max_size=4),
)
def test_order_workers_and_kills_do_not_matter(
    seed: int, wanted: int | None, kills: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    expected = run(tmp_path_factory.mktemp("plain"), SerialExecutor(), wanted)
    path = tmp_path_factory.mktemp("killed")
    for number, results in enumerate(kills):
        try:
            run(path, Fragile(seed + number, results), wanted)
        except Killed:
            continue
    assert run(path, Shuffled(seed), wanted) == expected


@pytest.mark.parametrize(("wanted", "last"), [(1, 1), (5, 7), (0, -1), (20, 29), (21, 29)])
def test_the_result_ends_with_the_unit_that_completes_the_number(
    tmp_path: Path, wanted: int, last: int
) -> None:
    result = run(tmp_path, Shuffled(1), wanted)
    assert [n.value for n in result.kept] == [n for n in range(last + 1) if n % 3]
    assert [d.item for d in result.drops] == [str(n) for n in range(last + 1) if n % 3 == 0]


def test_no_more_units_are_started_than_needed(tmp_path: Path) -> None:
    run(tmp_path, SerialExecutor(), 2)
    with Journal(tmp_path / "journal.jsonl", Number) as journal:
        assert list(journal.finished) == ["00", "01", "02"]


def test_listeners_hear_of_every_unit(tmp_path: Path) -> None:
    heard: list[Event] = []
    run(tmp_path, SerialExecutor(), 2, heard.append)
    assert heard == [
        StageStarted("half", 2),
        ItemDropped("half", "0", "divisible by three"),
        ItemFinished("half", "00"),
        ItemFinished("half", "01"),
        ItemFinished("half", "02"),
        StageFinished("half", 2, 1),
    ]
    heard.clear()
    run(tmp_path, SerialExecutor(), 2, heard.append)
    assert [e.resumed for e in heard if isinstance(e, ItemFinished)] == [True] * 3


def test_a_lost_unit_is_dropped_with_its_reason(tmp_path: Path) -> None:
    class Losing(SerialExecutor):
        def map(self, work: Callable, units: Iterable[Unit]) -> Iterator:
            for unit in units:
                yield Lost(unit.name, InfrastructureError(unit.name, "the worker was killed"))

    result = run(tmp_path, Losing(), None)
    assert result.kept == ()
    assert result.drops[0] == Drop(
        stage="half", item="00", reason="worker died", detail="the worker was killed"
    )


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 1000))
def test_a_sieve_sees_what_is_kept_in_the_order_of_units(seed: int) -> None:
    """Which of two alike goes does not depend on which was finished first."""
    seen: list[int] = []

    def even(record: Number) -> Produced[Number]:
        seen.append(record.value)
        if record.value % 2:
            return Produced(drops=(Drop(stage="half", item=str(record.value), reason="odd"),))
        return Produced((record,))

    result = work_through("half", UNITS, halve, executor=Shuffled(seed), wanted=4, sieve=even)
    assert seen == sorted(seen)
    assert len(result.kept) == 4
    assert not any(record.value % 2 for record in result.kept)
    assert {drop.reason for drop in result.drops} == {"odd", "divisible by three"}
