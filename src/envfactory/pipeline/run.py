"""`run`: from sources to a dataset, stage by stage, into one folder.

Each stage reads what the stages before it wrote and nothing else, so a run that is killed anywhere
goes on with the same command and ends with the same bytes as one that was not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from envfactory.catalog import CatalogEntry
from envfactory.chain import Chain
from envfactory.dataset import export
from envfactory.environment import Package
from envfactory.errors import EnvFactoryError
from envfactory.events import (
    Event,
    ItemDropped,
    Listener,
    StageFinished,
    StageStarted,
    ignore,
)
from envfactory.executor import Executor, SerialExecutor, Unit
from envfactory.graph import Accept, ToolGraph
from envfactory.pipeline import chains, environments, sources, tasks, trajectories
from envfactory.pipeline.drop import Drop
from envfactory.pipeline.environments import Build
from envfactory.pipeline.folder import STAGES, SUMMARY, TRIALS, RunFolder
from envfactory.pipeline.settings import Settings, Sources
from envfactory.pipeline.shelf import Shelf
from envfactory.pipeline.sources import SpecEntry, Understand, named_apart
from envfactory.pipeline.stage import work_through
from envfactory.pipeline.summary import EdgesTried, Mark, Summary
from envfactory.pipeline.tasks import MakeTask
from envfactory.pipeline.trajectories import PlayGold
from envfactory.pipeline.trying import with_executed
from envfactory.pipeline.workfolder import remove
from envfactory.records import content_hash, read_lines, write_atomic
from envfactory.task import Task
from envfactory.task.category import Mix
from envfactory.task.convey import NATURAL, ConveyReport, Implicitness
from envfactory.task.surface import PersonaMix
from envfactory.trajectory import Trajectory

DATASET = "dataset"
_SPECS = "specs.jsonl"
_ENVIRONMENTS = "environments.jsonl"
_GRAPH = "graph.json"
_CHAINS = "chains.jsonl"
_TASKS = "tasks.jsonl"
_TRAJECTORIES = "trajectories.jsonl"


@dataclass(frozen=True, slots=True)
class Report:
    """What a run came to.

    Attributes:
        folder: Where the results are.
        summary: The counts.
        nothing_to_do: Whether an earlier run had finished everything.
    """

    folder: Path
    summary: Summary
    nothing_to_do: bool


def run(
    given: Sequence[str | Path],
    out: Path,
    *,
    seed: int = 0,
    tasks: int = 50,
    mix: Mix | None = None,
    personas: PersonaMix | None = None,
    implicitness: Implicitness = NATURAL,
    executor: Executor | None = None,
    fresh: bool = False,
    listener: Listener = ignore,
    allow_network: bool = False,
) -> Report:
    """Make environments, tasks and data from API descriptions, or go on with a run that stopped.

    Args:
        given: API descriptions: files, folders, `package:NAME/PATH`, or addresses.
        out: Folder for the results; a new one, or that of an earlier run with the same settings.
        seed: Decides everything that is random.
        tasks: How many tasks are wanted; there are fewer where too few chains make one.
        mix: How many of which category; base tasks alone by default.
        personas: Who asks.
        implicitness: How much of what users convey is left implicit.
        executor: Where to work; in this process by default. Results do not depend on it.
        fresh: Whether to remove what an earlier run left in `out`.
        listener: Told of every unit of work.
        allow_network: Whether addresses may be fetched.

    Raises:
        InputError: If no source can be used, or `out` holds something else.
        OutputError: If `out` cannot be written, or another run is writing there.
        EnvFactoryError: If a stage has no results at all to go on with.
    """
    found = Sources.find(given, allow_network=allow_network)
    settings = Settings(
        seed=seed,
        tasks=tasks,
        mix=mix or Mix(),
        personas=personas or PersonaMix.parse(),
        implicitness=implicitness.text,
        sources=found.files,
    )
    folder = RunFolder(out)
    with folder.locked():
        folder.settle(settings, fresh)
        return _Run(folder, settings, found, executor or SerialExecutor(), listener).go()


class _Run:
    """One run in progress; the stages in order, each skipped where its mark is there."""

    def __init__(
        self,
        folder: RunFolder,
        settings: Settings,
        found: Sources,
        executor: Executor,
        listener: Listener,
    ) -> None:
        self._folder, self._settings, self._found = folder, settings, found
        self._executor, self._listener = executor, listener
        self._path = folder.path

    def go(self) -> Report:
        marks: dict[str, Mark] = {}
        worked = False
        for stage in STAGES:
            mark = self._folder.finished(stage)
            if mark is None:
                mark = getattr(self, f"_{stage}")()
                worked = True
            marks[stage] = mark
        summary = Summary.of(
            marks,
            self._settings,
            tools=sum(len(entry.tools) for entry in self._environment_entries),
            tried=EdgesTried.of(self._graph_made),
            made=Counter(task.category for task in read_lines(self._path / _TASKS, Task)),
            conveyed=ConveyReport.of(read_lines(self._path / _TASKS, Task)),
        )
        data = summary.model_dump_json(indent=2).encode() + b"\n"
        path = self._path / SUMMARY
        if worked or not path.exists() or path.read_bytes() != data:
            write_atomic(path, data)
        return Report(folder=self._path, summary=summary, nothing_to_do=not worked)

    # ------------------------------------------------------------------ sources
    def _sources(self) -> Mark:
        stage, files = sources.STAGE, self._found.files
        with self._folder.journal(stage, SpecEntry) as journal:
            result = work_through(
                stage,
                [Unit(file.label, (file, self._found.places[file.label])) for file in files],
                Understand(),
                executor=self._executor,
                journal=journal,
                listener=self._listener,
            )
        if not result.kept:
            self._folder.discard()
            sources.refuse(self._found, result.drops)
        kept, doubles = named_apart(result.kept, files)
        drops = [*sources.passed_over(self._found), *result.drops, *doubles]
        return self._folder.finish(stage, len(kept), drops, self._folder.write(_SPECS, kept))

    # ------------------------------------------------------------------ environments
    def _environments(self) -> Mark:
        stage = environments.STAGE
        entries = list(read_lines(self._path / _SPECS, SpecEntry))
        with self._folder.journal(stage, CatalogEntry) as journal:
            if not journal.finished:
                remove(self._path / environments.VERIFIED)
                remove(self._path / environments.REJECTED)
            result = work_through(
                stage,
                [Unit(entry.spec.name, entry) for entry in entries],
                Build(self._path, self._settings.seed),
                executor=self._executor,
                journal=journal,
                listener=self._listener,
            )
        files = self._folder.write(_ENVIRONMENTS, result.kept)
        return self._folder.finish(stage, len(result.kept), result.drops, files)

    @cached_property
    def _environment_entries(self) -> list[CatalogEntry]:
        return list(read_lines(self._path / _ENVIRONMENTS, CatalogEntry))

    @cached_property
    def _shelf(self) -> Shelf:
        entries = self._environment_entries
        if not entries:
            raise EnvFactoryError(
                f"{self._path}: no environment was verified; dropped.jsonl says why, and the "
                "certificates in rejected/ show what was found"
            )
        home = self._path / environments.VERIFIED
        return Shelf({entry.identity: home / entry.name for entry in entries})

    @cached_property
    def _packages(self) -> dict[str, Package]:
        return {package.manifest.name: package for package in self._shelf.values()}

    # ------------------------------------------------------------------ graph and chains
    def _graph(self) -> Mark:
        heard = _Heard(chains.GRAPH, self._listener)
        graph, trials = chains.graph_of(self._packages, heard), self._path / TRIALS
        graph = with_executed(
            graph, self._packages, executor=self._executor, keep=trials, listener=heard
        )
        path = self._path / _GRAPH
        graph.save(path)
        remove(trials)
        return self._folder.finish(chains.GRAPH, len(graph.edges), heard.drops, {_GRAPH: path})

    @cached_property
    def _graph_made(self) -> ToolGraph:
        return ToolGraph.load(self._path / _GRAPH)

    def _chains(self) -> Mark:
        stage = chains.CHAINS
        count = tasks.chains_to_try(self._settings.tasks)
        self._listener(StageStarted(stage, count))
        sampler = chains.make_sampler(self._graph_made.accepted(Accept(refuted=False)))
        drawn, doubles = chains.draw_chains(sampler, self._settings.seed, count)
        drops = [*chains.unreachable(sampler), *doubles]
        self._listener(StageFinished(stage, kept=len(drawn), dropped=len(drops)))
        return self._folder.finish(stage, len(drawn), drops, self._folder.write(_CHAINS, drawn))

    # ------------------------------------------------------------------ tasks and trajectories
    def _tasks(self) -> Mark:
        stage = tasks.STAGE
        drawn = list(read_lines(self._path / _CHAINS, Chain))
        with self._folder.journal(stage, Task) as journal:
            result = tasks.make_mix(
                drawn,
                self._settings.mix,
                MakeTask(
                    self._shelf,
                    self._path / _GRAPH,
                    self._settings.seed,
                    self._settings.personas,
                    Implicitness.parse(self._settings.implicitness),
                ),
                executor=self._executor,
                journal=journal,
                listener=self._listener,
                wanted=self._settings.tasks,
                sieve=tasks.HeldApart(),
            )
        files = self._folder.write(_TASKS, result.kept)
        return self._folder.finish(stage, len(result.kept), result.drops, files)

    def _trajectories(self) -> Mark:
        stage = trajectories.STAGE
        made = list(read_lines(self._path / _TASKS, Task))
        with self._folder.journal(stage, Trajectory) as journal:
            result = work_through(
                stage,
                [Unit(task.id, task) for task in made],
                PlayGold(self._shelf, self._settings.seed),
                executor=self._executor,
                journal=journal,
                listener=self._listener,
            )
        files = self._folder.write(_TRAJECTORIES, result.kept)
        return self._folder.finish(stage, len(result.kept), result.drops, files)

    # ------------------------------------------------------------------ dataset
    def _dataset(self) -> Mark:
        heard = _Heard(DATASET, self._listener)
        target = self._path / DATASET
        remove(target)
        marks = {stage: self._folder.finished(stage) for stage in STAGES[:-1]}
        summary = export(
            read_lines(self._path / _TASKS, Task),
            read_lines(self._path / _TRAJECTORIES, Trajectory),
            self._shelf,
            [ItemDropped(d.stage, d.item, d.reason, d.detail) for d in self._folder.drops()],
            target,
            name=f"envfactory {_digest(self._settings)}",
            seed=self._settings.seed,
            kept={stage: mark.kept for stage, mark in marks.items() if mark is not None},
            listen=heard,
        )
        files = {
            file.relative_to(self._path).as_posix(): file
            for file in sorted(target.rglob("*"))
            if file.is_file()
        }
        return self._folder.finish(
            DATASET, sum(summary.rows.values()), heard.drops, files, rows=summary.rows
        )


def _digest(settings: Settings) -> str:
    """Return a short name for what a run was asked to do."""
    return content_hash(settings.to_line()).removeprefix("sha256:")[:12]


class _Heard:
    """Collects the drops that a stage tells of, as drops of the run's stage."""

    def __init__(self, stage: str, listener: Listener) -> None:
        self._stage, self._listener = stage, listener
        self.drops: list[Drop] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, ItemDropped):
            item = event.item if event.stage == self._stage else f"{event.stage} {event.item}"
            self.drops.append(
                Drop(stage=self._stage, item=item, reason=event.reason, detail=event.detail)
            )
        self._listener(event)
