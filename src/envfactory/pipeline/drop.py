"""What a stage makes of one unit of work: records to keep, and drops with their reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import Field

from envfactory.errors import EnvFactoryError, one_line
from envfactory.records import Stored

S = TypeVar("S", bound=Stored)


class Drop(Stored):
    """Something that a stage left out, and why; one line of `dropped.jsonl`."""

    stage: str
    item: str = Field(description="What was left out: a source, an operation, a chain, a task.")
    reason: str = Field(description="Short stable phrase that counts group by.")
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Produced(Generic[S]):
    """The outcome of one unit of work."""

    kept: tuple[S, ...] = ()
    drops: tuple[Drop, ...] = ()


def refused(stage: str, item: str, reason: str, error: EnvFactoryError) -> Drop:
    """Return the drop for an item that a deliberate error refused."""
    return Drop(stage=stage, item=item, reason=reason, detail=one_line(str(error)))


def count_reasons(drops: Iterable[Drop]) -> dict[str, int]:
    """Count drops by reason, the most frequent first, then by name."""
    counts = Counter(drop.reason for drop in drops)
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
