"""`RandomWalkSampler`: from tool to tool along edges, the baseline that ablations compare with.

Each step uses one value of the step before it. Its other required inputs take what an earlier step
happens to return, or the user says them, or they stay open: such a chain is not valid, and how many
are is what the comparison measures. The walk never calls a tool twice and keeps to the limits on
steps and environments; open inputs, depth, branches and records that an earlier step has removed
are what tells it from the topology-aware one.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from envfactory.chain.model import (
    Binding,
    Chain,
    FromDefault,
    FromStep,
    FromUser,
    Limits,
    Source,
    Step,
)
from envfactory.chain.sampler import draw_seed
from envfactory.errors import InputError
from envfactory.graph import Accept, Edge, Port, ToolGraph


class RandomWalkSampler:
    """Draws chains by walking along edges; they need not be valid.

    Attributes:
        name: "random walk".
        graph: The graph it walks on.
        limits: Greatest length and number of environments.
    """

    name = "random walk"

    def __init__(
        self, graph: ToolGraph, limits: Limits | None = None, *, accept: Accept | None = None
    ) -> None:
        """Take a graph.

        Raises:
            InputError: If the graph has no tool that an agent can call.
        """
        self.graph = graph
        self.limits = limits or Limits()
        self._accept = accept or Accept()
        self._tools = [tool.name for tool in graph.tools if tool.actor == "agent"]
        if not self._tools:
            raise InputError("graph", "there is no tool that an agent can call")

    def sample(self, rng: random.Random) -> Chain:
        """Draw one chain."""
        return self.from_seed(draw_seed(rng))

    def from_seed(self, seed: int) -> Chain:
        """Draw the chain that belongs to a seed."""
        rng = random.Random(seed)
        length = rng.randint(1, self.limits.max_steps)
        steps = [self._step([], rng.choice(self._tools), None, rng)]
        while len(steps) < length:
            onward = self._onward(steps)
            if not onward:
                break
            edge = rng.choice(onward)
            steps.append(self._step(steps, edge.consumer, edge, rng))
        steps[-1] = steps[-1].model_copy(update={"goal": True})
        return Chain.of(steps, self.graph, sampler=self.name, seed=seed, limits=self.limits)

    def _onward(self, steps: Sequence[Step]) -> list[Edge]:
        """Return the edges out of the last step into tools that are new to the chain."""
        called = {step.tool for step in steps}
        environments = {self.graph.tool(tool).environment for tool in called}
        full = len(environments) >= self.limits.max_environments
        return [
            edge
            for edge in self.graph.consumers_of(steps[-1].tool, accept=self._accept)
            if edge.consumer not in called
            and self.graph.tool(edge.consumer).actor == "agent"
            and not (full and self.graph.tool(edge.consumer).environment not in environments)
        ]

    def _step(
        self, steps: Sequence[Step], tool: str, along: Edge | None, rng: random.Random
    ) -> Step:
        """Return a step that takes the value of the edge, and for the rest what there is."""
        node = self.graph.tool(tool)
        given = {port.path for port in node.required_inputs}
        if along is not None:
            option = node.input_at[along.input].option
            given.update(port.path for port in node.options.get(option, ()))
        said = sum(isinstance(b.source, FromUser) for step in steps for b in step.bindings)
        bindings: list[Binding] = []
        for port in node.inputs:
            if port.path in given:
                edges = self.graph.producers_of(tool, port.path, self._accept)
                if along is not None and port.path == along.input:
                    edges = (along,)
                source = _source(steps, port, edges, said, rng)
                if source is not None:
                    bindings.append(Binding(input=port.path, source=source))
                    said += isinstance(source, FromUser)
        return Step(tool=tool, bindings=tuple(bindings))


def _source(
    steps: Sequence[Step], port: Port, edges: Sequence[Edge], slot: int, rng: random.Random
) -> Source | None:
    offers = [
        FromStep(step=number, path=edge.output)
        for edge in edges
        for number, step in enumerate(steps)
        if step.tool == edge.producer
    ]
    if offers:
        return rng.choice(offers)
    if port.user_can_say:
        return FromUser(slot=slot)
    return FromDefault() if port.has_default else None
