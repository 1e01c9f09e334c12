"""`Resolver`: adds a tool to a draft after everything that its required inputs need.

For each input it chooses between a value that an earlier step returned, a new step that returns
one (resolved the same way, recursively), the user, and the schema's default. Whatever it adds is
valid: a source is only taken where the graph has an edge or the user can say the value, producers
stand before their consumers, and a plan that breaks a limit is taken back.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from envfactory.chain.draft import Draft
from envfactory.chain.model import Binding, FromDefault, FromStep, FromUser, Limits, Source
from envfactory.chain.reach import Reach
from envfactory.graph import Edge, Port, ToolGraph, ToolNode, is_worth_saying
from envfactory.graph.path import ANY, names
from envfactory.graph.words import fills

_LARGEST_OPTION = 4
_TRIES = 3
"""Producers tried at random for one input, and then as many of the cheapest ones."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How often the sampler chooses what, where it has a choice. Probabilities and weights.

    Attributes:
        reuse: A value from an existing step where a new step could supply it too.
        link: An earlier result, weighted with the edge's score, where the user could say it too.
        look_up: A new step that finds a value which the user could say too.
        same_record: The record that was named before, where a step needs one of the same entity.
        option: Giving one more optional part of a goal's input, up to `most_options`.
        most_options: Optional parts that are given at most.
        go_on: Drawing another goal after one is reached.
        stay_linked: Choosing as the next goal one that uses a result of the chain.
        write: Weight of a goal that changes state, against 1 for one that does not.
        make: Weight of a producer that changes state, against 1 for one that does not.
        echo: Weight of a producer that needs the very value that it is to supply, or that removes
            a record; squared where it changes state.
    """

    reuse: float = 0.95
    link: float = 0.6
    look_up: float = 0.15
    same_record: float = 0.9
    option: float = 0.35
    most_options: int = 3
    go_on: float = 0.7
    stay_linked: float = 0.85
    write: float = 3.0
    make: float = 0.3
    echo: float = 0.05


@dataclass(frozen=True, slots=True)
class Wish:
    """A tool to be added, and one edge that it must use, if any."""

    tool: str
    goal: bool = True
    use: Edge | None = None


class Resolver:
    """Adds tools to drafts; `rng` None means the cheapest choice everywhere."""

    def __init__(self, graph: ToolGraph, reach: Reach, limits: Limits, habits: Habits) -> None:
        self.graph, self.reach, self.limits, self.habits = graph, reach, limits, habits

    def add(self, draft: Draft, wish: Wish, rng: random.Random | None) -> bool:
        """Add a tool with all that it needs; leave the draft as it was where that cannot be."""
        return self.add_within(draft, wish, rng, self.limits.max_depth)

    def add_within(self, draft: Draft, wish: Wish, rng: random.Random | None, depth: int) -> bool:
        """Add a tool at most `depth` deep; the draft's pending tools wait for its result."""
        node = self.graph.tool(wish.tool)
        if not self._has_room(draft, node, depth):
            return False
        length, slots = len(draft.steps), draft.slots
        task = _Task(self, draft, node, rng, depth)
        draft.pending.append((node, task.sources))
        bound = task.bind(wish)
        draft.pending.pop()
        if bound and draft.append(node.name, task.bindings(), wish.goal):
            return True
        draft.take_back(length, slots)
        return False

    def _has_room(self, draft: Draft, node: ToolNode, depth: int) -> bool:
        waiting = [other for other, _ in draft.pending]
        environments = draft.environments() | {node.environment}
        environments.update(other.environment for other in waiting)
        return (
            self.reach.rank[node.name] <= depth
            and len(draft.steps) + len(waiting) < self.limits.max_steps
            and len(environments) <= self.limits.max_environments
            and all(other is not node for other in waiting)
        )


