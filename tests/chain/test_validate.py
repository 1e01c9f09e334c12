"""The validator notices every way in which a valid chain can be spoiled."""

import random
from collections.abc import Callable, Sequence

import pytest

from envfactory.chain import (
    Binding,
    Chain,
    FromDefault,
    FromStep,
    FromUser,
    Limits,
    Step,
    TopologySampler,
    sample_chains,
    validate,
)
from envfactory.graph import Accept, ToolGraph

LIMITS = Limits()


def made(graph: ToolGraph, steps: Sequence[Step], limits: Limits = LIMITS) -> Chain:
    return Chain.of(steps, graph, sampler="by hand", seed=0, limits=limits)


def step(tool: str, goal: bool = False, **sources: FromStep | FromUser | FromDefault) -> Step:
    bindings = tuple(
        Binding(input="/" + name.replace("__", "/").replace("_any", "*"), source=source)
        for name, source in sources.items()
    )
    return Step(tool=tool, bindings=bindings, goal=goal)


def order() -> list[Step]:
    return [
        step("shop__list_users"),
        step("shop__search_products", query=FromUser(slot=0)),
        step(
            "shop__create_order",
            goal=True,
            user_id=FromStep(step=0, path="/*/user_id"),
            items___any__product_id=FromStep(step=1, path="/items/*/product_id"),
            items___any__quantity=FromUser(slot=1),
        ),
    ]


def kinds(chain: Chain, graph: ToolGraph) -> set[str]:
    return {problem.kind for problem in validate(chain, graph)}


def with_source(steps: list[Step], number: int, path: str, source: object) -> list[Step]:
    bindings = tuple(
        b.model_copy(update={"source": source}) if b.input == path else b
        for b in steps[number].bindings
    )
    changed = steps[number].model_copy(update={"bindings": bindings})
    return [*steps[:number], changed, *steps[number + 1 :]]


def test_the_chain_written_by_hand_is_valid(graph: ToolGraph) -> None:
    assert validate(made(graph, order()), graph) == ()


def test_no_steps(graph: ToolGraph) -> None:
    assert kinds(made(graph, []), graph) == {"no steps"}


USER_ID, PRODUCT = "/user_id", "/items/*/product_id"

SPOILED: list[tuple[str, Callable[[list[Step]], list[Step]]]] = [
    ("missing input", lambda s: [*s[:2], s[2].model_copy(update={"bindings": s[2].bindings[1:]})]),
    ("input bound twice", lambda s: [s[0], s[1].model_copy(
        update={"bindings": s[1].bindings * 2}), s[2]]),
    ("unknown input", lambda s: [s[0].model_copy(
        update={"bindings": (Binding(input="/no", source=FromUser(slot=9)),)}), *s[1:]]),
    ("not for the user to say", lambda s: with_source(s, 2, USER_ID, FromUser(slot=5))),
    ("no default", lambda s: with_source(s, 2, USER_ID, FromDefault())),
    ("not an earlier step", lambda s: with_source(s, 2, USER_ID, FromStep(step=2, path="/id"))),
    ("not an earlier step", lambda s: with_source(s, 2, USER_ID, FromStep(step=9, path="/id"))),
    ("no edge", lambda s: with_source(s, 2, USER_ID, FromStep(step=0, path="/*/name"))),
    ("no edge", lambda s: with_source(s, 2, USER_ID, s[2].bindings[1].source)),
    ("not an earlier step", lambda s: [s[2], s[0], s[1]]),
    ("purposeless step", lambda s: [*s, step("calendar__list_events")]),
    ("repeated tool", lambda s: [*s, step("shop__list_users", goal=True)]),
    ("same call twice", lambda s: [*s, step("shop__list_users", goal=True)]),
    ("repeated on the same", lambda s: [*s, step(
        "shop__search_products", goal=True, query=FromUser(slot=0), max_price=FromUser(slot=8))]),
    ("incomplete option", lambda s: [*s[:2], s[2].model_copy(update={"bindings": (
        *s[2].bindings, Binding(input="/ship_to/city", source=FromUser(slot=7)))})]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "spoil"), SPOILED, ids=[kind for kind, _ in SPOILED])
