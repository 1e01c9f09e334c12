"""Audits: tasks that were made before, tried again by right ways and adversaries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from envfactory.audit import Audit, Auditor
from envfactory.events import Listener, ignore
from envfactory.executor import Executor, Unit
from envfactory.pipeline.drop import Drop, Produced
from envfactory.pipeline.library import load_packages
from envfactory.pipeline.shelf import Shelf
from envfactory.pipeline.stage import work_through
from envfactory.records import read_lines, write_lines
from envfactory.task import Task

STAGE = "audit"
_OTHERS = 3
"""Tasks in the same environments whose solutions are tried on a task."""


@dataclass(frozen=True, slots=True)
class Case:
    """A task, and others whose solutions must not solve it."""

    task: Task
    others: tuple[Task, ...] = ()


@dataclass(frozen=True)
class AuditTask:
    """Audits a task.

    Attributes:
        shelf: The packages that the tasks name.
        seed: Decides what is tried.
    """

    shelf: Shelf
    seed: int

    @cached_property
    def _auditor(self) -> Auditor:
        return Auditor(self.shelf, self.seed)

    def __call__(self, case: Case) -> Produced[Audit]:
        """Return what the audit came to, whether the task stands or not."""
        return Produced((self._auditor.audit(case.task, case.others),))


@dataclass(frozen=True, slots=True)
class Audited:
    """All tasks of a file, audited.

    Attributes:
        audits: What each came to, in the order of the file.
        drops: Those that do not stand, with the reason.
    """

    audits: tuple[Audit, ...]
    drops: tuple[Drop, ...]

    @property
    def kept(self) -> tuple[Task, ...]:
        """The tasks that stand, with their records."""
        return tuple(audit.task for audit in self.audits if audit.weakness is None)


def cases(tasks: Sequence[Task]) -> list[Case]:
    """Return each task with those that follow it, in a circle, in the same environments."""
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    place: dict[int, int] = {}
    for number, task in enumerate(tasks):
        group = alike[tuple(sorted(ref.identity for ref in task.environments))]
        place[number] = len(group)
        group.append(number)
    found = []
    for number, task in enumerate(tasks):
        group = alike[tuple(sorted(ref.identity for ref in task.environments))]
        here = place[number]
        following = [*group[here + 1 :], *group[:here]][:_OTHERS]
        found.append(Case(task, tuple(tasks[other] for other in following)))
    return found


def audit_tasks(
    made: Path,
    packages: Sequence[Path],
    out: Path | None,
    *,
    seed: int,
    trust: bool = False,
    executor: Executor,
    listener: Listener = ignore,
) -> Audited:
    """Audit a file of tasks, and write those that stand, with their records.

    Args:
        made: The tasks.
        packages: The environments that they were made in, or folders of these.
        out: Where to write; nowhere if it is None.
        seed: Decides what is tried of what cannot all be tried.
        trust: Whether all code runs here; without it, what is not known runs in the sandbox.
        executor: Does the work.
        listener: Is told how far it is.

    Raises:
        InputError: If an input cannot be read, or an environment is missing.
        OutputError: If the tasks cannot be written.
    """
    shelf = Shelf.of(load_packages(packages, trust=trust).values())
    result = work_through(
        STAGE,
        [Unit(case.task.id, case) for case in cases(list(read_lines(made, Task)))],
        AuditTask(shelf, seed),
        executor=executor,
        listener=listener,
    )
    weak = tuple(
        Drop(stage=STAGE, item=audit.task.id, reason=audit.weakness, detail=audit.detail)
        for audit in result.kept
        if audit.weakness is not None
    )
    audited = Audited(result.kept, (*result.drops, *weak))
    if out is not None:
        write_lines(out, audited.kept)
    return audited
