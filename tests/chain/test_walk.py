import pytest

from envfactory.chain import RandomWalkSampler, TopologySampler, sample_chains, validate
from envfactory.errors import InputError
from envfactory.graph import ToolGraph


def test_walks_can_be_invalid_and_only_for_what_a_walk_cannot_know(graph: ToolGraph) -> None:
    chains = list(sample_chains(RandomWalkSampler(graph), 1, 1_000))
    problems = [validate(chain, graph) for chain in chains]
    kinds = {p.kind for found in problems for p in found}
    assert {"missing input", "too deep"} <= kinds <= {"missing input", "too deep", "record is gone"}
    valid = sum(not found for found in problems) / len(chains)
    assert 0.05 < valid < 0.8  # the baseline is worse than topology, whose share is 1, not absurd


def test_walks_follow_edges(graph: ToolGraph) -> None:
    for chain in sample_chains(RandomWalkSampler(graph), 2, 200):
        for before, after in zip(chain.steps, chain.steps[1:], strict=False):
            assert after.tool in {e.consumer for e in graph.consumers_of(before.tool)}


def test_it_has_the_interface_of_the_other(graph: ToolGraph) -> None:
    names = [sampler.name for sampler in (RandomWalkSampler(graph), TopologySampler(graph))]
    assert names == ["random walk", "topology"]


def test_an_empty_graph_is_refused() -> None:
    empty = ToolGraph(tools=(), edges=())
    for kind in (RandomWalkSampler, TopologySampler):
        with pytest.raises(InputError, match="graph"):
            kind(empty)
