"""`TopologySampler`: goals first, and before each goal everything that it needs.

A goal is drawn, the producers of its required inputs are resolved recursively before it, and with
some chance another goal follows that uses what the chain has returned so far: material for several
turns. Chains are valid by construction. Building the sampler is linear in the graph, apart from one
plan per tool; drawing a chain costs its length times the edges at its tools, whatever the size of
the graph.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections import defaultdict
from itertools import accumulate

from envfactory.chain.draft import Draft
from envfactory.chain.model import Chain, Limits
from envfactory.chain.reach import Reach, Unreachable, reach
from envfactory.chain.resolve import Habits, Resolver, Wish
from envfactory.chain.sampler import draw_seed
from envfactory.errors import InputError
from envfactory.graph import Accept, Edge, ToolGraph, ToolNode

_TRIES = 4


class TopologySampler:
    """Draws valid chains along the dependencies of tools.

    Attributes:
        name: "topology".
        graph: The graph it draws from.
        limits: What no chain exceeds.
        goals: The tools that a chain can lead to within the limits, sorted.
        unreachable: The tools that no chain can hold, with the inputs that nobody supplies.
    """

    name = "topology"

    def __init__(
        self,
        graph: ToolGraph,
        limits: Limits | None = None,
        *,
        accept: Accept | None = None,
        habits: Habits | None = None,
    ) -> None:
        """Find out what can be called, and plan each tool once.

        Args:
            graph: Tools and edges.
            limits: What no chain may exceed.
            accept: Which edges to trust.
            habits: How often to choose what.

        Raises:
            InputError: If no tool can be called within the limits.
        """
        self.graph = graph
        self.limits = limits or Limits()
        self._habits = habits or Habits()
        self._reach: Reach = reach(graph, accept or Accept())
        self._resolver = Resolver(graph, self._reach, self.limits, self._habits)
        self.goals = tuple(name for name in sorted(self._reach.rank) if self._fits(name))
        if not self.goals:
            raise InputError("graph", "no tool's required inputs can be supplied", _FIX)
        beyond = [
            Unreachable(name, "", "needs more than the limits allow", f"{cost} calls")
            for name, cost in sorted(self._reach.cost.items())
            if name not in set(self.goals)
        ]
        self.unreachable = (*self._reach.unreachable, *beyond)
        self._everywhere = _Urn([self._node(name) for name in self.goals], self._habits)
        by_environment: dict[str, list[ToolNode]] = defaultdict(list)
        for name in self.goals:
            by_environment[self._node(name).environment].append(self._node(name))
        self._urns = {name: _Urn(nodes, self._habits) for name, nodes in by_environment.items()}

    def sample(self, rng: random.Random, goal: str | None = None) -> Chain:
        """Draw one chain.

        Args:
            rng: Where its seed comes from.
            goal: The first goal, for a walk over all tools; drawn where it is not given.

        Raises:
            InputError: If `goal` is not one of `goals`.
        """
        return self.from_seed(draw_seed(rng), goal)

    def from_seed(self, seed: int, goal: str | None = None) -> Chain:
        """Draw the chain that belongs to a seed (and to a first goal, where one is given).

        Raises:
            InputError: If `goal` is not one of `goals`.
        """
        rng = random.Random(seed)
        if goal is None:
            goal = self._everywhere.draw(rng)
        elif goal not in self._reach.rank or not self._fits(goal):
            raise InputError("goal", f"{goal!r} cannot be called within the limits")
        draft = Draft(self.graph, self.limits)
        self._reach_goal(draft, goal, rng)
        goals = 1
        while goals < self.limits.max_goals and rng.random() < self._habits.go_on:
            if not self._extend(draft, rng):
                break
            goals += 1
        return Chain.of(draft.steps, self.graph, sampler=self.name, seed=seed, limits=self.limits)

    def _fits(self, name: str) -> bool:
        """Say whether the cheapest plan for a tool stays within the limits."""
        return self._resolver.add(Draft(self.graph, self.limits), Wish(name), None)

    def _reach_goal(self, draft: Draft, goal: str, rng: random.Random) -> None:
        """Add the first goal: at random where that fits, else by the cheapest plan, which does."""
        for source in (*[rng] * _TRIES, None):
            if self._resolver.add(draft, Wish(goal), source):
                return

    def _extend(self, draft: Draft, rng: random.Random) -> bool:
        """Add another goal, mostly one that uses a result; False where none was found."""
        for _ in range(_TRIES):
            linked = rng.random() < self._habits.stay_linked
            wish = self._linked(draft, rng) if linked else self._nearby(draft, rng)
            if wish is None or (draft.calls(wish.tool) and not self._may_repeat(draft)):
                continue
            if self._resolver.add(draft, wish, rng):
                return True
        return False

    def _linked(self, draft: Draft, rng: random.Random) -> Wish | None:
        """Draw a goal that uses something that a step of the chain returned."""
        used = dict.fromkeys(step.tool for step in draft.steps)
        again = self._may_repeat(draft)
        by_tool: dict[str, list[Edge]] = defaultdict(list)
        for tool in used:
            for edge in self._reach.outgoing[tool]:
                if again or edge.consumer not in used:
                    by_tool[edge.consumer].append(edge)
        if not by_tool:
            return None
        weights = [_weight(self._node(tool), self._habits) for tool in by_tool]
        tool = rng.choices(list(by_tool), weights)[0]
        return Wish(tool, use=rng.choice(by_tool[tool]))

    def _nearby(self, draft: Draft, rng: random.Random) -> Wish | None:
        """Draw any goal of the environments in use or, while the limit allows it, of another."""
        environments = sorted(draft.environments())
        if len(environments) < self.limits.max_environments and rng.random() < 0.5:
            return Wish(self._everywhere.draw(rng))
        urns = [self._urns[name] for name in environments if name in self._urns]
        return Wish(rng.choice(urns).draw(rng)) if urns else None

    def _may_repeat(self, draft: Draft) -> bool:
        """Say whether one more step may call a tool again."""
        repeated = len(draft.steps) - len({step.tool for step in draft.steps})
        return repeated < self.limits.repeats

    def _node(self, name: str) -> ToolNode:
        return self.graph.by_name[name]


_FIX = "describe what the tools return, or accept weaker evidence"


class _Urn:
    """Tools to draw from with weights, in logarithmic time."""

    def __init__(self, nodes: list[ToolNode], habits: Habits) -> None:
        self._names = [node.name for node in nodes]
        self._sums = list(accumulate(_weight(node, habits) for node in nodes))

    def draw(self, rng: random.Random) -> str:
        place = bisect(self._sums, rng.random() * self._sums[-1])
        return self._names[min(place, len(self._names) - 1)]


def _weight(node: ToolNode, habits: Habits) -> float:
    return habits.write if node.changes_state else 1.0
