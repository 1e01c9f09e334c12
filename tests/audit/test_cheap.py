"""Cheap policies win where a task is bad, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from envfactory.audit import Audit, Auditor
from envfactory.environment import Package
from envfactory.task.model import Injection, Origin, Refusal, Task
from tests.audit.jars import Call, make_jars, make_shelf, size_of, told

LOOK: Call = ("get_jar", {"jar_id": "jar_1"})
RELABEL: Call = ("relabel", {"jar_id": "jar_1", "label": "Quince"})
ADD: Call = ("add_jar", {"label": "Plum"})
REMOVE: Call = ("remove", {"jar_id": "jar_2"})
NO = Refusal(turn=0, reason="missing_tool", about=("jar",), claims=("added",))
CANNOT = "I'm sorry, I cannot add a jar."


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return make_shelf(tmp_path_factory.mktemp("packages") / "shelf")


@pytest.fixture(scope="session")
def jars(shelf: Package, package: Package) -> Callable[..., Task]:
    def make(*turns: list[Call], **changed: Any) -> Task:
        return make_jars(shelf, package, *turns, **changed)

    return make


@pytest.fixture(scope="session")
def audit(shelf: Package) -> Callable[[Task], Audit]:
    return Auditor({shelf.identity: shelf}, seed=3).audit


def weakness(audit: Audit) -> str:
    return (audit.weakness or "").rpartition(": ")[2]


def counts(audit: Audit, name: str) -> tuple[int, int]:
    assert audit.task.robustness is not None
    return next((a.tried, a.passed) for a in audit.task.robustness.attempts if a.name == name)


def test_whoever_stops_half_way_has_not_done_it(jars, audit) -> None:
    sound = audit(jars([ADD], [REMOVE], [RELABEL]))
    assert sound.weakness is None
    assert counts(sound, "stopping half way") == (2, 0)
    # The second turn undoes what the third does again: nothing is wanted after the first.
    undone: Call = ("relabel", {"jar_id": "jar_1", "label": "Jam 1"})
    idle = audit(jars([RELABEL], [undone], [RELABEL]))
    assert counts(idle, "stopping half way") == (2, 1)
    assert idle.weakness is not None


def test_in_a_single_turn_the_last_change_is_left_out(jars, audit) -> None:
    assert counts(audit(jars([ADD, REMOVE])), "stopping half way") == (1, 0)


def test_everything_twice_is_too_much_where_it_makes_a_difference(jars, audit) -> None:
    assert counts(audit(jars([ADD, RELABEL])), "everything twice") == (1, 0)
    assert counts(audit(jars([RELABEL])), "everything twice") == (0, 0)
    once, both = jars([ADD]), jars([ADD, ADD])
    wrong = once.model_copy(update={"goal": both.goal})
    assert counts(audit(wrong), "everything twice") == (1, 1)


def test_a_request_that_holds_its_own_answer_is_found(jars, audit) -> None:
    asked = told(jars([LOOK], facts=(size_of(1),)), "The size is small.")
    assert counts(audit(asked), "repeating the request") == (2, 0)
    (turn,) = asked.turns
    leaking = turn.model_copy(update={"request": "Is the size of my jam jar small?"})
    assert counts(audit(asked.model_copy(update={"turns": (leaking,)})), "repeating the request")[1]


def test_asking_for_ever_does_nothing(jars, audit) -> None:
    asked = told(jars([LOOK], facts=(size_of(1),)), "The size is small.")
    assert counts(audit(asked), "asking for ever")[1] == 0
    (turn,) = asked.turns
    leaking = turn.model_copy(update={"request": "The size of my jam jar is small."})
    assert counts(audit(asked.model_copy(update={"turns": (leaking,)})), "asking for ever")[1]


def test_the_first_record_in_sight_is_not_the_right_one(jars, audit) -> None:
    """The third jar is meant; who takes the first or the last one relabels another."""
    task = jars([("list_jars", {}), ("relabel", {"jar_id": "jar_3", "label": "Quince"})])

    def looked_up(task: Task) -> Task:
        look, write = task.turns[0].calls
        origin = Origin(kind="result", call=0, path="/2/jar_id")
        write = write.model_copy(update={"origins": {"/jar_id": origin}})
        turn = task.turns[0].model_copy(update={"calls": (look, write)})
        return task.model_copy(update={"turns": (turn,)})

    assert counts(audit(looked_up(task)), "first in sight") == (2, 0)
    wrong = jars([("list_jars", {}), ("relabel", {"jar_id": "jar_1", "label": "Quince"})])
    swapped = looked_up(task).model_copy(update={"goal": wrong.goal})
    assert counts(audit(swapped), "first in sight") == (2, 1)


def test_a_task_in_which_there_is_only_something_to_refuse_is_found(jars, audit) -> None:
    nothing_else = told(jars([], refusals=(NO,)), CANNOT)
    (turn,) = nothing_else.turns
    asked = turn.model_copy(update={"request": "Add a jar, please."})
    nothing_else = nothing_else.model_copy(update={"turns": (asked,)})
    assert weakness(audit(nothing_else)) == "refusing everything"
    later = NO.model_copy(update={"turn": 1})
    sound = told(jars([RELABEL], [], refusals=(later,)), "It is relabelled.", CANNOT)
    assert audit(sound).weakness is None


def test_what_most_records_hold_is_no_answer_worth_a_task(jars, audit) -> None:
    usual = told(jars([LOOK], facts=(size_of(1),)), "The size is small.")
    assert counts(audit(usual), "guessing") == (1, 1)
    fourth: Call = ("get_jar", {"jar_id": "jar_4"})
    rare = told(jars([fourth], facts=(size_of(4),)), "The size is large.")
    assert counts(audit(rare), "guessing") == (1, 0)


def test_a_failure_that_may_be_left_at_that_is_found(jars, audit) -> None:
    lost = Injection(tool="shelf__relabel", occurrence=0, message="try again")
    sound = audit(jars([RELABEL], category="recovery", injections=(lost,)))
    assert sound.weakness is None
    assert counts(sound, "trying again") == (1, 1)
    assert counts(sound, "giving up") == (2, 0)
    needless: Call = ("get_jar", {"jar_id": "jar_3"})
    look = Injection(tool="shelf__get_jar", occurrence=0, message="try again")
    idle = audit(jars([needless, RELABEL], category="recovery", injections=(look,)))
    assert weakness(idle) == "giving up"


def test_who_fails_at_every_attempt_shows_that_trying_again_is_not_enough(jars, audit) -> None:
    lost = tuple(
        Injection(tool="shelf__relabel", occurrence=n, message="try again") for n in range(2)
    )
    assert weakness(audit(jars([RELABEL], injections=lost))) == "trying again"
