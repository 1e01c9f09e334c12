"""Figures of a dataset: how long its conversations are and which tools they use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from envfactory.dataset.sft import SftRow
from envfactory.environment import Package
from envfactory.environment.package import Source
from envfactory.records import Stored
from envfactory.task.model import Task
from envfactory.trajectory.model import Trajectory

CHARACTERS_PER_TOKEN = 4
"""Roughly, for English and JSON; good for a size, not for a budget."""


class Spread(Stored):
    """How a number is distributed over rows."""

    total: int = 0
    least: int = 0
    median: int = 0
    most: int = 0


class Figures(Stored):
    """What SFT rows hold.

    Attributes:
        turns: Requests of the user per conversation.
        calls: Tool calls per conversation.
        refused_calls: Calls that a tool refused with an error.
        tokens: Approximate tokens per conversation, its tools included.
    """

    rows: int
    turns: Spread
    calls: Spread
    refused_calls: int
    tokens: Spread


class EnvironmentFigures(Stored):
    """An environment, how many tasks use it, and how far its tools are covered by SFT rows.

    Attributes:
        tools: How many tools an agent can call.
        never_called: Those that no row calls successfully.
    """

    name: str
    identity: str
    title: str
    domain: str
    version: str
    licence: str | None
    source: Source | None
    tasks: int
    tools: int
    calls: int
    never_called: tuple[str, ...]


class Tally:
    """Counts rows as they are written."""

    def __init__(self) -> None:
        self._turns: list[int] = []
        self._calls: list[int] = []
        self._tokens: list[int] = []
        self._refused = 0
        self._called: Counter[tuple[str, str]] = Counter()

    def add(self, row: SftRow, trajectory: Trajectory, task: Task) -> None:
        """Count a row, the trajectory that it was made from, and the task of that."""
        identities = {ref.name: ref.identity for ref in task.environments}
        self._turns.append(sum(message.role == "user" for message in trajectory.messages))
        self._calls.append(len(trajectory.steps))
        length = sum(len(message.to_line()) for message in trajectory.messages) + len(row.tools)
        self._tokens.append(length // CHARACTERS_PER_TOKEN)
        for step in trajectory.steps:
            if step.ok:
                environment, _, tool = step.tool.partition("__")
                self._called[identities[environment], tool] += 1
            else:
                self._refused += 1

    def figures(self) -> Figures:
        """Return the figures of all rows."""
        return Figures(
            rows=len(self._turns),
            turns=_spread(self._turns),
            calls=_spread(self._calls),
            refused_calls=self._refused,
            tokens=_spread(self._tokens),
        )

    def environments(
        self, tasks: Iterable[Task], packages: Mapping[str, Package]
    ) -> tuple[EnvironmentFigures, ...]:
        """Return the figures of all environments, sorted by name."""
        used = Counter(ref.identity for task in tasks for ref in task.environments)
        return tuple(
            self._environment(package, used[identity])
            for identity, package in sorted(
                packages.items(), key=lambda item: (item[1].manifest.name, item[0])
            )
        )

    def _environment(self, package: Package, tasks: int) -> EnvironmentFigures:
        manifest = package.manifest
        names = [spec.name for spec in package.environment.tools() if spec.actor == "agent"]
        calls = {name: self._called[package.identity, name] for name in names}
        return EnvironmentFigures(
            name=manifest.name,
            identity=package.identity,
            title=manifest.title,
            domain=manifest.domain,
            version=manifest.version,
            licence=manifest.licence,
            source=manifest.source,
            tasks=tasks,
            tools=len(names),
            calls=sum(calls.values()),
            never_called=tuple(name for name in names if not calls[name]),
        )


def _spread(numbers: list[int]) -> Spread:
    if not numbers:
        return Spread()
    ordered = sorted(numbers)
    return Spread(
        total=sum(ordered),
        least=ordered[0],
        median=ordered[(len(ordered) - 1) // 2],
        most=ordered[-1],
    )
