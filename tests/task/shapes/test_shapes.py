"""Plans of other shapes: what they claim holds by execution, and what is wrong with one is seen."""

from __future__ import annotations

import inspect
import re

from envfactory.audit import Auditor
from envfactory.chain import sample_chains
from envfactory.cli.tasks import tasks
from envfactory.task import TaskMaker
from envfactory.task.category.bench import answers_of, calls_of, play
from envfactory.task.convey import Implicitness, unproven
from envfactory.task.goal import judge
from envfactory.task.shapes import SHARE, ShapeMaker
from envfactory.trajectory import GoldPolicy, ScriptedUser, Setting, run_episode
from tests.task.shapes.made import alone, of, reaches


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
