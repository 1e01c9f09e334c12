"""`RunFolder`: where a run keeps its results, and what it has finished.

    run.json             what the run was asked to do
    specs.jsonl          what each source was understood to be
    environments/*/      verified environment packages, and environments.jsonl about them
    rejected/*/          packages that verification refused, with the certificate that says why
    graph.json  chains.jsonl  tasks.jsonl  trajectories.jsonl  dataset/
    dropped.jsonl        everything that was left out, by stage, with its reason
    summary.json         counts
    .state/              a lock, journals of unfinished stages, marks of finished ones

A stage is finished once its mark is written, which is the last thing that happens to it. A mark
holds the hash of each file of the stage, so that files changed by other hands are noticed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from filelock import FileLock, Timeout
from pydantic import ValidationError

from envfactory.errors import InputError, OutputError
from envfactory.pipeline.drop import Drop, count_reasons
from envfactory.pipeline.journal import Journal
from envfactory.pipeline.settings import Settings
from envfactory.pipeline.summary import Mark, Summary
from envfactory.records import Stored, content_hash, read_lines, write_atomic, write_lines

STAGES: Final = (
    "sources",
    "environments",
    "graph",
    "chains",
    "tasks",
    "trajectories",
    "dataset",
)
"""The stages of a run, in order."""

RUN = "run.json"
DROPPED = "dropped.jsonl"
SUMMARY = "summary.json"
STATE = ".state"
WORKSHOP = "build-"
"""Prefix of the folders below `STATE` in which packages are made."""
_RESULTS: Final = (
    "specs.jsonl",
    "environments",
    "environments.jsonl",
    "rejected",
    "graph.json",
    "chains.jsonl",
    "tasks.jsonl",
    "trajectories.jsonl",
    "dataset",
    DROPPED,
    SUMMARY,
)

S = TypeVar("S", bound=Stored)


class RunFolder:
    """The folder of one run; see the module's docstring for what lies where."""

    def __init__(self, path: Path) -> None:
        self.path = path

    # ------------------------------------------------------------------ opening
    @contextmanager
    def locked(self) -> Iterator[None]:
        """Make the folder if need be, and keep other runs out of it; a dead run's lock is free.

        Raises:
            InputError: If the folder holds files, but no run.
            OutputError: If the folder cannot be made or written, or another run is writing it.
        """
        try:
            self._refuse_strangers()
            (self.path / STATE).mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / STATE / "lock", timeout=0)
            lock.acquire()
        except Timeout as error:
            raise OutputError(
                str(self.path),
                "another run is writing here",
                "wait for it, or choose another --out",
            ) from error
        except (FileExistsError, NotADirectoryError) as error:
            raise OutputError(
                str(self.path), "is a file or lies below one", "choose a folder"
            ) from error
        except OSError as error:
            raise OutputError(
                str(self.path), error.strerror or str(error), "choose a folder that can be written"
            ) from error
        try:
            yield
        finally:
            lock.release()

    def settle(self, settings: Settings, fresh: bool = False) -> None:
        """Note the settings of a new run, or make sure that the old ones are the same.

        Args:
            settings: What the run is asked to do now.
            fresh: Whether to remove what an earlier run left here.

        Raises:
            InputError: If the folder holds a run with other settings.
        """
        path = self.path / RUN
        self._sweep()
        if path.exists() and fresh:
            self._clear()
        elif path.exists():
            differences = self.settings().differences(settings)
            if differences:
                raise InputError(
                    str(path),
                    "the folder holds a run with other settings: " + "; ".join(differences[:3]),
                    "choose another --out, or start over with --fresh",
                )
            return
        write_atomic(path, settings.model_dump_json(indent=2).encode() + b"\n")

    def _refuse_strangers(self) -> None:
        if not self.path.is_dir() or (self.path / RUN).exists():
            return
        visible = sorted(f.name for f in self.path.iterdir() if not f.name.startswith("."))
        if visible:
            raise InputError(
                str(self.path), f"holds {visible[0]} but no run", "give --out an empty folder"
            )

    def settings(self) -> Settings:
        """Return what the run was asked to do.

        Raises:
            InputError: If the folder holds no run.
        """
        path = self.path / RUN
        try:
            return Settings.model_validate_json(path.read_bytes())
        except OSError as error:
            raise InputError(
                str(path), error.strerror or str(error), "name the folder of a run"
            ) from error
        except ValidationError as error:
            raise InputError(
                str(path), "does not hold the settings of a run", "start over with --fresh"
            ) from error

    def summary(self) -> Summary:
        """Return the counts of a run that has ended.

        Raises:
            InputError: If the folder holds no run, or the run has not ended.
        """
        self.settings()
        path = self.path / SUMMARY
        try:
            return Summary.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise InputError(
                str(self.path), "the run has not ended", "give its command again to go on"
            ) from error

    def _clear(self) -> None:
        """Remove a run's results; marks go first, so a kill on the way leaves a run that works."""
        for mark in sorted((self.path / STATE).glob("*.json*")):
            mark.unlink()
        for name in _RESULTS:
            remove(self.path / name)

    def _sweep(self) -> None:
        """Remove what a kill left half made: temporary files, and workshops of packages."""
        for folder in (self.path, self.path / STATE):
            for left in (*folder.glob(".*.json*.*"), *folder.glob(f"{WORKSHOP}*")):
                remove(left)

    def discard(self) -> None:
        """Remove everything that the run has written, its settings too."""
        self._clear()
        remove(self.path / RUN)

    # ------------------------------------------------------------------ stages
    def journal(self, stage: str, kind: type[S]) -> Journal[S]:
        """Open the journal of a stage."""
        return Journal(self._journal(stage), kind)

    def finished(self, stage: str) -> Mark | None:
        """Return the mark of a stage, or None where it is not finished.

        Raises:
            InputError: If one of its files was changed or removed since.
        """
        path = self._mark(stage)
        if not path.exists():
            return None
        try:
            mark = Mark.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise InputError(str(path), "cannot be read", "start over with --fresh") from error
        for name, digest in mark.files.items():
            file = self.path / name
            if not file.is_file() or content_hash(file.read_bytes()) != digest:
                problem = "was changed" if file.is_file() else "was removed"
                raise InputError(
                    str(file), f"{problem} after the stage {stage!r}", "start over with --fresh"
                )
        return mark

    def finish(
        self,
        stage: str,
        kept: int,
        drops: Sequence[Drop],
        files: Mapping[str, Path],
        rows: Mapping[str, int] | None = None,
    ) -> Mark:
        """Note that a stage is finished: its drops, then its mark; its journal goes.

        Args:
            stage: Which one.
            kept: How many results it has.
            drops: What it left out, in the order of its units.
            files: Its result files, already written, by their names in the folder.
            rows: Of the dataset: rows by table.
        """
        later = STAGES[STAGES.index(stage) :]
        earlier = [drop for drop in self.drops() if drop.stage not in later]
        write_lines(self.path / DROPPED, [*earlier, *drops])
        mark = Mark(
            stage=stage,
            kept=kept,
            dropped=len(drops),
            reasons=count_reasons(drops),
            rows=dict(rows or {}),
            files={name: content_hash(path.read_bytes()) for name, path in sorted(files.items())},
        )
        write_atomic(self._mark(stage), mark.model_dump_json(indent=2).encode() + b"\n")
        self._journal(stage).unlink(missing_ok=True)
        return mark

    def drops(self) -> tuple[Drop, ...]:
        """Return what the finished stages left out."""
        path = self.path / DROPPED
        return tuple(read_lines(path, Drop)) if path.exists() else ()

    def write(self, name: str, records: Iterable[Stored]) -> dict[str, Path]:
        """Write a result file of JSON Lines; returns it in the form that `finish` takes."""
        write_lines(self.path / name, records)
        return {name: self.path / name}

    def _mark(self, stage: str) -> Path:
        return self.path / STATE / f"{STAGES.index(stage) + 1}-{stage}.json"

    def _journal(self, stage: str) -> Path:
        return self.path / STATE / f"{STAGES.index(stage) + 1}-{stage}.jsonl"


def remove(path: Path) -> None:
    """Remove a file or a folder, if there is one.

    Raises:
        OutputError: If it cannot be removed.
    """
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(str(path), error.strerror or str(error), "remove it by hand") from error
