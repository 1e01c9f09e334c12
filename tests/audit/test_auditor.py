"""The audit lets sound tasks stand, and finds what is wrong with those that are not."""

from typing import Any

import pytest

from envfactory.audit import Audit, Auditor
from envfactory.audit.rehearsal import Move, Rehearsal
from envfactory.environment import Package, World
from envfactory.task.category.bench import sealed
from envfactory.task.model import Goal, GoldCall, Task, Turn
from tests.audit.jars import EMAIL
from tests.reward.errand import Errand

UNTRIED = (
    *("replay of another task", "another tool", "trying again", "giving up", "guessing"),
    "first in sight",
)
"""What there is no occasion for in the sound task."""


@pytest.fixture(scope="session")
def sound(errand: Errand) -> Task:
    return with_goal(errand.task, facts=(EMAIL,))


def with_goal(task: Task, **changed: Any) -> Task:
    return sealed(task.model_copy(update={"goal": task.goal.model_copy(update=changed)}))


def tried(audit: Audit) -> dict[str, tuple[str, int, int]]:
    record = audit.task.robustness
    assert record is not None
    return {a.name: (a.expected, a.tried, a.passed) for a in record.attempts}


def test_a_sound_task_stands_and_says_what_was_tried(auditor: Auditor, sound: Task) -> None:
    audit = auditor.audit(sound)
    assert audit.weakness is None, audit
    for name, (expected, count, passed) in tried(audit).items():
        assert passed == (count if expected == "pass" else 0), name
        assert count or name in UNTRIED, name
    assert audit.task.id == sealed(audit.task).id != sound.id


def test_the_same_task_and_seed_give_the_same_record(package: Package, sound: Task) -> None:
    one, other = (Auditor({package.identity: package}, seed=3).audit(sound) for _ in range(2))
    assert one == other
    assert one.task.to_line() == other.task.to_line()
    third = Auditor({package.identity: package}, seed=3)
    assert third.audit(third.audit(sound).task).task == one.task


def test_a_task_that_asks_for_nothing_is_won_by_doing_nothing(
    auditor: Auditor, sound: Task
) -> None:
    turn = sound.turns[0].model_copy(update={"calls": sound.turns[0].calls[:1]})
    empty = sealed(sound.model_copy(update={"turns": (turn,), "goal": Goal()}))
    assert auditor.audit(empty).weakness == "an adversary wins: no-op"


def test_a_task_whose_solution_misses_the_goal_is_found(auditor: Auditor, sound: Task) -> None:
    broken = with_goal(sound, changes=sound.goal.changes[:-1])
    assert auditor.audit(broken).weakness == "a right way is refused: gold"


def test_a_goal_that_insists_on_one_order_is_found(auditor: Auditor, sound: Task) -> None:
    rigid = with_goal(sound, identifiers=())
    assert auditor.audit(rigid).weakness == "a right way is refused: reordered"


def test_a_call_that_changes_nothing_that_matters_is_found(auditor: Auditor, sound: Task) -> None:
    """Somebody is renamed to the name that she has: the goal is reached without that."""
    arguments = {"user_id": "usr_2", "name": "Grace Hopper"}
    idle = GoldCall(
        tool="shop__update_user", arguments=arguments, origins={}, value=None, changes_state=True
    )
    turn = sound.turns[0]
    turn = turn.model_copy(update={"calls": (*turn.calls, idle)})
    audit = auditor.audit(sealed(sound.model_copy(update={"turns": (turn,)})))
    assert audit.weakness == "an adversary wins: dropped call"


def test_a_fact_that_may_be_told_among_others_is_found(auditor: Auditor, sound: Task) -> None:
    """Without knowing what could be taken for it, any list with the value in it would do."""
    loose = EMAIL.model_copy(update={"rivals": (), "details": ()})
    audit = auditor.audit(with_goal(sound, facts=(loose,)))
    assert audit.weakness == "an adversary wins: answer everything"


def test_the_solution_of_another_task_does_not_solve_this_one(
    auditor: Auditor, sound: Task
) -> None:
    turn = sound.turns[0]
    fewer = turn.model_copy(update={"calls": turn.calls[:3]})
    changes = tuple(c for c in sound.goal.changes if c.table == "users")
    other = with_goal(sound.model_copy(update={"turns": (fewer,)}), changes=changes)
    assert tried(auditor.audit(sound, [other, sound]))["replay of another task"][1:] == (1, 0)
    assert tried(auditor.audit(other, [sound]))["replay of another task"][1:] == (1, 0)


def test_damage_beside_the_task_is_tried_too(package: Package, sound: Task, tmp_path: Any) -> None:
    from tests.trajectory.shop_task import MANIFEST, make_package

    beside = make_package(tmp_path / "stall")
    (beside.path / "environment.toml").write_text(MANIFEST.replace('"shop"', '"stall"'))
    beside = Package.load(beside.path)
    both = Auditor({package.identity: package, beside.identity: beside}).audit(sound)
    alone = Auditor({package.identity: package}).audit(sound)
    assert tried(both)["extra damage"][1:] == (2, 0)
    assert tried(alone)["extra damage"][1:] == (1, 0)


def test_a_task_that_breaks_its_environment_is_told_apart(auditor: Auditor, sound: Task) -> None:
    fatal = GoldCall(
        tool="shop__break_halfway",
        arguments={"user_id": "usr_1"},
        origins={},
        value=None,
        changes_state=False,
    )
    turn = Turn(request="…", intent="", calls=(fatal,), answer="…")
    audit = auditor.audit(sealed(sound.model_copy(update={"turns": (turn,)})))
    assert audit.weakness == "environment fault"


def test_a_variation_uses_what_it_was_shown(errand: Errand, package: Package) -> None:
    """Swapped creations hand out swapped keys, and the order goes to the right one."""
    rehearsal = Rehearsal(errand.task, World({"shop": package.start("small")}))
    ada, kim, lou, order = rehearsal.moves()
    assert rehearsal.reached(rehearsal.play([ada, lou, kim, order]))
    assert not rehearsal.reached(rehearsal.play([ada, lou, kim, Move(order.tool, order.arguments)]))
    without = rehearsal.play([ada, lou, order])
    assert set(without.values) == {0, 2}
    assert rehearsal.told(rehearsal.play([kim, lou, order])) == (
        "Kim and Lou are in, the order is placed, and the address is (unknown).",
    )
