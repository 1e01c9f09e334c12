from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from envfactory.task.meanings.moment import (
    date_forms,
    moment_forms,
    on,
    read_date,
    read_moment,
    read_time,
    relative_forms,
    start_forms,
    time_forms,
)

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
NEAR = st.integers(-40, 40).map(lambda days: timedelta(days=days))
TIMES = st.times().map(lambda t: t.replace(second=0, microsecond=0))


@given(DAYS, NEAR)
def test_every_form_of_a_day_is_read_back(today: date, away: timedelta) -> None:
    for form in date_forms(today + away, today):
        assert read_date(form, today) == today + away, form


@given(DAYS, DAYS)
def test_days_far_away_are_read_back_too(today: date, day: date) -> None:
    assert all(read_date(form, today) == day for form in date_forms(day, today))


@given(TIMES)
def test_every_form_of_a_time_is_read_back(at: time) -> None:
    assert all(read_time(form) == at for form in time_forms(at))


@given(DAYS, NEAR, TIMES)
def test_every_form_of_a_moment_is_read_back(today: date, away: timedelta, at: time) -> None:
    now = datetime.combine(today, time(9), tzinfo=UTC)
    moment = datetime.combine(today + away, at, tzinfo=UTC)
    assert all(read_moment(form, now) == moment for form in moment_forms(moment, now))


@given(DAYS, NEAR)
def test_a_day_alone_is_where_it_begins(today: date, away: timedelta) -> None:
    now = datetime.combine(today, time(9), tzinfo=UTC)
    moment = datetime.combine(today + away, time(0), tzinfo=UTC)
    forms = start_forms(moment, now)
    assert all(read_moment(form, now) == moment and " at " not in form for form in forms)
    later = moment + timedelta(hours=1)
    assert start_forms(later, now) == moment_forms(later, now)


def test_a_moment_in_another_zone_is_said_on_the_clock() -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert "tomorrow at 3 pm" in moment_forms(
        datetime.fromisoformat("2026-03-03T16:00:00+01:00"), now
    )


def test_weekdays_are_said_as_people_mean_them() -> None:
    monday = date(2026, 3, 2)
    assert relative_forms(date(2026, 3, 5), monday)[0] == "Thursday"
    assert relative_forms(date(2026, 3, 12), monday) == ("Thursday next week",)
    assert relative_forms(date(2026, 3, 19), monday) == ()
    assert on("Thursday at 3 pm") == "on Thursday at 3 pm"
    assert on("tomorrow at 3 pm") == "tomorrow at 3 pm"


def test_what_is_no_date_is_not_read() -> None:
    today = date(2026, 3, 2)
    for text in ("", "soon", "31 February", "32 March", "Thursday at 3 pm", "March"):
        assert read_date(text, today) is None
    assert read_time("25:00") is None
    assert read_time("3") is None
