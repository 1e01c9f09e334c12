"""Graph and chains: which tool feeds which, and sequences of calls drawn along it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from envfactory.chain import (
    Chain,
    Limits,
    RandomWalkSampler,
    Sampler,
    TopologySampler,
    sample_chains,
)
from envfactory.environment import Package
from envfactory.events import Listener, ignore
from envfactory.graph import ToolGraph, build_graph
from envfactory.llm import WordLlamaEmbedder
from envfactory.pipeline.drop import Drop
from envfactory.pipeline.library import changes_state

GRAPH = "graph"
CHAINS = "chains"
SamplerName = Literal["topology", "walk"]


def graph_of(packages: Mapping[str, Package], listener: Listener = ignore) -> ToolGraph:
    """Build the graph of the tools of packages, with the embedded embedder."""
    return build_graph(
        {name: package.environment.tools() for name, package in packages.items()},
        WordLlamaEmbedder(),
        changes_state=changes_state(packages.values()),
        listener=listener,
    )


def make_sampler(
    graph: ToolGraph, name: SamplerName = "topology", limits: Limits | None = None
) -> Sampler:
    """Return the sampler of that name.

    Raises:
        InputError: If the graph holds nothing to sample.
    """
    return (
        TopologySampler(graph, limits) if name == "topology" else RandomWalkSampler(graph, limits)
    )


def draw_chains(sampler: Sampler, seed: int, count: int) -> tuple[list[Chain], list[Drop]]:
    """Draw `count` chains, and drop those that are equal to an earlier one."""
    first: dict[str, int] = {}
    chains, drops = [], []
    for number, chain in enumerate(sample_chains(sampler, seed, count)):
        earlier = first.setdefault(chain.id, number)
        if earlier == number:
            chains.append(chain)
        else:
            drops.append(
                Drop(
                    stage=CHAINS,
                    item=f"chain {number}",
                    reason="same chain",
                    detail=f"chain {earlier}",
                )
            )
    return chains, drops


def unreachable(sampler: Sampler) -> list[Drop]:
    """Return a drop for each tool that the sampler can put into no chain."""
    if not isinstance(sampler, TopologySampler):
        return []
    return [
        Drop(
            stage=CHAINS,
            item=f"{tool.tool}{tool.input}",
            reason=f"tool out of reach: {tool.reason}",
            detail=tool.detail,
        )
        for tool in sampler.unreachable
    ]
