import pytest

from envfactory.chain import Chain, FromStep, Limits, TopologySampler, cover, validate
from envfactory.errors import InputError
from envfactory.events import Event, ItemFinished
from envfactory.graph import Accept, ToolGraph


def used(chains: tuple[Chain, ...]) -> set[tuple[str, str, str, str]]:
    return {
        (step.tool, b.input, chain.steps[b.source.step].tool, b.source.path)
        for chain in chains
        for step in chain.steps
        for b in step.bindings
        if isinstance(b.source, FromStep)
    }


def test_a_cover_calls_every_tool_and_uses_every_edge_but_those_it_names(graph: ToolGraph) -> None:
    covering = cover(graph)
    assert all(validate(chain, graph) == () for chain in covering.chains)
    goals = set(TopologySampler(graph).goals)
    assert {step.tool for chain in covering.chains for step in chain.steps} == goals
    left_out = {edge.key for edge in covering.unused}
    callable_edges = {e.key for e in graph.edges if {e.producer, e.consumer} <= goals}
    assert used(covering.chains) == callable_edges - left_out
    assert covering.edges == len(callable_edges - left_out)
    assert {gap.tool for gap in covering.unreachable} == set(graph.by_name) - goals


def test_edges_are_left_out_only_where_a_tool_would_be_called_again(graph: ToolGraph) -> None:
    once = cover(graph).unused
    again = cover(graph, Limits(repeats=2)).unused
    assert len(again) < len(once)


def test_it_takes_far_fewer_chains_than_one_for_each_edge(graph: ToolGraph) -> None:
    covering = cover(graph)
    assert len(covering.chains) * 3 < covering.apart
    assert covering.apart >= covering.edges


@pytest.mark.parametrize(
    "limits",
    [
        Limits(max_steps=3, max_goals=1),
        Limits(max_environments=1, max_branching=1),
        Limits(max_depth=2, repeats=3, max_steps=12),
    ],
)
def test_covers_keep_to_limits(graph: ToolGraph, limits: Limits) -> None:
    covering = cover(graph, limits)
    assert all(validate(chain, graph) == () for chain in covering.chains)
    assert covering.tools >= len(TopologySampler(graph, limits).goals)


def test_only_accepted_edges_are_used(graph: ToolGraph) -> None:
    accept = Accept(alternatives=({"type": 0.8},))
    covering = cover(graph, accept=accept)
    assert all(validate(chain, graph, accept) == () for chain in covering.chains)


def test_seeds_differ_and_are_kept(graph: ToolGraph) -> None:
    assert cover(graph, seed=1) == cover(graph, seed=1)
    assert cover(graph, seed=1).chains != cover(graph, seed=2).chains
    assert {chain.seed for chain in cover(graph, seed=2).chains} == {2}


def test_each_chain_is_told(graph: ToolGraph) -> None:
    told: list[Event] = []
    covering = cover(graph, listener=told.append)
    finished = [event.item for event in told if isinstance(event, ItemFinished)]
    assert finished == [chain.id for chain in covering.chains]


def test_nothing_to_cover_is_refused() -> None:
    with pytest.raises(InputError, match="no tool can be called"):
        cover(ToolGraph(tools=(), edges=()))
