import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envfactory.chain import (
    Chain,
    FromDefault,
    FromStep,
    FromUser,
    Habits,
    Limits,
    RandomWalkSampler,
    TopologySampler,
    sample_chains,
    validate,
)
from envfactory.chain.draft import Draft, Origin, Waiting
from envfactory.environment import ToolSpec
from envfactory.errors import InputError
from envfactory.graph import Accept, ToolGraph, build_graph


def source_of(chain: Chain, tool: str, path: str) -> object:
    (step,) = (step for step in chain.steps if step.tool == tool)
    return next(binding.source for binding in step.bindings if binding.input == path)


def test_thousands_of_chains_are_all_valid(graph: ToolGraph) -> None:
    sampler = TopologySampler(graph)
    for chain in sample_chains(sampler, 1, 3_000):
        assert validate(chain, graph) == (), chain.seed


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    limits=st.builds(
        Limits,
        max_steps=st.integers(1, 10),
        max_environments=st.integers(1, 4),
        max_depth=st.integers(1, 6),
        max_goals=st.integers(1, 5),
        max_branching=st.integers(1, 4),
        repeats=st.integers(0, 3),
    ),
    eagerness=st.sampled_from([0.0, 0.5, 1.0]),
    seed=st.integers(0, 2**32),
)
def test_chains_are_valid_under_any_limits_and_habits(
    graph: ToolGraph, limits: Limits, eagerness: float, seed: int
) -> None:
    habits = Habits(reuse=eagerness, link=eagerness, look_up=eagerness, option=eagerness, go_on=1.0)
    sampler = TopologySampler(graph, limits, habits=habits)
    for chain in sample_chains(sampler, seed, 20):
        assert validate(chain, graph) == ()


def test_chains_stay_valid_for_one_who_trusts_types_alone(graph: ToolGraph) -> None:
    accept = Accept(alternatives=({"type": 0.8},))
    sampler = TopologySampler(graph, accept=accept)
    for chain in sample_chains(sampler, 1, 500):
        assert validate(chain, graph, accept) == ()
    assert "weather__forecast" not in sampler.goals  # its city is known by similarity alone


def test_every_callable_tool_is_drawn_and_no_other(graph: ToolGraph) -> None:
    sampler = TopologySampler(graph)
    drawn = {s.tool for chain in sample_chains(sampler, 5, 1_000) for s in chain.steps}
    assert drawn == set(sampler.goals)
    assert set(graph.by_name) - drawn == {"shop__get_coupon", "shop__redeem_voucher"}
    for goal in sampler.goals:
        chain = sampler.sample(random.Random(1), goal=goal)
        assert any(step.goal and step.tool == goal for step in chain.steps)


def test_what_nobody_can_supply_is_reported(graph: ToolGraph) -> None:
    missing = {gap.tool: gap for gap in TopologySampler(graph).unreachable}
    assert missing["shop__get_coupon"].input == "/coupon_id"
    assert missing["shop__get_coupon"].reason == "no tool returns it"
    assert missing["shop__redeem_voucher"].detail == "secret or opaque token"
    tight = {gap.tool: gap for gap in TopologySampler(graph, Limits(max_steps=1)).unreachable}
    assert tight["bank__refund_transfer"].reason == "needs more than the limits allow"
    assert tight["bank__refund_transfer"].detail == "3 calls"


