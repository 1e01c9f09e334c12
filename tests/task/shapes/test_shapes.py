"""Plans of other shapes: what they claim holds by execution, and what is wrong with one is seen."""

from __future__ import annotations

import inspect
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.audit import Auditor
from envfactory.chain import sample_chains
from envfactory.cli.tasks import tasks
from envfactory.environment import World
from envfactory.graph import values_at
from envfactory.records import Json
from envfactory.task import Task, TaskMaker
from envfactory.task.aggregate import aggregated
from envfactory.task.category.bench import Bench, answers_of, calls_of, play
from envfactory.task.convey import Implicitness, unproven
from envfactory.task.convey.proof import outcomes
from envfactory.task.goal import judge
from envfactory.task.mention import Extreme, leading
from envfactory.task.model import Aggregate, Criterion, Goal
from envfactory.task.records import Records
from envfactory.task.shapes import SHARE, ShapeMaker
from envfactory.task.shapes.across import across
from envfactory.task.shapes.counted import _test, counted
from envfactory.task.shapes.many import of_many
from envfactory.task.shapes.place import Place
from envfactory.task.shapes.sketch import Sketch
from envfactory.task.shapes.superlative import superlative
from envfactory.task.shapes.view import Views
from envfactory.task.words import number_word
from envfactory.trajectory import GoldPolicy, ScriptedUser, Setting, run_episode


@pytest.fixture(scope="module")
def settings(errands, compiled) -> list[object]:
    return [errands, *compiled.values()]


@pytest.fixture(scope="module")
def shaped(settings) -> list[tuple[Task, Bench]]:
    made = []
    for setting in settings:
        maker = ShapeMaker(setting.maker(), setting.packages, share=1.0)
        bench = Bench(setting.packages, setting.glossary)
        for number, chain in enumerate(sample_chains(setting.sampler(), 3, 12)):
            task = maker.make(chain, number)
            if task is not None:
                made.append((task, bench))
    return made


def made_only(shape: Callable[[Place], Iterator[Sketch]], settings) -> list[tuple[Task, Bench]]:
    """Return tasks of one shape and of one turn."""
    made = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("envfactory.task.shapes.make._SHAPES", (shape,))
        for setting in settings:
            maker = ShapeMaker(setting.maker(), setting.packages, share=1.0)
            bench = Bench(setting.packages, setting.glossary)
            for number, chain in enumerate(sample_chains(setting.sampler(), 3, 12)):
                task = maker.make(chain, number)
                if task is not None and len(task.turns) == 1:
                    made.append((task, bench))
    return made


@pytest.fixture(scope="module")
def across_two(settings) -> list[tuple[Task, Bench]]:
    """Tasks of one turn that ask something of what belongs to a record."""
    return made_only(across, settings)


def of(shaped: Sequence[tuple[Task, Bench]], shape: str) -> list[tuple[Task, Bench]]:
    return [(task, bench) for task, bench in shaped if task.shape == shape]


def reaches(task: Task, bench: Bench, numbers: Sequence[int]) -> bool:
    calls = [calls_of(task)[number] for number in numbers]
    played = play(bench.world(task.environments), calls)
    return judge(task.goal, played.changes, answers_of(task)).reached


def alone(shaped: Sequence[tuple[Task, Bench]], shape: str) -> list[tuple[Task, Bench]]:
    """Return the tasks of a shape that have one turn."""
    return [(task, bench) for task, bench in of(shaped, shape) if len(task.turns) == 1]


def test_all_shapes_are_made_and_every_check_passes(shaped) -> None:
    assert len(of(shaped, "per_item")) >= 5
    assert len(of(shaped, "conditional")) >= 3
    assert len(of(shaped, "superlative")) >= 2
    assert len(of(shaped, "aggregate")) >= 5
    assert sum(len(task.turns) == 2 for task, _ in shaped) >= 5
    for task, _ in shaped:
        assert task.checks
        assert all(check.passed for check in task.checks)