class _Task:
    """Finding the sources of one step."""

    def __init__(
        self,
        resolver: Resolver,
        draft: Draft,
        node: ToolNode,
        rng: random.Random | None,
        depth: int,
    ) -> None:
        self._resolver, self._draft, self._node = resolver, draft, node
        self._rng, self._depth = rng, depth
        self._habits = resolver.habits
        self._incoming = resolver.reach.incoming[node.name]
        self.sources: dict[str, Source] = {}

    def bindings(self) -> list[Binding]:
        """Return what was found, in the order of the tool's inputs."""
        return [
            Binding(input=port.path, source=self.sources[port.path])
            for port in self._node.inputs
            if port.path in self.sources
        ]

    def bind(self, wish: Wish) -> bool:
        """Find a source for each required input and for the optional parts that are given."""
        if wish.use is not None and not self._follow(wish.use):
            return False
        for port in self._node.required_inputs:
            if port.path not in self.sources:
                source = self._source(port)
                if source is None:
                    return False
                self.sources[port.path] = source
        demanded = self._option_of(wish.use.input) if wish.use is not None else ""
        if demanded and not self._give(demanded):
            return False
        if wish.goal and self._rng is not None:
            self._give_some(self._rng)
        return True

    def _follow(self, edge: Edge) -> bool:
        """Bind the input of an edge to the latest step that its producer has in the draft."""
        found = self._draft.available([edge], self._depth - 1)
        if not found:
            return False
        self.sources[edge.input] = found[-1][0]
        return True

    def _option_of(self, path: str) -> str:
        return self._node.input_at[path].option

    def _give_some(self, rng: random.Random) -> None:
        """Give a few optional parts, and at least one where the call would write nothing else."""
        said = {p.path for p in self._node.inputs if p.path in self.sources and not p.entity}
        owed = 1 if fills(self._node.tool) and not said else 0
        parts = [
            option
            for option, ports in self._node.options.items()
            if len(ports) <= _LARGEST_OPTION and all(map(is_worth_saying, ports))
        ]
        wanted = sum(rng.random() < self._habits.option for _ in range(self._habits.most_options))
        keys = {part: rng.random() ** float(part.count("/") ** 2) for part in parts}
        for part in sorted(parts, key=lambda part: (-keys[part], part)):
            if wanted + owed <= 0:
                return
            if self._give(part):
                wanted, owed = (wanted, 0) if owed else (wanted - 1, 0)

    def _give(self, option: str) -> bool:
        """Bind all that an optional part needs, or nothing of it; adds no steps."""
        added: list[str] = []
        for port in self._node.options[option]:
            if port.path not in self.sources:
                source = self._source(port, grow=False)
                if source is None:
                    for path in added:
                        del self.sources[path]
                    return False
                self.sources[port.path] = source
                added.append(port.path)
        return True

    def _source(self, port: Port, grow: bool = True) -> Source | None:
        """Choose where a value comes from; None where nothing within the limits supplies it."""
        edges = self._incoming.get(port.path, ())
        offers = self._draft.available(edges, self._depth - 1)
        known = self._same_record(port, offers)
        if known is not None:
            return known
        if port.has_default and not port.user_can_say:
            return FromDefault()
        if port.user_can_say:
            return self._said_or_found(port, offers, edges, grow)
        if offers and (not grow or self._often(self._habits.reuse)):
            return self._pick(offers)
        made = self._made(edges) if grow else None
        return made if made is not None or not offers else self._pick(offers)

    def _same_record(self, port: Port, offers: Sequence[tuple[FromStep, Edge]]) -> Source | None:
        """Prefer what named the record before, so that a chain stays with its subject."""
        offered = {source for source, _ in offers}
        taken = set(self.sources.values())
        for source in self._draft.named_before(self._node, port):
            fits = source in offered or (isinstance(source, FromUser) and port.user_can_say)
            if fits and source not in taken and self._often(self._habits.same_record):
                return source
        return None

    def _said_or_found(
        self,
        port: Port,
        offers: Sequence[tuple[FromStep, Edge]],
        edges: Sequence[Edge],
        grow: bool,
    ) -> Source:
        """Choose a source for a value that the user could say."""
        if self._rng is None:
            return self._draft.new_slot()
        if offers:
            best = max(_trust(edge) for _, edge in offers)
            if self._rng.random() < self._habits.link * best:
                return self._pick(offers)
        typed = [edge for edge in edges if edge.score("type")]
        if grow and typed and self._rng.random() < self._habits.look_up:
            made = self._made(typed)
            if made is not None:
                return made
        return self._draft.new_slot()

    def _made(self, edges: Sequence[Edge]) -> FromStep | None:
        """Add a step that supplies the value, trying a few producers and then the cheapest."""
        reach, depth = self._resolver.reach, self._depth - 1
        by_tool: dict[str, list[Edge]] = {}
        for edge in edges:
            if reach.rank[edge.producer] <= depth and not self._draft.calls(edge.producer):
                by_tool.setdefault(edge.producer, []).append(edge)
        cheapest = sorted(by_tool, key=lambda tool: (reach.cost[tool], tool))[:_TRIES]
        for tool in (*self._shuffled(by_tool)[:_TRIES], *cheapest):
            wish = Wish(tool, goal=False)
            if self._resolver.add_within(self._draft, wish, self._rng, depth):
                return self._pick(self._draft.available(by_tool[tool], depth))
        return None

    def _shuffled(self, by_tool: Mapping[str, Sequence[Edge]]) -> list[str]:
        """Order producers at random, those that merely look something up rather first."""
        if self._rng is None:
            return []
        keys = {
            tool: self._rng.random() ** (1.0 / self._weight(tool, edges))
            for tool, edges in by_tool.items()
        }
        return sorted(keys, key=lambda tool: (-keys[tool], tool))

    def _weight(self, tool: str, edges: Sequence[Edge]) -> float:
        node = self._resolver.graph.tool(tool)
        best = max(_trust(edge) for edge in edges)
        weight = best**6 / self._resolver.reach.cost[tool] ** 3
        if node.changes_state:
            weight *= self._habits.make
        if node.removed is not None or all(_echoes(node, edge) for edge in edges):
            weight *= self._habits.echo ** (2 if node.changes_state else 1)
        return max(weight, 1e-6)

    def _pick(self, offers: Sequence[tuple[FromStep, Edge]]) -> FromStep:
        """Choose among the values on offer, by trust and avoiding one that is taken already."""
        taken = set(self.sources.values())
        free = [offer for offer in offers if offer[0] not in taken] or list(offers)
        if self._rng is None:
            return max(free, key=lambda offer: _trust(offer[1]))[0]
        weights = [_trust(edge) ** 6 for _, edge in free]
        return self._rng.choices([source for source, _ in free], weights)[0]

    def _often(self, probability: float) -> bool:
        return self._rng is None or self._rng.random() < probability


def _trust(edge: Edge) -> float:
    """Return how much an edge is believed: its best score of any kind."""
    return max(evidence.score for evidence in edge.evidence) or 0.01


def _echoes(node: ToolNode, edge: Edge) -> bool:
    """Say whether the producer returns there just what it was called with."""
    output = node.output_at[edge.output]
    if output.entity is None or f"/{ANY}" in output.path:
        return False
    return any(
        port.entity == output.entity
        and (output.is_key or names(port.path)[-1:] == names(output.path)[-1:])
        for port in node.required_inputs
    )
