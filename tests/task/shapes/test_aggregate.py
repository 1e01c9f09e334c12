"""Questions that no result answers: how many, which, and what they come to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.graph import values_at
from envfactory.records import Json
from envfactory.task.category.bench import answers_of, calls_of, play
from envfactory.task.goal import judge
from envfactory.task.grounding.aggregate import aggregated
from envfactory.task.model import Aggregate, Criterion, Goal
from envfactory.task.shapes.many import of_many
from envfactory.task.shapes.wording import load_templates
from tests.task.shapes.made import alone, of


def test_an_aggregate_is_computed_and_no_other_number_will_do(shaped) -> None:
    sums = numbers = 0
    for task, bench in alone(shaped, "aggregate"):
        if task.goal.facts[0].over is None:
            continue
        (fact,) = task.goal.facts
        numbers += 1
        sums += fact.over.field is not None
        world = bench.world(task.environments)
        shown = play(world, calls_of(task)).values[fact.call]
        (records,) = [value for _, value in values_at(shown, fact.path)]
        assert aggregated(records, fact.over) == fact.value
        (answer,) = answers_of(task)
        assert judge(task.goal, (), [answer]).reached
        assert fact.over.criteria or len(calls_of(task)) > 1
        if not fact.over.criteria:  # another look-up found out whose records are meant
            continue
        everything = aggregated(records, fact.over.model_copy(update={"criteria": ()}))
        assert everything != fact.value
        hasty = answer.replace(fact.forms[0], f"{everything}")
        assert not judge(task.goal, (), [hasty]).reached
    assert sums or numbers < 12


def test_few_records_are_named_and_no_name_is_missing_or_too_many(shaped) -> None:
    named = [task for task, _ in alone(shaped, "aggregate") if task.goal.facts[0].over is None]
    assert named
    for task in named:
        (answer,) = answers_of(task)
        facts = task.goal.facts
        assert 2 <= len(facts) <= 5
        assert judge(task.goal, (), [answer]).reached
        for fact in facts:
            assert not judge(task.goal, (), [answer.replace(fact.forms[0], "something")]).reached
        for other in facts[0].rivals:
            more = f"{answer[:-1]}, {other}."
            assert not judge(task.goal, (), [more]).reached, more


def test_what_more_is_said_of_records_than_their_kind_stands_at_the_end() -> None:
    for ask, inner, _ in load_templates().totals["which_of"]:
        assert ask.endswith("{it}")
        assert inner.endswith("{it}")


def test_small_numbers_are_not_counted_and_say_of_what_they_are(shaped) -> None:
    counts = [
        fact
        for task, _ in of(shaped, "aggregate")
        for fact in task.goal.facts
        if fact.over is not None and fact.over.field is None
    ]
    assert counts
    assert all(isinstance(fact.value, int) and fact.value >= 4 for fact in counts)
    for fact in counts:
        assert fact.label not in fact.others
        for other in fact.others:
            assert not judge(Goal(facts=(fact,)), (), [f"There are {fact.value} {other}."]).reached


@pytest.mark.parametrize(
    ("one", "several"),
    [
        ("every ticket that is open", "tickets that are open"),
        ("each ticket that was closed on 3 May", "tickets that were closed on 3 May"),
        ("every ticket that came in on 3 May", "tickets that came in on 3 May"),
        ("every ticket that costs £5 and goes", "tickets that cost £5 and goes"),
        ("every ticket that also goes by ‘that is it’", "tickets that also go by ‘that is it’"),
        ("every ticket who has blue as its colour", "tickets who have blue as their colour"),
        ("every ticket that finishes soon", "tickets that finish soon"),
        ("each ticket on the list ‘every ticket’", "tickets on the list ‘every ticket’"),
    ],
)
def test_words_for_each_become_words_for_all(one: str, several: str, errands) -> None:
    entity = replace(next(iter(errands.glossary.entities.values())), noun="ticket")
    assert of_many(one, entity) == several


@given(
    st.lists(
        st.fixed_dictionaries({"n": st.integers(-99, 99) | st.none(), "s": st.sampled_from("ab")})
    )
)
def test_what_records_come_to(rows: list[dict[str, Json]]) -> None:
    over = Aggregate(criteria=(Criterion(field="s", value="a"),), field="n")
    chosen = [row["n"] or 0 for row in rows if row["s"] == "a"]
    assert aggregated(rows, over) == sum(chosen)
    assert aggregated(rows, over.model_copy(update={"field": None})) == len(chosen)
    assert aggregated({"rows": rows}, over) is None
    assert aggregated([*rows, {"n": "many", "s": "a"}], over) is None
    cents = [{"n": 0.1, "s": "a"}, {"n": 0.2, "s": "a"}]
    assert aggregated(cents, over) == 0.3
