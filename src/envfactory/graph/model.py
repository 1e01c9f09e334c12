"""`ToolGraph`: which value that one tool returns can be used as which input of another.

Nodes are tools with their ports: the places inside arguments and results where a value stands. An
edge says "a value found here can be used there" and carries its evidence, each kind on its own, so
that a reader decides which kinds it trusts and how much. The graph is plain, versioned JSON.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic.dataclasses import dataclass

from envfactory.errors import InputError, one_line
from envfactory.graph.path import prefixes
from envfactory.graph.words import removes
from envfactory.records import Json, Stored, write_atomic

JsonType = Literal["string", "integer", "number", "boolean", "object", "array", "null", "any"]
EvidenceKind = Literal["type", "semantic", "model", "executed"]
Score = Annotated[float, Field(ge=0.0, le=1.0)]
_CLOSED = ConfigDict(extra="forbid", allow_inf_nan=False)
"""Ports and edges are many, so they have slots instead of what pydantic's models carry along."""


def _as_given(schema: object, check: ValidatorFunctionWrapHandler) -> object:
    """Check a schema without copying it: its maker and the graph's nodes share one."""
    checked = check(schema)
    return schema if type(schema) is dict else checked


SharedSchema = Annotated[dict[str, Json], WrapValidator(_as_given)]
"""A JSON Schema; shared with the tool that it describes, so nobody may change it."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_CLOSED)
class Providable:
    """Whether a user could say a value in a request, and why (a short stable phrase)."""

    allowed: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, config=_CLOSED)
class Port:
    """A place in a tool's arguments or result where a single value stands."""

    tool: str
    side: Literal["input", "output"]
    path: str = Field(description="JSON Pointer with `*` for any member of a list or map.")
    type: JsonType
    format: str = ""
    choices: tuple[Json, ...] = Field(default=(), description="The allowed values, if closed.")
    entity: str | None = Field(default=None, description="Table whose records the value names.")
    is_key: bool = Field(
        default=False,
        description="Output: the key of the record it stands in. Input: the key of a new record.",
    )
    record: str | None = Field(
        default=None, description="Output: table of the innermost record that the value is part of."
    )
    natural: bool = Field(default=False, description="Such keys are words that people use.")
    description: str = ""
    option: str = Field(
        default="",
        description="Input: the innermost optional part that the port is in, as a path; it is "
        "needed only where that part is given. Empty where every call needs it.",
    )
    may_be_absent: bool = Field(default=False, description="Output: may be null or left out.")
    has_default: bool = Field(default=False, description="The schema itself supplies a value.")
    user: Providable | None = Field(default=None, description="Inputs only.")

    @property
    def required(self) -> bool:
        """Whether every call needs a value here."""
        return self.side == "input" and not self.option

    @property
    def user_can_say(self) -> bool:
        """Whether a user could say the value in a request."""
        return self.user is not None and self.user.allowed


