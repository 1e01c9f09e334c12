"""Values that are unique within others: the number of an issue in its repository."""

from contextlib import suppress
from datetime import date
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.environment import Conflict, Environment, Key, Record, ScenarioError, Table, Unique
from envfactory.errors import DefinitionError


class Issue(Record):
    """An issue."""

    issue_id: Annotated[str, Key("iss")]
    repository: str
    opened: date | None = None
    number: Annotated[int, Unique(within=("repository", "opened"))]


class Tracker(Environment):
    """Issues."""

    issues: Table[Issue]


DAY = date(2026, 3, 1)


def test_a_second_record_with_all_the_values_is_a_conflict_that_names_them() -> None:
    tracker = Tracker()
    tracker.issues.insert(repository="a", opened=DAY, number=1)
    for other in ({"repository": "b"}, {"number": 2}, {"opened": date(2026, 3, 2)}):
        tracker.issues.insert(**{"repository": "a", "opened": DAY, "number": 1, **other})
    before = tracker.state_hash
    message = "issues already has a record with repository 'a' and opened 2026-03-01 and number 1"
    with pytest.raises(Conflict, match=message):
        tracker.issues.insert(repository="a", opened=DAY, number=1)
    with pytest.raises(Conflict):
        tracker.issues.update("iss_2", repository="a")
    assert tracker.state_hash == before


def test_none_does_not_count_and_what_is_freed_can_be_taken() -> None:
    tracker = Tracker()
    for _ in range(2):
        tracker.issues.insert(repository="a", number=1)
    first = tracker.issues.insert(repository="a", opened=DAY, number=1)
    tracker.issues.update(first.issue_id, repository="b")
    tracker.issues.insert(repository="a", opened=DAY, number=1)
    tracker.issues.delete(first.issue_id)
    tracker.issues.insert(repository="b", opened=DAY, number=1)


def test_a_scenario_with_two_such_records_is_refused() -> None:
    rows = [
        {"issue_id": key, "repository": "a", "opened": "2026-03-01", "number": 1}
        for key in ("iss_1", "iss_2")
    ]
    with pytest.raises(ScenarioError, match="repository and opened and number"):
        Tracker.from_scenario({"issues": rows})


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 2), st.booleans()), max_size=12))
def test_whatever_is_written_the_state_loads_again(steps: list[tuple[str, int, bool]]) -> None:
    tracker = Tracker()
    for place, (repository, number, change) in enumerate(steps):
        with suppress(Conflict):
            if change and f"iss_{place}" in tracker.issues:
                tracker.issues.update(f"iss_{place}", repository=repository, number=number)
            else:
                tracker.issues.insert(repository=repository, opened=DAY, number=number)
    issues = [(issue.repository, issue.number) for issue in tracker.issues]
    assert len(issues) == len(set(issues))
    assert Tracker.from_scenario(tracker.to_scenario()).state_hash == tracker.state_hash


@pytest.mark.parametrize(("within", "problem"), [("nothing", "unknown"), ("tags", "no single")])
def test_fields_that_cannot_be_compared_are_refused(within: str, problem: str) -> None:
    class Note(Record):
        """A note."""

        note_id: Annotated[str, Key("nte")]
        tags: list[str] = []
        title: Annotated[str, Unique(within=(within,))]

    with pytest.raises(DefinitionError, match=problem):

        class Notes(Environment):
            """Notes."""

            notes: Table[Note]
