"""`GraphPart`: what one environment adds to a graph, whatever stands beside it.

Reading the schemas of an environment's tools and finding the edges inside it depends on these tools
alone, so it is done once; only the edges between environments depend on all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol

from pydantic import Field

from envfactory.errors import InputError
from envfactory.graph.model import Edge, Evidence, Port, ToolNode, merge_edges
from envfactory.graph.providable import judge, looks_natural
from envfactory.graph.reference import names_another
from envfactory.graph.schema import Bounds, Side, read_ports
from envfactory.graph.similar import Meanings, Similarity, edges_within
from envfactory.graph.words import changes_state as guess_changes_state
from envfactory.records import Stored, json_hash

_VERSION = 3
"""Raised whenever the same tools would give another part."""


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


class LeftOut(Stored):
    """A tool of which not everything was read."""

    tool: str
    reason: str
    places: int = Field(description="How many places of its schemas.")
    detail: str


class GraphPart(Stored):
    """One environment: its tools by name, the edges between them, and what was left out."""

    nodes: tuple[ToolNode, ...]
    edges: tuple[Edge, ...]
    left_out: tuple[LeftOut, ...] = ()


def part_key(
    environment: str,
    tools: Sequence[ToolLike],
    embedder: str | None,
    changes_state: Mapping[str, bool],
    options: GraphOptions,
) -> str:
    """Return the hash of all that decides about a part. Linear in the schemas."""
    read = [
        [t.name, t.description, t.input_schema, t.output_schema, t.actor, known]
        for t in tools
        for known in (changes_state.get(f"{environment}__{t.name}"),)
    ]
    return json_hash([_VERSION, environment, embedder, asdict(options), read])


def read_part(
    environment: str,
    tools: Sequence[ToolLike],
    meanings: Meanings | None,
    changes_state: Mapping[str, bool],
    options: GraphOptions,
) -> GraphPart:
    """Read the tools of one environment, and find the edges between them.

    Args:
        environment: Its name.
        tools: Its tools.
        meanings: Where semantic evidence comes from; None for type evidence alone.
        changes_state: What is known, by qualified tool name; others are guessed from their verb.
        options: Bounds on schemas, and how similar is similar enough.

    Raises:
        InputError: If two tools have the same name.
    """
    reader = _Reader(environment, options.bounds, changes_state)
    nodes = sorted(reader.read(tools), key=lambda node: node.name)
    edges = list(type_edges(nodes))
    if meanings is not None:
        edges.extend(edges_within(nodes, meanings, options.similarity))
    return GraphPart(nodes=tuple(nodes), edges=merge_edges(edges), left_out=tuple(reader.left_out))


class _Reader:
    """Reads the tools of one environment into nodes."""

    def __init__(self, environment: str, bounds: Bounds, known: Mapping[str, bool]) -> None:
        self._environment, self._bounds, self._known = environment, bounds, known
        self.left_out: list[LeftOut] = []

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

    def _ports(self, tool: ToolLike, side: Side, schema: Mapping[str, Any]) -> tuple[Port, ...]:
        found = read_ports(self._name(tool), side, schema, self._bounds)
        if found.left_out:
            self.left_out.append(
                LeftOut(
                    tool=self._name(tool),
                    reason="schema larger than the bounds",
                    places=found.left_out,
                    detail=f"{found.left_out} places of the {side} schema",
                )
            )
        return found.ports

    def _name(self, tool: ToolLike) -> str:
        return f"{self._environment}__{tool.name}"


def type_edges(nodes: Sequence[ToolNode]) -> Iterator[Edge]:
    """Yield the edges between the tools of one environment whose ports identify the same entity.

    An input that names a new record takes no existing key. The score says how surely the value is
    there: 1 for a record's own key, less for a reference, less again where it may be absent. The
    key of a record that the producer has just removed is of no use to anyone, and references that
    are called after another kind of record are not believed.
    """
    producers: dict[str, list[Port]] = defaultdict(list)
    for node in nodes:
        gone = node.removed.entity if node.removed is not None else None
        for port in node.outputs:
            lost = port.is_key and port.entity == gone
            if port.entity is not None and not lost and not names_another(port):
                producers[port.entity].append(port)
    for node in nodes:
        for port in node.inputs:
            if port.entity is None or port.is_key:
                continue
            for output in producers.get(port.entity, ()):
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
