"""What fields are called, and what their numbers are in."""

import pytest

from envfactory.task.meanings.spoken import is_money
from envfactory.task.meanings.words import is_said, label_of


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("dateStart", "start date"),
        ("date_completed", "completion date"),
        ("date_to", "end date"),
        ("issued_date", "issue date"),
        ("vat_percent", "VAT percent"),
        ("dated_by", "dated by"),
        ("date_format", "date format"),
        ("start_date", "start date"),
        ("born", "date of birth"),
    ],
)
def test_a_field_is_called_what_people_call_it(name: str, label: str) -> None:
    assert label_of(name) == label


@pytest.mark.parametrize("name", ["project_idfk", "user_fk", "locks"])
def test_nobody_speaks_of_what_joins_tables(name: str) -> None:
    assert not is_said(name)


@pytest.mark.parametrize(
    ("name", "money"),
    [("budget", True), ("total_price", True), ("budget_hours", False), ("discount_percent", False)],
)
def test_hours_of_a_budget_are_no_money(name: str, money: bool) -> None:
    assert is_money(name) == money


def test_names_that_run_together_are_words() -> None:
    assert [label_of(name) for name in ("lastname", "filename")] == ["last name", "file name"]
