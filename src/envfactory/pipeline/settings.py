"""What a run was asked to do: written to `run.json`, and compared when the run goes on."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from envfactory import __version__
from envfactory.errors import InputError
from envfactory.records import Stored

_SUFFIXES = (".json", ".yaml", ".yml")


class SourceFile(Stored):
    """One input of a run, by content; where it lies is no part of the settings."""

    label: str = Field(description="Its file name, numbered where several share one.")
    sha256: str


class Settings(Stored):
    """Everything that decides what a run produces."""

    schema_version: Literal[1] = 1
    version: str = Field(default=__version__, description="Of envfactory.")
    seed: int = Field(default=0, ge=0, lt=1 << 53)
    tasks: int = Field(default=50, ge=0, description="How many tasks are wanted.")
    sources: tuple[SourceFile, ...]

    def differences(self, other: Settings) -> list[str]:
        """Say in words how `other` differs from these settings."""
        found = [
            f"{name} was {getattr(self, name)} and is {getattr(other, name)} now"
            for name in ("version", "seed", "tasks")
            if getattr(self, name) != getattr(other, name)
        ]
        was, now = ({s.label: s.sha256 for s in each.sources} for each in (self, other))
        found += [f"source {label} is missing now" for label in was if label not in now]
        found += [f"source {label} is new" for label in now if label not in was]
        found += [
            f"source {label} has changed"
            for label, digest in was.items()
            if now.get(label, digest) != digest
        ]
        return found


@dataclass(frozen=True, slots=True)
class Sources:
    """The inputs of a run, in the order that all stages use, and where each lies now."""

    files: tuple[SourceFile, ...]
    paths: Mapping[str, Path]

    @classmethod
    def find(cls, given: Sequence[Path]) -> Sources:
        """Return the files that are meant by files and folders; order and repetition do not matter.

        A folder stands for every JSON and YAML file in it, at any depth, outside hidden folders.
        Reads every file once, to know it by content.

        Raises:
            InputError: If a path does not exist or cannot be read, or there is no file at all.
        """
        found = {path.resolve(): path for path in _files(given)}
        hashed = sorted((path.name, _digest(path), str(path)) for path in found.values())
        seen: Counter[str] = Counter()
        files, paths = [], {}
        for name, digest, path in hashed:
            seen[name] += 1
            label = name if seen[name] == 1 else f"{name} ({seen[name]})"
            files.append(SourceFile(label=label, sha256=digest))
            paths[label] = Path(path)
        return cls(tuple(files), paths)


def _files(given: Sequence[Path]) -> Iterable[Path]:
    if not given:
        raise InputError("sources", "none is given", "name an API description or a folder of them")
    for path in given:
        if not path.is_dir():
            yield path
            continue
        inside = [
            file
            for file in sorted(path.rglob("*"))
            if file.suffix.lower() in _SUFFIXES
            and not any(part.startswith(".") for part in file.relative_to(path).parts)
            and file.is_file()
        ]
        if not inside:
            raise InputError(str(path), "the folder holds no JSON or YAML file", "name another")
        yield from inside


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(
            str(path), error.strerror or str(error), "name a file or folder that can be read"
        ) from error
