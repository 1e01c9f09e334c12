"""What is left of a chain without a step that cannot be taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.chain import Chain, FromStep, FromUser, Limits
from envfactory.chain.model import Binding, Step
from envfactory.task.grounding.cut import without


@st.composite
def chains(draw: st.DrawFn) -> Chain:
    """Chains whose steps take values from any of those before them."""
    steps = []
    for number in range(draw(st.integers(1, 7))):
        needs = draw(st.sets(st.integers(0, number - 1), max_size=2)) if number else set()
        bindings = [
            Binding(input=f"/{need}", source=FromStep(step=need, path="/id")) for need in needs
        ]
        bindings.append(Binding(input="/said", source=FromUser(slot=number)))
        tool, goal = f"shop__tool_{number}", draw(st.booleans())
        steps.append(Step(tool=tool, goal=goal, bindings=tuple(bindings)))
    return Chain(
        id="chain", sampler="", seed=0, environments=("shop",), limits=Limits(), steps=tuple(steps)
    )


def sources(chain: Chain) -> dict[str, set[str]]:
    """Return by each tool the tools that it takes values from."""
    return {
        step.tool: {
            chain.steps[binding.source.step].tool
            for binding in step.bindings
            if isinstance(binding.source, FromStep)
        }
        for step in chain.steps
    }


@given(chains(), st.data())
def test_what_is_left_stands_without_the_step(chain: Chain, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(chain.steps) - 1))
    left = without(chain, number)
    if left is None:
        return
    whole, kept = sources(chain), sources(left)
    assert left.id == chain.id
    assert f"shop__tool_{number}" not in kept
    assert all(kept[tool] == whole[tool] for tool in kept)
    assert [step.tool for step in left.steps] == sorted(kept)
    assert any(step.goal for step in left.steps)


@given(chains())
def test_nothing_is_left_without_the_only_wish(chain: Chain) -> None:
    goals = [number for number, step in enumerate(chain.steps) if step.goal]
    if len(goals) == 1:
        assert without(chain, goals[0]) is None


def test_what_serves_only_the_step_goes_with_it() -> None:
    def step(tool: str, goal: bool, *needs: int) -> Step:
        bindings = [Binding(input="/id", source=FromStep(step=n, path="/id")) for n in needs]
        return Step(tool=tool, goal=goal, bindings=tuple(bindings))

    steps = [step("list_a", False), step("list_b", False), step("use_a", True, 0)]
    steps.append(step("use_b", True, 1))
    chain = Chain(
        id="", sampler="", seed=0, environments=("shop",), limits=Limits(), steps=tuple(steps)
    )
    left = without(chain, 3)
    assert left is not None
    assert [each.tool for each in left.steps] == ["list_a", "use_a"]


@pytest.mark.parametrize("number", [-1, -7])
def test_where_no_step_failed_nothing_is_cut(number: int) -> None:
    chain = Chain(
        id="",
        sampler="",
        seed=0,
        environments=("shop",),
        limits=Limits(),
        steps=(Step(tool="shop__list", goal=True),),
    )
    assert without(chain, number) is None
