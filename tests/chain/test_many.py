"""Over many environments and seeds: every chain valid, and the same on any machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from envfactory.chain import Limits, TopologySampler, cover, sample_chains, validate
from envfactory.graph import ToolGraph, build_graph
from envfactory.llm import WordLlamaEmbedder
from tests.chain.worlds import tools

SCRIPT = """
import hashlib
from envfactory.chain import RandomWalkSampler, TopologySampler, cover, sample_chains
from envfactory.graph import build_graph
from tests.chain.worlds import tools

graph = build_graph(tools(8, 5), None)
digest = hashlib.sha256()
samplers = TopologySampler(graph), TopologySampler(graph, ending="change"), RandomWalkSampler(graph)
for sampler in samplers:
    for chain in sample_chains(sampler, 7, 150):
        digest.update(chain.to_line())
for chain in cover(graph, seed=3).chains:
    digest.update(chain.to_line())
print(digest.hexdigest())
"""


@pytest.fixture(scope="module")
def two_hundred() -> ToolGraph:
    return build_graph(tools(205, 1), WordLlamaEmbedder())


@pytest.mark.slow
def test_ten_thousand_seeds_over_two_hundred_environments_give_valid_chains(
    two_hundred: ToolGraph,
) -> None:
    everything = Limits(repeats=2, max_steps=10, max_goals=4, max_branching=3)
    samplers = [
        (TopologySampler(two_hundred), 8_000),
        (TopologySampler(two_hundred, ending="change"), 1_000),
        (TopologySampler(two_hundred, everything), 1_000),
    ]
    environments = set()
    for sampler, count in samplers:
        for chain in sample_chains(sampler, 2, count):
            assert validate(chain, two_hundred) == (), (sampler.name, chain.seed)
            environments.update(chain.environments)
    callable_ = {two_hundred.tool(goal).environment for goal in samplers[0][0].goals}
    assert environments == callable_
    assert len(environments) >= 200


def test_a_cover_of_many_environments_is_valid_and_complete() -> None:
    graph = build_graph(tools(20, 2), None)
    covering = cover(graph)
    assert all(validate(chain, graph) == () for chain in covering.chains)
    assert covering.tools == len(TopologySampler(graph).goals)
    assert len(covering.chains) * 3 < covering.apart


def test_the_same_seed_gives_the_same_chains_under_five_hash_seeds_in_other_processes() -> None:
    root = Path(__file__).parents[2]
    digests = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            capture_output=True,
            check=True,
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
        ).stdout
        for seed in ("0", "1", "2", "31337", "4294967295")
    }
    assert len(digests) == 1
