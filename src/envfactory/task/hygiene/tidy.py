"""`tidy`: a set of tasks without doubles and without what benchmarks ask, split for training."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from envfactory.llm import Embedder
from envfactory.task.grounding.dropped import Dropped
from envfactory.task.hygiene import overlap
from envfactory.task.hygiene.near import near_duplicates
from envfactory.task.hygiene.overlap import Overlap, overlaps
from envfactory.task.hygiene.split import Split, split_by_environment
from envfactory.task.model import Task
from envfactory.task.report import Utterances


@dataclass(frozen=True, slots=True)
class Tidied:
    """What is left, and why the rest is not.

    Attributes:
        split: The tasks that stay.
        overlaps: All that comes close to a benchmark, removed or not.
        dropped: Why a task is left out, by id, in the order of the tasks.
    """

    split: Split
    overlaps: tuple[Overlap, ...]
    dropped: Mapping[str, Dropped]


def tidy(
    tasks: Sequence[Task],
    embedder: Embedder,
    *,
    benchmarks: Sequence[Utterances] = (),
    keep_overlaps: bool = False,
    test_share: float = 0.0,
    rng: random.Random,
) -> Tidied:
    """Return tasks without near duplicates and overlaps, in a training and a test part.

    Args:
        tasks: In the order in which they are preferred.
        embedder: Tells how close texts are in meaning.
        benchmarks: What is not to be trained on.
        keep_overlaps: Whether overlaps with those are only told of.
        test_share: Share of the tasks, in environments of their own, that are for testing.
        rng: Decides which environments.
    """
    dropped = near_duplicates(tasks, embedder)
    kept = [task for task in tasks if task.id not in dropped]
    found = tuple(o for each in benchmarks for o in overlaps(kept, each, embedder))
    if not keep_overlaps:
        for each in found:
            said = f"turn {each.turn}, {each.benchmark}: {each.message}"
            dropped.setdefault(each.task, Dropped(overlap.REASON, said))
        kept = [task for task in kept if task.id not in dropped]
    split = split_by_environment(kept, test_share, rng)
    dropped |= split.dropped
    order = {task.id: dropped[task.id] for task in tasks if task.id in dropped}
    return Tidied(split, found, order)
