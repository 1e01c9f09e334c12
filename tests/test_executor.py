import os
import signal
import subprocess
import sys
import textwrap
import time
from functools import cached_property
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envfactory.errors import InfrastructureError, InputError
from envfactory.executor import (
    Executor,
    Finished,
    LocalExecutor,
    Lost,
    ProcessExecutor,
    RayExecutor,
    SerialExecutor,
    Unit,
    available_cores,
    local_executor,
)
from envfactory.limits import Limits


def double(number: int) -> int:
    return 2 * number


def who(_: int) -> int:
    return os.getpid()


def refuse(number: int) -> int:
    raise InputError(f"unit {number}", "cannot be used", "give another")


class Unportable(Exception):
    def __init__(self, first: str, second: str) -> None:
        super().__init__(first)


def refuse_unportably(_: int) -> int:
    raise Unportable("only", "here")


def unportable_result(_: int) -> object:
    return lambda: None


class Once:
    """Kills its worker at the first attempt of each unit in `victims`; leaves a mark there."""

    def __init__(self, folder: Path, victims: frozenset[int]) -> None:
        self.folder, self.victims = folder, victims

    def __call__(self, number: int) -> int:
        mark = self.folder / str(number)
        if number in self.victims and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return number


def die_on_three(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


class Counting:
    """Keeps what it computed on first use, as work with a loaded package does."""

    @cached_property
    def first(self) -> list[int]:
        return []

    def __call__(self, number: int) -> int:
        self.first.append(number)
        return len(self.first)


def units(*numbers: int) -> list[Unit[int]]:
    return [Unit(f"unit {number}", number) for number in numbers]


@pytest.fixture(scope="module")
def pool():
    with ProcessExecutor(2) as executor:
        yield executor


@pytest.mark.parametrize("numbers", [(), (1,), tuple(range(20))])
def test_every_unit_comes_to_its_result(pool: ProcessExecutor, numbers: tuple[int, ...]) -> None:
    expected = {(f"unit {n}", 2 * n) for n in numbers}
    for executor in (SerialExecutor(), pool):
        done = list(executor.map(double, units(*numbers)))
        assert {(d.name, d.value) for d in done if isinstance(d, Finished)} == expected
        assert len(done) == len(numbers)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(), unique=True))
def test_the_pool_gives_what_one_process_gives(pool: ProcessExecutor, numbers: list[int]) -> None:
    alone = sorted(d.value for d in SerialExecutor().map(double, units(*numbers)))
    assert sorted(d.value for d in pool.map(double, units(*numbers))) == alone


def test_workers_are_other_processes_and_stay(pool: ProcessExecutor) -> None:
    first = {d.value for d in pool.map(who, units(*range(8)))}
    again = {d.value for d in pool.map(who, units(*range(8)))}
    assert os.getpid() not in first | again
    assert len(first | again) <= 2


def test_work_is_sent_once_and_keeps_what_it_computed() -> None:
    with ProcessExecutor(1) as executor:
        assert [d.value for d in executor.map(Counting(), units(1, 2, 3))] == [1, 2, 3]


def test_units_are_drawn_only_as_workers_become_free(pool: ProcessExecutor) -> None:
    drawn = []

    def endless():
        for number in range(10_000):
            drawn.append(number)
            yield Unit(str(number), number)

    for seen, _ in enumerate(pool.map(double, endless()), start=1):
        assert len(drawn) <= seen + pool.workers
        if seen == 20:
            break
    assert len(drawn) <= 22


def test_a_consumer_that_stops_early_leaves_a_usable_pool(pool: ProcessExecutor) -> None:
    mapping = pool.map(double, units(*range(50)))
    next(mapping)
    mapping.close()
    assert sorted(d.value for d in pool.map(double, units(1, 2))) == [2, 4]


def test_what_the_work_raises_is_raised_here(pool: ProcessExecutor) -> None:
    for executor in (SerialExecutor(), pool):
        with pytest.raises(InputError, match="unit 7: cannot be used; give another") as caught:
            list(executor.map(refuse, units(7)))
        assert (caught.value.where, caught.value.fix) == ("unit 7", "give another")
    assert any("while working on unit 7" in note for note in caught.value.__notes__)


def test_errors_and_results_that_cannot_travel_say_so(pool: ProcessExecutor) -> None:
    with pytest.raises(RuntimeError, match="Unportable: only"):
        list(pool.map(refuse_unportably, units(1)))
    with pytest.raises((AttributeError, TypeError, RuntimeError), match="lambda"):
        list(pool.map(unportable_result, units(1)))


def test_a_killed_worker_costs_nothing_the_first_time(
    pool: ProcessExecutor, tmp_path: Path
) -> None:
    work = Once(tmp_path, frozenset({0, 3, 4, 9}))
    done = list(pool.map(work, units(*range(10))))
    assert sorted(d.value for d in done if isinstance(d, Finished)) == list(range(10))


