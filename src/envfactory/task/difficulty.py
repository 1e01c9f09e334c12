"""`graded`: how hard a task is likely to be, from what its reference solution has to get right.

The prediction orders tasks, it does not forecast a pass rate: every decision of the solution is
given a small risk, and the risks are taken together. Which tool to call is one among those offered;
each look-up leaves records to choose from, and near-duplicates of the right one to fall for; what
is implicit has to be worked out, and what is withheld has to be asked for. A pass rate is measured
where solvers have tried the task (see `reward.pass_rates`).
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence

from envfactory.graph import values_at
from envfactory.records import Json
from envfactory.task.model import GoldCall, Task

_CALL, _CHOICE, _DISTRACTOR, _IMPLICIT, _ASK, _TURN = 0.03, 0.01, 0.03, 0.03, 0.06, 0.02
_MOST_DISTRACTORS = 5
_ALIKE = 0.5
"""Share of words in common from which a record is a near-duplicate."""

_Row = Mapping[str, Json]


def graded(task: Task) -> Task:
    """Return a task with the predicted part of its difficulty; its id is left as it is.

    Linear in the size of the results that the solution looks things up in.
    """
    calls = [call for turn in task.turns for call in turn.calls]
    found = [_field_of_choice(calls, number) for number in range(len(calls))]
    fields = [field for field in found if field is not None]
    branching = sum(len(rows) for rows, _ in fields) / len(fields) if fields else 0.0
    distractors = sum(
        min(_MOST_DISTRACTORS, sum(_alike(row, right) for row in rows)) for rows, right in fields
    )
    implicit = sum(each.kind != "explicit" for turn in task.turns for each in turn.conveyed)
    risk = (
        len(calls) * (_CALL + _CHOICE * math.log2(1 + task.difficulty.tools_offered))
        + sum(_CHOICE * math.log2(1 + len(rows)) for rows, _ in fields)
        + _DISTRACTOR * distractors
        + _IMPLICIT * implicit
        + _ASK * sum(len(turn.asks) for turn in task.turns)
        + _TURN * len(task.turns)
    )
    difficulty = task.difficulty.model_copy(
        update={
            "branching": round(branching, 2),
            "distractors": distractors,
            "predicted": round(1 - math.exp(-risk), 4),
        }
    )
    return task.model_copy(update={"difficulty": difficulty})


def stratified(
    tasks: Sequence[Task], count: int, strata: int, rng: random.Random
) -> tuple[list[Task], list[Task]]:
    """Choose tasks so that easy and hard ones are equally many.

    Tasks are ordered by predicted difficulty and cut into strata of equal width between the easiest
    and the hardest. Each stratum gives the same number, as far as it has them; what one lacks is
    shared out among the others.

    Args:
        tasks: What there is to choose from.
        count: How many to choose; all of them where there are no more.
        strata: How many strata, at least one.
        rng: Decides within a stratum.

    Returns:
        The chosen tasks and the others, each in the order given.
    """
    levels = [task.difficulty.predicted for task in tasks]
    low, high = min(levels, default=0.0), max(levels, default=0.0)
    width = (high - low) / strata or 1.0
    groups: list[list[int]] = [[] for _ in range(strata)]
    for number, level in enumerate(levels):
        groups[min(strata - 1, int((level - low) / width))].append(number)
    for group in groups:
        rng.shuffle(group)
    chosen: set[int] = set()
    while len(chosen) < min(count, len(tasks)):
        for group in groups:
            if group and len(chosen) < count:
                chosen.add(group.pop())
    kept = [task for number, task in enumerate(tasks) if number in chosen]
    return kept, [task for number, task in enumerate(tasks) if number not in chosen]


def _field_of_choice(calls: Sequence[GoldCall], number: int) -> tuple[list[_Row], _Row] | None:
    """Return the records among which a call's result leaves one to be chosen, and that one."""
    for call in calls[number + 1 :]:
        for origin in call.origins.values():
            if origin.kind != "result" or origin.call != number or not origin.path:
                continue
            row_path = origin.path.rpartition("/")[0]
            right = next((row for _, row in values_at(calls[number].value, row_path)), None)
            above = row_path.rpartition("/")[0]
            rows = next((each for _, each in values_at(calls[number].value, above)), None)
            if isinstance(right, dict) and isinstance(rows, list):
                others: list[_Row] = [row for row in rows if isinstance(row, dict) and row != right]
                return others, right
    return None


def _alike(one: _Row, other: _Row) -> bool:
    """Say whether a record shares most words of some field with another."""
    for name, value in other.items():
        held = one.get(name)
        if isinstance(value, str) and isinstance(held, str):
            words, there = set(value.casefold().split()), set(held.casefold().split())
            if len(words) > 1 and len(words & there) / len(words | there) >= _ALIKE:
                return True
    return False
