"""Which tools can be called at all: a fixpoint over the graph, computed once.

A tool is reachable when each of its required inputs can be supplied: by the user, by the schema's
own default, or by a reachable tool along an accepted edge (an AND-OR graph). Level by level, each
edge is looked at once, so the cost is linear in tools and edges.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from envfactory.graph import Accept, Edge, Port, ToolGraph, ToolNode


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A required input that nobody can supply.

    Attributes:
        tool: Qualified name of the tool.
        input: Path of the input; empty where the tool itself is the problem.
        reason: Short stable phrase.
        detail: What exactly.
    """

    tool: str
    input: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Reach:
    """What can be called.

    Attributes:
        rank: For each reachable tool, the fewest calls on a path of values up to and with it.
        cost: For each reachable tool, how many calls a plan needs in which each input gets the
            cheapest producer of its own; sharing producers can only make it less.
        incoming: For each reachable tool and input path, the accepted edges from reachable tools.
        outgoing: For each reachable tool, the accepted edges into reachable tools.
        unreachable: Why the others are not, sorted by tool and input.
    """

    rank: Mapping[str, int]
    cost: Mapping[str, int]
    incoming: Mapping[str, Mapping[str, tuple[Edge, ...]]]
    outgoing: Mapping[str, tuple[Edge, ...]]
    unreachable: tuple[Unreachable, ...]


def needs_producer(port: Port) -> bool:
    """Say whether only another tool can supply this input."""
    return not port.user_can_say and not port.has_default


def reach(graph: ToolGraph, accept: Accept) -> Reach:
    """Find the tools that an agent can call, given the edges that are accepted."""
    callable_ = {tool.name for tool in graph.tools if tool.actor == "agent"}
    edges: dict[str, dict[str, list[Edge]]] = defaultdict(lambda: defaultdict(list))
    for edge in graph.edges:
        if edge.producer in callable_ and edge.consumer in callable_ and accept(edge):
            edges[edge.consumer][edge.input].append(edge)
    agents = [tool for tool in graph.tools if tool.name in callable_]
    rank = _ranks(agents, edges)
    incoming = {
        tool: {
            path: kept
            for path, group in edges.get(tool, {}).items()
            if (kept := tuple(edge for edge in group if edge.producer in rank))
        }
        for tool in rank
    }
    outgoing: dict[str, list[Edge]] = {tool: [] for tool in rank}
    for inputs in incoming.values():
        for group in inputs.values():
            for edge in group:
                outgoing[edge.producer].append(edge)
    return Reach(
        rank=rank,
        cost=_costs(graph, rank, incoming),
        incoming=incoming,
        outgoing={tool: tuple(group) for tool, group in outgoing.items()},
        unreachable=tuple(gap for tool in graph.tools for gap in _gaps(tool, rank, edges)),
    )


def _ranks(
    tools: Iterable[ToolNode], edges: Mapping[str, Mapping[str, list[Edge]]]
) -> dict[str, int]:
    """Give each tool that can be supplied the level at which it first can."""
    open_needs: dict[str, set[str]] = {}
    waiting: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for tool in tools:
        needs = {port.path for port in tool.required_inputs if needs_producer(port)}
        open_needs[tool.name] = needs
        for path in sorted(needs):
            for edge in edges.get(tool.name, {}).get(path, ()):
                waiting[edge.producer].append((tool.name, path))
    rank: dict[str, int] = {}
    level = [name for name, needs in open_needs.items() if not needs]
    depth = 1
    while level:
        rank.update((name, depth) for name in level)
        following: dict[str, None] = {}
        for producer in level:
            for consumer, path in waiting[producer]:
                needs = open_needs[consumer]
                needs.discard(path)
                if not needs and consumer not in rank:
                    following[consumer] = None
        level, depth = list(following), depth + 1
    return rank


def _costs(
    graph: ToolGraph,
    rank: Mapping[str, int],
    incoming: Mapping[str, Mapping[str, tuple[Edge, ...]]],
) -> dict[str, int]:
    """Add up cheapest producers of lower rank, lowest ranks first."""
    cost: dict[str, int] = {}
    for name in sorted(rank, key=lambda tool: (rank[tool], tool)):
        cost[name] = 1 + sum(
            min(
                cost[edge.producer]
                for edge in incoming[name][port.path]
                if rank[edge.producer] < rank[name]
            )
            for port in graph.tool(name).required_inputs
            if needs_producer(port)
        )
    return cost


def _gaps(
    tool: ToolNode, rank: Mapping[str, int], edges: Mapping[str, Mapping[str, list[Edge]]]
) -> list[Unreachable]:
    """Say why a tool is not reachable."""
    if tool.actor != "agent":
        return [Unreachable(tool.name, "", "only the user can call it", tool.actor)]
    if tool.name in rank:
        return []
    gaps = []
    for port in tool.required_inputs:
        producers = [edge.producer for edge in edges.get(tool.name, {}).get(port.path, ())]
        if needs_producer(port) and not any(producer in rank for producer in producers):
            reason = "only uncallable tools return it" if producers else "no tool returns it"
            what = port.user.reason if port.user else "input"
            about = f" of {port.entity}" if port.entity else ""
            gaps.append(Unreachable(tool.name, port.path, reason, what + about))
    return gaps