def test_an_item_left_out_misses_the_goal_and_the_order_does_not_matter(shaped) -> None:
    for task, bench in alone(shaped, "per_item"):
        calls = calls_of(task)
        reads = [number for number, call in enumerate(calls) if not call.changes_state]
        items = [number for number, call in enumerate(calls) if call.changes_state]
        assert 2 <= len(items) <= 5
        assert len({calls[number].tool for number in items}) == 1
        assert reaches(task, bench, [*reads, *reversed(items)])
        for left_out in items:
            assert not reaches(task, bench, [n for n in range(len(calls)) if n != left_out])


def test_items_are_conveyed_together_and_proofs_notice_one_that_is_not_meant(shaped) -> None:
    for task, bench in alone(shaped, "per_item"):
        assert not list(unproven(task, lambda t=task, b=bench: b.world(t.environments)))
        turn = task.turns[0]
        together = [each for each in turn.conveyed if each.kind == "compression"]
        assert all(each.text in turn.request for each in together)
        wrong = together[0].proof.model_copy(update={"take": "/no_such_field"})
        broken = together[0].model_copy(update={"proof": wrong})
        spoiled = task.model_copy(
            update={"turns": (turn.model_copy(update={"conveyed": (broken,)}),)}
        )
        assert list(unproven(spoiled, lambda t=task, b=bench: b.world(t.environments)))


def test_a_condition_asks_for_one_of_two_acts_on_one_record(shaped) -> None:
    for task, bench in alone(shaped, "conditional"):
        calls = calls_of(task)
        assert sum(call.changes_state for call in calls) == 1
        assert reaches(task, bench, range(len(calls)))
        assert {check.name for check in task.checks} >= {"other readings miss the goal"}
        assert " if " in f" {task.turns[0].request.lower()} "


def test_a_superlative_takes_what_is_left_out_into_account(shaped) -> None:
    for task, bench in alone(shaped, "superlative"):
        (key,) = [each for each in task.turns[0].conveyed if each.kind == "constraint"]
        assert key.proof is not None
        *common, extreme = key.proof.criteria
        assert common
        assert {each.test for each in common} == {"is"}
        assert extreme.test in ("most", "least")
        (act,) = [call for call in calls_of(task) if call.changes_state]
        wanted = act.arguments[key.path[1:]]
        world = bench.world(task.environments)
        assert outcomes(key.proof, world, ()) == [wanted]
        hasty = key.proof.model_copy(update={"criteria": (extreme,)})
        assert outcomes(hasty, world, ()) != [wanted]


def test_an_aggregate_is_computed_and_no_other_number_will_do(shaped) -> None:
    sums = 0
    for task, bench in alone(shaped, "aggregate"):
        if task.goal.facts[0].over is None:
            continue
        (fact,) = task.goal.facts
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
    assert sums or len(alone(shaped, "aggregate")) < 12


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


def test_what_belongs_to_a_record_is_asked_of_one_that_has_to_be_found(across_two) -> None:
    assert len(across_two) >= 3
    for task, bench in across_two:
        turn = task.turns[0]
        owner = next(each for each in turn.conveyed if each.kind == "description" and not each.path)
        assert owner.text in turn.request
        assert owner.proof is not None
        world = bench.world(task.environments)
        (key,) = outcomes(owner.proof, world, ())
        assert str(key) not in turn.request
        last = turn.calls[-1]
        criteria = task.goal.facts[0].over.criteria if task.goal.facts[0].over else ()
        used = [*last.arguments.values(), *(each.value for each in criteria)]
        assert key in used or task.goal.facts[0].over is None
        vague = owner.proof.model_copy(update={"criteria": ()})
        assert len(outcomes(vague, world, ())) > 1
        assert not list(unproven(task, lambda t=task, b=bench: b.world(t.environments)))
        assert all(check.passed for check in task.checks)


@pytest.fixture(scope="module")
def by_count(settings) -> list[tuple[Task, Bench]]:
    """Tasks of one turn in which it depends on a number what is to be done."""
    return made_only(counted, settings)


