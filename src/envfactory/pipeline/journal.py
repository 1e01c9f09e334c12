"""`Journal`: which units of a stage are finished, and what each came to, safe against a kill.

One line of JSON per finished unit, on disk before the next one is waited for. A kill or a full
disk can only spoil the last line; reading cuts the file after the last whole line, so the spoiled
unit is done again. Units come in the order in which they finished, which is not the order of the
stage's result: a stage sorts, writes its result, and removes the journal.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Generic, Self, TypeVar

from pydantic import ValidationError

from envfactory.errors import OutputError
from envfactory.pipeline.drop import Drop, Produced
from envfactory.records import Json, Stored

S = TypeVar("S", bound=Stored)


class Entry(Stored):
    """One line: a finished unit."""

    unit: str
    kept: tuple[Json, ...] = ()
    drops: tuple[Drop, ...] = ()


class Journal(Generic[S]):
    """The finished units of one stage, whose records are of one kind; used as a context manager.

    Attributes:
        finished: What each finished unit came to, by its name.
    """

    def __init__(self, path: Path, kind: type[S]) -> None:
        """Read what an earlier run left at `path`, if anything; nothing is written yet."""
        self._path = path
        self.finished: dict[str, Produced[S]] = {}
        self._whole = 0
        self._read(kind)
        self._file: BinaryIO | None = None

    def _read(self, kind: type[S]) -> None:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return
        except OSError as error:
            raise _unwritable(self._path, error) from error
        for line in data.splitlines(keepends=True):
            if not line.endswith(b"\n"):
                return
            try:
                entry = Entry.model_validate_json(line)
                kept = tuple(kind.model_validate(record) for record in entry.kept)
            except ValidationError:
                return
            self.finished[entry.unit] = Produced(kept, entry.drops)
            self._whole += len(line)

    def add(self, unit: str, produced: Produced[S]) -> None:
        """Note that a unit is finished; when this returns, the note is on disk.

        Raises:
            OutputError: If it cannot be written.
        """
        entry = Entry(
            unit=unit,
            kept=tuple(record.model_dump(mode="json") for record in produced.kept),
            drops=produced.drops,
        )
        try:
            file = self._open()
            file.write(entry.to_line() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        except OSError as error:
            raise _unwritable(self._path, error) from error
        self.finished[unit] = produced

    def _open(self) -> BinaryIO:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("ab")
            self._file.truncate(self._whole)
        return self._file

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        file, self._file = self._file, None
        if file is not None:
            file.close()


def _unwritable(path: Path, error: OSError) -> OutputError:
    return OutputError(
        str(path), error.strerror or str(error), "free some space or choose another folder"
    )