class ToolNode(Stored):
    """A tool with its ports; `changes_state` is None where nothing tells."""

    name: str = Field(description="`<environment>__<tool>`.")
    environment: str
    tool: str = Field(description="The name inside its environment.")
    description: str = ""
    actor: str = "agent"
    changes_state: bool | None = None
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    input_schema: SharedSchema = Field(default_factory=dict)
    output_schema: SharedSchema = Field(default_factory=dict)

    @cached_property
    def input_at(self) -> dict[str, Port]:
        """The inputs by path."""
        return {port.path: port for port in self.inputs}

    @cached_property
    def output_at(self) -> dict[str, Port]:
        """The outputs by path."""
        return {port.path: port for port in self.outputs}

    @cached_property
    def required_inputs(self) -> tuple[Port, ...]:
        """The inputs without which a call is refused."""
        return tuple(port for port in self.inputs if port.required)

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The entities that the tool is about: what it returns, or else what it is called on."""
        returned = [port for port in self.outputs if port.is_key and port.entity]
        top = min((port.path.count("/") for port in returned), default=0)
        about = {port.entity for port in returned if port.path.count("/") == top}
        about = about or {port.entity for port in self.required_inputs[-1:]}
        return frozenset(entity for entity in about if entity)

    @cached_property
    def removed(self) -> Port | None:
        """The input that names the record which is gone afterwards, where the name says so."""
        named = [port for port in self.required_inputs if port.entity]
        return named[-1] if named and removes(self.tool) else None

    @cached_property
    def options(self) -> dict[str, tuple[Port, ...]]:
        """Optional parts by path, with every input that is needed once the part is given.

        A part inside another optional part needs what the outer one needs, too.
        """
        groups: dict[str, list[Port]] = defaultdict(list)
        for port in self.inputs:
            if port.option:
                groups[port.option].append(port)
        return {
            option: tuple(
                port for outer in (*prefixes(option), option) for port in groups.get(outer, ())
            )
            for option in groups
        }


@dataclass(frozen=True, slots=True, kw_only=True, config=_CLOSED)
class Evidence:
    """One reason to believe an edge; `score` is 1 for certain and 0 for refuted."""

    kind: EvidenceKind
    score: Score
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=_CLOSED)
class Edge:
    """A value at `output` of `producer` can be used as `input` of `consumer`."""

    producer: str
    output: str
    consumer: str
    input: str
    evidence: tuple[Evidence, ...] = Field(min_length=1)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What identifies the edge; edges are sorted by it."""
        return (self.consumer, self.input, self.producer, self.output)

    def score(self, kind: EvidenceKind) -> float:
        """Return the best score of that kind of evidence, 0 where there is none."""
        return max((e.score for e in self.evidence if e.kind == kind), default=0.0)

    @property
    def refuted(self) -> bool:
        """Whether the edge was tried, and the values that were tried did not work."""
        tried = [e.score for e in self.evidence if e.kind == "executed"]
        return bool(tried) and not any(tried)


Choice = Callable[[Edge], bool]
"""Says which edges a reader trusts; `envfactory.graph.Accept` is one."""


class Tried(Stored):
    """How many candidate edges of an environment were tried by calling its tools."""

    environment: str
    candidates: int = Field(description="How many were tried.")
    outcomes: dict[str, int] = Field(description="What they came to: a stable reason, how often.")
    found: int = Field(description="How many stand that neither types nor words had suggested.")
    calls: int = Field(description="How many calls that took.")


