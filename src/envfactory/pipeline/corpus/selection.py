"""`Selection`: which sources to read, so that a sample holds as many as were asked for.

How many operations a source has is known only once it was read. So sources are read in rounds: each
round asks for as many as are still missing, and the choice depends on the seed and on what the
sources hold, never on what was read first.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from envfactory.pipeline.corpus.reading import Reading
from envfactory.pipeline.corpus.settings import CorpusSettings, CorpusSource


class Selection:
    """The sources of a build in the order in which they are asked for, by group.

    A group is a provider where `per_provider` is given, else a single source.

    Attributes:
        doubles: Sources that are left out, and for each the one of the same content.
    """

    def __init__(self, settings: CorpusSettings) -> None:
        self._quota = settings.per_provider or 1
        self._sample = settings.sample
        groups: dict[str, list[CorpusSource]] = defaultdict(list)
        first: dict[str, CorpusSource] = {}
        self.doubles: list[tuple[CorpusSource, CorpusSource]] = []
        for source in settings.sources:
            earlier = first.setdefault(source.sha256, source)
            if earlier is not source:
                self.doubles.append((source, earlier))
                continue
            groups[source.provider if settings.per_provider else source.label].append(source)
        names = sorted(groups)
        if settings.sample is not None:
            random.Random(f"{settings.seed}:groups").shuffle(names)
        if settings.per_provider is not None:
            for name in names:
                random.Random(f"{settings.seed}:{name}").shuffle(groups[name])
        self._groups: Sequence[Sequence[CorpusSource]] = [groups[name] for name in names]

    def wanted(self, read: Mapping[str, Reading]) -> list[CorpusSource]:
        """Return what to read next, given what was read; nothing where that is enough."""
        asked: list[CorpusSource] = []
        expected = 0
        for group in self._groups:
            if self._sample is not None and expected >= self._sample:
                break
            fitting, unread = _progress(group, read)
            more = unread[: max(self._quota - fitting, 0)]
            asked += more
            expected += min(fitting, self._quota) + len(more)
        return asked

    def chosen(self, read: Mapping[str, Reading]) -> list[Reading]:
        """Return the readings that make up the build, sorted by source."""
        kept: list[Reading] = []
        for group in self._groups:
            fitting = [read[s.label] for s in group if s.label in read and read[s.label].counts]
            kept += fitting[: self._quota]
        return sorted(kept[: self._sample], key=lambda reading: reading.source)


def _progress(
    group: Iterable[CorpusSource], read: Mapping[str, Reading]
) -> tuple[int, list[CorpusSource]]:
    """Return how many sources of a group fit, and those that were not read yet."""
    fitting, unread = 0, []
    for source in group:
        reading = read.get(source.label)
        if reading is None:
            unread.append(source)
        elif reading.counts:
            fitting += 1
    return fitting, unread
