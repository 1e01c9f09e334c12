"""`build_corpus`: from thousands of API descriptions to verified environments, in one folder.

Every source is worked on in a process that can be ended, so one that hangs, crashes or eats memory
costs only itself. What is done is in journals: a build that is killed anywhere goes on with the
same command and ends with the same bytes as one that was not.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from envfactory.catalog import CATALOG, REPORT, CatalogEntry, CorpusReport, markdown
from envfactory.events import Event, ItemFinished, Listener, StageFinished, StageStarted, ignore
from envfactory.executor import Executor, ProcessExecutor, Unit
from envfactory.limits import Limits
from envfactory.pipeline.corpus.folder import (
    MAKE,
    READ,
    REPORT_FOR_PEOPLE,
    SOURCES,
    CorpusFolder,
)
from envfactory.pipeline.corpus.making import Make
from envfactory.pipeline.corpus.outcome import outcomes, report_on
from envfactory.pipeline.corpus.reading import Read, Reading
from envfactory.pipeline.corpus.selection import Selection
from envfactory.pipeline.corpus.settings import CorpusSettings, CorpusSource, CorpusSources
from envfactory.pipeline.drop import Drop, Produced
from envfactory.pipeline.environments import REJECTED, VERIFIED, Build
from envfactory.pipeline.stage import work_through
from envfactory.pipeline.workfolder import STATE, remove
from envfactory.records import read_lines, write_atomic, write_lines
from envfactory.spec.words.name import Names

DOUBLE = "same content as another source"
_READINGS = f"{STATE}/readings.jsonl"
_SPECS = f"{STATE}/specs"


@dataclass(frozen=True, slots=True)
class CorpusBuilt:
    """What a corpus build came to.

    Attributes:
        folder: Where the results are.
        report: The build in numbers.
        worked_on: Sources that this very call has tried to make an environment of.
    """

    folder: Path
    report: CorpusReport
    worked_on: int


def build_corpus(
    given: CorpusSources,
    settings: CorpusSettings,
    out: Path,
    *,
    workers: int | None = None,
    fresh: bool = False,
    listener: Listener = ignore,
) -> CorpusBuilt:
    """Make and verify environments from sources, or go on with a build that stopped.

    Args:
        given: The sources.
        settings: What is asked for; its `sources` are those of `given`.
        out: Folder for the results; a new one, or that of an earlier build of the same settings.
        workers: How many processes work, by default one per core; results do not depend on it.
        fresh: Whether to remove what an earlier build left in `out`.
        listener: Told of every source.

    Raises:
        InputError: If `out` holds something else.
        OutputError: If `out` cannot be written, or another build is writing there.
    """
    folder = CorpusFolder(out)
    limits = Limits(seconds=settings.seconds, memory=settings.memory)
    with folder.locked(), ProcessExecutor(workers, limits) as executor:
        folder.settle(settings, fresh)
        return _CorpusBuild(folder, settings, given, executor, listener).go()


class _CorpusBuild:
    """One build in progress."""

    def __init__(
        self,
        folder: CorpusFolder,
        settings: CorpusSettings,
        given: CorpusSources,
        executor: Executor,
        listener: Listener,
    ) -> None:
        self._folder, self._settings, self._given = folder, settings, given
        self._executor, self._listener = executor, listener
        self._path = folder.path
        self._worked_on = 0

    def go(self) -> CorpusBuilt:
        if self._folder.finished(READ) is None:
            self._read()
        if self._folder.finished(MAKE) is None:
            self._make()
        report = CorpusReport.load(self._path)
        return CorpusBuilt(self._path, report, self._worked_on)

    # ------------------------------------------------------------------ first stage
    def _read(self) -> None:
        settings = self._settings
        work = Read(self._path / _SPECS, settings.min_operations, settings.max_operations)
        selection = Selection(settings)
        read: dict[str, Reading] = {}
        self._listener(StageStarted(READ, settings.sample))
        with self._folder.journal(READ, Reading) as journal:
            while asked := selection.wanted(read):
                work_through(
                    READ,
                    [Unit(s.label, (s, self._given.places[s.label])) for s in asked],
                    work,
                    executor=self._executor,
                    journal=journal,
                    listener=self._heard,
                )
                read |= {s.label: _reading(s, journal.finished[s.label]) for s in asked}
        chosen = selection.chosen(read)
        kept = [read[label] for label in sorted(read)]
        drops = [
            Drop(stage=READ, item=r.source, reason=r.reason, detail=r.detail)
            for r in kept
            if r.reason and r.counts
        ]
        drops += [
            Drop(stage=READ, item=double.label, reason=DOUBLE, detail=first.label)
            for double, first in selection.doubles
        ]
        self._listener(StageFinished(READ, kept=len(chosen), dropped=len(drops)))
        self._folder.finish(READ, len(chosen), drops, self._folder.write(_READINGS, kept))

    def _heard(self, event: Event) -> None:
        """Pass on what is told of sources; the stage is one, however many rounds it takes."""
        if not isinstance(event, StageStarted | StageFinished):
            self._listener(event)

    # ------------------------------------------------------------------ second stage
    def _make(self) -> None:
        readings = {r.source: r for r in read_lines(self._path / _READINGS, Reading)}
        selection = Selection(self._settings)
        chosen = selection.chosen(readings)
        names = Names()
        todo = [(reading, names.take(reading.name)) for reading in chosen if not reading.reason]
        build = Build(self._path, self._settings.seed)
        with self._folder.journal(MAKE, CatalogEntry) as journal:
            if not journal.finished:
                remove(self._path / VERIFIED)
                remove(self._path / REJECTED)
            result = work_through(
                MAKE,
                [Unit(reading.source, (reading, name)) for reading, name in todo],
                Make(build, self._path / _SPECS),
                executor=self._executor,
                journal=journal,
                listener=self._counted,
            )
        entries, drops = result.kept, result.drops
        found = outcomes(chosen, entries, drops)
        passed = [reading for reading in readings.values() if not reading.counts]
        doubles = len(selection.doubles)
        report = report_on(self._settings, doubles, passed, found, entries)
        write_lines(self._path / SOURCES, [*found, *outcomes(passed, (), ())])
        write_lines(self._path / CATALOG, entries)
        write_atomic(self._path / REPORT, report.to_bytes())
        write_atomic(self._path / REPORT_FOR_PEOPLE, markdown(report).encode())
        names_of_files = (CATALOG, SOURCES, REPORT, REPORT_FOR_PEOPLE)
        files = {name: self._path / name for name in names_of_files}
        self._folder.finish(MAKE, len(entries), drops, files)
        remove(self._path / _SPECS)
        self._folder.sweep()  # what workers that were ended left half made

    def _counted(self, event: Event) -> None:
        if isinstance(event, ItemFinished) and not event.resumed:
            self._worked_on += 1
        self._listener(event)


def _reading(source: CorpusSource, produced: Produced[Reading]) -> Reading:
    """Return what a source was found to hold; a drop says that its worker was lost."""
    if produced.kept:
        return produced.kept[0]
    (drop,) = produced.drops
    return Reading(
        source=source.label, provider=source.provider, reason=drop.reason, detail=drop.detail
    )
