"""`Urn`: things to draw from with weights, in logarithmic time."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")

_DIGITS = 9
_LEAST = 1e-6
_DRAWS_PER_ITEM = 4


class Urn(Generic[T]):
    """A fixed sequence of things with weights.

    Weights are rounded, so that a machine whose powers differ in the last bit draws the same.
    """

    __slots__ = ("_sums", "items")

    def __init__(self, items: Sequence[T], weights: Sequence[float]) -> None:
        """Take things and the weight of each; a weight of almost nothing counts a millionth."""
        self.items = items
        self._sums = list(accumulate(round(max(w, _LEAST), _DIGITS) for w in weights))

    def __len__(self) -> int:
        return len(self.items)

    def draw(self, rng: random.Random) -> T:
        """Draw one thing; the urn must not be empty."""
        place = bisect(self._sums, rng.random() * self._sums[-1])
        return self.items[min(place, len(self.items) - 1)]

    def draw_several(
        self, rng: random.Random, most: int, allowed: Callable[[T], bool]
    ) -> Iterator[T]:
        """Draw up to `most` different things that are allowed, by drawing again for the others.

        Gives up after a few draws for each that is wanted, so the cost does not depend on how many
        things there are.
        """
        drawn: list[T] = []
        for _ in range(most * _DRAWS_PER_ITEM):
            item = self.draw(rng)
            if item not in drawn and allowed(item):
                drawn.append(item)
                yield item
            if len(drawn) >= min(most, len(self.items)):
                return
