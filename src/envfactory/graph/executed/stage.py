"""`Stage`: a state in which tools are tried, and which calls are known to succeed there."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from envfactory.graph.executed.bench import Bench, Done, Place
from envfactory.graph.executed.control import is_scalar
from envfactory.graph.model import ToolNode
from envfactory.graph.path import values_at
from envfactory.records import Json
from envfactory.verify.pool import Pool
from envfactory.verify.sampler import Sampler

_KEPT = 8
"""Successful calls of one tool that are kept."""
_COLUMN = 48
"""Values kept of one output."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A successful call."""

    arguments: dict[str, Json]
    done: Done

    @property
    def tells(self) -> bool:
        """Whether it answered something, or changed the state."""
        return self.done.changed or self.done.weight > 0


@dataclass(slots=True)
class Stage:
    """One state; what is found out about it is kept.

    Attributes:
        place: The state.
        bench: Makes the calls.
        key_fields: The key field of each table.
        tries: Draws of one tool's arguments that may fail before the tool counts as out of reach.
        seed: Decides all draws.
        hints: Arguments with which a tool has succeeded before, there or elsewhere.
        guesses: Whether parameters may take keys though their schemas do not say so.
    """

    place: Place
    bench: Bench
    key_fields: Mapping[str, str]
    tries: int
    seed: str
    hints: Mapping[str, Sequence[dict[str, Json]]]
    guesses: bool
    _pool: Pool | None = None
    _held: frozenset[Json] | None = None
    _runs: dict[str, list[Run]] = field(default_factory=dict)
    _columns: dict[tuple[str, str], dict[Json, None]] = field(default_factory=dict)

    @property
    def held(self) -> frozenset[Json]:
        """Every text and number that stands anywhere in the state. O(state), once."""
        if self._held is None:
            self._held = frozenset(_leaves(self.place.session.to_scenario()))
        return self._held

    def runs(self, node: ToolNode) -> list[Run]:
        """Return successful calls of a tool, the fullest answers first."""
        known = self._runs.get(node.name)
        if known is None:
            known = self._runs[node.name] = self._find(node)
        return known

    def _find(self, node: ToolNode) -> list[Run]:
        found: list[Run] = []
        failed = 0
        for arguments in self._arguments(node):
            done = self.bench.call(self.place, node.tool, arguments)
            if done is None or failed >= self.tries or len(found) >= _KEPT:
                break
            if done.ok:
                found.append(Run(arguments, done))
            else:
                failed += 1
        found.sort(key=lambda run: -run.done.weight)
        return found

    def _arguments(self, node: ToolNode) -> Iterator[dict[str, Json]]:
        """Yield arguments worth trying: what worked before, then draws."""
        yield from self.hints.get(node.tool, ())
        if self._pool is None:
            self._pool = Pool.of(self.place.session.to_scenario(), self.key_fields)
        sampler = Sampler(
            node.input_schema, random.Random(f"{self.seed}/{node.tool}"), guesses=self.guesses
        )
        for number in range(self.tries + _KEPT):
            yield sampler.draw(self._pool, number)

    def column(self, node: ToolNode, path: str) -> dict[Json, None]:
        """Return values that a tool was seen to return at a path, each once, in order.

        What a tool that changes the state merely repeats says nothing of the environment.
        """
        key = (node.name, path)
        known = self._columns.get(key)
        if known is None:
            known = self._columns[key] = {}
            for run in self.runs(node):
                echoed = set(_leaves(dict(run.arguments))) if run.done.changed else ()
                for _, value in values_at(run.done.value, path):
                    if is_scalar(value) and value not in echoed and len(known) < _COLUMN:
                        known[value] = None
        return known

    def taken(self, node: ToolNode, path: str) -> dict[Json, None]:
        """Return values that a tool was seen to take at a path and to answer something to."""
        found: dict[Json, None] = {}
        for run in self.runs(node):
            for _, value in values_at(dict(run.arguments), path):
                if is_scalar(value) and run.tells:
                    found[value] = None
        return found


def by_value(
    stages: Sequence[Stage], nodes: Sequence[ToolNode]
) -> dict[Json, list[tuple[ToolNode, str]]]:
    """Return which outputs were seen to hold a value, for every value that was seen.

    Linear in the values kept; `1` and `1.0` are one value, as they are to whoever compares them.
    """
    index: dict[Json, list[tuple[ToolNode, str]]] = defaultdict(list)
    for node in nodes:
        for port in node.outputs:
            if not port.choices and port.type != "boolean":
                columns = (stage.column(node, port.path) for stage in stages)
                for value in dict.fromkeys(value for column in columns for value in column):
                    index[value].append((node, port.path))
    return dict(index)


def _leaves(value: Json) -> Iterator[Json]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif is_scalar(value):
        yield value
