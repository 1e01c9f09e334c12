"""Semantic edges: an output and an input whose names and descriptions mean the same.

Types are compared as types: a string only with a string, a date only with a date. Words are
compared by embedding, after what all descriptions share ("the name of the…") is projected out of
the vectors: "all-but-the-top" (Mu and Viswanath, 2018), with fixed directions instead of the
corpus's own, so that the score of an edge depends on its two ports alone. Without that, "name of
the group" is close to "name of the geofence"; with it, only what is named counts.

Ports with the same text and type form one group, and groups are compared, so a port that a hundred
environments share costs one comparison. Each input keeps its best few outputs within its own
environment (cost: the square of the environment's size, summed over environments) and its best few
from other environments (near-linear in ports, see `envfactory.graph.nearest`).

What types say overrules what words say. Within one environment, a port that identifies an entity
takes part in type edges only. Between environments an internal id means nothing, since it was
issued elsewhere; only values of a kind that people know (`envfactory.graph.kinds`) carry over, and
only to inputs of the same kind.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

import numpy as np

from envfactory.graph.kinds import kind_of
from envfactory.graph.model import Edge, Evidence, Port, ToolNode
from envfactory.graph.nearest import Cells, nearest
from envfactory.graph.path import names
from envfactory.graph.providable import (
    is_bookkeeping,
    is_identifier,
    is_token,
    is_worth_saying,
    looks_natural,
)
from envfactory.graph.words import READING_VERBS, WRITING_VERBS, word_set, words
from envfactory.llm import Embedder, Vectors
from envfactory.records import canonical_json

_BARE = word_set(
    "id ids key name title value type status state description code date time count total number "
    "amount text content body url uuid slug label data result note notes"
)
_COUNTS = frozenset({("total",), ("count",)})
_COMPARABLE = frozenset({"string", "integer", "number"})
_COMMON = ("name", "of the", "description", "date time", "value", "object", "can be")
_NOTHING_LEFT = 0.05  # length below which a vector says no more than the common phrases
_CHUNK = 4_096  # texts embedded at a time, to keep intermediate results small
_SPARE = 4  # candidates fetched for each one kept, since not all of them fit

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Similarity:
    """How similar is similar enough, and how many outputs an input keeps.

    Attributes:
        least: Smallest cosine of an edge.
        within: Outputs kept per input from its own environment.
        across: Outputs kept per input from other environments, one per environment.
        cells: How large sets are cut for comparison.
    """

    least: float = 0.45
    within: int = 4
    across: int = 4
    cells: Cells = field(default_factory=Cells)


@dataclass(slots=True)
class _Group:
    """Ports with the same text, type, format and choices, by environment."""

    sample: Port
    row: int
    identifies: bool
    members: dict[str, list[Port]] = field(default_factory=dict)


def similar_edges(
    nodes: Sequence[ToolNode], embedder: Embedder, similarity: Similarity
) -> Iterator[Edge]:
    """Yield the semantic edges between tools; which ones does not depend on the machine."""
    return _Comparison(nodes, embedder, similarity).edges()


def port_text(port: Port) -> str:
    """Return the words that a port is compared by: its name and its description.

    A name that says little by itself ("id", "name") is preceded by what its tool is about.
    """
    keys = names(port.path)
    own = [word for key in keys[-2:] for word in words(key)]
    if len(keys) < 2 and set(own) <= _BARE:
        tool = words(port.tool.partition("__")[2] or port.tool)
        own = [w for w in tool if w not in READING_VERBS and w not in WRITING_VERBS] + own
    return f"{' '.join(own)}. {port.description}".strip()


def distinctive(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """Embed texts without what the common phrases contribute.

    Returns:
        Rows of length one, or of zeros where a text says nothing else.
    """
    common, _ = np.linalg.qr(embedder.embed(_COMMON).astype(np.float64).T)
    unit: Vectors = np.empty((len(texts), embedder.dimensions), dtype=np.float32)
    for start in range(0, len(texts), _CHUNK):
        rows = embedder.embed(texts[start : start + _CHUNK]).astype(np.float64)
        rows -= (rows @ common) @ common.T
        lengths = np.sqrt(np.sum(rows * rows, axis=1, keepdims=True))
        lengths[lengths < _NOTHING_LEFT] = np.inf
        unit[start : start + _CHUNK] = rows / lengths
    return unit


def _can_give(port: Port) -> bool:
    """Say whether the value is worth passing on: no tokens, no counts of records."""
    count = port.type == "integer" and names(port.path)[-1:] in _COUNTS
    said = not is_token(port) and not is_bookkeeping(port)
    return port.type in _COMPARABLE and said and not count


def _can_take(port: Port) -> bool:
    """Say whether a similar value makes sense here: no new keys, no page numbers."""
    wanted = is_worth_saying(port) and not is_token(port)
    return port.type in _COMPARABLE and wanted and not port.is_key and not port.has_default


class _Comparison:
    """The ports of all tools, grouped and embedded."""

    def __init__(
        self, nodes: Sequence[ToolNode], embedder: Embedder, similarity: Similarity
    ) -> None:
        self._similarity = similarity
        self._nodes = {node.name: node for node in nodes}
        rows: dict[str, int] = {}
        self._sources = self._groups((p for n in nodes for p in n.outputs if _can_give(p)), rows)
        self._targets = self._groups((p for n in nodes for p in n.inputs if _can_take(p)), rows)
        self._vectors = distinctive(embedder, list(rows))

    def edges(self) -> Iterator[Edge]:
        """Yield the edges within environments, then those between them."""
        sources, targets = _by_environment(self._sources), _by_environment(self._targets)
        for environment in sorted(targets):
            yield from self._within(environment, sources.get(environment, []), targets[environment])
        yield from self._across()

    def _groups(self, ports: Iterable[Port], rows: dict[str, int]) -> list[_Group]:
        """Group ports by what decides about them; `rows` numbers texts in order of first use."""
        groups: dict[tuple[str, str, str, bytes, bool], _Group] = {}
        for port in ports:
            text, choices = port_text(port), canonical_json(list(port.choices))
            key = (text, port.type, port.format, choices, port.entity is None)
            if key not in groups:
                row = rows.setdefault(text, len(rows))
                groups[key] = _Group(port, row, is_identifier(port))
            environment = self._nodes[port.tool].environment
            groups[key].members.setdefault(environment, []).append(port)
        return list(groups.values())

    def _within(
        self, environment: str, sources: list[_Group], targets: list[_Group]
    ) -> Iterator[Edge]:
        """Yield each input's best outputs among the other tools of its environment."""
        count = self._similarity.within
        sources = [group for group in sources if group.sample.entity is None]
        targets = [group for group in targets if group.sample.entity is None]
        for target, close in self._close(sources, targets, _SPARE * count):
            for port in target.members[environment]:
                candidates = (
                    _edge(output, port, cosine)
                    for source, cosine in close
                    for output in _turned(source.members[environment], port)
                    if self._helps(output, port)
                )
                yield from islice(candidates, count)

    def _helps(self, output: Port, taken: Port) -> bool:
        """Refuse a tool's own output, and copying a record's value into the same kind of record."""
        same_kind = output.record in self._nodes[taken.tool].subjects
        return output.tool != taken.tool and not same_kind

    def _across(self) -> Iterator[Edge]:
        """Yield each input's best outputs in other environments, at most one from each of them."""
        count = self._similarity.across
        sources = _by_kind(
            g for g in self._sources if g.sample.entity is None or looks_natural(g.sample)
        )
        targets = _by_kind(g for g in self._targets if g.sample.user_can_say)
        for kind in sorted(sources.keys() & targets.keys()):
            for target, close in self._close(sources[kind], targets[kind], _SPARE * count):
                for environment, ports in target.members.items():
                    for port in ports:
                        yield from islice(_elsewhere(environment, port, close, kind), count)

    def _close(
        self, sources: list[_Group], targets: list[_Group], count: int
    ) -> Iterator[tuple[_Group, list[tuple[_Group, float]]]]:
        """Yield each target group with the source groups near it that fit it, best first."""
        for numeric in (False, True):
            some_sources = [g for g in sources if (g.sample.type != "string") == numeric]
            some_targets = [g for g in targets if (g.sample.type != "string") == numeric]
            ranked = nearest(
                self._rows(some_targets),
                self._rows(some_sources),
                count,
                self._similarity.least,
                self._similarity.cells,
            )
            for target, neighbours in zip(some_targets, ranked, strict=True):
                close = [(some_sources[n.key], n.cosine) for n in neighbours]
                yield target, [(group, cosine) for group, cosine in close if _fits(group, target)]

    def _rows(self, groups: list[_Group]) -> Vectors:
        return self._vectors[np.array([group.row for group in groups], dtype=np.int64)]


