"""Semantic edges: an output and an input whose names and descriptions mean the same.

Types are compared as types: a string only with a string, a date only with a date. Words are
compared by embedding, after what all descriptions share ("the name of the…") is projected out of
the vectors: "all-but-the-top" (Mu and Viswanath, 2018), with fixed directions instead of the
corpus's own, so that the score of an edge depends on its two ports alone. Without that, "name of
the group" is close to "name of the geofence"; with it, only what is named counts.

Ports with the same text and type form one group, and groups are compared, so a port that a hundred
environments share costs one comparison. Each input keeps its best few outputs within its own
environment, which depend on that environment alone (cost: the square of its size, summed over
environments), and its best few from other environments (near-linear in ports, see
`envfactory.graph.nearest`).

What types say overrules what words say. Within one environment, a port that identifies an entity
takes part in type edges only. Between environments an internal id means nothing, since it was
issued elsewhere; only values of a kind that people know (`envfactory.graph.kinds`) carry over, and
only to inputs of the same kind.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    is_sorting,
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
    """Ports that compare alike: the same text, type, format, choices and kind; by environment."""

    sample: Port
    text: str
    identifies: bool
    members: dict[str, list[Port]] = field(default_factory=dict)


def edges_within(
    nodes: Sequence[ToolNode], meanings: Meanings, similarity: Similarity
) -> Iterator[Edge]:
    """Yield the semantic edges between the tools of one environment; they depend on it alone."""
    subjects = {node.name: node.subjects for node in nodes}

    def helps(output: Port, taken: Port) -> bool:
        """Refuse a tool's own output, and copying a value into the same kind of record."""
        return output.tool != taken.tool and output.record not in subjects[taken.tool]

    outputs = (port for node in nodes for port in node.outputs if port.entity is None)
    inputs = (port for node in nodes for port in node.inputs if port.entity is None)
    sources = _grouped(((port, "") for port in outputs if _can_give(port)), {}).get("", [])
    targets = _grouped(((port, "") for port in inputs if _can_take(port)), {}).get("", [])
    count = similarity.within
    for target, close in _close(sources, targets, meanings, similarity, _SPARE * count):
        for port in target.members[""]:
            candidates = (
                _edge(output, port, cosine)
                for source, cosine in close
                for output in _turned(source.members[""], port)
                if helps(output, port)
            )
            yield from islice(candidates, count)


def edges_across(
    nodes: Sequence[ToolNode], meanings: Meanings, similarity: Similarity
) -> Iterator[Edge]:
    """Yield the semantic edges from tools of one environment to those of others.

    Each input takes part with its best outputs, at most one from each other environment.
    """
    homes = {node.name: node.environment for node in nodes}
    outputs = (port for node in nodes for port in node.outputs if _can_leave(port))
    inputs = (port for node in nodes for port in node.inputs if _can_arrive(port))
    sources, targets = (_grouped(_of_kind(ports), homes) for ports in (outputs, inputs))
    count = similarity.across
    for kind in sorted(sources.keys() & targets.keys()):
        some = sources[kind], targets[kind]
        for target, close in _close(*some, meanings, similarity, _SPARE * count):
            for environment, ports in target.members.items():
                for port in ports:
                    yield from islice(_elsewhere(environment, port, close, kind), count)


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


class Meanings:
    """Where texts lie, without what the common phrases contribute."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._common, _ = np.linalg.qr(embedder.embed(_COMMON).astype(np.float64).T)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return rows of length one, or of zeros where a text says nothing else."""
        unit: Vectors = np.empty((len(texts), self._embedder.dimensions), dtype=np.float32)
        for start in range(0, len(texts), _CHUNK):
            rows = self._embedder.embed(texts[start : start + _CHUNK]).astype(np.float64)
            rows -= (rows @ self._common) @ self._common.T
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
    """Say whether a similar value makes sense here: no new keys, no page numbers, no orders."""
    wanted = is_worth_saying(port) and not is_token(port) and not is_sorting(port)
    return port.type in _COMPARABLE and wanted and not port.is_key and not port.has_default


def _can_leave(port: Port) -> bool:
    """Say whether a value may mean something in another environment."""
    return _can_give(port) and (port.entity is None or looks_natural(port))


def _can_arrive(port: Port) -> bool:
    """Say whether a value of another environment may be taken here."""
    return _can_take(port) and port.user_can_say


def _of_kind(ports: Iterable[Port]) -> Iterator[tuple[Port, str]]:
    """Yield ports with what their values are for people, those of no known kind left out."""
    return ((port, kind) for port in ports if (kind := kind_of(port)) is not None)


def _grouped(
    ports: Iterable[tuple[Port, str]], homes: Mapping[str, str]
) -> dict[str, list[_Group]]:
    """Return, for each kind, ports that compare alike in groups, in order of their first members.

    Args:
        ports: The ports, each with its kind.
        homes: The environments of the tools; those that are in none are taken together.
    """
    groups: dict[tuple[str, ...], _Group] = {}
    by_kind: dict[str, list[_Group]] = defaultdict(list)
    for port, kind in ports:
        text = port_text(port)
        choices = canonical_json(list(port.choices)).decode() if port.choices else ""
        key = (kind, text, port.type, port.format, choices)
        if key not in groups:
            groups[key] = _Group(port, text, is_identifier(port))
            by_kind[kind].append(groups[key])
        groups[key].members.setdefault(homes.get(port.tool, ""), []).append(port)
    return dict(by_kind)


def _close(
    sources: Sequence[_Group],
    targets: Sequence[_Group],
    meanings: Meanings,
    similarity: Similarity,
    count: int,
) -> Iterator[tuple[_Group, list[tuple[_Group, float]]]]:
    """Yield each target group with the source groups near it that fit it, best first."""
    for numeric in (False, True):
        some_sources = [g for g in sources if (g.sample.type != "string") == numeric]
        some_targets = [g for g in targets if (g.sample.type != "string") == numeric]
        if not some_sources or not some_targets:
            continue
        ranked = nearest(
            meanings.vectors([group.text for group in some_targets]),
            meanings.vectors([group.text for group in some_sources]),
            count,
            similarity.least,
            similarity.cells,
        )
        for target, neighbours in zip(some_targets, ranked, strict=True):
            close = [(some_sources[n.key], n.cosine) for n in neighbours]
            yield target, [(group, cosine) for group, cosine in close if _fits(group, target)]


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
