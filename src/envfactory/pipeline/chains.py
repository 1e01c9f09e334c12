"""Graph and chains: which tool feeds which, and sequences of calls drawn along it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from envfactory.chain import (
    Chain,
    Cover,
    Ending,
    Habits,
    Limits,
    RandomWalkSampler,
    Sampler,
    TopologySampler,
    Unreachable,
    sample_chains,
)
from envfactory.environment import Package
from envfactory.events import ItemFinished, Listener, StageFinished, StageStarted, ignore
from envfactory.graph import ToolGraph, build_graph
from envfactory.llm import Embedder, WordLlamaEmbedder
from envfactory.pipeline.drop import Drop
from envfactory.pipeline.library import changes_state

GRAPH = "graph"
CHAINS = "chains"
SamplerName = Literal["topology", "goal", "walk"]


def graph_of(
    packages: Mapping[str, Package],
    listener: Listener = ignore,
    embedder: Embedder | None = None,
) -> ToolGraph:
    """Build the graph of the tools of packages, with the embedded embedder if no other is given."""
    return build_graph(
        {name: package.environment.tools() for name, package in packages.items()},
        embedder or WordLlamaEmbedder(),
        changes_state=changes_state(packages.values()),
        listener=listener,
    )


def make_sampler(
    graph: ToolGraph,
    name: SamplerName = "topology",
    limits: Limits | None = None,
    habits: Habits | None = None,
) -> Sampler:
    """Return the sampler of that name; `goal` is the topology-aware one that ends in a change.

    Raises:
        InputError: If the graph holds nothing to sample.
    """
    if name == "walk":
        return RandomWalkSampler(graph, limits)
    ending: Ending = "change" if name == "goal" else "anything"
    return TopologySampler(graph, limits, habits=habits, ending=ending)


def draw_chains(
    sampler: Sampler, seed: int, count: int, listener: Listener = ignore
) -> tuple[list[Chain], list[Drop]]:
    """Draw `count` chains, and drop those that are equal to an earlier one."""
    first: dict[str, int] = {}
    chains, drops = [], []
    listener(StageStarted(CHAINS, count))
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
        listener(ItemFinished(CHAINS, chain.id))
    listener(StageFinished(CHAINS, kept=len(chains), dropped=len(drops)))
    return chains, drops


def unreachable(sampler: Sampler) -> list[Drop]:
    """Return a drop for each tool that the sampler can put into no chain."""
    return _out_of_reach(sampler.unreachable) if isinstance(sampler, TopologySampler) else []


def not_covered(cover: Cover) -> list[Drop]:
    """Return a drop for each tool and each edge that a covering set of chains leaves out."""
    edges = [
        Drop(
            stage=CHAINS,
            item=f"{edge.consumer}{edge.input}",
            reason="edge fits into no chain within the limits",
            detail=f"{edge.producer}{edge.output}",
        )
        for edge in cover.unused
    ]
    return [*_out_of_reach(cover.unreachable), *edges]


def _out_of_reach(gaps: Iterable[Unreachable]) -> list[Drop]:
    """Return a drop for each input that nobody can supply."""
    return [
        Drop(
            stage=CHAINS,
            item=f"{gap.tool}{gap.input}",
            reason=f"tool out of reach: {gap.reason}",
            detail=gap.detail,
        )
        for gap in gaps
    ]
