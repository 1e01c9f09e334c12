"""`Limits`: how long one unit of work may take and how much memory it may hold.

Work on inputs that nobody has looked at may hang or eat all memory. Both limits hold for a unit,
not for a worker: a worker process that passed one is ended and replaced. `Patience` is for work in
this very process: a single call that does not return is interrupted.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType

if sys.platform != "win32":
    import resource

_STATM = Path("/proc/self/statm")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one unit of work may use.

    Attributes:
        seconds: Longest time, by the clock; None for as long as it takes.
        memory: Bytes that the unit may map beyond what its worker held before it; None for all
            there are.
    """

    seconds: float | None = None
    memory: int | None = None


class Memory:
    """Holds this process, and each process that it starts, to a number of bytes.

    Works where the operating system says how much is mapped (Linux); elsewhere nothing is limited.
    """

    def __init__(self, limit: int | None) -> None:
        """Allow `limit` bytes beyond what is mapped now; None allows everything."""
        self._limit = limit
        self._start = _mapped()
        if limit is not None and self._start:
            hard = resource.getrlimit(resource.RLIMIT_AS)[1]
            soft = self._start + limit
            if hard != resource.RLIM_INFINITY:
                soft = min(soft, hard)
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))

    @property
    def is_low(self) -> bool:
        """Whether what earlier units left behind takes a quarter of the limit or more."""
        return self._limit is not None and (_mapped() - self._start) * 4 >= self._limit


def _mapped() -> int:
    """Return how many bytes of address space this process has mapped; 0 where nobody knows."""
    try:
        return int(_STATM.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


class Overdue(BaseException):
    """Raised inside work that takes longer than it may; no `except Exception` stops it."""


_AGAIN = 1.0
"""Seconds until work that stops an interruption is interrupted once more."""


class Patience:
    """Interrupts what runs inside a `with` statement once its time is up, by raising `Overdue`.

    Python code is interrupted wherever it is, native code when it returns. Only the main thread of
    a process can be interrupted, and only where the system has alarms; elsewhere nothing happens.
    An alarm that somebody else has set goes off when it would have.

    Args:
        seconds: How long the work may take, by the clock.
    """

    __slots__ = ("_before", "_began", "_readiness", "_seconds")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        """Set the alarm."""
        self._readiness = None if _ready.get() == threading.get_ident() else Readiness()
        if self._readiness is not None and not self._readiness.prepare():
            return
        self._before = signal.setitimer(signal.ITIMER_REAL, self._seconds, _AGAIN)
        self._began = time.monotonic()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the alarm back, and set the one that was there before."""
        if self._readiness is not None and not self._readiness.prepared:
            return
        signal.setitimer(signal.ITIMER_REAL, 0)
        if self._readiness is not None:
            self._readiness.undo()
        left, interval = self._before
        if left:
            passed = time.monotonic() - self._began
            signal.setitimer(signal.ITIMER_REAL, max(left - passed, 1e-6), interval)


class Readiness:
    """Prepares this process for interruptions for as long as a `with` statement lasts.

    Each `Patience` inside then only sets an alarm, which costs a quarter: worth it around thousands
    of short calls. What runs inside must leave the handling of alarms alone, so this is not for
    code that nobody has read. Where somebody else waits for an alarm, nothing is prepared.
    """

    __slots__ = ("_handler", "_token", "prepared")

    def __init__(self) -> None:
        self.prepared = False

    def prepare(self) -> bool:
        """Take over alarms; False where this thread cannot be interrupted."""
        self.prepared = _ALARMS and threading.current_thread() is threading.main_thread()
        if self.prepared:
            self._handler = signal.signal(signal.SIGALRM, _interrupt)
        return self.prepared

    def undo(self) -> None:
        """Give alarms back to whom they were taken from."""
        if self.prepared:
            signal.signal(signal.SIGALRM, self._handler)

    def __enter__(self) -> None:
        """Take over alarms."""
        awaited = _ALARMS and signal.getitimer(signal.ITIMER_REAL)[0] > 0
        prepared = not awaited and self.prepare()
        self._token = _ready.set(threading.get_ident() if prepared else None)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give them back."""
        _ready.reset(self._token)
        self.undo()


_ready: ContextVar[int | None] = ContextVar("thread that is ready for interruptions", default=None)
_ALARMS = hasattr(signal, "setitimer")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise Overdue
