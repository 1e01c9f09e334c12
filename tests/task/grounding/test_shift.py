from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.task.grounding.shift import DAYS, STEPS, shift_between, shifted

BY_DAYS = st.sampled_from([sign * days for days in DAYS for sign in (1, -1)])
BY_STEPS = st.sampled_from([sign * step for step in STEPS for sign in (1, -1)])
DATES = st.dates(date(1990, 1, 1), date(2090, 1, 1))
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1))
CENTS = st.integers(-(10**7), 10**7).map(lambda cents: cents / 100)


@given(DATES, BY_DAYS)
def test_a_date_moves_by_whole_days_and_back(day: date, by: int) -> None:
    moved = shifted(day.isoformat(), by)
    assert moved == (day + timedelta(days=by)).isoformat()
    assert shifted(moved, -by) == day.isoformat()
    assert shift_between(day.isoformat(), moved) == by


@given(MOMENTS, BY_DAYS)
def test_a_moment_keeps_its_time_of_day_and_its_form(moment: datetime, by: int) -> None:
    text = moment.replace(microsecond=0).isoformat() + "Z"
    moved = shifted(text, by)
    assert moved.endswith("Z")
    assert moved[10:] == text[10:]
    assert shift_between(text, moved) == by


@given(st.one_of(CENTS, st.integers(-(10**9), 10**9)), BY_STEPS)
def test_an_amount_moves_exactly(amount, by: int) -> None:
    moved = shifted(amount, by)
    assert type(moved) is type(amount)
    assert shift_between(amount, moved) == by
    assert shifted(moved, -by) == amount


@pytest.mark.parametrize("value", [None, True, "soon", "", [], {}, "9999-12-31"])
def test_what_cannot_be_moved_is_left_alone(value) -> None:
    assert shifted(value, 7) is None


@given(st.integers(0, 1000))
def test_only_what_people_say_counts_as_a_distance(amount: int) -> None:
    assert shift_between(amount, amount) is None
    assert shift_between(amount, amount + 7) is None
    assert shift_between(amount, str(amount)) is None