def test_a_tool_whose_producers_need_each_other_is_never_drawn() -> None:
    def lookup(name: str, takes: str, gives: str) -> ToolSpec:
        return ToolSpec(
            name=name,
            description="",
            input_schema={
                "properties": {"id": {"type": "string", "x-entity": takes}},
                "required": ["id"],
            },
            output_schema={
                "properties": {"id": {"type": "string", "x-entity": gives, "x-key": True}}
            },
        )

    ping = ToolSpec(name="ping", description="", input_schema={}, output_schema={})
    graph = build_graph({"a": [lookup("x", "bs", "as"), lookup("y", "as", "bs"), ping]}, None)
    sampler = TopologySampler(graph)
    assert sampler.goals == ("a__ping",)
    assert {g.reason for g in sampler.unreachable} == {"only uncallable tools return it"}
    with pytest.raises(InputError, match="cannot be called"):
        sampler.sample(random.Random(1), goal="a__x")
    alone = build_graph({"a": [lookup("x", "bs", "as"), lookup("y", "as", "bs")]}, None)
    with pytest.raises(InputError, match="no tool's required inputs can be supplied"):
        TopologySampler(alone)


def test_tools_of_the_user_are_left_to_the_user() -> None:
    schema = {"properties": {"id": {"type": "string", "x-entity": "as", "x-key": True}}}
    pay = ToolSpec("pay", "", {}, schema, actor="user")
    see = ToolSpec(
        "see",
        "",
        {"properties": {"id": {"type": "string", "x-entity": "as"}}, "required": ["id"]},
        {},
    )
    ping = ToolSpec("ping", "", {}, {})
    sampler = TopologySampler(build_graph({"a": [pay, see, ping]}, None))
    assert sampler.goals == ("a__ping",)
    assert {g.tool: g.reason for g in sampler.unreachable} == {
        "a__pay": "only the user can call it",
        "a__see": "no tool returns it",
    }


def test_a_fixed_value_comes_from_the_schema() -> None:
    fixed = {"properties": {"version": {"type": "object", "default": {}}}, "required": ["version"]}
    graph = build_graph({"a": [ToolSpec("ping", "", fixed, {})]}, None)
    chain = TopologySampler(graph).sample(random.Random(1))
    assert source_of(chain, "a__ping", "/version") == FromDefault()
    assert validate(chain, graph) == ()


def test_a_record_and_its_owner_stay_together(graph: ToolGraph) -> None:
    sampler = TopologySampler(graph, habits=Habits(same_record=1.0, go_on=0.0))
    both = 0
    for chain in sample_chains(sampler, 3, 400):
        if [step.tool for step in chain.steps] == ["tracker__list_issues", "tracker__close_issue"]:
            listed = source_of(chain, "tracker__list_issues", "/repo")
            closed = source_of(chain, "tracker__close_issue", "/repo")
            assert listed == closed or closed == FromStep(step=0, path="/*/repo")
            both += 1
    assert both > 5


def test_one_tool_takes_different_values_for_different_inputs(graph: ToolGraph) -> None:
    sampler = TopologySampler(graph)
    differ = 0
    for chain in (sampler.sample(random.Random(n), "bank__transfer_money") for n in range(200)):
        step = next(step for step in chain.steps if step.tool == "bank__transfer_money")
        slots = [b.source.slot for b in step.bindings if isinstance(b.source, FromUser)]
        assert len(slots) == len(set(slots))
        sources = {b.input: b.source for b in step.bindings}
        differ += sources["/from_account_id"] != sources["/to_account_id"]
    assert differ > 0


def test_most_chains_end_in_a_change_and_some_have_several_goals(graph: ToolGraph) -> None:
    chains = list(sample_chains(TopologySampler(graph), 2, 500))
    ends = [graph.tool(chain.steps[-1].tool).changes_state for chain in chains]
    assert sum(map(bool, ends)) / len(ends) > 0.6
    assert sum(sum(step.goal for step in c.steps) > 1 for c in chains) / len(chains) > 0.4
    assert sum(len(c.environments) > 1 for c in chains) / len(chains) > 0.1
    assert all(chain.steps[-1].goal for chain in chains)
    assert len({chain.id for chain in chains}) > 250


