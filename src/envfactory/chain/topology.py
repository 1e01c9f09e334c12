"""`TopologySampler`: goals first, and before each goal everything that it needs.

A goal is drawn, the producers of its required inputs are resolved recursively before it, and with
some chance another goal follows that uses what the chain has returned so far: material for several
turns. Chains are valid by construction. Building the sampler is linear in the graph, apart from one
plan per tool; drawing a chain costs its length squared times the edges between its own tools,
whatever the size of the graph.
"""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Literal

from envfactory.chain.atlas import Atlas, Place
from envfactory.chain.draft import Draft
from envfactory.chain.habits import Habits
from envfactory.chain.model import Chain, Limits
from envfactory.chain.reach import Reach, Unreachable, reach
from envfactory.chain.resolve import Resolver, Wish
from envfactory.chain.sampler import draw_seed
from envfactory.chain.urn import Urn
from envfactory.errors import InputError
from envfactory.graph import Accept, ToolGraph

_TRIES = 4

Ending = Literal["anything", "change"]


class TopologySampler:
    """Draws valid chains along the dependencies of tools.

    Attributes:
        name: "topology", or "goal-directed" where every chain ends in a change of state.
        graph: The graph it draws from.
        limits: What no chain exceeds.
        goals: The tools that a chain can lead to within the limits, sorted.
        unreachable: The tools that no chain can hold, with the inputs that nobody supplies.
    """

    def __init__(
        self,
        graph: ToolGraph,
        limits: Limits | None = None,
        *,
        accept: Accept | None = None,
        habits: Habits | None = None,
        ending: Ending = "anything",
    ) -> None:
        """Find out what can be called, and plan each tool once.

        Args:
            graph: Tools and edges.
            limits: What no chain may exceed.
            accept: Which edges to trust.
            habits: How often to choose what.
            ending: Which goals may be the last of a chain.

        Raises:
            InputError: If no tool can be called within the limits, or none that may be the last.
        """
        self.graph = graph
        self.limits = limits or Limits()
        self.name = "topology" if ending == "anything" else "goal-directed"
        self._habits, self._ending = habits or Habits(), ending
        self._reach: Reach = reach(graph, accept or Accept())
        self.atlas = Atlas(graph, self._reach, self._habits)
        self._resolver = Resolver(self.atlas, self.limits, self._habits)
        self.goals = tuple(name for name in self.atlas.places if self._fits(name))
        if not self.goals:
            raise InputError("graph", "no tool's required inputs can be supplied", _FIX)
        places = [self.atlas.places[name] for name in self.goals]
        last = [place for place in places if self._may_end(place)]
        if not last:
            raise InputError("graph", "no tool that can be called changes state", _NO_CHANGE)
        self._everywhere, self._last = _urn(places), _urn(last)
        by_environment: dict[str, list[Place]] = defaultdict(list)
        for place in places:
            by_environment[place.environment].append(place)
        self._urns = {name: _urn(group) for name, group in by_environment.items()}

    @property
    def unreachable(self) -> tuple[Unreachable, ...]:
        """The tools that no chain can hold, and why; beyond the limits last."""
        goals = set(self.goals)
        beyond = (
            Unreachable(name, "", "needs more than the limits allow", f"{cost} calls")
            for name, cost in sorted(self._reach.cost.items())
            if name not in goals
        )
        return (*self._reach.unreachable, *beyond)

    def sample(self, rng: random.Random, goal: str | None = None) -> Chain:
        """Draw one chain.

        Args:
            rng: Where its seed comes from.
            goal: The first goal, for a walk over all tools; drawn where it is not given.

        Raises:
            InputError: If `goal` is not one of `goals`, or cannot be the last where it must.
        """
        return self.from_seed(draw_seed(rng), goal)

    def from_seed(self, seed: int, goal: str | None = None) -> Chain:
        """Draw the chain that belongs to a seed (and to a first goal, where one is given).

        Raises:
            InputError: If `goal` is not one of `goals`, or cannot be the last where it must.
        """
        rng = random.Random(seed)
        if goal is None:
            goal = self._everywhere.draw(rng).name
        elif goal not in self._reach.rank or not self._fits(goal):
            raise InputError("goal", f"{goal!r} cannot be called within the limits")
        elif not self._may_end(self.atlas.places[goal]):
            raise InputError("goal", f"{goal!r} changes nothing", _NO_CHANGE)
        draft = Draft(self.limits)
        self._reach_goal(draft, goal, rng)
        goals = 1
        while goals < self.limits.max_goals and rng.random() < self._habits.go_on:
            if not self._extend(draft, rng):
                break
            goals += 1
        if not self._may_end(draft.calls[-1].place):
            draft = self._ended(draft, rng)
        return Chain.of(draft.steps(), self.graph, sampler=self.name, seed=seed, limits=self.limits)

    def _fits(self, name: str) -> bool:
        """Say whether the cheapest plan for a tool stays within the limits."""
        return self._resolver.add(Draft(self.limits), Wish(name), None)

    def _may_end(self, place: Place) -> bool:
        return self._ending == "anything" or place.node.changes_state is True

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
            if wish is None or (draft.has(wish.tool) and not draft.may_repeat()):
                continue
            if self._resolver.add(draft, wish, rng):
                return True
        return False

    def _linked(self, draft: Draft, rng: random.Random) -> Wish | None:
        """Draw a goal that uses something that a step of the chain returned."""
        open_ = [call.place for call in draft.calls if len(call.place.onward)]
        if not open_:
            return None
        onward = rng.choice(open_).onward.draw(rng)
        return Wish(onward.tool, uses=(rng.choice(onward.edges),))

    def _nearby(self, draft: Draft, rng: random.Random) -> Wish | None:
        """Draw any goal of the environments in use or, while the limit allows it, of another."""
        environments = sorted(draft.environments())
        if len(environments) < self.limits.max_environments and rng.random() < 0.5:
            return Wish(self._everywhere.draw(rng).name)
        urns = [self._urns[name] for name in environments if name in self._urns]
        return Wish(rng.choice(urns).draw(rng).name) if urns else None

    def _ended(self, draft: Draft, rng: random.Random) -> Draft:
        """Return the draft up to its last goal that may end a chain, or else another chain.

        What a goal needs stands before it, so nothing that is left misses what is cut off.
        """
        ends = [n for n, call in enumerate(draft.calls) if call.goal and self._may_end(call.place)]
        if ends:
            draft.take_back(ends[-1] + 1, draft.slots)
            return draft
        again = Draft(self.limits)
        self._reach_goal(again, self._last.draw(rng).name, rng)
        return again


_FIX = "describe what the tools return, or accept weaker evidence"
_NO_CHANGE = "draw chains that may end in anything"


def _urn(places: list[Place]) -> Urn[Place]:
    return Urn(places, [place.goal_weight for place in places])
