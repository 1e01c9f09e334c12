"""`split_by_environment`: training and test tasks that share no environment."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from envfactory.task.grounding.dropped import Dropped
from envfactory.task.model import Task

REASON = "spans training and test environments"
_TRIES = 64


@dataclass(frozen=True, slots=True)
class Split:
    """Tasks, apart.

    Attributes:
        train, test: The tasks of each part, in their order.
        environments: The environments of the test part.
        dropped: Tasks that need environments of both, by id.
    """

    train: tuple[Task, ...]
    test: tuple[Task, ...]
    environments: tuple[str, ...]
    dropped: dict[str, Dropped]


def split_by_environment(tasks: Sequence[Task], share: float, rng: random.Random) -> Split:
    """Return a split whose test environments no training task has.

    Of many random choices of test environments, the one that loses fewest tasks and comes closest
    to the share wins. There are no test tasks where the share is 0 or there is one environment.

    Args:
        tasks: What to split.
        share: Of the tasks that are for testing, as nearly as whole environments allow.
        rng: Decides.
    """
    needs = [frozenset(env.name for env in task.environments) for task in tasks]
    names = sorted(set().union(*needs)) if needs else []
    best: tuple[float, tuple[str, ...]] = (share * len(tasks), ())
    if share > 0 and len(names) > 1:
        best = min([best, *_choices(needs, names, share * len(tasks), rng)])
    chosen = frozenset(best[1])
    train, test, dropped = [], [], {}
    for task, need in zip(tasks, needs, strict=True):
        if need <= chosen:
            test.append(task)
        elif need & chosen:
            dropped[task.id] = Dropped(REASON, ", ".join(sorted(need)))
        else:
            train.append(task)
    return Split(tuple(train), tuple(test), best[1], dropped)


def _choices(
    needs: Sequence[frozenset[str]], names: Sequence[str], wanted: float, rng: random.Random
) -> Iterator[tuple[float, tuple[str, ...]]]:
    """Yield choices of test environments with what each of them costs: tasks lost, tasks amiss."""
    for _ in range(_TRIES):
        order = rng.sample(names, len(names))
        for size in range(1, len(names)):
            chosen = frozenset(order[:size])
            inside = sum(need <= chosen for need in needs)
            lost = sum(bool(need & chosen) and not need <= chosen for need in needs)
            yield lost + abs(inside - wanted), tuple(sorted(chosen))
            if inside >= wanted:
                break