def test_a_call_says_a_few_things_and_a_writing_one_at_least_one(graph: ToolGraph) -> None:
    wide = {f"p{n}": {"type": "string", "description": f"Part {n}"} for n in range(30)}
    update = ToolSpec("update_thing", "", {"properties": wide}, {})
    chains = sample_chains(TopologySampler(build_graph({"a": [update]}, None)), 1, 100)
    given = {len(chain.steps[0].bindings) for chain in chains}
    assert min(given) == 1
    assert 2 <= max(given) <= 4


def test_no_helper_removes_what_a_waiting_step_has_named(graph: ToolGraph) -> None:
    places = TopologySampler(graph).atlas.places
    draft = Draft(Limits())
    assert draft.append(places["shop__list_orders"], {"/user_id": draft.new_slot()}, False)
    order = Origin(0, "/*/order_id")
    draft.pending.append(Waiting(places["shop__create_order"], {"/reorder_of": order}))
    assert not draft.append(places["shop__delete_order"], {"/order_id": order}, False)
    assert draft.append(places["shop__cancel_order"], {"/order_id": order}, False)
    draft.pending.pop()
    assert draft.append(places["shop__delete_order"], {"/order_id": order}, False)
    need = places["shop__get_order"].needs["/order_id"]
    assert order not in draft.named_before(need)
    draft.take_back(2, 1)
    assert order in draft.named_before(need)


def test_repeats_are_calls_on_something_else(graph: ToolGraph) -> None:
    sampler = TopologySampler(
        graph, Limits(max_steps=10, max_goals=6, repeats=3), habits=Habits(go_on=1.0)
    )
    repeated = 0
    for chain in sample_chains(sampler, 4, 300):
        assert validate(chain, graph) == ()
        repeated += len({step.tool for step in chain.steps}) < len(chain.steps)
    assert repeated > 20


def test_goal_directed_chains_end_in_a_change_and_still_read_before(graph: ToolGraph) -> None:
    sampler = TopologySampler(graph, ending="change")
    chains = list(sample_chains(sampler, 5, 500))
    assert all(graph.tool(chain.steps[-1].tool).changes_state for chain in chains)
    assert all(chain.steps[-1].goal for chain in chains)
    assert all(validate(chain, graph) == () for chain in chains)
    assert {chain.sampler for chain in chains} == {"goal-directed"}
    reading = [
        any(step.goal and not graph.tool(step.tool).changes_state for step in chain.steps)
        for chain in chains
    ]
    assert sum(reading) > 50
    with pytest.raises(InputError, match="changes nothing"):
        sampler.sample(random.Random(1), goal="shop__list_users")


def test_without_a_change_there_is_no_goal_directed_chain() -> None:
    graph = build_graph({"a": [ToolSpec("list_things", "", {}, {})]}, None)
    with pytest.raises(InputError, match="changes state"):
        TopologySampler(graph, ending="change")


def test_rare_tools_and_pairs_are_drawn_more_often_with_balance(graph: ToolGraph) -> None:
    def counts(balance: float) -> tuple[int, int]:
        sampler = TopologySampler(graph, habits=Habits(balance=balance))
        chains = list(sample_chains(sampler, 6, 1_000))
        tools = Counter(step.tool for chain in chains for step in chain.steps)
        pairs = {
            (chain.steps[b.source.step].tool, step.tool)
            for chain in chains
            for step in chain.steps
            for b in step.bindings
            if isinstance(b.source, FromStep)
        }
        return min(tools.values()), len(pairs)

    rarest, pairs = counts(0.0)
    rarest_balanced, pairs_balanced = counts(0.5)
    assert rarest_balanced > rarest
    assert pairs_balanced >= pairs


def test_any_chain_can_be_drawn_alone(graph: ToolGraph) -> None:
    for sampler in (TopologySampler(graph), RandomWalkSampler(graph)):
        chains = list(sample_chains(sampler, 9, 20))
        assert list(sample_chains(sampler, 9, 5, start=15)) == chains[15:]
        assert [sampler.from_seed(chain.seed) for chain in chains] == chains
        assert Chain.model_validate_json(chains[0].to_line()) == chains[0]