def test_what_is_done_depends_on_how_many_there_are(by_count) -> None:
    assert len(by_count) >= 3
    for task, bench in by_count:
        turn = task.turns[0]
        assert task.shape == "conditional"
        assert re.search(r"\b(more|over|fewer|less|under)\b", turn.request)
        (those,) = [each for each in turn.conveyed if each.kind == "compression"]
        world = bench.world(task.environments)
        assert those.proof is not None
        count = len(outcomes(those.proof, world, ()))
        assert count >= 3
        assert f"There are {count} " in turn.answer
        assert sum(call.changes_state for call in turn.calls) == 1
        assert all(check.passed for check in task.checks)


@given(st.integers(3, 12), st.integers(0, 2**32))
def test_a_number_decides_and_could_have_decided_otherwise(count: int, seed: int) -> None:
    test, holds = _test(count, random.Random(seed))
    word = test.split()[-1]
    bound = next(n for n in range(20) if number_word(n) == word)
    over = test.startswith(("more", "over"))
    assert holds == (count > bound if over else count < bound)
    least = bound > 2 if not over else bound >= 2
    assert least
    assert abs(count - bound) <= 2


def test_a_number_decides_for_either_way_as_often() -> None:
    rng = random.Random(1)
    tests = [_test(count, rng) for _ in range(300) for count in range(4, 12)]
    for words in (("more", "over"), ("fewer", "less", "under")):
        held = [holds for test, holds in tests if test.startswith(words)]
        assert 0.4 < sum(held) / len(held) < 0.6


def led_by(errands, *days: str) -> list[Sketch]:
    """Return what superlatives there are where open tasks are due on these days."""
    late, done = "2026-03-30T10:00:00Z", "2026-03-01T10:00:00Z"
    todos = [
        {
            "todo_id": f"todo_{number}",
            "list_id": "list_1",
            "title": f"{word} the roses",
            "due": f"2026-03-{day}T10:00:00Z",
            "status": "open",
        }
        for number, (word, day) in enumerate(zip(WORDS, days, strict=False))
    ]
    for number, due in ((8, late), (9, done)):
        title = f"{WORDS[number - 4]} the roses"
        held = {"todo_id": f"todo_{number}", "list_id": "list_1", "title": title}
        todos.append({**held, "due": due, "status": "done"})
    scenario = {**errands.packages["errands"].scenario("home"), "todos": todos}
    session = errands.packages["errands"].environment.from_scenario(scenario)
    world = World({"errands": session})
    views = Views(errands.graph, errands.glossary)
    records = Records.of(world)
    rng = random.Random(4)
    place = Place(world, records, errands.glossary, errands.larder, views, rng)
    return list(superlative(place))


WORDS = ("Water", "Cut", "Tie", "Plant", "Buy", "Sell")


def test_of_several_that_lead_together_none_is_the_first(errands) -> None:
    rows = [{"key": n, "size": size} for n, size in enumerate((3, 5, 5, 1))]
    assert [row["key"] for row in leading(rows, Extreme("size", most=True))] == [1, 2]
    assert [row["key"] for row in leading(rows, Extreme("size", most=False))] == [3]
    assert led_by(errands, "10", "11", "12")
    assert not led_by(errands, "10", "10", "10")
    proofs = [
        each.proof
        for sketch in led_by(errands, "10", "12", "12")
        for each in sketch.conveyed
        if each.proof is not None
    ]
    assert {proof.criteria[-1].test for proof in proofs} == {"least"}


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


def test_to_do_the_same_again_says_no_value_and_takes_the_one_before(shaped) -> None:
    tried = 0
    for task, bench in shaped:
        if len(task.turns) < 2 or " same " not in task.turns[1].request:
            continue
        tried += 1
        first, second = (
            next(call for call in turn.calls if call.changes_state) for turn in task.turns
        )
        assert first.tool == second.tool
        for each in task.turns[1].conveyed:
            if each.kind == "reference":
                name = each.path[1:]
                assert second.arguments[name] == first.arguments[name]
                assert str(first.arguments[name]) not in task.turns[1].request
        only = play(bench.world(task.environments), task.turns[0].calls).changes
        assert not judge(task.goal, only, answers_of(task)).reached
    assert tried >= 3


