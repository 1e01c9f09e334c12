"""What a corpus build was asked to do, and the sources that it was given."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import Field

from envfactory import __version__
from envfactory.pipeline.settings import hash_of
from envfactory.records import Stored
from envfactory.source import Place, find_sources


class CorpusSource(Stored):
    """One input of a corpus build, by content; where it lies is no part of the settings."""

    label: str = Field(description="Its path below the folder that was given; unique.")
    provider: str = Field(description="The topmost folder of that path, or the file's own name.")
    sha256: str


class CorpusSettings(Stored):
    """Everything that decides what a corpus build produces."""

    schema_version: Literal[1] = 1
    version: str = Field(default=__version__, description="Of envfactory.")
    seed: int = Field(default=0, ge=0, lt=1 << 53)
    per_provider: int | None = Field(default=None, ge=1, description="Most sources of each.")
    sample: int | None = Field(default=None, ge=1, description="How many sources to draw.")
    min_operations: int = Field(default=4, ge=0)
    max_operations: int = Field(default=60, ge=1)
    seconds: float = Field(default=60.0, gt=0, description="For reading a source, and for making.")
    memory: int = Field(default=2 << 30, gt=0, description="Bytes, for reading and for making.")
    sources: tuple[CorpusSource, ...]

    def differences(self, other: CorpusSettings) -> list[str]:
        """Say in words how `other` differs from these settings."""
        found = [
            f"{name} was {getattr(self, name)} and is {getattr(other, name)} now"
            for name in type(self).model_fields
            if name != "sources" and getattr(self, name) != getattr(other, name)
        ]
        was, now = ({s.label: s.sha256 for s in each.sources} for each in (self, other))
        missing = sum(label not in now for label in was)
        new = sum(label not in was for label in now)
        changed = sum(now.get(label, digest) != digest for label, digest in was.items())
        found += [f"{missing} sources are missing now"] if missing else []
        found += [f"{new} sources are new"] if new else []
        found += [f"{changed} sources have changed"] if changed else []
        return found


@dataclass(frozen=True, slots=True)
class CorpusSources:
    """The inputs of a corpus build, in the order of its results, and where each lies now."""

    sources: tuple[CorpusSource, ...]
    places: Mapping[str, Place]

    @classmethod
    def find(cls, given: Sequence[str | Path], *, allow_network: bool = False) -> CorpusSources:
        """Return the sources that are meant by `given`, each once, sorted by label.

        A folder stands for every file in it; which of them hold a source is found later, where a
        file that misbehaves costs only itself. Every file is read once, to know it by content.

        Raises:
            InputError: If a path does not exist or cannot be read, there is no file at all, or an
                address is given where the network is not allowed.
        """
        found: dict[str, tuple[str, Place]] = {}
        if not given:
            find_sources(given)  # says what is wrong with that
        for each in given:
            places = find_sources([each], allow_network=allow_network, look=False).places
            for label, place in _labelled(places):
                found.setdefault(_identity(place), (label, place))
        hashed = [(label, hash_of(place), place) for label, place in found.values()]
        seen: Counter[str] = Counter()
        sources, by_label = [], {}
        for label, digest, place in sorted(hashed, key=lambda each: each[:2]):
            seen[label] += 1
            unique = label if seen[label] == 1 else f"{label} ({seen[label]})"
            sources.append(CorpusSource(label=unique, provider=_provider(label), sha256=digest))
            by_label[unique] = place
        return cls(tuple(sources), by_label)


def _labelled(places: Sequence[Place]) -> Iterator[tuple[str, Place]]:
    """Yield each place with where it lies below the folder that all of them lie in."""
    shared = os.path.commonpath([PurePosixPath(place.label).parent for place in places])
    for place in places:
        yield PurePosixPath(place.label).relative_to(shared).as_posix(), place


def _identity(place: Place) -> str:
    return place.where if place.path is None else str(place.path.resolve())


def _provider(label: str) -> str:
    path = PurePosixPath(label)
    return path.parts[0] if len(path.parts) > 1 else path.stem
