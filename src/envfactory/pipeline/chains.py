"""Graph and chains: which tool feeds which, and sequences of calls drawn along it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

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
from envfactory.graph import GraphPart, ToolGraph, build_graph
from envfactory.llm import Embedder, WordLlamaEmbedder
from envfactory.pipeline.drop import Drop
from envfactory.pipeline.library import changes_state
from envfactory.records import write_atomic

GRAPH = "graph"
CHAINS = "chains"
SamplerName = Literal["topology", "goal", "walk"]


def graph_of(
    packages: Mapping[str, Package],
    listener: Listener = ignore,
    embedder: Embedder | None = None,
    keep: Path | None = None,
) -> ToolGraph:
    """Build the graph of the tools of packages.

    Args:
        packages: The packages by the name of their environment.
        listener: Told of each tool.
        embedder: Where semantic evidence comes from; by default the embedded one.
        keep: A folder in which what was found out of each environment is kept, and looked for.
    """
    return build_graph(
        {name: package.environment.tools() for name, package in packages.items()},
        embedder or WordLlamaEmbedder(),
        changes_state=changes_state(packages.values()),
        keep=partial(_kept, keep) if keep is not None else None,
        listener=listener,
    )


def _kept(folder: Path, key: str, make: Callable[[], GraphPart]) -> GraphPart:
    """Return the part of that key; what is damaged is made again."""
    path = folder / f"{key.partition(':')[2]}.json"
    with suppress(OSError, ValidationError):
        return GraphPart.model_validate_json(path.read_bytes())
    part = make()
    write_atomic(path, part.to_line() + b"\n")
    return part


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