def _by_environment(groups: list[_Group]) -> dict[str, list[_Group]]:
    index: dict[str, list[_Group]] = defaultdict(list)
    for group in groups:
        for environment in group.members:
            index[environment].append(group)
    return index


def _by_kind(groups: Iterable[_Group]) -> dict[str, list[_Group]]:
    """Sort groups by what their values are for people; those of no known kind are left out."""
    index: dict[str, list[_Group]] = defaultdict(list)
    for group in groups:
        if (kind := kind_of(group.sample)) is not None:
            index[kind].append(group)
    return dict(index)


def _elsewhere(
    environment: str, port: Port, close: Sequence[tuple[_Group, float]], kind: str
) -> Iterator[Edge]:
    """Yield edges into a port from other environments, each of them once."""
    used = {environment}
    for source, cosine in close:
        for other in _turned(tuple(source.members), port):
            if other not in used:
                used.add(other)
                yield _edge(next(_turned(source.members[other], port)), port, cosine, kind)


def _fits(source: _Group, target: _Group) -> bool:
    """Say whether the values of an output are such as the input allows."""
    output, taken = source.sample, target.sample
    if taken.type == "integer" and output.type != "integer":
        return False
    if output.format and taken.format and output.format != taken.format:
        return False
    if bool(output.choices) != bool(taken.choices) or source.identifies != target.identifies:
        return False
    return all(choice in taken.choices for choice in output.choices)


def _turned(items: Sequence[T], port: Port) -> Iterator[T]:
    """Start equal candidates at a place that depends on the input.

    Otherwise all inputs would share the candidate that comes first in the alphabet.
    """
    start = zlib.crc32(f"{port.tool}{port.path}".encode()) % len(items)
    return (items[(start + step) % len(items)] for step in range(len(items)))


def _edge(output: Port, taken: Port, cosine: float, kind: str = "") -> Edge:
    return Edge(
        producer=output.tool,
        output=output.path,
        consumer=taken.tool,
        input=taken.path,
        evidence=(
            Evidence(
                kind="semantic", score=min(cosine, 1.0), detail=f"both: {kind}" if kind else ""
            ),
        ),
    )
