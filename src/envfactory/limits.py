"""`Limits`: how long one unit of work may take and how much memory it may hold.

Work on inputs that nobody has looked at may hang or eat all memory. Both limits hold for a unit,
not for a worker: a worker process that passed one is ended and replaced.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

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
