"""What is done to each of several records."""

import pytest

from envfactory.task.shapes.each import is_own


@pytest.mark.parametrize(
    "label", ["birthday", "date of birth", "first name", "email", "title", "work phone"]
)
def test_what_each_has_of_its_own_is_set_for_one_at_a_time(label: str) -> None:
    assert is_own(label)


@pytest.mark.parametrize("label", ["due date", "status", "named price", "currency", "department"])
def test_what_several_can_share_is_set_for_all(label: str) -> None:
    assert not is_own(label)


def test_tasks_set_nothing_for_all_that_each_has_of_its_own(shaped) -> None:
    each = [task for task, _ in shaped if task.shape == "per_item"]
    assert each
    for task in each:
        for call in (call for turn in task.turns for call in turn.calls):
            said = [name.replace("_", " ") for name in call.arguments]
            assert not ("update" in call.tool and any(map(is_own, said)))
