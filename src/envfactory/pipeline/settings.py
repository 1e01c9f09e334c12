"""What a run was asked to do: written to `run.json`, and compared when the run goes on."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from envfactory import __version__
from envfactory.errors import InputError
from envfactory.records import Stored, content_hash
from envfactory.source import Passed, Place, find_sources
from envfactory.task.category import Mix
from envfactory.task.convey import NATURAL
from envfactory.task.surface import PersonaMix


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
    mix: Mix = Field(default=Mix(), description="Of which categories.")
    personas: PersonaMix = Field(default_factory=PersonaMix.parse, description="Who asks.")
    implicitness: str = Field(
        default=NATURAL.text, description="How much users leave implicit: a share, or a range."
    )
    sources: tuple[SourceFile, ...]

    def differences(self, other: Settings) -> list[str]:
        """Say in words how `other` differs from these settings."""
        found = [
            f"{name} was {getattr(self, name)} and is {getattr(other, name)} now"
            for name in ("version", "seed", "tasks", "mix", "personas", "implicitness")
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
    """The inputs of a run, in the order that all stages use, and where each lies now.

    Attributes:
        files: The sources by content.
        places: Where each lies, by its label.
        passed: Files of the folders that were given, which are no sources.
    """

    files: tuple[SourceFile, ...]
    places: Mapping[str, Place]
    passed: tuple[Passed, ...] = ()

    @classmethod
    def find(cls, given: Sequence[str | Path], *, allow_network: bool = False) -> Sources:
        """Return the sources that are meant by `given`; order and repetition do not matter.

        A folder stands for every file in it that holds a source, at any depth, outside hidden
        folders; see `envfactory.source.find_sources`.

        Raises:
            InputError: If a path does not exist or cannot be read, there is no source at all, or
                an address is given where the network is not allowed.
        """
        found = find_sources(given, allow_network=allow_network)
        shared = Counter(place.name for place in found.places)
        labelled = [
            (place.name if shared[place.name] == 1 else place.label, hash_of(place), place)
            for place in found.places
        ]
        labelled.sort(key=lambda each: (each[0], each[1], each[2].where))
        seen: Counter[str] = Counter()
        files, places = [], {}
        for name, digest, place in labelled:
            seen[name] += 1
            label = name if seen[name] == 1 else f"{name} ({seen[name]})"
            files.append(SourceFile(label=label, sha256=digest))
            places[label] = place
        return cls(tuple(files), places, found.passed)


def hash_of(place: Place) -> str:
    """Return the content hash of what lies at a place.

    Raises:
        InputError: If it cannot be read.
    """
    if place.path is None:
        return content_hash(place.data)
    try:
        with place.path.open("rb") as file:
            return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(
            place.where, error.strerror or str(error), "name a file or folder that can be read"
        ) from error
