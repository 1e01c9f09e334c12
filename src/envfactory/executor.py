"""Ways to map a stage over its work: in this process, in worker processes, and on Ray.

A unit of work has a name and an argument. The work is a function, or an object that can be called:
an object travels to each worker once per `map`, so what it computes on first use (a loaded package,
an embedder) is kept there for the units that follow. Both must be picklable, and so must results.

Results come in any order. Units are drawn from their iterable only as workers become free, so at
most one unit per worker is in flight and a generator may decide late what to do next.

A worker that dies takes its unit with it. The unit is tried once more in a new worker; where that
one dies too, the unit is `Lost`, and only that unit. What the work itself raises, `map` raises.

`ProcessExecutor` can hold each unit to `Limits`: a unit that takes too long or too much memory is
`Lost` at once, with its worker and every process that the worker had started. `LocalExecutor` saves
the start of a worker where a unit is alone.
"""

from __future__ import annotations

import os
import pickle
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from multiprocessing import connection
from typing import Any, Generic, Literal, Protocol, Self, TypeVar

from envfactory.errors import InfrastructureError, InputError
from envfactory.limits import Limits
from envfactory.worker import Begun, Exhausted, Pipe, Raised, Reply, Request, Worker, perform

A = TypeVar("A")
R = TypeVar("R")

_TRIES = 2
_NO_LIMITS = Limits()
_START_S = 60.0
"""Most time that a worker may take to start."""


@dataclass(frozen=True, slots=True)
class Unit(Generic[A]):
    """One piece of work; its name says in messages what was worked on."""

    name: str
    argument: A


@dataclass(frozen=True, slots=True)
class Finished(Generic[R]):
    """A unit came to a result."""

    name: str
    value: R


Cause = Literal["worker died", "time limit", "memory limit"]
"""Why a unit has no result, as a short stable phrase."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Every worker that took the unit died, or the unit passed a limit."""

    name: str
    error: InfrastructureError
    cause: Cause = "worker died"


