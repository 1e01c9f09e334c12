"""`build_graph`: from tools, whoever made them, to the graph of which feeds which.

Type edges join an output and an input of one environment that identify the same entity. Outputs
and inputs are bucketed by entity, so the cost is linear in tools plus edges. Semantic edges come
from `envfactory.graph.similar`, which is near-linear in ports. What one environment adds to a graph
(`GraphPart`) may be kept, so that a graph of more environments costs the new ones, and the edges
between environments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from envfactory.events import ItemDropped, ItemFinished, Listener, StageFinished, StageStarted
from envfactory.events import ignore as ignore_events
from envfactory.graph.model import ToolGraph
from envfactory.graph.part import GraphOptions, GraphPart, ToolLike, part_key, read_part
from envfactory.graph.similar import Meanings, edges_across
from envfactory.llm import Embedder

_STAGE = "graph"

KeepPart = Callable[[str, Callable[[], GraphPart]], GraphPart]
"""Returns the part of that key: one that is kept, or one that the call makes."""


def build_graph(
    tools_by_environment: Mapping[str, Sequence[ToolLike]],
    embedder: Embedder | None,
    *,
    changes_state: Mapping[str, bool] | None = None,
    options: GraphOptions | None = None,
    keep: KeepPart | None = None,
    listener: Listener = ignore_events,
) -> ToolGraph:
    """Build the graph of the tools of one or more environments.

    Args:
        tools_by_environment: Environment name to its tools.
        embedder: Where semantic evidence comes from; None for type evidence alone.
        changes_state: What is known, by qualified tool name; others are guessed from their verb.
        options: Bounds on schemas, and how similar is similar enough.
        keep: Where parts are kept from one graph to the next; the graph is the same without.
        listener: Told of each tool, and of each tool that has more ports than the bounds allow.

    Raises:
        InputError: If two tools of one environment have the same name.
    """
    options = options or GraphOptions()
    known = changes_state or {}
    meanings = Meanings(embedder) if embedder is not None else None
    total = sum(len(tools) for tools in tools_by_environment.values())
    listener(StageStarted(_STAGE, total))
    parts: list[GraphPart] = []
    for environment in sorted(tools_by_environment):
        tools = tools_by_environment[environment]

        def made(environment: str = environment, tools: Sequence[ToolLike] = tools) -> GraphPart:
            return read_part(environment, tools, meanings, known, options)

        if keep is None:
            parts.append(made())
        else:
            name = embedder.name if embedder is not None else None
            parts.append(keep(part_key(environment, tools, name, known, options), made))
        _tell(parts[-1], listener)
    dropped = sum(each.places for part in parts for each in part.left_out)
    graph = _joined(parts, embedder, meanings, options)
    listener(StageFinished(_STAGE, kept=total, dropped=dropped))
    return graph


def _tell(part: GraphPart, listener: Listener) -> None:
    for each in part.left_out:
        listener(ItemDropped(_STAGE, each.tool, each.reason, each.detail))
    for node in part.nodes:
        listener(ItemFinished(_STAGE, node.name))


def _joined(
    parts: Iterable[GraphPart],
    embedder: Embedder | None,
    meanings: Meanings | None,
    options: GraphOptions,
) -> ToolGraph:
    """Put parts together, and find the edges between them."""
    nodes = sorted((node for part in parts for node in part.nodes), key=lambda node: node.name)
    edges = [edge for part in parts for edge in part.edges]
    if meanings is not None:  # other environments, so none of these is there already
        edges.extend(edges_across(nodes, meanings, options.similarity))
    edges.sort(key=lambda edge: edge.key)
    return ToolGraph(
        embedder=embedder.name if embedder is not None else None,
        tools=tuple(nodes),
        edges=tuple(edges),
    )