def test_a_unit_that_kills_every_worker_is_lost_and_only_that_one(pool: ProcessExecutor) -> None:
    done = list(pool.map(die_on_three, units(*range(8))))
    (lost,) = (d for d in done if isinstance(d, Lost))
    assert lost.name == "unit 3"
    assert isinstance(lost.error, InfrastructureError)
    assert str(lost.error) == "unit 3: the worker was killed by SIGKILL, 2 times"
    assert sorted(d.value for d in done if isinstance(d, Finished)) == [0, 1, 2, 4, 5, 6, 7]


def test_workers_end_with_their_parent_however_it_ends(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent("""
        import os, sys, time
        from envfactory.executor import ProcessExecutor, Unit

        def linger(_):
            print(os.getpid(), flush=True)
            time.sleep(60)

        if __name__ == "__main__":
            with ProcessExecutor(2) as executor:
                list(executor.map(linger, [Unit("a", 0), Unit("b", 1)]))
        """)
    )
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    workers = [int(parent.stdout.readline()) for _ in range(2)]
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while any(map(_alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(_alive, workers))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


class Greedy:
    """Hangs, eats memory, or leaves a process behind, as its argument says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, number: int) -> int:
        if number in (2, 3):
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            (self.folder / str(number)).write_text(str(child.pid))
            if number == 3:
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(600)
        if number == 5:
            return len(bytearray(1 << 30))
        return len(bytearray(8 << 20)) >> 20


def test_a_unit_past_a_limit_is_lost_at_once_with_all_it_started(tmp_path: Path) -> None:
    with ProcessExecutor(2, Limits(seconds=1.0, memory=400 << 20)) as executor:
        done = list(executor.map(Greedy(tmp_path), units(*range(9))))
    lost = {d.name: (d.cause, str(d.error)) for d in done if isinstance(d, Lost)}
    assert lost == {
        "unit 2": ("time limit", "unit 2: took longer than 1 s"),
        "unit 3": ("worker died", "unit 3: the worker was killed by SIGKILL, 2 times"),
        "unit 5": ("memory limit", "unit 5: needed more memory than there may be"),
    }
    assert [d.value for d in done if isinstance(d, Finished)] == [8] * 6
    deadline = time.monotonic() + 10
    children = [int(mark.read_text()) for mark in tmp_path.iterdir()]
    while any(map(_alive, children)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(_alive, children))


KEPT: list[bytearray] = []


def keep(megabytes: int) -> int:
    KEPT.append(bytearray(megabytes << 20))
    return sum(map(len, KEPT)) >> 20


def test_a_worker_that_has_grown_fat_makes_way_for_a_new_one() -> None:
    with ProcessExecutor(1, Limits(memory=400 << 20)) as executor:
        done = list(executor.map(keep, units(60, 60, 61)))
    assert [d.value for d in done if isinstance(d, Finished)] == [60, 120, 61]


def test_a_unit_that_is_alone_needs_no_worker() -> None:
    with LocalExecutor(2) as executor:
        assert list(executor.map(who, [])) == []
        for _ in range(2):
            assert [d.value for d in executor.map(who, units(1))] == [os.getpid()]
            together = {d.value for d in executor.map(who, units(1, 2, 3))}
            assert os.getpid() not in together
            assert len(together) <= 2


def test_of_many_units_no_more_are_drawn_than_are_begun() -> None:
    drawn = []

    def open_ended():
        for number in range(1_000):
            drawn.append(number)
            yield Unit(str(number), number)

    with LocalExecutor(2) as executor:
        for seen, _ in enumerate(executor.map(double, open_ended()), start=1):
            assert len(drawn) <= seen + 2
            if seen == 5:
                break


def test_the_number_of_workers_chooses_the_executor() -> None:
    assert isinstance(local_executor(1), SerialExecutor)
    assert isinstance(local_executor(2), LocalExecutor)
    assert available_cores() >= 1
    with pytest.raises(InputError, match="workers: is 0; give at least 1"):
        local_executor(0)


def test_ray_is_asked_for_by_name_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InputError, match=r"Ray is not installed; pip install 'envfactory\[ray\]'"):
        RayExecutor(2)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_ray_gives_what_one_process_gives(tmp_path: Path) -> None:
    ray = pytest.importorskip("ray")
    executor: Executor = RayExecutor(2)
    try:
        with executor:
            assert sorted(d.value for d in executor.map(double, units(*range(9)))) == [
                2 * n for n in range(9)
            ]
            with pytest.raises(InputError, match="unit 7"):
                list(executor.map(refuse, units(7)))
            done = list(executor.map(die_on_three, units(*range(5))))
            assert [d.name for d in done if isinstance(d, Lost)] == ["unit 3"]
            assert len(done) == 5
    finally:
        ray.shutdown()