class ToolGraph(Stored):
    """Tools and edges, sorted by name; immutable.

    Building the look-up tables is linear in tools and edges and happens once, on first use; a query
    then costs what it returns.
    """

    schema_version: Literal[1, 2] = 2
    embedder: str | None = Field(default=None, description="What semantic evidence comes from.")
    tools: tuple[ToolNode, ...]
    edges: tuple[Edge, ...]
    tried: tuple[Tried, ...] = Field(
        default=(), description="Environments with executed evidence, by name."
    )

    @model_validator(mode="after")
    def _is_sorted_and_whole(self) -> ToolGraph:
        """Refuse edges between unknown ports, duplicates, and disorder."""
        tools = [tool.name for tool in self.tools]
        if any(a >= b for a, b in pairwise(tools)):
            raise ValueError("tools must be sorted by name, each once")
        keys = [edge.key for edge in self.edges]
        if any(a >= b for a, b in pairwise(keys)):
            raise ValueError("edges must be sorted by consumer, input, producer and output")
        inputs = {(port.tool, port.path) for tool in self.tools for port in tool.inputs}
        outputs = {(port.tool, port.path) for tool in self.tools for port in tool.outputs}
        for edge in self.edges:
            if (edge.consumer, edge.input) not in inputs:
                raise ValueError(f"edge into unknown input {edge.consumer}{edge.input}")
            if (edge.producer, edge.output) not in outputs:
                raise ValueError(f"edge from unknown output {edge.producer}{edge.output}")
        return self

    @cached_property
    def by_name(self) -> dict[str, ToolNode]:
        """The tools by qualified name, in order."""
        return {tool.name: tool for tool in self.tools}

    @cached_property
    def _incoming(self) -> dict[str, dict[str, list[Edge]]]:
        index: dict[str, dict[str, list[Edge]]] = defaultdict(lambda: defaultdict(list))
        for edge in self.edges:
            index[edge.consumer][edge.input].append(edge)
        return {tool: dict(inputs) for tool, inputs in index.items()}

    @cached_property
    def _outgoing(self) -> dict[str, list[Edge]]:
        index: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            index[edge.producer].append(edge)
        return dict(index)

    def tool(self, name: str) -> ToolNode:
        """Return the tool of that qualified name.

        Raises:
            InputError: If the graph has no such tool.
        """
        try:
            return self.by_name[name]
        except KeyError as error:
            raise InputError("graph", f"no tool is called {name!r}") from error

    def producers_of(
        self, tool: str, path: str | None = None, accept: Choice | None = None
    ) -> tuple[Edge, ...]:
        """Return the accepted edges into a tool, or into one of its inputs."""
        inputs = self._incoming.get(tool, {})
        chosen = inputs.get(path, []) if path is not None else _flatten(inputs.values())
        return tuple(edge for edge in chosen if accept is None or accept(edge))

    def consumers_of(
        self, tool: str, path: str | None = None, accept: Choice | None = None
    ) -> tuple[Edge, ...]:
        """Return the accepted edges out of a tool, or out of one of its outputs."""
        return tuple(
            edge
            for edge in self._outgoing.get(tool, [])
            if (path is None or edge.output == path) and (accept is None or accept(edge))
        )

    def with_edges(self, edges: Iterable[Edge], tried: Iterable[Tried] = ()) -> ToolGraph:
        """Return a graph that has these edges too; evidence for an edge it has is added to it.

        Linear in all edges, and sorting them.

        Args:
            edges: Edges between tools of the graph.
            tried: The trials that the edges come from; they replace earlier ones of the same
                environments.
        """
        counts = {count.environment: count for count in (*self.tried, *tried)}
        return ToolGraph(
            embedder=self.embedder,
            tools=self.tools,
            edges=merge_edges([*self.edges, *edges]),
            tried=tuple(counts[name] for name in sorted(counts)),
        )

    def accepted(self, accept: Choice) -> ToolGraph:
        """Return the graph with only the edges that meet what a reader asks for. O(edges)."""
        return ToolGraph(
            embedder=self.embedder,
            tools=self.tools,
            edges=tuple(edge for edge in self.edges if accept(edge)),
            tried=self.tried,
        )

    def save(self, path: Path) -> None:
        """Write the graph as one JSON file, atomically.

        Raises:
            OutputError: If the file cannot be written.
        """
        write_atomic(path, self.to_line() + b"\n")

    @classmethod
    def load(cls, path: Path) -> ToolGraph:
        """Read a graph that `save` wrote.

        Raises:
            InputError: If the file is missing, or is not a graph of this version.
        """
        try:
            data = path.read_bytes()
        except OSError as error:
            raise InputError(
                str(path), error.strerror or str(error), "name a file that envfactory graph wrote"
            ) from error
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            first = error.errors()[0]
            place = "/".join(str(part) for part in first["loc"])
            problem = one_line(f"not a tool graph of version 1 or 2: {place} {first['msg']}", 300)
            raise InputError(str(path), problem, "build the graph again") from error


def merge_edges(edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """Sort edges, and fold those between the same two ports into one with all their evidence."""
    found: dict[tuple[str, str, str, str], list[Evidence]] = defaultdict(list)
    for edge in edges:
        found[edge.key].extend(edge.evidence)
    return tuple(
        Edge(
            producer=producer,
            output=output,
            consumer=consumer,
            input=input_,
            evidence=_without_duplicates(evidence),
        )
        for (consumer, input_, producer, output), evidence in sorted(found.items())
    )


def _without_duplicates(evidence: list[Evidence]) -> tuple[Evidence, ...]:
    unique = {(e.kind, e.score, e.detail): e for e in evidence}
    return tuple(unique[key] for key in sorted(unique))


def _flatten(groups: Iterable[list[Edge]]) -> Iterator[Edge]:
    for group in groups:
        yield from group
