"""`cover`: few chains that together call every tool and use every edge.

Greedy: a chain begins with an edge that no chain has used, and grows by the tool into which most
unused edges lead from what the chain has returned, as long as its limits allow; where nothing leads
on, another unused edge or tool is put beside. The cost of a chain is its length times the unused
edges at its tools.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from envfactory.chain.atlas import Atlas
from envfactory.chain.draft import Draft
from envfactory.chain.habits import Habits
from envfactory.chain.model import Chain, Limits
from envfactory.chain.reach import Unreachable, reach
from envfactory.chain.resolve import Resolver, Wish
from envfactory.errors import InputError
from envfactory.events import ItemFinished, Listener, StageFinished, StageStarted, ignore
from envfactory.graph import Accept, Edge, ToolGraph

_NAME = "coverage"
_THRIFTY = Habits(reuse=1.0, link=1.0, look_up=0.0, same_record=1.0, option=0.0)
_PLANS = 6
"""Plans tried at random for an edge that the cheapest plan cannot hold."""
_BESIDE = 12
"""Unused edges and tools that are tried beside what a chain holds, before it is finished."""


@dataclass(frozen=True, slots=True)
class Cover:
    """A covering set of chains.

    Attributes:
        chains: The chains.
        tools: How many tools they call.
        edges: How many edges they use.
        apart: How many chains it takes with one for each edge, and for each tool without.
        unreachable: The tools that no chain can hold, and why.
        unused: The edges between other tools that no chain within the limits was found for.
    """

    chains: tuple[Chain, ...]
    tools: int
    edges: int
    apart: int
    unreachable: tuple[Unreachable, ...]
    unused: tuple[Edge, ...]


def cover(
    graph: ToolGraph,
    limits: Limits | None = None,
    *,
    accept: Accept | None = None,
    seed: int = 0,
    listener: Listener = ignore,
) -> Cover:
    """Return few chains that call every callable tool and use every accepted edge.

    Args:
        graph: Tools and edges.
        limits: What no chain may exceed.
        accept: Which edges to trust, and to cover.
        seed: Decides where chains begin; each seed gives another covering set.
        listener: Told of each chain.

    Raises:
        InputError: If no tool can be called within the limits.
    """
    return _Coverage(graph, limits or Limits(), accept or Accept(), seed).run(listener)


class _Coverage:
    """What is still to be covered; edges are told apart by what they are in memory."""

    def __init__(self, graph: ToolGraph, limits: Limits, accept: Accept, seed: int) -> None:
        self._graph, self._limits, self._seed = graph, limits, seed
        self._rng = random.Random(seed)
        self._reach = reach(graph, accept)
        self._atlas = Atlas(graph, self._reach, _THRIFTY)
        self._resolver = Resolver(self._atlas, limits, _THRIFTY)
        edges = [edge for group in self._reach.outgoing.values() for edge in group]
        tools = list(self._atlas.places)
        self._rng.shuffle(edges)
        self._rng.shuffle(tools)
        self._edges = {id(edge): edge for edge in edges}
        self._tools = dict.fromkeys(tools)
        self._onward: dict[str, dict[str, list[Edge]]] = {tool: {} for tool in tools}
        for edge in edges:
            self._onward[edge.producer].setdefault(edge.consumer, []).append(edge)

    def run(self, listener: Listener) -> Cover:
        """Make chains until nothing is left that a chain could hold."""
        edges, tools = dict(self._edges), len(self._tools)
        unused: list[Edge] = []
        beyond: list[Unreachable] = []
        chains: list[Chain] = []
        listener(StageStarted(_NAME))
        for draft in chain(self._from_edges(unused), self._from_tools(beyond)):
            chains.append(self._chain(draft))
            listener(ItemFinished(_NAME, chains[-1].id))
        listener(StageFinished(_NAME, kept=len(chains), dropped=len(unused) + len(beyond)))
        if not chains:
            raise InputError("graph", "no tool can be called within the limits")
        left_out = {id(edge) for edge in unused}
        linked = {
            tool
            for number, edge in edges.items()
            if number not in left_out
            for tool in (edge.producer, edge.consumer)
        }
        covered = tools - len(beyond)
        return Cover(
            chains=tuple(chains),
            tools=covered,
            edges=len(edges) - len(unused),
            apart=len(edges) - len(unused) + covered - len(linked),
            unreachable=(*self._reach.unreachable, *sorted(beyond, key=lambda gap: gap.tool)),
            unused=tuple(sorted(unused, key=lambda edge: edge.key)),
        )

    def _from_edges(self, unused: list[Edge]) -> Iterator[Draft]:
        """Yield drafts until each edge is used, or known to fit into none by itself."""
        while self._edges:
            edge = next(iter(self._edges.values()))
            draft = Draft(self._limits)
            plans = (None, *[self._rng] * _PLANS)
            if not any(self._put(draft, edge, plan) for plan in plans):
                unused.append(edge)
                self._forget(edge)
                continue
            self._grow(draft)
            yield draft

    def _from_tools(self, beyond: list[Unreachable]) -> Iterator[Draft]:
        """Yield drafts until each tool is called that no edge has brought in."""
        while self._tools:
            tool = next(iter(self._tools))
            draft = Draft(self._limits)
            if not self._add(draft, Wish(tool), None):
                del self._tools[tool]
                cost = self._reach.cost[tool]
                reason = "needs more than the limits allow"
                beyond.append(Unreachable(tool, "", reason, f"{cost} calls"))
                continue
            self._grow(draft)
            yield draft

    def _grow(self, draft: Draft) -> None:
        """Add what covers most, as long as anything fits."""
        while len(draft.calls) < self._limits.max_steps:
            if not self._go_on(draft) and not self._put_beside(draft):
                return

    def _go_on(self, draft: Draft) -> bool:
        """Add the tool into which most unused edges lead that can be used at once."""
        gains: dict[str, dict[str, Edge]] = {}
        for call in draft.calls:
            for tool, edges in self._onward[call.place.name].items():
                into = gains.setdefault(tool, {})
                for edge in edges:
                    into.setdefault(edge.input, edge)
        may_repeat = draft.may_repeat()
        for tool in sorted(gains, key=lambda tool: (-len(gains[tool]), tool)):
            uses = tuple(gains[tool].values())
            if draft.has(tool) and not may_repeat:
                continue
            if self._add(draft, Wish(tool, uses=uses), None):
                return True
            if any(self._add(draft, Wish(tool, uses=(edge,)), None) for edge in uses[:_PLANS]):
                return True
        return False

    def _put_beside(self, draft: Draft) -> bool:
        """Add an unused edge that nothing leads to, or a tool that is not called so far."""
        edges = list(islice(self._edges.values(), _BESIDE))
        if any(self._put(draft, edge, None) for edge in edges):
            return True
        tools = [] if edges else list(islice(self._tools, _BESIDE))
        return any(not draft.has(t) and self._add(draft, Wish(t), None) for t in tools)

    def _put(self, draft: Draft, edge: Edge, rng: random.Random | None) -> bool:
        """Add the producer of an edge, if it is missing, and its consumer."""
        length, slots = len(draft.calls), draft.slots
        wish = Wish(edge.consumer, uses=(edge,))
        if draft.has(edge.producer) or self._resolver.add(draft, Wish(edge.producer, False), rng):
            fits = not draft.has(edge.consumer) or draft.may_repeat()
            if fits and self._add(draft, wish, rng):
                return True
        draft.take_back(length, slots)
        return False

    def _add(self, draft: Draft, wish: Wish, rng: random.Random | None) -> bool:
        """Add a tool, if there are not too many goals then, and note what it covers."""
        length, slots = len(draft.calls), draft.slots
        if not self._resolver.add(draft, wish, rng):
            return False
        if len(_goals(draft)) > self._limits.max_goals:
            draft.take_back(length, slots)
            return False
        for call in draft.calls:
            self._tools.pop(call.place.name, None)
            for path, origin in call.origins.items():
                if origin.step >= 0:
                    ways = call.place.needs[path].ways[draft.calls[origin.step].place.name]
                    for way in ways:
                        if way.edge.output == origin.path:
                            self._forget(way.edge)
        return True

    def _forget(self, edge: Edge) -> None:
        """Count an edge as done with."""
        if self._edges.pop(id(edge), None) is not None:
            onward = self._onward[edge.producer]
            onward[edge.consumer] = [e for e in onward[edge.consumer] if e is not edge]
            if not onward[edge.consumer]:
                del onward[edge.consumer]

    def _chain(self, draft: Draft) -> Chain:
        """Return a draft as a chain whose goals are the steps that nobody uses."""
        goals = _goals(draft)
        steps = [
            step.model_copy(update={"goal": number in goals})
            for number, step in enumerate(draft.steps())
        ]
        return Chain.of(steps, self._graph, sampler=_NAME, seed=self._seed, limits=self._limits)


def _goals(draft: Draft) -> set[int]:
    """Return the calls whose result no other call uses."""
    used = {origin.step for call in draft.calls for origin in call.origins.values()}
    return set(range(len(draft.calls))) - used
