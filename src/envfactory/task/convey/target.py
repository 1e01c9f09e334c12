"""`Implicitness`: how much of what users convey is to be left implicit, as a number or a range."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from envfactory.errors import InputError

_ALLOWED = "give a number from 0 to 1, or a range such as 0.2:0.8"


@dataclass(frozen=True, slots=True)
class Implicitness:
    """The share of the values that the user conveys which are not to be explicit, per task.

    A task's target is drawn evenly between the two ends.

    Attributes:
        low, high: The ends, from 0 (everything is said) to 1 (as little as possible is).
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse what is no share.

        Raises:
            InputError: If an end is no number from 0 to 1, or they are the wrong way round.
        """
        if not all(math.isfinite(end) and 0 <= end <= 1 for end in (self.low, self.high)):
            raise InputError("implicitness", self.text, _ALLOWED)
        if self.low > self.high:
            raise InputError("implicitness", self.text, "put the lower end first")

    @classmethod
    def parse(cls, text: str) -> Implicitness:
        """Read `0.6`, or `0.2:0.8` for a range.

        Raises:
            InputError: If it is neither, or no share.
        """
        low, colon, high = text.partition(":")
        try:
            return cls(float(low), float(high if colon else low))
        except ValueError as error:
            raise InputError("implicitness", repr(text), _ALLOWED) from error

    @property
    def text(self) -> str:
        """The range as `parse` reads it."""
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g}:{self.high:g}"

    def draw(self, rng: random.Random) -> float:
        """Return the target of one task."""
        return rng.uniform(self.low, self.high)


NATURAL = Implicitness(0.2, 0.8)
"""What is aimed at where nothing is asked for."""


def rounded(share: float, values: int, rng: random.Random) -> int:
    """Return how many of some values make up a share, so that the average over many draws is it.

    Up or down at random, the likelier the nearer.
    """
    exact = share * values
    return min(values, math.floor(exact + rng.random()))
