"""`validate`: is a chain one that could be carried out, and if not, what is wrong with it.

Independent of the samplers: it reads only the chain and the graph. Linear in the chain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Literal

from envfactory.chain.model import (
    Binding,
    Chain,
    FromDefault,
    FromStep,
    FromUser,
    Source,
    Step,
    chain_id,
)
from envfactory.graph import Accept, Port, ToolGraph, ToolNode
from envfactory.records import Stored

ProblemKind = Literal[
    "no steps",
    "unknown tool",
    "not for the agent",
    "unknown input",
    "input bound twice",
    "missing input",
    "incomplete option",
    "not for the user to say",
    "no default",
    "not an earlier step",
    "no edge",
    "record is gone",
    "too many steps",
    "too many environments",
    "too many goals",
    "too deep",
    "too many branches",
    "repeated tool",
    "same call twice",
    "repeated on the same",
    "purposeless step",
    "wrong environments",
    "wrong id",
]


class Problem(Stored):
    """One thing that is wrong; `step` is None where it is the chain as a whole."""

    kind: ProblemKind
    step: int | None = None
    detail: str = ""


def validate(chain: Chain, graph: ToolGraph, accept: Accept | None = None) -> tuple[Problem, ...]:
    """Return what is wrong with a chain; nothing for a valid one.

    Valid means: every required input has an accepted edge from an earlier step, or is one that the
    user can say, or has a default; the chain's own limits hold; no step is repeated or without
    purpose, none names a record that an earlier one removed; id and environments fit the content.

    Args:
        chain: The chain.
        graph: The graph that it was drawn from.
        accept: Which edges count; by default every edge of the graph.
    """
    if not chain.steps:
        return (Problem(kind="no steps"),)
    unknown = [n for n, step in enumerate(chain.steps) if step.tool not in graph.by_name]
    if unknown:
        return tuple(
            Problem(kind="unknown tool", step=n, detail=chain.steps[n].tool) for n in unknown
        )
    check = _Check(chain, graph, accept)
    return (
        *check.steps(),
        *check.limits(),
        *check.repetitions(),
        *check.purposes(),
        *check.identity(),
    )


class _Check:
    """The checks of one chain whose tools all exist."""

    def __init__(self, chain: Chain, graph: ToolGraph, accept: Accept | None) -> None:
        self._chain, self._graph, self._accept = chain, graph, accept
        self._nodes = [graph.tool(step.tool) for step in chain.steps]

    def steps(self) -> Iterator[Problem]:
        """Check each step by itself and against those before it."""
        gone: set[Source] = set()
        for number, (step, node) in enumerate(zip(self._chain.steps, self._nodes, strict=True)):
            if node.actor != "agent":
                yield Problem(kind="not for the agent", step=number, detail=node.name)
            bound = Counter(binding.input for binding in step.bindings)
            for path, times in bound.items():
                if times > 1:
                    yield Problem(kind="input bound twice", step=number, detail=path)
            for port in node.required_inputs:
                if port.path not in bound:
                    yield Problem(kind="missing input", step=number, detail=port.path)
            yield from self._options(number, node, set(bound))
            for binding in step.bindings:
                yield from self._binding(number, step, binding, node.input_at.get(binding.input))
                if binding.source in gone:
                    yield Problem(kind="record is gone", step=number, detail=binding.input)
            if node.removed is not None:
                gone.update(b.source for b in step.bindings if b.input == node.removed.path)

    def limits(self) -> Iterator[Problem]:
        """Check the chain's own limits."""
        limits, steps = self._chain.limits, self._chain.steps
        tools = Counter(step.tool for step in steps)
        environments = {node.environment for node in self._nodes}
        if len(steps) > limits.max_steps:
            yield Problem(kind="too many steps", detail=str(len(steps)))
        if len(environments) > limits.max_environments:
            yield Problem(kind="too many environments", detail=str(len(environments)))
        if (goals := sum(step.goal for step in steps)) > limits.max_goals:
            yield Problem(kind="too many goals", detail=str(goals))
        if (depth := max(self._depths())) > limits.max_depth:
            yield Problem(kind="too deep", detail=str(depth))
        if len(steps) - len(tools) > limits.repeats:
            again = sorted(tool for tool, times in tools.items() if times > 1)
            yield Problem(kind="repeated tool", detail=", ".join(again))
        for number, step in enumerate(steps):
            feeds = {b.source.step for b in step.bindings if isinstance(b.source, FromStep)}
            if len(feeds) > limits.max_branching:
                yield Problem(kind="too many branches", step=number, detail=str(len(feeds)))

    def repetitions(self) -> Iterator[Problem]:
        """Find calls that are there already, and those that differ in optional parts alone."""
        earlier: dict[str, list[int]] = {}
        for number, (step, node) in enumerate(zip(self._chain.steps, self._nodes, strict=True)):
            required = {port.path for port in node.required_inputs}
            for other in earlier.setdefault(step.tool, []):
                before = self._chain.steps[other]
                if before.bindings == step.bindings:
                    yield Problem(kind="same call twice", step=number, detail=step.tool)
                elif _sources(before, required) == _sources(step, required):
                    yield Problem(kind="repeated on the same", step=number, detail=step.tool)
            earlier[step.tool].append(number)

    def purposes(self) -> Iterator[Problem]:
        """Find steps that are no goal and whose result nobody uses."""
        used = {
            binding.source.step
            for step in self._chain.steps
            for binding in step.bindings
            if isinstance(binding.source, FromStep)
        }
        for number, step in enumerate(self._chain.steps):
            if not step.goal and number not in used:
                yield Problem(kind="purposeless step", step=number, detail=step.tool)

    def identity(self) -> Iterator[Problem]:
        """Check what the chain says of itself."""
        environments = tuple(dict.fromkeys(node.environment for node in self._nodes))
        if self._chain.environments != environments:
            yield Problem(kind="wrong environments", detail=", ".join(self._chain.environments))
        if self._chain.id != chain_id(self._chain.environments, self._chain.steps):
            yield Problem(kind="wrong id", detail=self._chain.id)

    def _options(self, number: int, node: ToolNode, bound: set[str]) -> Iterator[Problem]:
        """An optional part that is given must be given whole."""
        for option, ports in node.options.items():
            inside = [path for path in bound if path == option or path.startswith(f"{option}/")]
            missing = [port.path for port in ports if port.path not in bound]
            if inside and missing:
                yield Problem(kind="incomplete option", step=number, detail=", ".join(missing))

    def _binding(
        self, number: int, step: Step, binding: Binding, port: Port | None
    ) -> Iterator[Problem]:
        if port is None:
            yield Problem(kind="unknown input", step=number, detail=binding.input)
            return
        match binding.source:
            case FromUser():
                if not port.user_can_say:
                    yield Problem(kind="not for the user to say", step=number, detail=port.path)
            case FromDefault():
                if not port.has_default:
                    yield Problem(kind="no default", step=number, detail=port.path)
            case FromStep(step=earlier, path=path):
                if earlier >= number:
                    yield Problem(kind="not an earlier step", step=number, detail=port.path)
                elif not self._has_edge(self._chain.steps[earlier].tool, path, step.tool, port):
                    yield Problem(kind="no edge", step=number, detail=port.path)

    def _has_edge(self, producer: str, output: str, consumer: str, port: Port) -> bool:
        return any(
            edge.producer == producer and edge.output == output
            for edge in self._graph.producers_of(consumer, port.path, self._accept)
        )

    def _depths(self) -> list[int]:
        """Return how many steps the longest path of values up to each step has."""
        depths: list[int] = []
        for step in self._chain.steps:
            before = [
                depths[binding.source.step]
                for binding in step.bindings
                if isinstance(binding.source, FromStep) and binding.source.step < len(depths)
            ]
            depths.append(1 + max(before, default=0))
        return depths


def _sources(step: Step, paths: Collection[str]) -> list[Binding]:
    """Return the bindings of some inputs, in the order of their names."""
    return sorted((b for b in step.bindings if b.input in paths), key=lambda b: b.input)
