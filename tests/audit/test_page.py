"""The page of an audit says what was tried, what was dropped and why, and escapes what it shows."""

from __future__ import annotations

import pytest

from envfactory.audit import Audit, Auditor
from envfactory.audit.page import MEANING, attempts_of, html_report
from envfactory.task.category.bench import sealed
from envfactory.task.model import Task
from tests.audit.jars import EMAIL
from tests.reward.errand import Errand


@pytest.fixture(scope="module")
def audits(auditor: Auditor, errand: Errand) -> list[Audit]:
    turn = errand.task.turns[0]
    asked = turn.model_copy(update={"request": "Add <b>Kim</b> & Lou."})
    goal = errand.task.goal.model_copy(update={"facts": (EMAIL,)})
    odd = sealed(errand.task.model_copy(update={"turns": (asked,), "goal": goal}))
    goal = odd.goal.model_copy(update={"changes": odd.goal.changes[:-1]})
    broken: Task = sealed(odd.model_copy(update={"goal": goal}))
    return [auditor.audit(odd), auditor.audit(broken)]


def test_every_attempt_has_a_meaning(audits: list[Audit]) -> None:
    record = audits[0].task.robustness
    assert record is not None
    assert [attempt.name for attempt in record.attempts] == list(MEANING)


def test_sums_are_those_of_the_records(audits: list[Audit]) -> None:
    for attempt, tasks in attempts_of(audits):
        own = [
            each
            for audit in audits
            if audit.task.robustness is not None
            for each in audit.task.robustness.attempts
            if each.name == attempt.name
        ]
        assert attempt.tried == sum(each.tried for each in own)
        assert attempt.passed == sum(each.passed for each in own)
        assert tasks == sum(each.tried > 0 for each in own)


def test_the_page_shows_each_task_and_why_one_was_dropped(audits: list[Audit]) -> None:
    page = html_report(audits)
    assert "1 of 2 tasks" in page
    assert page.count("<details>") == 2
    assert "<strong>a right way is refused: gold</strong>: 1 base" in page
    assert page.index("dropped</span> Add") < page.index("stands</span> Add")
    assert "Add &lt;b&gt;Kim&lt;/b&gt; &amp; Lou." in page
    assert "<b>" not in page
    for name in MEANING:
        assert f"<td>{name}</td>" in page


def test_a_page_of_nothing_is_one(audits: list[Audit]) -> None:
    assert "0 of 0 tasks" in html_report([])


def test_of_very_many_tasks_the_dropped_ones_are_shown_first(audits: list[Audit]) -> None:
    sound, weak = audits
    page = html_report([*[sound] * 500, weak])
    assert page.count("<details>") == 400
    assert "dropped</span> Add" in page
    assert "and 101 more" in page
