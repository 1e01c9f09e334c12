"""Pairing: finding out whether each thing can have one of its own, where several fit several."""

from __future__ import annotations

from collections.abc import Sequence

Fits = Sequence[Sequence[int]]
"""For each thing the numbers of those that fit it."""


def unpaired(fits: Fits) -> int | None:
    """Return the first thing that gets none of its own, or None where each does.

    Who fits several makes room for who fits few: the augmenting paths of a bipartite matching.
    """
    holder: dict[int, int] = {}
    for thing in range(len(fits)):
        if not _placed(thing, fits, holder, set()):
            return thing
    return None


def _placed(thing: int, fits: Fits, holder: dict[int, int], tried: set[int]) -> bool:
    """Give a thing one that is free, or one whose holder can have another."""
    for one in fits[thing]:
        if one not in holder:
            holder[one] = thing
            return True
    for one in fits[thing]:
        if one not in tried:
            tried.add(one)
            if _placed(holder[one], fits, holder, tried):
                holder[one] = thing
                return True
    return False
