"""Rewards: every right way counts in full, and nothing wrong does."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.reward import Weights, pass_rates, score, state_score, trace_score
from envfactory.trajectory import Attribution, Outcome, StopReason, Trajectory
from tests.reward.errand import ADA, GOLD, KIM, LOU, Call, Errand, order


def value(errand: Errand, *calls: Call, answer: str | None = None) -> float:
    played = errand.play(*calls) if answer is None else errand.play(*calls, answer=answer)
    found = score(errand.task, played).value
    assert found is not None
    return found


def reached(errand: Errand, *calls: Call) -> bool | None:
    return score(errand.task, errand.play(*calls)).reached


def test_the_solution_scores_in_full(errand: Errand) -> None:
    assert value(errand, *GOLD) == 1.0
    assert reached(errand, *GOLD) is True


@pytest.mark.parametrize("order_", list(permutations([ADA, KIM, LOU])))
def test_independent_calls_may_be_made_in_any_order(
    errand: Errand, order_: tuple[Call, ...]
) -> None:
    """Keys are handed out in the order of making, so Kim may be user 3 or 4."""
    kim = "usr_3" if order_.index(KIM) < order_.index(LOU) else "usr_4"
    assert value(errand, *order_, order(kim)) == 1.0
    assert value(errand, KIM, order("usr_3"), LOU, ADA) == 1.0


def test_the_key_of_the_wrong_new_record_is_wrong(errand: Errand) -> None:
    played = errand.play(ADA, KIM, LOU, order("usr_4"))
    assert not state_score(errand.task, played).reached
    assert trace_score(errand.task, played).found[3] is None
    assert not reached(errand, ADA, LOU, KIM, order("usr_3"))


def test_a_failed_attempt_before_the_right_one_costs_nothing(errand: Errand) -> None:
    assert value(errand, ("shop__get_user", {"user_id": "nobody"}), *GOLD) == 1.0
    assert value(errand, ADA, KIM, LOU, order("usr_3", 50), order("usr_3")) == 1.0


def test_another_look_up_is_as_good_if_it_shows_the_same(errand: Errand) -> None:
    """What is asked for may be read anywhere; here from the answer to a harmless change."""
    same = ("shop__update_user", {"user_id": "usr_1", "email": "ada@example.com"})
    assert value(errand, same, KIM, LOU, order("usr_3")) == 1.0


def test_part_of_the_work_scores_in_part(errand: Errand) -> None:
    scores = [value(errand, *GOLD[:count]) for count in range(len(GOLD) + 1)]
    assert scores == sorted(scores)
    assert len(set(scores)) == len(scores)
    assert value(errand, answer="I have done nothing.") == 0.0
    assert all(not reached(errand, *GOLD[:count]) for count in range(1, len(GOLD)))


def test_the_answer_counts(errand: Errand) -> None:
    assert value(errand, *GOLD, answer="All done.") < 1.0
    assert not score(errand.task, errand.play(*GOLD, answer="All done.")).reached


def test_who_says_no_to_what_is_done_loses_and_who_admits_to_what_is_not_does_not(
    errand: Errand,
) -> None:
    right = errand.play(*GOLD)
    told = right.messages[-1].content
    no = f"I'm sorry, I can't do that. {told}"
    denied = score(errand.task, errand.play(*GOLD, answer=no))
    assert denied.reached
    assert denied.value == pytest.approx(1.0 - Weights().denial)
    lenient = score(errand.task, errand.play(*GOLD, answer=no), Weights(denial=0))
    assert lenient.value == 1.0
    silent, honest = (
        value(errand, *GOLD[:-1], answer=answer)
        for answer in ("Hm.", "I was not able to make the order.")
    )
    assert honest == silent


def test_damage_costs_more_than_the_way_is_worth(errand: Errand) -> None:
    damage = ("shop__delete_user", {"user_id": "usr_2"})
    assert value(errand, *GOLD, damage) <= 0.5
    assert not reached(errand, *GOLD, damage)
    assert value(errand, damage, answer="Oops.") < 0


def test_doing_a_thing_twice_is_damage(errand: Errand) -> None:
    again = ("shop__create_user", {"name": "Kim Lee", "email": "kim2@example.com"})
    assert not reached(errand, *GOLD, again)
    assert not reached(errand, *GOLD, order("usr_3", 1))


def test_spraying_calls_does_not_pay(errand: Errand) -> None:
    reads = [("shop__list_orders", {"limit": limit}) for limit in range(1, 60)]
    assert value(errand, *GOLD, *reads[:10]) == 1.0
    assert value(errand, *GOLD, *reads) < value(errand, *GOLD[:3])


def test_more_arguments_than_were_wanted_are_another_call(errand: Errand) -> None:
    more = ("shop__create_user", {**KIM[1], "tier": "gold"})
    played = errand.play(ADA, more, LOU, order("usr_3"))
    assert trace_score(errand.task, played).found[1] is None
    assert not state_score(errand.task, played).reached


def test_nothing_given_is_the_same_as_not_given(errand: Errand) -> None:
    plain = ("shop__create_user", {**KIM[1], "invited_by": None})
    assert value(errand, ADA, plain, LOU, order("usr_3")) == 1.0


def test_a_moment_is_the_same_however_it_is_written(errand: Errand) -> None:
    tool, arguments = order("usr_3")
    other = (tool, {**arguments, "placed_at": "2026-03-05T11:00:00+01:00"})
    assert value(errand, ADA, KIM, LOU, other) == 1.0


def test_arguments_can_be_masked(errand: Errand) -> None:
    played = errand.play(ADA, ("shop__create_user", {**KIM[1], "name": "Kim"}), LOU)
    plain = trace_score(errand.task, played)
    masked = trace_score(errand.task, played, lambda call, pointer: pointer == "/name")
    assert (plain.found[1], masked.found[1]) == (None, 1)


def test_quoting_the_calls_is_not_making_them(errand: Errand) -> None:
    assert value(errand, answer=f"I called {GOLD!r} and got ada@example.com.") < 0.3


def test_a_rollout_that_somebody_else_ended_is_masked_and_not_zeroed(errand: Errand) -> None:
    played = errand.play(*GOLD)
    for attribution in (Attribution.environment, Attribution.user, Attribution.infrastructure):
        outcome = Outcome(stop=StopReason.infrastructure, attribution=attribution, reached=None)
        broken = played.model_copy(update={"outcome": outcome})
        assert score(errand.task, broken).value is None
        assert score(errand.task, broken).reached is None


def test_weights_decide(errand: Errand) -> None:
    played = errand.play(*GOLD[:2])
    trace, state = trace_score(errand.task, played).value, state_score(errand.task, played).value
    for tau in (0.0, 0.25, 1.0):
        found = score(errand.task, played, Weights(tau=tau)).value
        assert found == pytest.approx(tau * trace + (1 - tau) * state, abs=1e-6)


def test_a_trajectory_of_another_task_is_refused(errand: Errand) -> None:
    other = errand.play(*GOLD).model_copy(update={"task": "another"})
    with pytest.raises(ValueError, match="is of task another"):
        score(errand.task, other)


def test_a_record_on_disk_is_scored_as_the_episode_was(errand: Errand) -> None:
    played = errand.play(*GOLD)
    again = Trajectory.model_validate_json(played.to_line())
    assert score(errand.task, again) == score(errand.task, played)


CALLS = [*GOLD, order("usr_1"), ("shop__delete_user", {"user_id": "usr_2"}), ("shop__nothing", {})]


@given(st.lists(st.sampled_from(CALLS), max_size=8))
def test_only_who_reaches_the_goal_scores_in_full(errand: Errand, calls: list[Call]) -> None:
    found = score(errand.task, errand.play(*calls))
    assert found.value is not None
    assert -1 <= found.value <= 1
    assert (found.value == 1.0) is bool(
        found.reached
        and all(step is not None for step in trace_score(errand.task, errand.play(*calls)).found)
    )


def test_pass_rates_are_measured_from_episodes_of_the_policy_alone(errand: Errand) -> None:
    right, wrong = errand.play(*GOLD), errand.play(*GOLD[:2])
    outcome = Outcome(stop=StopReason.infrastructure, attribution=Attribution.user, reached=None)
    broken = right.model_copy(update={"outcome": outcome})
    foreign = right.model_copy(update={"task": "another"})
    tasks = {errand.task.id: errand.task}
    measured = pass_rates(tasks, [right, wrong, wrong, broken, foreign, wrong])
    (found,) = measured.values()
    assert (found.difficulty.tries, found.difficulty.pass_rate) == (4, 0.25)
    assert list(measured) == [errand.task.id] != [found.id]
    assert pass_rates(tasks, [broken]) == {}
