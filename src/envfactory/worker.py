"""`Worker`: a process that takes units of work, one after the other, and what is said to it.

Work, arguments and results travel pickled. The work itself travels only where the worker has other
work, so what an object computes on first use is kept for the units that follow.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process
from typing import Any

from envfactory.limits import Limits, Memory

Pipe = connection.Connection
_GRACE_S = 0.2
_COLLECT_AFTER = (50_000, 10, 10)
"""When a worker looks for garbage in cycles: with Python's own thresholds that takes a sixth of the
time of a unit that makes many small values, and finds next to nothing."""


@dataclass(frozen=True, slots=True)
class Request:
    """A unit for a worker, and the work too where the worker has other work."""

    argument: bytes
    work: bytes | None


@dataclass(frozen=True, slots=True)
class Returned:
    """The work came to a result."""

    value: Any


@dataclass(frozen=True, slots=True)
class Raised:
    """The work raised an error."""

    error: Exception
    trace: str


@dataclass(frozen=True, slots=True)
class Exhausted:
    """The unit needed more memory than there may be."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The worker has started, knows the work, and begins with the unit now."""


Reply = Returned | Raised | Exhausted


def perform(
    request: Request, work: Callable[[Any], Any] | None, begin: Callable[[], object] = bool
) -> tuple[bytes, Callable[[Any], Any] | None]:
    """Return a worker's pickled `Reply` to a request, and the work to keep for the next one.

    Args:
        request: What to do.
        work: What was done last.
        begin: Called when the work has arrived and its modules are imported.
    """
    try:
        if request.work is not None:
            work = pickle.loads(request.work)  # noqa: S301 - from the parent process
        assert work is not None
        begin()
        value = work(pickle.loads(request.argument))  # noqa: S301 - from the parent process
        return pickle.dumps(Returned(value)), work
    except MemoryError:
        return pickle.dumps(Exhausted()), work
    except Exception as error:
        return pickle.dumps(Raised(_portable(error), traceback.format_exc())), work


def _portable(error: Exception) -> Exception:
    """Return the error itself if it survives the journey to another process, else its text."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - what this process has just made
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


class Worker:
    """This process's end of one worker process."""

    def __init__(self, limits: Limits) -> None:
        """Start the process."""
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, limits), daemon=True)
        with _interrupts_blocked():  # inherited: one that comes while it imports is not its own
            self._process.start()
        theirs.close()
        self._work: bytes | None = None
        self._retiring = False

    @property
    def usable(self) -> bool:
        """Whether the process takes another unit."""
        return not self._retiring

    def send(self, work: bytes, argument: bytes) -> None:
        """Hand out a unit.

        Raises:
            OSError: If the process is dead.
        """
        self.connection.send(Request(argument, None if self._work == work else work))
        self._work = work

    def receive(self) -> Begun | Reply:
        """Return what the worker says: first that it begins, then what the unit came to.

        Raises:
            EOFError, ConnectionError: If the process died.
        """
        message = self.connection.recv()
        if isinstance(message, Begun):
            return message
        packed, self._retiring = message
        reply: Reply = pickle.loads(packed)  # noqa: S301 - from our own worker
        return reply

    def end(self, grace: float = _GRACE_S) -> str:
        """End the process and all that it started, and say how it had ended if it was dead."""
        self.connection.close()
        self._process.join(grace)
        code = self._process.exitcode
        _kill_group(self._process.pid)
        if code is None:
            self._process.kill()
            self._process.join()
        self._process.close()
        if code is not None and code < 0:
            return f"the worker was killed by {signal.Signals(-code).name}"
        return f"the worker ended with exit code {code}"


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Let interrupts wait for as long as the block lasts, where the system can do that."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _kill_group(leader: int | None) -> None:
    """End every process that a worker has started, whether it still lives or not."""
    if leader is not None and hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)


def _serve(requests: Pipe, limits: Limits) -> None:
    """Be a worker: take units, send back what they came to, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the parent, which ends us
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if hasattr(os, "setsid"):
        os.setsid()  # a group of its own: what the worker starts is ended with it
    threading.Thread(target=_end_with_parent, daemon=True).start()
    guard = _Guard(requests, limits)
    work: Callable[[Any], Any] | None = None
    while True:
        try:
            request: Request = requests.recv()
            packed, work = perform(request, work, guard.begin)
            requests.send((packed, guard.exhausted))
        except (EOFError, ConnectionError):
            return


class _Guard:
    """Says when a unit begins, and limits the memory of a worker from its first unit on."""

    def __init__(self, requests: Pipe, limits: Limits) -> None:
        self._requests, self._limits = requests, limits
        self._memory: Memory | None = None

    def begin(self) -> None:
        if self._memory is None:
            gc.freeze()  # modules and the work itself: they stay, so nothing is to be found there
            gc.set_threshold(*_COLLECT_AFTER)
            self._memory = Memory(self._limits.memory)
        self._requests.send(Begun())

    @property
    def exhausted(self) -> bool:
        """Whether a new worker should take the next unit."""
        return self._memory is not None and self._memory.is_low


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        _kill_group(os.getpid())
        os._exit(1)
