"""`Draft`: a chain while it is being drawn; steps are appended, and taken back where a plan fails.

Besides the steps it keeps what later steps ask for: which steps call a tool, how deep each stands,
which environments are in use, and what has been used to name an entity so far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from envfactory.chain.model import Binding, FromStep, FromUser, Limits, Source, Step
from envfactory.graph import Edge, Port, ToolGraph, ToolNode


@dataclass(slots=True)
class Draft:
    """Steps in the making, within limits.

    Attributes:
        pending: The tools that wait for a result, with the sources they have so far.
        slots: How many different values the user says so far.
    """

    graph: ToolGraph
    limits: Limits
    steps: list[Step] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    pending: list[tuple[ToolNode, Mapping[str, Source]]] = field(default_factory=list)
    slots: int = 0

    def calls(self, tool: str) -> bool:
        """Say whether a step calls this tool."""
        return any(step.tool == tool for step in self.steps)

    def environments(self) -> set[str]:
        """Return the environments in use."""
        return {self.graph.tool(step.tool).environment for step in self.steps}

    def available(self, edges: Sequence[Edge], depth: int) -> list[tuple[FromStep, Edge]]:
        """Return the sources that existing steps of at most `depth` offer along these edges.

        What named a record that a step has removed since is not offered.
        """
        gone = self._gone()
        by_tool: dict[str, list[int]] = {}
        for number, step in enumerate(self.steps):
            if self.depths[number] <= depth:
                by_tool.setdefault(step.tool, []).append(number)
        return [
            (source, edge)
            for edge in edges
            for number in by_tool.get(edge.producer, ())
            if (source := FromStep(step=number, path=edge.output)) not in gone
        ]

    def named_before(self, tool: ToolNode, port: Port) -> list[Source]:
        """Return what named a record of the port's entity, latest first.

        Tools that wait for this one come before the steps: whom they are about is settled.
        """
        if port.entity is None:
            return []
        found: dict[Source, None] = {}
        for node, sources in reversed(self.pending):
            if node.environment == tool.environment:
                for other in node.inputs:
                    if other.entity == port.entity and other.path in sources:
                        found[sources[other.path]] = None
        for step in reversed(self.steps):
            node = self.graph.by_name[step.tool]
            if node.environment == tool.environment:
                for binding in step.bindings:
                    if node.input_at[binding.input].entity == port.entity:
                        found[binding.source] = None
        gone = self._gone()
        return [source for source in found if source not in gone]

    def _gone(self) -> set[Source]:
        """Return what named the records that steps have removed."""
        gone: set[Source] = set()
        for step in self.steps:
            gone.update(self._removed_by(step))
        return gone

    def _removed_by(self, step: Step) -> list[Source]:
        removed = self.graph.by_name[step.tool].removed
        if removed is None:
            return []
        return [binding.source for binding in step.bindings if binding.input == removed.path]

    def new_slot(self) -> FromUser:
        """Return a source for a value that the user has not said before."""
        source = FromUser(slot=self.slots)
        self.slots += 1
        return source

    def append(self, tool: str, bindings: Sequence[Binding], goal: bool) -> bool:
        """Add a step, if it is no call that is there already and removes nothing still needed."""
        step = Step(tool=tool, bindings=tuple(bindings), goal=goal)
        if any(s.tool == tool and s.bindings == step.bindings for s in self.steps):
            return False
        needed = {source for _, sources in self.pending for source in sources.values()}
        if not needed.isdisjoint(self._removed_by(step)):
            return False
        before = [
            self.depths[binding.source.step]
            for binding in bindings
            if isinstance(binding.source, FromStep)
        ]
        self.steps.append(step)
        self.depths.append(1 + max(before, default=0))
        return True

    def take_back(self, length: int, slots: int) -> None:
        """Go back to the first `length` steps and `slots` slots."""
        del self.steps[length:]
        del self.depths[length:]
        self.slots = slots
