"""Sets of tasks without doubles, without benchmark requests, split by environment."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from envfactory.llm import WordLlamaEmbedder
from envfactory.task import (
    Difficulty,
    EnvironmentRef,
    Goal,
    GoldCall,
    StateChange,
    Task,
    Turn,
    User,
)
from envfactory.task.hygiene import (
    coverage_of,
    near_duplicates,
    overlaps,
    split_by_environment,
    tidy,
)
from envfactory.task.report import Utterance, Utterances

EMBEDDER = WordLlamaEmbedder()
REQUESTS = (
    "Could you move the meeting called ‘Budget review’ with the people from sales to noon?",
    "Delete the old playlist named ‘Road trip 2019’, it is no longer needed.",
    "How many open tickets are there in the collection ‘Mobile app’? Thanks a lot!",
    "Please add Jenna Becker as a driver and rename the device ‘Truck 7’ to ‘Truck 9’.",
)


def task(name, *requests, environments=("shop",), calls=()):
    gold = tuple(
        GoldCall(tool=tool, arguments={}, origins={}, value=None, changes_state=True)
        for tool in calls
    )
    return Task(
        id=name,
        seed=0,
        chain="c",
        environments=tuple(
            EnvironmentRef(name=each, identity="sha256:0", scenario="small")
            for each in environments
        ),
        turns=tuple(Turn(request=text, intent="", calls=gold, answer="Done.") for text in requests),
        goal=Goal(
            changes=tuple(
                StateChange(environment=each, kind="insert", table="orders")
                for each in environments
            )
        ),
        user=User(name="Ada"),
        checks=(),
        difficulty=Difficulty(
            turns=1, calls=1, writes=1, lookups=0, tools_offered=1, implicitness=0
        ),
    )


def test_what_says_the_same_in_almost_the_same_words_is_found_once():
    first, *others = (task(f"t{at}", text) for at, text in enumerate(REQUESTS))
    double = task("double", REQUESTS[0].replace("Could", "Would"))
    third = task("third", REQUESTS[0].replace("Could you", "Please").replace("?", "."))
    found = near_duplicates([first, *others, double, third], EMBEDDER)
    assert set(found) == {"double", "third"}
    assert all("of t0" in why.detail for why in found.values())
    assert near_duplicates([double, first], EMBEDDER).keys() == {"t0"}
    assert near_duplicates([], EMBEDDER) == {}


def test_requests_of_a_benchmark_are_found_by_words_and_by_meaning():
    benchmark = Utterances(
        "bench",
        (
            Utterance("Then move the meeting called Budget review with the people from sales away"),
            Utterance("Delete the old playlist called ‘Road trip 2019’; it is no longer needed"),
        ),
    )
    tasks = [task(f"t{at}", text) for at, text in enumerate(REQUESTS)]
    found = overlaps(tasks, benchmark, EMBEDDER)
    assert [each.task for each in found] == ["t0", "t1"]
    assert found[1].cosine > 0.9
    same = Utterances(
        "same", (Utterance("It is no longer needed, delete the old playlist ‘Road trip 2019’."),)
    )
    (by_meaning,) = overlaps(tasks[1:2], same, EMBEDDER, semantic=0.85)
    assert by_meaning.words == ""


def test_all_that_is_dropped_is_told_with_its_reason():
    tasks = [task(f"t{at}", text) for at, text in enumerate(REQUESTS)]
    tasks.append(task("double", REQUESTS[1]))
    benchmark = Utterances("bench", (Utterance(REQUESTS[2]),))
    done = tidy(tasks, EMBEDDER, benchmarks=[benchmark], rng=random.Random(0))
    assert {name: why.reason for name, why in done.dropped.items()} == {
        "t2": "overlaps with a benchmark",
        "double": "near duplicate",
    }
    kept = tidy(tasks, EMBEDDER, benchmarks=[benchmark], keep_overlaps=True, rng=random.Random(0))
    assert set(kept.dropped) == {"double"}
    assert kept.overlaps == done.overlaps


NAMES = st.sets(st.sampled_from("abcdef"), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(st.lists(NAMES, max_size=30), st.floats(0, 1), st.integers())
def test_no_test_environment_is_seen_in_training(needs, share, seed):
    tasks = [
        task(str(at), "Anything", environments=sorted(names)) for at, names in enumerate(needs)
    ]
    split = split_by_environment(tasks, share, random.Random(seed))
    train, test = (
        {env.name for each in part for env in each.environments}
        for part in (split.train, split.test)
    )
    assert not train & test
    assert test <= set(split.environments)
    assert len(split.train) + len(split.test) + len(split.dropped) == len(tasks)
    if share == 0:
        assert not split.test
        assert not split.dropped


def test_a_split_comes_near_its_share_where_environments_allow():
    tasks = [task(str(at), "Anything", environments=("abcdefghij"[at % 10],)) for at in range(100)]
    split = split_by_environment(tasks, 0.2, random.Random(1))
    assert len(split.test) == 20
    assert not split.dropped


def test_coverage_counts_tasks_not_calls():
    tasks = [
        task("one", "a", calls=("shop__add", "shop__add", "shop__drop")),
        task("two", "b", calls=("shop__add",)),
    ]
    coverage = coverage_of(tasks)
    assert coverage.tools == {"shop__add": 2, "shop__drop": 1}
    assert coverage.entities == {"shop.orders": 2}
    assert coverage.pairs == 2
