"""`Dropped`: why a chain became no task."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dropped:
    """A chain that became no task.

    Attributes:
        reason: A short stable phrase that counts group by.
        detail: What exactly.
    """

    reason: str
    detail: str = ""
