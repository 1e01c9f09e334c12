"""Mixes: what is read, how tasks and chains are shared out, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from envfactory.chain import Chain, Limits, Step
from envfactory.errors import InputError
from envfactory.task.category import CATEGORIES, MAKEABLE, Mix

weights = st.dictionaries(st.sampled_from(CATEGORIES), st.floats(0.01, 100), min_size=1)


def chain(number: int) -> Chain:
    return Chain(
        id=f"chain {number}",
        sampler="by hand",
        seed=0,
        environments=("env",),
        limits=Limits(),
        steps=(),
    )


def test_a_mix_is_read_in_any_order_and_written_in_one() -> None:
    mix = Mix.read(" recovery = 1 , base=3", MAKEABLE)
    assert str(mix) == "base=3,recovery=1"
    assert Mix.read(str(mix)) == mix == Mix.model_validate_json(mix.to_line())
    assert Mix.read("base") == Mix()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("recovry=1", "did you mean recovery"),
        ("", "knows no category ''"),
        ("base=0.5,base=0.5", "twice"),
        ("base=much", "'much'"),
        ("base=-1", "'-1'"),
        ("base=nan", "'nan'"),
        ("base=inf", "'inf'"),
        ("base=", "''"),
        ("base=0", "asks for nothing"),
        ("base=1,,recovery=1", "knows no category ''"),
        ("x" * 10_000, "knows no category"),
    ],
)
def test_what_is_no_mix_is_refused_in_one_line(text: str, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        Mix.read(text, MAKEABLE)
    message = str(caught.value)
    assert problem in message
    assert "\n" not in message
    assert len(message) < 400


def test_a_stored_mix_has_weights_that_mean_something() -> None:
    for bad in ({}, {"base": -1.0}, {"base": float("nan")}, {"base": 0.0}, {"other": 1.0}):
        with pytest.raises(ValidationError):
            Mix(weights=bad)


@given(weights, st.integers(0, 500))
def test_tasks_are_shared_out_to_the_last_one(given: dict, tasks: int) -> None:
    mix = Mix(weights=given)
    wanted = mix.wanted(tasks)
    assert sum(wanted.values()) == tasks
    total = sum(given.values())
    for name, count in wanted.items():
        assert abs(count - tasks * given[name] / total) < 1


@given(weights, st.integers(0, 60))
def test_every_chain_goes_to_one_category_in_order(given: dict, count: int) -> None:
    chains = [chain(number) for number in range(count)]
    shared = Mix(weights=given).share_out(chains)
    places = [chains.index(each) for part in shared.values() for each in part]
    assert len(set(places)) == len(places)
    for part in shared.values():
        assert part == [each for each in chains if each in part]
    assert len(places) == len(chains)


def test_dual_control_gets_the_chains_in_which_the_user_could_act() -> None:
    paying = Step(tool="shop__pay_order")
    chains = [
        chain(n).model_copy(update={"steps": (paying,) if n % 5 == 0 else ()}) for n in range(50)
    ]
    shared = Mix.read("base=0.5,dual_control=0.5").share_out(chains)
    assert shared["dual_control"] == [each for each in chains if each.steps]
    assert len(shared["base"]) == 40


def test_one_category_takes_all_chains() -> None:
    chains = [chain(number) for number in range(5)]
    assert Mix().share_out(chains) == {"base": chains}
