"""What every sampler is, and how many chains are drawn so that any of them can be drawn alone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Protocol

from envfactory.chain.model import Chain

_SEED_BITS = 53  # survives every JSON reader


class Sampler(Protocol):
    """Draws chains from a graph."""

    @property
    def name(self) -> str:
        """Which sampler it is; stored in its chains."""
        ...

    def sample(self, rng: random.Random) -> Chain:
        """Draw one chain; all its randomness comes from `rng`."""
        ...

    def from_seed(self, seed: int) -> Chain:
        """Draw the one chain that belongs to a seed."""
        ...


def draw_seed(rng: random.Random) -> int:
    """Draw the seed of one chain."""
    return rng.getrandbits(_SEED_BITS)


def sample_chains(sampler: Sampler, seed: int, count: int, start: int = 0) -> Iterator[Chain]:
    """Yield chains number `start` to `start + count - 1` of a seed.

    Each has a generator of its own, so a run can resume, or be shared among workers, at any number.
    """
    for number in range(start, start + count):
        yield sampler.sample(random.Random(f"{seed}/{number}"))