def test_each_way_to_spoil_it_is_noticed(
    graph: ToolGraph, kind: str, spoil: Callable[[list[Step]], list[Step]]
) -> None:
    assert kind in kinds(made(graph, spoil(order())), graph)


@pytest.mark.parametrize(
    ("kind", "limits"),
    [
        ("too many steps", Limits(max_steps=2)),
        ("too deep", Limits(max_depth=1)),
        ("too many branches", Limits(max_branching=1)),
    ],
)
def test_limits_are_checked(graph: ToolGraph, kind: str, limits: Limits) -> None:
    assert kinds(made(graph, order(), limits), graph) == {kind}


def test_environments_and_goals_are_counted(graph: ToolGraph) -> None:
    steps = [*order(), step("calendar__list_events", goal=True)]
    tight = made(graph, steps, Limits(max_environments=1, max_goals=1))
    assert kinds(tight, graph) == {"too many environments", "too many goals"}


def test_a_removed_record_cannot_be_named_again(graph: ToolGraph) -> None:
    one = FromStep(step=1, path="/*/order_id")
    steps = [
        step("shop__list_users"),
        step("shop__list_orders", user_id=FromStep(step=0, path="/*/user_id")),
        step("shop__delete_order", goal=True, order_id=one),
        step("shop__cancel_order", goal=True, order_id=one),
    ]
    assert [problem.kind for problem in validate(made(graph, steps), graph)] == ["record is gone"]
    assert validate(made(graph, [*steps[:2], steps[3], steps[2]]), graph) == ()


def test_unknown_tools_and_tools_of_the_user(graph: ToolGraph) -> None:
    chain = made(graph, order())
    renamed = tuple(s.model_copy(update={"tool": "no__tool"}) for s in chain.steps)
    assert kinds(chain.model_copy(update={"steps": renamed}), graph) == {"unknown tool"}
    others = tuple(t.model_copy(update={"actor": "user"}) for t in graph.tools)
    for_user = graph.model_copy(update={"tools": others})
    assert kinds(chain, ToolGraph(tools=for_user.tools, edges=graph.edges)) == {"not for the agent"}


def test_id_and_environments_must_fit(graph: ToolGraph) -> None:
    chain = made(graph, order())
    assert kinds(chain.model_copy(update={"id": "sha256:0"}), graph) == {"wrong id"}
    moved = chain.model_copy(update={"environments": ("bank",)})
    assert kinds(moved, graph) == {"wrong id", "wrong environments"}


def test_edges_that_are_not_trusted_do_not_count(graph: ToolGraph) -> None:
    steps = [
        step("weather__find_city", text=FromUser(slot=0)),
        step("weather__forecast", goal=True, cityId=FromStep(step=0, path="/cityId")),
    ]
    chain = made(graph, steps)
    assert validate(chain, graph) == ()
    typed = Accept(alternatives=({"type": 0.5},))
    assert [problem.kind for problem in validate(chain, graph, typed)] == ["no edge"]


def test_dropping_or_swapping_steps_of_sampled_chains_is_noticed(graph: ToolGraph) -> None:
    rng = random.Random(3)
    spoiled = 0
    for chain in sample_chains(TopologySampler(graph), 1, 400):
        used = {
            (b.source.step, n)
            for n, s in enumerate(chain.steps)
            for b in s.bindings
            if isinstance(b.source, FromStep)
        }
        if not used:
            continue
        earlier, later = rng.choice(sorted(used))
        steps = list(chain.steps)
        steps[earlier], steps[later] = steps[later], steps[earlier]
        assert validate(made(graph, steps), graph) != ()
        del steps[later]
        assert validate(made(graph, steps), graph) != ()
        spoiled += 1
    assert spoiled > 200
