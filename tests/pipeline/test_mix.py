"""Mixes in the pipeline: what is wanted of each category is made of its own chains, and no more."""

from __future__ import annotations

from collections import Counter

from envfactory.chain import Chain, Limits
from envfactory.executor import SerialExecutor
from envfactory.pipeline.drop import Drop, Produced
from envfactory.pipeline.tasks import STAGE, Errand, make_mix, why_short
from envfactory.records import Stored
from envfactory.task.category import Mix


class Made(Stored):
    """Stands for a task."""

    chain: str
    category: str


def make(errand: Errand) -> Produced[Made]:
    """Make something of every third chain."""
    if int(errand.chain.id) % 3:
        drop = Drop(stage=STAGE, item=errand.chain.id, reason=f"{errand.category}: no luck")
        return Produced(drops=(drop,))
    return Produced((Made(chain=errand.chain.id, category=errand.category),))


CHAINS = [
    Chain(
        id=str(number),
        sampler="by hand",
        seed=0,
        environments=("env",),
        limits=Limits(),
        steps=(),
    )
    for number in range(300)
]
MIX = Mix.read("base=0.5,missing_information=0.25,recovery=0.25")


def test_each_category_gets_what_is_wanted_of_it() -> None:
    result = make_mix(CHAINS, MIX, make, executor=SerialExecutor(), wanted=20)
    assert Counter(made.category for made in result.kept) == MIX.wanted(20)
    assert len({made.chain for made in result.kept}) == 20
    assert {drop.reason.split(":")[0] for drop in result.drops} <= set(MIX.weights)


def test_a_category_that_runs_out_of_chains_falls_short_alone() -> None:
    result = make_mix(CHAINS[:60], MIX, make, executor=SerialExecutor(), wanted=40)
    made, wanted = Counter(each.category for each in result.kept), MIX.wanted(40)
    assert all(made[name] <= wanted[name] for name in wanted)
    assert sum(made.values()) < 40


def test_a_category_that_falls_short_goes_on_with_what_others_left_over() -> None:
    def seldom(errand: Errand) -> Produced[Made]:
        if errand.category == "recovery" and int(errand.chain.id) % 15:
            drop = Drop(stage=STAGE, item=errand.chain.id, reason="recovery: no luck")
            return Produced(drops=(drop,))
        return Produced((Made(chain=errand.chain.id, category=errand.category),))

    results = [
        make_mix(CHAINS[:120], MIX, seldom, executor=SerialExecutor(), wanted=20) for _ in range(2)
    ]
    assert results[0] == results[1]
    made = Counter(each.category for each in results[0].kept)
    assert made == MIX.wanted(20)
    assert len({each.chain for each in results[0].kept}) == 20
    alone = make_mix(
        CHAINS[:20], Mix.read("recovery"), seldom, executor=SerialExecutor(), wanted=20
    )
    assert len(alone.kept) == 2


def test_a_shortfall_has_its_reasons() -> None:
    reasons = {"recovery: no luck": 3, "recovery: late": 5, "no luck": 9, "an adversary wins: x": 1}
    assert why_short("recovery", reasons) == "late (5), no luck (3)"
    assert why_short("base", reasons) == "no luck (9), an adversary wins: x (1)"
    assert why_short("long_context", reasons) == "no chain was left"


def test_without_a_number_every_chain_is_tried() -> None:
    result = make_mix(CHAINS, MIX, make, executor=SerialExecutor())
    assert len(result.kept) + len(result.drops) == len(CHAINS)
