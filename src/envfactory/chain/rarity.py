"""`rarity`: which tools a sampler would hardly draw, from the shape of the graph alone.

How often each tool is drawn follows from how often those before it are, along edges and needs, as
the rank of a page follows from those that link to it. A few rounds of that give an expectation; its
inverse, tempered, is what tools are weighted with. Nothing is drawn and nothing is remembered from
chain to chain, so any chain of a seed can still be drawn alone. Linear in tools and edges.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from envfactory.chain.habits import Habits

_ROUNDS = 3
_BOUND = 20.0


@dataclass(frozen=True, slots=True)
class Flow:
    """What drawing a tool leads to; pairs are tools with weights.

    Attributes:
        wanted: How often it is a goal, against others.
        onward: The goals that may follow it.
        needs: For each input that only a tool supplies, the tools that do.
    """

    wanted: float
    onward: Sequence[tuple[str, float]]
    needs: Sequence[Sequence[tuple[str, float]]]


def rarity(flows: Mapping[str, Flow], habits: Habits) -> dict[str, float]:
    """Return a factor for each tool: above 1 for those that would be drawn less than others.

    Args:
        flows: What each tool leads to.
        habits: How chains go on, and how much rare tools are to be favoured.
    """
    total = sum(flow.wanted for flow in flows.values())
    first = {tool: flow.wanted / total for tool, flow in flows.items()}
    expected = first
    for _ in range(_ROUNDS):
        following = dict(first)
        for tool, flow in flows.items():
            _spread(following, flow.onward, expected[tool] * habits.go_on * habits.stay_linked)
            for makers in flow.needs:
                _spread(following, makers, expected[tool])
        expected = following
    mean = sum(expected.values()) / len(expected) if expected else 1.0
    return {
        tool: min(max((mean / often) ** habits.balance, 1.0 / _BOUND), _BOUND)
        for tool, often in expected.items()
    }


def _spread(into: dict[str, float], among: Sequence[tuple[str, float]], amount: float) -> None:
    """Share an amount among tools by their weights."""
    total = sum(weight for _, weight in among)
    for tool, weight in among:
        into[tool] += amount * weight / total
