"""`evenly`: chains in an order whose every beginning uses tools and environments evenly."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from envfactory.chain import Chain

_Use = tuple[float, float, int]


def evenly(chains: Sequence[Chain]) -> list[Chain]:
    """Return all chains, next always one whose tools, then environments, were used least so far.

    Where only the first of them become tasks, these are about as many things as they can be. Ties
    keep their order. Scores only grow, so that those on the heap are recomputed when they come up.

    Args:
        chains: What to put in order.
    """
    parts = [
        (tuple(step.tool for step in chain.steps), tuple(chain.environments)) for chain in chains
    ]
    tools = dict.fromkeys((name for named, _ in parts for name in named), 0)
    environments = dict.fromkeys((name for _, named in parts for name in named), 0)

    def use(place: int) -> _Use:
        called, named = parts[place]
        return (
            sum(map(tools.__getitem__, called)) / max(len(called), 1),
            sum(map(environments.__getitem__, named)) / max(len(named), 1),
            place,
        )

    heap = [use(place) for place in range(len(chains))]
    heapq.heapify(heap)
    order: list[Chain] = []
    while heap:
        current = use(heap[0][2])
        if current != heap[0]:
            heapq.heapreplace(heap, current)
            continue
        place = heapq.heappop(heap)[2]
        called, named = parts[place]
        for name in called:
            tools[name] += 1
        for name in named:
            environments[name] += 1
        order.append(chains[place])
    return order
