"""Pages that go on after the record that a cursor names."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.environment import Environment, InvalidArgument, Key, NotFound, Record, Table


class Task(Record):
    """A task."""

    task_id: Annotated[str, Key("tsk")]
    title: str
    due: date | None = None


class Ticket(Record):
    """A ticket."""

    number: Annotated[int, Key()]


class Desk(Environment):
    """Tasks and tickets."""

    tasks: Table[Task]
    tickets: Table[Ticket]


DAYS = st.none() | st.integers(0, 3).map(lambda days: date(2026, 3, 1) + timedelta(days))


def walk(desk: Desk, limit: int, order_by: str | None, descending: bool) -> list[str]:
    seen: list[str] = []
    cursor = None
    while True:
        page = desk.tasks.page(
            desk.tasks.all(), cursor, limit, order_by=order_by, descending=descending
        )
        seen += [task.task_id for task in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return seen


@given(
    days=st.lists(DAYS, max_size=12),
    limit=st.integers(1, 5),
    order_by=st.sampled_from([None, "due", "title"]),
    descending=st.booleans(),
)
def test_pages_put_together_are_the_whole_list(
    days: list[date | None], limit: int, order_by: str | None, descending: bool
) -> None:
    desk = Desk()
    for number, day in enumerate(days):
        desk.tasks.insert(title=str(number % 3), due=day)
    whole = desk.tasks.all(order_by=order_by, descending=descending)
    assert walk(desk, limit, order_by, descending) == [task.task_id for task in whole]


@given(
    days=st.lists(DAYS, min_size=4, max_size=12),
    gone=st.sets(st.integers(1, 12)),
    added=st.lists(DAYS, max_size=3),
    order_by=st.sampled_from([None, "due"]),
    descending=st.booleans(),
)
def test_what_changes_between_pages_neither_repeats_nor_skips_a_record(
    days: list[date | None],
    gone: set[int],
    added: list[date | None],
    order_by: str | None,
    descending: bool,
) -> None:
    desk = Desk()
    for day in days:
        desk.tasks.insert(title="x", due=day)
    options = {"order_by": order_by, "descending": descending}
    before = [task.task_id for task in desk.tasks.all(**options)]
    first = desk.tasks.page(desk.tasks.all(), None, 3, **options)
    for number in sorted(gone):
        if f"tsk_{number}" in desk.tasks:
            desk.tasks.delete(f"tsk_{number}")
    for day in added:
        desk.tasks.insert(title="new", due=day)
    seen = [task.task_id for task in first.items]
    rest = desk.tasks.page(desk.tasks.all(), first.next_cursor, 99, **options)
    later = [task.task_id for task in rest.items if task.title == "x"]
    assert later == [key for key in before if key not in seen and key in desk.tasks]


@pytest.mark.parametrize(
    "cursor", ["soon", "", "tsk_", '{"due":"2026-03-01"}', "[1]", "tsk_x", "1"]
)
def test_a_cursor_that_was_not_given_out_is_refused(cursor: str) -> None:
    desk = Desk()
    desk.tasks.insert(title="x")
    for order_by in (None, "due"):
        with pytest.raises(InvalidArgument, match="does not belong to this list"):
            desk.tasks.page(desk.tasks.all(), cursor, 1, order_by=order_by)


@given(st.text(max_size=30) | st.sampled_from(['{"due": 3, "task_id": "tsk_1"}', "9" * 400]))
def test_any_text_is_a_cursor_or_refused(cursor: str) -> None:
    desk = Desk()
    desk.tasks.insert(title="x", due=date(2026, 3, 1))
    desk.tickets.insert()
    for table, order_by in ((desk.tasks, None), (desk.tasks, "due"), (desk.tickets, None)):
        with suppress(InvalidArgument):
            assert len(table.page(table.all(), cursor, 5, order_by=order_by).items) <= 1


def test_the_cursor_of_another_order_is_refused() -> None:
    desk = Desk()
    for title in "ab":
        desk.tasks.insert(title=title)
    cursor = desk.tasks.page(desk.tasks.all(), None, 1, order_by="due").next_cursor
    assert cursor == '{"due":null,"task_id":"tsk_1"}'
    with pytest.raises(InvalidArgument):
        desk.tasks.page(desk.tasks.all(), cursor, 1, order_by="title")


def test_the_key_of_a_record_serves_as_a_cursor_in_any_order() -> None:
    desk = Desk()
    for day in (3, 1, 2):
        desk.tasks.insert(title="x", due=date(2026, 3, day))
    page = desk.tasks.page(desk.tasks.all(), "tsk_2", 9, order_by="due")
    assert [task.task_id for task in page.items] == ["tsk_3", "tsk_1"]


def test_integer_keys_are_cursors() -> None:
    desk = Desk()
    for _ in range(12):
        desk.tickets.insert()
    page = desk.tickets.page(desk.tickets.all(), None, 9)
    assert page.next_cursor == "9"
    assert [t.number for t in desk.tickets.page(desk.tickets.all(), "9", 9).items] == [10, 11, 12]


def test_a_field_that_there_is_not_is_a_mistake_of_the_body() -> None:
    desk = Desk()
    with pytest.raises(TypeError, match="no field 'size'"):
        desk.tasks.page([], None, 1, order_by="size")


def test_only_returns_the_one_record_and_says_when_there_is_none() -> None:
    desk = Desk()
    with pytest.raises(NotFound, match="tasks is empty"):
        desk.tasks.only()
    task = desk.tasks.insert(title="x")
    assert desk.tasks.only() == task
