"""`build_graph`: from tools, whoever made them, to the graph of which feeds which.

Type edges join an output and an input of one environment that identify the same entity. Outputs
and inputs are bucketed by entity, so the cost is linear in tools plus edges. Semantic edges come
from `envfactory.graph.similar`, which is near-linear in ports.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from envfactory.errors import InputError
from envfactory.events import ItemDropped, ItemFinished, Listener, StageFinished, StageStarted
from envfactory.events import ignore as ignore_events
from envfactory.graph.model import Edge, Evidence, Port, ToolGraph, ToolNode, merge_edges
from envfactory.graph.providable import judge, looks_natural
from envfactory.graph.schema import Bounds, PortList, read_ports
from envfactory.graph.similar import Similarity, similar_edges
from envfactory.graph.words import changes_state as guess_changes_state
from envfactory.llm import Embedder

_STAGE = "graph"


class ToolLike(Protocol):
    """What the builder reads of a tool; the kernel's `ToolSpec` and adapted foreign tools fit."""

    @property
    def name(self) -> str:
        """Name inside its environment."""
        ...

    @property
    def description(self) -> str:
        """What the agent is told about it."""
        ...

    @property
    def input_schema(self) -> Mapping[str, Any]:
        """JSON Schema of the arguments object."""
        ...

    @property
    def output_schema(self) -> Mapping[str, Any] | None:
        """JSON Schema of the result; None where nothing is said about it."""
        ...

    @property
    def actor(self) -> str:
        """Who may call it: 'agent' or 'user'."""
        ...


@dataclass(frozen=True, slots=True)
class GraphOptions:
    """How tools are read and compared."""

    bounds: Bounds = field(default_factory=Bounds)
    similarity: Similarity = field(default_factory=Similarity)


def build_graph(
    tools_by_environment: Mapping[str, Sequence[ToolLike]],
    embedder: Embedder | None,
    *,
    changes_state: Mapping[str, bool] | None = None,
    options: GraphOptions | None = None,
    listener: Listener = ignore_events,
) -> ToolGraph:
    """Build the graph of the tools of one or more environments.

    Args:
        tools_by_environment: Environment name to its tools.
        embedder: Where semantic evidence comes from; None for type evidence alone.
        changes_state: What is known, by qualified tool name; others are guessed from their verb.
        options: Bounds on schemas, and how similar is similar enough.
        listener: Told of each tool, and of each tool that has more ports than the bounds allow.

    Raises:
        InputError: If two tools of one environment have the same name.
    """
    options = options or GraphOptions()
    total = sum(len(tools) for tools in tools_by_environment.values())
    listener(StageStarted(_STAGE, total))
    nodes: list[ToolNode] = []
    dropped = 0
    for environment in sorted(tools_by_environment):
        reader = _Reader(environment, options.bounds, changes_state or {}, listener)
        nodes.extend(reader.read(tools_by_environment[environment]))
        dropped += reader.dropped
    nodes.sort(key=lambda node: node.name)
    edges = list(type_edges(nodes))
    if embedder is not None:
        edges.extend(similar_edges(nodes, embedder, options.similarity))
    graph = ToolGraph(
        embedder=embedder.name if embedder is not None else None,
        tools=tuple(nodes),
        edges=merge_edges(edges),
    )
    listener(StageFinished(_STAGE, kept=total, dropped=dropped))
    return graph


class _Reader:
    """Reads the tools of one environment into nodes."""

    def __init__(
        self, environment: str, bounds: Bounds, known: Mapping[str, bool], listener: Listener
    ) -> None:
        self._environment, self._bounds, self._known = environment, bounds, known
        self._listener = listener
        self.dropped = 0

    def read(self, tools: Sequence[ToolLike]) -> list[ToolNode]:
        names: set[str] = set()
        for tool in tools:
            if tool.name in names:
                raise InputError(self._environment, f"two tools are called {tool.name!r}")
            names.add(tool.name)
        outputs = [self._ports(tool, "output", tool.output_schema or {}) for tool in tools]
        natural = {
            port.entity
            for ports in outputs
            for port in ports
            if port.is_key and port.entity and (port.natural or looks_natural(port))
        }
        nodes = []
        for tool, returned in zip(tools, outputs, strict=True):
            taken = tuple(
                replace(port, user=judge(port, natural))
                for port in self._ports(tool, "input", tool.input_schema)
            )
            nodes.append(self._node(tool, taken, returned))
            self._listener(ItemFinished(_STAGE, self._name(tool)))
        return nodes

    def _node(
        self, tool: ToolLike, inputs: tuple[Port, ...], outputs: tuple[Port, ...]
    ) -> ToolNode:
        name = self._name(tool)
        return ToolNode(
            name=name,
            environment=self._environment,
            tool=tool.name,
            description=tool.description,
            actor=tool.actor,
            changes_state=self._known.get(name, guess_changes_state(tool.name)),
            inputs=inputs,
            outputs=outputs,
            input_schema=dict(tool.input_schema),
            output_schema=dict(tool.output_schema or {}),
        )

    def _ports(self, tool: ToolLike, side: Any, schema: Mapping[str, Any]) -> tuple[Port, ...]:
        found: PortList = read_ports(self._name(tool), side, schema, self._bounds)
        if found.left_out:
            self.dropped += found.left_out
            detail = f"{found.left_out} places of the {side} schema"
            event = ItemDropped(_STAGE, self._name(tool), "schema larger than the bounds", detail)
            self._listener(event)
        return found.ports

    def _name(self, tool: ToolLike) -> str:
        return f"{self._environment}__{tool.name}"


def type_edges(nodes: Sequence[ToolNode]) -> Iterator[Edge]:
    """Yield the edges between ports of one environment that identify the same entity.

    An input that names a new record takes no existing key. The score says how surely the value is
    there: 1 for a record's own key, less for a reference, less again where it may be absent. The
    key of a record that the producer has just removed is of no use to anyone.
    """
    producers: dict[tuple[str, str], list[Port]] = defaultdict(list)
    for node in nodes:
        gone = node.removed.entity if node.removed is not None else None
        for port in node.outputs:
            if port.entity is not None and not (port.is_key and port.entity == gone):
                producers[node.environment, port.entity].append(port)
    for node in nodes:
        for port in node.inputs:
            if port.entity is None or port.is_key:
                continue
            for output in producers.get((node.environment, port.entity), ()):
                if output.tool != node.name:
                    yield Edge(
                        producer=output.tool,
                        output=output.path,
                        consumer=node.name,
                        input=port.path,
                        evidence=(_type_evidence(output),),
                    )


def _type_evidence(output: Port) -> Evidence:
    score = (1.0 if output.is_key else 0.9) - (0.2 if output.may_be_absent else 0.0)
    kind = "key of" if output.is_key else "reference to"
    absent = ", may be absent" if output.may_be_absent else ""
    return Evidence(
        kind="type", score=round(score, 2), detail=f"{kind} {output.entity or ''}{absent}"
    )
