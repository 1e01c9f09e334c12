"""`WorkFolder`: where work of several stages keeps its results, and what it has finished.

Beside the results of the stages lie

    <settings>.json      what was asked for
    dropped.jsonl        everything that was left out, by stage, with its reason
    .state/              a lock, journals of unfinished stages, marks of finished ones

A stage is finished once its mark is written, which is the last thing that happens to it. A mark
holds the hash of each file of the stage, so that files changed by other hands are noticed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

from filelock import FileLock, Timeout
from pydantic import ValidationError

from envfactory.errors import InputError, OutputError
from envfactory.pipeline.drop import Drop, count_reasons
from envfactory.pipeline.journal import Journal
from envfactory.pipeline.summary import Mark
from envfactory.records import Stored, content_hash, read_lines, write_atomic, write_lines

DROPPED = "dropped.jsonl"
STATE = ".state"
WORKSHOP = "build-"
"""Prefix of the folders below `STATE` in which packages are made."""

S = TypeVar("S", bound=Stored)


class Given(Protocol):
    """What was asked for: a `Stored` record that tells how it differs from another."""

    def differences(self, other: Any) -> list[str]:
        """Say in words how `other` differs."""
        ...

    def model_dump_json(self, *, indent: int) -> str:
        """Return the record as JSON."""
        ...

    @classmethod
    def model_validate_json(cls, data: bytes) -> Self:
        """Read the record from JSON."""
        ...


G = TypeVar("G", bound=Given)


class WorkFolder(Generic[G]):
    """A folder that one kind of work writes; a subclass says what lies in it.

    Attributes:
        noun: What the kind of work is called in messages.
        kind: The record that says what was asked for.
        settings_file: Where it lies.
        stages: The stages, in order.
        results: Every other file and folder that the work writes.
    """

    noun: ClassVar[str]
    kind: type[G]
    settings_file: ClassVar[str]
    stages: ClassVar[tuple[str, ...]]
    results: ClassVar[tuple[str, ...]]

    def __init__(self, path: Path) -> None:
        self.path = path

    # ------------------------------------------------------------------ opening
    @contextmanager
    def locked(self) -> Iterator[None]:
        """Make the folder if need be, and keep others out of it; the lock of the dead is free.

        Raises:
            InputError: If the folder holds other files.
            OutputError: If the folder cannot be made or written, or somebody is writing it.
        """
        try:
            self._refuse_strangers()
            (self.path / STATE).mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / STATE / "lock", timeout=0)
            lock.acquire()
        except Timeout as error:
            raise OutputError(
                str(self.path),
                f"another {self.noun} is writing here",
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

    def settle(self, settings: G, fresh: bool = False) -> None:
        """Note the settings of new work, or make sure that the old ones are the same.

        Args:
            settings: What is asked for now.
            fresh: Whether to remove what earlier work left here.

        Raises:
            InputError: If the folder holds work with other settings.
        """
        path = self.path / self.settings_file
        self.sweep()
        if path.exists() and fresh:
            self._clear()
        elif path.exists():
            differences = self.settings().differences(settings)
            if differences:
                raise InputError(
                    str(path),
                    f"the folder holds a {self.noun} with other settings: "
                    + "; ".join(differences[:3]),
                    "choose another --out, or start over with --fresh",
                )
            return
        write_atomic(path, settings.model_dump_json(indent=2).encode() + b"\n")

    def _refuse_strangers(self) -> None:
        if not self.path.is_dir() or (self.path / self.settings_file).exists():
            return
        visible = sorted(f.name for f in self.path.iterdir() if not f.name.startswith("."))
        if visible:
            raise InputError(
                str(self.path),
                f"holds {visible[0]} but no {self.noun}",
                "give --out an empty folder",
            )

    def settings(self) -> G:
        """Return what was asked for.

        Raises:
            InputError: If the folder holds no such work.
        """
        path = self.path / self.settings_file
        try:
            return self.kind.model_validate_json(path.read_bytes())
        except OSError as error:
            raise InputError(
                str(path), error.strerror or str(error), f"name the folder of a {self.noun}"
            ) from error
        except ValidationError as error:
            raise InputError(
                str(path),
                f"does not hold the settings of a {self.noun}",
                "start over with --fresh",
            ) from error

    def _clear(self) -> None:
        """Remove all results; marks go first, so a kill on the way leaves work that goes on."""
        for mark in sorted((self.path / STATE).glob("*.json*")):
            mark.unlink()
        for name in (*self.results, DROPPED):
            remove(self.path / name)

    def sweep(self) -> None:
        """Remove what a kill left half made: temporary files, and workshops of packages."""
        for folder in (self.path, self.path / STATE):
            for left in (*folder.glob(".*.*.*"), *folder.glob(f"{WORKSHOP}*")):
                remove(left)

    def discard(self) -> None:
        """Remove everything that was written, the settings too."""
        self._clear()
        remove(self.path / self.settings_file)

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
        later = self.stages[self.stages.index(stage) :]
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
        return self.path / STATE / f"{self.stages.index(stage) + 1}-{stage}.json"

    def _journal(self, stage: str) -> Path:
        return self.path / STATE / f"{self.stages.index(stage) + 1}-{stage}.jsonl"


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
