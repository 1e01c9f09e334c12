"""`evenly`: chains in an order whose every beginning uses tools and environments evenly."""

from __future__ import annotations

import heapq
from collections import Counter
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
    environments: Counter[str] = Counter()
    tools: Counter[str] = Counter()

    def use(place: int) -> _Use:
        chain, named = chains[place], chains[place].environments
        return (
            sum(tools[step.tool] for step in chain.steps) / max(len(chain.steps), 1),
            sum(environments[name] for name in named) / max(len(named), 1),
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
        chain = chains[heapq.heappop(heap)[2]]
        environments.update(chain.environments)
        tools.update(step.tool for step in chain.steps)
        order.append(chain)
    return order
