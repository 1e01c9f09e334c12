"""What a running stage tells the outside world: typed events, consumed by the CLI and by reports.

The engine never prints. A stage takes a `Listener` and calls it; the default listener is `ignore`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StageStarted:
    """A stage begins; `total` units of work are known, or None where they are not."""

    stage: str
    total: int | None = None


@dataclass(frozen=True, slots=True)
class ItemFinished:
    """One unit of work is done; `resumed` where an earlier run had already done it."""

    stage: str
    item: str
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class ItemDropped:
    """One unit of work, or something inside it, was left out, and why.

    `reason` is a short stable phrase that counts group by; `detail` says what exactly.
    """

    stage: str
    item: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StageFinished:
    """A stage ends after `kept` results and `dropped` drops."""

    stage: str
    kept: int
    dropped: int


Event = StageStarted | ItemFinished | ItemDropped | StageFinished
Listener = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Listen to nothing."""