def test_nothing_is_looked_up_twice_that_is_known(shaped) -> None:
    several = [task for task, _ in shaped if len(task.turns) > 1]
    saved = 0
    for task in several:
        asked = {fact.call for fact in task.goal.facts}
        seen: list[tuple[str, object, object]] = []
        gold = calls_of(task)
        for number, call in enumerate(gold):
            if not call.changes_state and number not in asked:
                assert (call.tool, call.arguments, call.value) not in seen
                seen.append((call.tool, call.arguments, call.value))
        first = len(task.turns[0].calls)
        later = [origin.call for call in gold[first:] for origin in call.origins.values()]
        saved += any(place is not None and place < first for place in later)
    assert saved


def test_answers_call_nothing_of_the_user_mine(shaped) -> None:
    requests = [turn.request for task, _ in shaped for turn in task.turns]
    assert any(re.search(r"\b[Mm]y ['‘“\"]", request) for request in requests)
    answers = [turn.answer for task, _ in shaped for turn in task.turns]
    assert not any(re.search(r"\b[Mm]y ['‘“\"]", answer) for answer in answers)


def test_requests_say_no_keys(shaped) -> None:
    for task, _ in shaped:
        for call in calls_of(task):
            for pointer, origin in call.origins.items():
                if origin.kind == "result":
                    value = str(call.arguments.get(pointer[1:], ""))
                    generated = any(letter.isdigit() for letter in value) and "_" in value
                    said = " ".join(turn.request for turn in task.turns)
                    assert not generated or value not in said


def test_no_adversary_wins_and_gold_plays_through(shaped, settings) -> None:
    packages = {p.identity: p for setting in settings for p in setting.packages.values()}
    auditor = Auditor(packages, 0)
    for task, _ in shaped[::3]:
        audit = auditor.audit(task)
        assert audit.weakness is None, (audit.weakness, audit.detail)
        start = Setting.open(task.environments, packages)
        episode = run_episode(task, start.world, GoldPolicy(task), ScriptedUser(task))
        assert episode.outcome.reached


def test_the_same_chain_and_seed_give_the_same_task(errands) -> None:
    chains = list(sample_chains(errands.sampler(), 4, 6))
    first, second = (
        [ShapeMaker(errands.maker(), errands.packages, 1.0).make(chain, 9) for chain in chains]
        for _ in range(2)
    )
    assert first == second
    assert any(first)


def test_none_is_made_where_none_is_wanted(errands) -> None:
    maker = ShapeMaker(errands.maker(), errands.packages, share=0.0)
    assert not any(maker.make(chain, 1) for chain in sample_chains(errands.sampler(), 4, 10))


def test_the_command_tries_as_many_as_the_maker() -> None:
    assert inspect.signature(tasks).parameters["shapes"].default == SHARE


def test_a_shape_is_off_its_target_by_less_than_a_value(shaped) -> None:
    for task, _ in shaped:
        calibration = task.calibration
        assert calibration is not None
        conveyed = [each for turn in task.turns for each in turn.conveyed]
        assert calibration.values == len(conveyed)
        assert calibration.implicit == sum(each.kind != "explicit" for each in conveyed)
        assert abs(calibration.implicit - calibration.target * calibration.values) < 1.001


def test_a_target_of_nothing_implicit_leaves_no_plan_per_item(errands) -> None:
    plain = TaskMaker(errands.graph, errands.packages, implicitness=Implicitness(0, 0))
    maker = ShapeMaker(plain, errands.packages, share=1.0)
    made = [
        maker.make(chain, number)
        for number, chain in enumerate(sample_chains(errands.sampler(), 3, 12))
    ]
    kept = [task for task in made if task is not None]
    assert {task.shape for task in kept} <= {"conditional"}
    assert kept
    assert {task.difficulty.implicitness for task in kept} == {0}