class Executor(Protocol):
    """Maps work over units; used as a context manager, which ends its workers."""

    def map(self, work: Callable[[A], R], units: Iterable[Unit[A]]) -> Iterator[Finished[R] | Lost]:
        """Yield what each unit came to, in any order.

        Raises:
            Exception: Whatever `work` raises; the units in flight are given up.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def local_executor(workers: int | None = None) -> Executor:
    """Return the executor for that many workers on this machine, by default one per core.

    Raises:
        InputError: If `workers` is less than one.
    """
    workers = available_cores() if workers is None else workers
    return SerialExecutor() if workers == 1 else LocalExecutor(workers)


class SerialExecutor:
    """One unit after the other, in this process."""

    def map(self, work: Callable[[A], R], units: Iterable[Unit[A]]) -> Iterator[Finished[R] | Lost]:
        """Yield what each unit came to, in their order; see `Executor.map`."""
        for unit in units:
            yield Finished(unit.name, work(unit.argument))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        pass


# ------------------------------------------------------------------------------ units in flight
@dataclass(frozen=True, slots=True)
class _Attempt(Generic[A]):
    unit: Unit[A]
    number: int = 1
    deadline: float | None = field(default=None, compare=False)


class _Backlog(Generic[A]):
    """The units that are not handed out yet, and those to try again, which come first."""

    def __init__(self, units: Iterable[Unit[A]]) -> None:
        self._units = iter(units)
        self._again: deque[_Attempt[A]] = deque()

    def next(self) -> _Attempt[A] | None:
        """Return the next attempt, or None where there is no more work for now."""
        if self._again:
            return self._again.popleft()
        unit = next(self._units, None)
        return None if unit is None else _Attempt(unit)

    def died(self, attempt: _Attempt[A], problem: str) -> Lost | None:
        """Put the unit of a dead worker back, or give it up."""
        if attempt.number < _TRIES:
            self._again.append(replace(attempt, number=attempt.number + 1))
            return None
        name = attempt.unit.name
        return Lost(name, InfrastructureError(name, f"{problem}, {_TRIES} times"))


def _outcome(reply: Reply, name: str) -> Finished[Any] | Lost:
    """Return what a worker returned, or raise here what was raised there."""
    if isinstance(reply, Raised):
        reply.error.add_note(f"while working on {name}\n{reply.trace}")
        raise reply.error
    if isinstance(reply, Exhausted):
        return _lost(name, "memory limit", "needed more memory than there may be")
    return Finished(name, reply.value)


def _lost(name: str, cause: Cause, problem: str) -> Lost:
    return Lost(name, InfrastructureError(name, problem), cause)


# ------------------------------------------------------------------------------ processes
class ProcessExecutor:
    """Workers that are processes of this machine; they start on first use and stay until the end.

    They are spawned, never forked, so threads and open files of this process do not matter; a
    script that uses them guards its own start with `if __name__ == "__main__"`. A worker ends when
    this process ends, however it ends, and takes the processes that it had started with it.
    """

    def __init__(self, workers: int | None = None, limits: Limits = _NO_LIMITS) -> None:
        """Choose how many workers there are, by default one per available core, and their limits.

        Raises:
            InputError: If `workers` is less than one.
        """
        self.workers = available_cores() if workers is None else workers
        if self.workers < 1:
            raise InputError("workers", f"is {self.workers}", "give at least 1")
        self._limits = limits
        self._idle: list[Worker] = []
        self._busy: dict[Pipe, tuple[Worker, _Attempt[Any]]] = {}

    def map(self, work: Callable[[A], R], units: Iterable[Unit[A]]) -> Iterator[Finished[R] | Lost]:
        """Yield what each unit came to, as soon as it did; see `Executor.map`."""
        packed, backlog = pickle.dumps(work), _Backlog(units)
        try:
            while True:
                self._hand_out(packed, backlog)
                if not self._busy:
                    return
                waiting = [worker.connection for worker, _ in self._busy.values()]
                for ready in connection.wait(waiting, self._patience()):
                    outcome = self._receive(ready, backlog)
                    if outcome is not None:
                        yield outcome
                yield from self._overdue()
        finally:
            self._give_up()

    def _hand_out(self, packed: bytes, backlog: _Backlog[A]) -> None:
        while len(self._busy) < self.workers:
            attempt = backlog.next()
            if attempt is None:
                return
            argument = pickle.dumps(attempt.unit.argument)
            worker = self._idle.pop() if self._idle else Worker(self._limits)
            try:
                worker.send(packed, argument)
            except OSError:  # it died while it was idle, which says nothing about the unit
                worker.end()
                worker = Worker(self._limits)
                worker.send(packed, argument)
            self._busy[worker.connection] = (worker, self._timed(attempt, _START_S))

    def _receive(self, ready: Any, backlog: _Backlog[A]) -> Finished[Any] | Lost | None:
        worker, attempt = self._busy.pop(ready)
        try:
            reply = worker.receive()
        except (EOFError, ConnectionError):
            return backlog.died(attempt, worker.end())
        if isinstance(reply, Begun):
            self._busy[ready] = (worker, self._timed(attempt, 0.0))
            return None
        if isinstance(reply, Exhausted) or not worker.usable:
            worker.end(grace=0.0)
        else:
            self._idle.append(worker)
        return _outcome(reply, attempt.unit.name)

    def _timed(self, attempt: _Attempt[A], start: float) -> _Attempt[A]:
        """Give an attempt its time from now on, and more where its worker has to start first."""
        if self._limits.seconds is None:
            return attempt
        return replace(attempt, deadline=time.monotonic() + start + self._limits.seconds)

    def _patience(self) -> float | None:
        """Return the seconds until the next unit is overdue, None where none can be."""
        deadlines = [a.deadline for _, a in self._busy.values() if a.deadline is not None]
        return max(0.0, min(deadlines) - time.monotonic()) if deadlines else None

    def _overdue(self) -> Iterator[Lost]:
        """End the workers whose units have had their time."""
        now = time.monotonic()
        for ready, (worker, attempt) in list(self._busy.items()):
            if attempt.deadline is not None and attempt.deadline <= now and not ready.poll():
                del self._busy[ready]
                worker.end(grace=0.0)
                told = f"took longer than {self._limits.seconds:g} s"
                yield _lost(attempt.unit.name, "time limit", told)

    def _give_up(self) -> None:
        for worker, _ in self._busy.values():
            worker.end()
        self._busy.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._give_up()
        while self._idle:
            self._idle.pop().end()


class LocalExecutor:
    """Workers that are processes, except for a unit that is alone, which is worked on here.

    A worker imports all that the work needs before it begins, which for one unit often takes longer
    than the unit, and one worker at a time is no faster than none. What ends the process that works
    on such a unit ends this one, as with `SerialExecutor`.
    """

    def __init__(self, workers: int) -> None:
        """Choose how many workers there are for units that are several.

        Raises:
            InputError: If `workers` is less than one.
        """
        self._pool = ProcessExecutor(workers)

    def map(self, work: Callable[[A], R], units: Iterable[Unit[A]]) -> Iterator[Finished[R] | Lost]:
        """Yield what each unit came to, as soon as it did; see `Executor.map`."""
        remaining = iter(units)
        first = list(islice(remaining, 2))
        executor: Executor = SerialExecutor() if len(first) < 2 else self._pool
        yield from executor.map(work, chain(first, remaining))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._pool.__exit__(*exc)


# ------------------------------------------------------------------------------ Ray
class RayExecutor:
    """Workers that are Ray actors, on as many machines as the cluster has.

    Needs the extra `ray`. Where Ray is not initialised yet, it starts on this machine. Units that
    name files need a file system that all machines share.
    """

    def __init__(self, workers: int) -> None:
        """Choose how many actors there are; Ray places them as cores become free.

        Raises:
            InputError: If `workers` is less than one, or Ray is not installed.
        """
        if workers < 1:
            raise InputError("workers", f"is {workers}", "give at least 1")
        try:
            import ray
        except ImportError as error:
            fix = "pip install 'envfactory[ray]'"
            raise InputError("executor", "Ray is not installed", fix) from error
        self.workers = workers
        self._ray: Any = ray

    def map(self, work: Callable[[A], R], units: Iterable[Unit[A]]) -> Iterator[Finished[R] | Lost]:
        """Yield what each unit came to, as soon as it did; see `Executor.map`."""
        ray = self._ray
        if not ray.is_initialized():
            ray.init(log_to_driver=False, include_dashboard=False)
        packed, backlog = ray.put(pickle.dumps(work)), _Backlog(units)
        new_actor = ray.remote(_RayWorker).remote
        idle: list[Any] = []
        busy: dict[Any, tuple[Any, _Attempt[A]]] = {}
        try:
            while True:
                while len(busy) < self.workers and (attempt := backlog.next()) is not None:
                    actor = idle.pop() if idle else new_actor(packed)
                    request = actor.run.remote(pickle.dumps(attempt.unit.argument))
                    busy[request] = (actor, attempt)
                if not busy:
                    return
                (ready, *_), _ = ray.wait(list(busy), num_returns=1)
                actor, attempt = busy.pop(ready)
                try:
                    reply = pickle.loads(ray.get(ready))  # noqa: S301 - from our own actor
                except ray.exceptions.RayActorError:
                    lost = backlog.died(attempt, "the worker was lost")
                    if lost is not None:
                        yield lost
                    continue
                idle.append(actor)
                yield _outcome(reply, attempt.unit.name)
        finally:
            for actor in (*idle, *(actor for actor, _ in busy.values())):
                ray.kill(actor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        """Leave Ray as it is; others may use it."""


class _RayWorker:
    """An actor; it speaks pickled bytes as a worker process does."""

    def __init__(self, work: bytes) -> None:
        self._request = Request(b"", work)
        self._work: Callable[[Any], Any] | None = None

    def run(self, argument: bytes) -> bytes:
        request = Request(argument, self._request.work if self._work is None else None)
        reply, self._work = perform(request, self._work)
        return reply
