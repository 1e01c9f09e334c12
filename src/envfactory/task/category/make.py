"""`VariedMaker`: from a chain to a task of the category that is asked for.

Every category but the first is a change to a base task that was verified before, and is verified
again: by execution here, and by whole episodes where there is a loop to run them in.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import partial

from envfactory.chain import Chain
from envfactory.environment import Package
from envfactory.task.category.bench import Bench
from envfactory.task.category.dual_control import hand_over
from envfactory.task.category.long_context import lengthen
from envfactory.task.category.missing_information import withhold
from envfactory.task.category.missing_tool import miss_tool
from envfactory.task.category.multi_environment import carry
from envfactory.task.category.policy_forbids import forbid, is_ruled
from envfactory.task.category.recovery import recover
from envfactory.task.grounding.dropped import Dropped
from envfactory.task.grounding.leaning import Leaning
from envfactory.task.make import TaskMaker
from envfactory.task.model import Category, Task

Variation = Callable[[Task, Bench, random.Random], Task | Dropped]
"""Turns a base task into one of a category, or says why not; deterministic in its arguments."""

VARIATIONS: Mapping[Category, Variation] = {
    "missing_information": withhold,
    "missing_tool": miss_tool,
    "policy_forbids": forbid,
    "long_context": lengthen,
    "multi_environment": carry,
    "dual_control": hand_over,
    "recovery": recover,
}
MAKEABLE: tuple[Category, ...] = ("base", *VARIATIONS)
"""The categories that can be asked for."""


class VariedMaker:
    """Makes tasks of any category; what it learns about environments is kept between tasks."""

    def __init__(self, maker: TaskMaker, packages: Mapping[str, Package]) -> None:
        """Vary the tasks of a maker.

        Args:
            maker: Makes the base tasks.
            packages: Its environments, by the names that the graph gives them.
        """
        self._maker = maker
        self._bench = Bench(packages, maker.glossary)

    def make(self, chain: Chain, seed: int, category: Category = "base") -> Task | Dropped:
        """Return the task that belongs to a chain, a seed and a category, or why there is none.

        Deterministic, as `TaskMaker.make` is. What is dropped on the way to another category than
        base says so: `recovery: no natural value`.

        Raises:
            KeyError: If the category is not among `MAKEABLE`.
        """
        if category == "base":
            return self._maker.make(chain, seed)
        vary = VARIATIONS[category]
        leaning = self._leaning(category)
        reason = Dropped("no attempt", category)
        for attempt in range(_ATTEMPTS.get(category, 1)):
            drawn = seed + attempt * _STRIDE
            made = self._maker.make(chain, drawn, leaning)
            if isinstance(made, Task):
                made = vary(made, self._bench, random.Random(f"{category}/{chain.id}/{drawn}"))
            if isinstance(made, Task):
                return made
            reason = made
        return Dropped(f"{category}: {reason.reason}", reason.detail)

    def _leaning(self, category: Category) -> Leaning:
        """Return what a base task has to be like so that one of a category can be made of it."""
        if category == "long_context":
            return Leaning(scenario="large")
        if category == "policy_forbids":
            return Leaning(apart=True, favour=partial(is_ruled, self._bench))
        return Leaning(apart=category == "missing_tool")


_ATTEMPTS: Mapping[Category, int] = {"policy_forbids": 4, "multi_environment": 3}
"""How often a chain is tried, with other records and values, where what is there decides."""
_STRIDE = 1_000_003
"""Between the seeds of attempts, so that they are no other chain's."""
