"""`Mix`: how many tasks of which category are wanted, and which chains to make them from."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from typing import Self, get_args

from pydantic import Field, field_validator

from envfactory.chain import Chain
from envfactory.errors import InputError
from envfactory.records import Stored
from envfactory.task.category.own import seems_own
from envfactory.task.model import Category

CATEGORIES: tuple[Category, ...] = get_args(Category)

_CHAINS_PER_TASK: Mapping[Category, float] = {
    "missing_information": 2.0,
    "missing_tool": 1.5,
    "long_context": 2.3,
    "policy_forbids": 1.7,
    "multi_environment": 5.8,
    "dual_control": 1.5,
}
"""How many more chains a task of a category takes than a base task does, as measured."""

_WISHES = 2
"""Goals of a chain of which one can be refused after another was met."""


class Mix(Stored):
    """Weights of categories; they are taken relative to their sum."""

    weights: dict[Category, float] = Field(default={"base": 1.0}, min_length=1)

    @field_validator("weights")
    @classmethod
    def _check(cls, weights: dict[Category, float]) -> dict[Category, float]:
        if any(not math.isfinite(weight) or weight < 0 for weight in weights.values()):
            raise ValueError("a weight is a number that is not below 0")
        kept = {name: weights[name] for name in CATEGORIES if weights.get(name)}
        if not kept:
            raise ValueError("some weight must be above 0")
        return kept

    @classmethod
    def read(cls, text: str, makeable: Sequence[Category] = CATEGORIES) -> Self:
        """Read a mix such as `base=0.6,missing_tool=0.4`; a name alone stands for 1.

        Args:
            text: Names of categories with their weights.
            makeable: The categories that can be made.

        Raises:
            InputError: If it is no such text, or names what cannot be made.
        """
        weights: dict[Category, float] = {}
        for part in text.split(","):
            name, given, weight = (piece.strip() for piece in part.partition("="))
            known = {str(category): category for category in makeable}
            if name not in known:
                close = difflib.get_close_matches(name, known, 1)
                hint = f"did you mean {close[0]}? " if close else ""
                raise InputError(
                    "mix", f"knows no category {name!r:.40}", f"{hint}there are {', '.join(known)}"
                )
            if known[name] in weights:
                raise InputError("mix", f"names {name} twice", "give each category one weight")
            weights[known[name]] = _weight(name, weight if given else "1")
        if not any(weights.values()):
            raise InputError("mix", "asks for nothing", "give some category a weight above 0")
        return cls(weights=weights)

    def wanted(self, tasks: int) -> dict[Category, int]:
        """Share out a number of tasks; the rests go to the categories with the largest ones."""
        total = sum(self.weights.values())
        shares = {name: tasks * weight / total for name, weight in self.weights.items()}
        counts = {name: math.floor(share) for name, share in shares.items()}
        rests = sorted(
            shares, key=lambda name: (counts[name] - shares[name], CATEGORIES.index(name))
        )
        for name in rests[: tasks - sum(counts.values())]:
            counts[name] += 1
        return counts

    def share_out(self, chains: Sequence[Chain]) -> dict[Category, list[Chain]]:
        """Give each chain to one category, in proportion to weights and to what a task takes.

        Chains without an act of the user's own are no use to dual control, and those with a single
        wish are none where the last of several is refused; they go elsewhere. Within a
        category the chains keep their order. Linear in the number of chains and of categories.
        """
        effort = {
            name: weight * _CHAINS_PER_TASK.get(name, 1.0) for name, weight in self.weights.items()
        }
        total = sum(effort.values())
        given: dict[Category, list[Chain]] = {name: [] for name in effort}
        for number, chain in enumerate(chains, start=1):
            fit = [name for name in effort if self.suits(name, chain)] or list(effort)
            behind = {name: number * effort[name] / total - len(given[name]) for name in fit}
            given[max(fit, key=lambda name: (behind[name], -CATEGORIES.index(name)))].append(chain)
        return given

    @staticmethod
    def suits(category: Category, chain: Chain) -> bool:
        """Return whether a chain may become a task of a category, as far as its steps tell."""
        if category == "dual_control":
            return any(seems_own(step.tool) for step in chain.steps)
        if category in ("missing_tool", "policy_forbids"):
            return sum(step.goal for step in chain.steps) >= _WISHES
        return True

    def __str__(self) -> str:
        return ",".join(f"{name}={weight:g}" for name, weight in self.weights.items())


def _weight(name: str, text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not math.isfinite(weight) or weight < 0:
        raise InputError("mix", f"{name} has the weight {text!r:.40}", "give a number from 0 on")
    return weight
