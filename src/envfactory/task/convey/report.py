"""`ConveyReport`: how far a set of tasks came to the implicitness that was asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from envfactory.records import Stored
from envfactory.task.model import Task
from envfactory.task.phrasing.manner import Kind

_ROUNDING = 1e-9


class ConveyReport(Stored):
    """What was reached against what was aimed at, over some tasks."""

    schema_version: Literal[1] = 1
    tasks: int = Field(description="Tasks with a target, whose users convey anything.")
    untargeted: int = Field(description="Tasks whose plan decides how they are told; left out.")
    target: float = Field(description="Mean of the targets, from 0 to 1.")
    reached: float = Field(description="Mean of the levels, from 0 to 1.")
    short: int = Field(description="Tasks that are further from their target than one value.")
    kinds: dict[Kind, int] = Field(description="Values by how they are conveyed.")
    proofs: int = Field(description="Proofs that were executed.")
    failed: int = Field(description="Those that left none or several: told otherwise then.")

    @classmethod
    def of(cls, tasks: Iterable[Task]) -> ConveyReport:
        """Count what tasks say of themselves, in one pass; those without values do not count."""
        kinds: Counter[Kind] = Counter()
        targets: list[float] = []
        levels: list[float] = []
        untargeted = short = proofs = failed = 0
        for task in tasks:
            calibration = task.calibration
            found = Counter(each.kind for turn in task.turns for each in turn.conveyed)
            untargeted += calibration is None
            if calibration is None or not found:
                continue
            kinds.update(found)
            level = 1 - found["explicit"] / found.total()
            targets.append(calibration.target)
            levels.append(level)
            short += abs(level - calibration.target) * found.total() > 1 + _ROUNDING
            proofs += calibration.proofs
            failed += calibration.failed
        return cls(
            tasks=len(levels),
            untargeted=untargeted,
            target=round(sum(targets) / max(len(targets), 1), 4),
            reached=round(sum(levels) / max(len(levels), 1), 4),
            short=short,
            kinds={kind: kinds[kind] for kind in sorted(kinds)},
            proofs=proofs,
            failed=failed,
        )
