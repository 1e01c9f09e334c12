"""Writing a dataset: filter, turn into rows, drop what is there twice, count, and say so.

One pass over the tasks and one over the trajectories, which may be read from a file as they come;
what is held in memory is the tasks, one hash per row, and one row group per table.
"""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from envfactory.dataset import rl, sft
from envfactory.dataset.alpaca import AlpacaRow, alpaca_row
from envfactory.dataset.card import CONFIGS, Card, count_stages, render
from envfactory.dataset.conversation import json_text
from envfactory.dataset.figures import Tally
from envfactory.dataset.files import FileInfo, TableWriter, Unwritable
from envfactory.dataset.hermes import HermesRow, MarkerInText, hermes_row
from envfactory.dataset.rl import RlRow
from envfactory.dataset.sft import SftRow
from envfactory.environment import Package
from envfactory.errors import InputError
from envfactory.events import ItemDropped, Listener, StageFinished, StageStarted, ignore
from envfactory.records import Stored, content_hash, write_atomic, write_lines
from envfactory.task.model import EnvironmentRef, Task
from envfactory.trajectory.model import Trajectory
from envfactory.trajectory.scripted import GOLD
from envfactory.trajectory.setting import Setting
from envfactory.trajectory.tools import MAX_NAME, function_tool, offered_tools

DROPPED = "dropped.jsonl"
CARD = "card.json"
README = "README.md"

_ALLOWED_NAME = re.compile(rf"[a-zA-Z0-9_-]{{1,{MAX_NAME}}}")


class Dropped(Stored):
    """Something that a stage left out."""

    stage: str
    item: str
    reason: str
    detail: str = ""


class ExportSummary(Stored):
    """What was written: rows by table, drops of the export by table and reason."""

    folder: str
    rows: dict[str, int]
    dropped: dict[str, dict[str, int]]
    card: Card


def export(
    tasks: Iterable[Task],
    trajectories: Iterable[Trajectory],
    packages: Mapping[str, Package],
    drops: Iterable[ItemDropped],
    folder: Path,
    *,
    name: str = "envfactory dataset",
    seed: int | None = None,
    kept: Mapping[str, int] | None = None,
    listen: Listener = ignore,
) -> ExportSummary:
    """Write a dataset into `folder`: four tables, what was dropped, and the card.

    Args:
        tasks: All tasks.
        trajectories: All trajectories of these tasks, whatever became of them.
        packages: Environment packages by identity; all of them are on the card.
        drops: What earlier stages dropped.
        folder: Where to write; files of an earlier export are replaced.
        name: The dataset's name.
        seed: The seed of the run.
        kept: How much each earlier stage kept, in the order of the stages.
        listen: Is told of every drop and of the end.

    Raises:
        InputError: If a trajectory's task or a task's package is not among those given.
        OutputError: If the folder cannot be written or the disk is full.
    """
    held = {task.id: task for task in tasks}
    listen(StageStarted("export"))
    with _Tables.opened(folder) as tables:
        run = _Run(packages, tables, listen)
        for trajectory in trajectories:
            if trajectory.task not in held:
                raise InputError(
                    trajectory.id,
                    f"is of task {trajectory.task}, which is not given",
                    "give the tasks that were played",
                )
            run.learn(trajectory, held[trajectory.task])
        for task in held.values():
            run.practise(task)
    rows = tables.rows
    every = [*drops, *run.drops]
    card = Card(
        name=name,
        generator=f"envfactory {importlib.metadata.version('envfactory')}",
        seed=seed,
        tasks=len(held),
        trajectories=run.trajectories,
        rows=rows,
        stages=count_stages({**(kept or {}), **rows}, [(d.stage, d.reason) for d in every]),
        figures=run.tally.figures(),
        environments=run.tally.environments(held.values(), packages),
        files=tables.files,
    )
    _describe(card, every, folder)
    listen(StageFinished("export", sum(rows.values()), len(run.drops)))
    own = count_stages(rows, [(d.stage, d.reason) for d in run.drops])
    dropped = {count.stage: count.dropped for count in own}
    return ExportSummary(folder=str(folder), rows=rows, dropped=dropped, card=card)


def _describe(card: Card, drops: Iterable[ItemDropped], folder: Path) -> None:
    """Write what stands beside the tables: what was dropped, and the card."""
    write_lines(
        folder / DROPPED,
        (Dropped(stage=d.stage, item=d.item, reason=d.reason, detail=d.detail) for d in drops),
    )
    write_atomic(folder / CARD, card.model_dump_json(indent=2).encode() + b"\n")
    write_atomic(folder / README, render(card).encode())


_Place = tuple[tuple[EnvironmentRef, ...], tuple[str, ...], tuple[str, ...]]
"""The environments of a task, and the tools in them that are hidden or the user's own."""


@dataclass(frozen=True, slots=True)
class _Tables:
    sft: TableWriter[SftRow]
    hermes: TableWriter[HermesRow]
    alpaca: TableWriter[AlpacaRow]
    rl: TableWriter[RlRow]

    @classmethod
    @contextmanager
    def opened(cls, folder: Path) -> Iterator[_Tables]:
        """Yield the tables of a folder, open for writing."""
        with ExitStack() as stack:
            yield cls(
                sft=stack.enter_context(TableWriter(folder, "sft", SftRow)),
                hermes=stack.enter_context(TableWriter(folder, "hermes", HermesRow)),
                alpaca=stack.enter_context(TableWriter(folder, "alpaca", AlpacaRow)),
                rl=stack.enter_context(TableWriter(folder, "rl", RlRow)),
            )

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each table has, in the order of the card."""
        return {table: getattr(self, table).rows for table in CONFIGS}

    @property
    def files(self) -> tuple[FileInfo, ...]:
        """The files of all tables, which are there once they are closed."""
        return tuple(file for table in CONFIGS for file in getattr(self, table).files)


@dataclass(frozen=True, slots=True)
class _Offer:
    """What tasks of the same environments and tools have in common."""

    setting: Setting
    tools: str
    refused_names: tuple[str, ...]


@dataclass(slots=True)
class _Run:
    """One export in progress; `solved` says of tasks whether their gold calls reach the goal."""

    packages: Mapping[str, Package]
    tables: _Tables
    listen: Listener
    trajectories: int = 0
    solved: dict[str, bool] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    drops: list[ItemDropped] = field(default_factory=list)
    _offers: dict[_Place, _Offer] = field(default_factory=dict)
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def learn(self, trajectory: Trajectory, task: Task) -> None:
        """Write a trajectory's rows, or say why not."""
        self.trajectories += 1
        if trajectory.policy == GOLD:
            reached = trajectory.outcome.reached is True
            self.solved[task.id] = self.solved.get(task.id, True) and reached
        offer = self._offer(task)
        reason = sft.unfit(trajectory) or _refusal(offer)
        if reason is not None:
            detail = trajectory.outcome.detail or ", ".join(offer.refused_names)
            self._drop("sft", trajectory.id, reason, detail)
            return
        row = sft.sft_row(trajectory, task, offer.tools)
        if not self._add("sft", row.id, sft.content_of(row), lambda: self.tables.sft.add(row)):
            return
        self.tally.add(row, trajectory, task)
        try:
            text = hermes_row(row)
        except MarkerInText as error:
            self._drop("hermes", row.id, "says a marker of the text form", str(error))
            return
        self.tables.hermes.add(text)
        self.tables.alpaca.add(alpaca_row(text))

    def practise(self, task: Task) -> None:
        """Write a task's row, or say why not."""
        offer = self._offer(task)
        reason = rl.unfit(task, self.solved.get(task.id)) or _refusal(offer)
        if reason is not None:
            self._drop("rl", task.id, reason, ", ".join(offer.refused_names))
            return
        row = rl.rl_row(task, offer.setting, offer.tools)
        self._add("rl", row.id, rl.content_of(row), lambda: self.tables.rl.add(row))

    def _add(self, table: str, item: str, content: str, write: Callable[[], None]) -> bool:
        key = (table, content_hash(content.encode()))
        if key in self._seen:
            self._drop(table, item, "identical row")
            return False
        try:
            write()
        except Unwritable as error:
            self._drop(table, item, "a value that JSON readers cannot hold", str(error))
            return False
        self._seen.add(key)
        return True

    def _drop(self, table: str, item: str, reason: str, detail: str = "") -> None:
        drop = ItemDropped(table, item, reason, detail)
        self.drops.append(drop)
        self.listen(drop)

    def _offer(self, task: Task) -> _Offer:
        place = (task.environments, task.hidden_tools, task.user_tools)
        found = self._offers.get(place)
        if found is None:
            setting = Setting.open(task.environments, self.packages)
            specs = offered_tools(setting.world.tools(), task)
            refused = tuple(s.name for s in specs if not _ALLOWED_NAME.fullmatch(s.name))
            found = _Offer(setting, json_text([function_tool(spec) for spec in specs]), refused)
            self._offers[place] = found
        return found


def _refusal(offer: _Offer) -> str | None:
    return "a tool's name is too long or not plain" if offer.refused_names else None
