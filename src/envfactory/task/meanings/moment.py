"""Dates and times as people say them, relative to a clock, and back.

Every form that `date_forms` and `moment_forms` give is read back by `read_date` and `read_moment`
to the value that it came from; a day alone is read as the moment at which it begins. A weekday
alone is the next one after today; "Monday next week" is in the calendar week that follows, weeks
beginning on Monday; a day without a year is in this one. Times are in the clock's zone.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_RELATIVE = {"yesterday": -1, "today": 0, "tomorrow": 1, "the day after tomorrow": 2}
_MONTH = "|".join(_MONTHS)
_DAY_FIRST = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})(?: (\d{{4}}))?")
_MONTH_FIRST = re.compile(rf"({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?(?:, (\d{{4}}))?")
_WEEKDAY = re.compile(rf"(?:this (?:coming )?)?({'|'.join(_DAYS)})( next week)?")
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))? ?(am|pm)?")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?")


def is_iso_date(text: str) -> bool:
    """Return whether a text is a date as computers write it."""
    return _ISO_DATE.fullmatch(text) is not None


def is_iso_moment(text: str) -> bool:
    """Return whether a text is a date with a time as computers write it."""
    return _ISO_MOMENT.fullmatch(text) is not None


def relative_forms(day: date, today: date) -> tuple[str, ...]:
    """Return the ways to name a day by its distance from today; none where it is far away."""
    away = (day - today).days
    named = [text for text, days in _RELATIVE.items() if days == away]
    weekday = _DAYS[day.weekday()]
    if 2 <= away <= 6:
        named += [weekday, f"this {weekday}", f"this coming {weekday}"]
    monday = today - timedelta(days=today.weekday())
    if (day - monday).days // 7 == 1 and away > 6:
        named.append(f"{weekday} next week")
    return tuple(named)


def calendar_forms(day: date, today: date) -> tuple[str, ...]:
    """Return the ways to name a day by month and number, the year only where it is another."""
    month, number = _MONTHS[day.month - 1], day.day
    full = (f"{number} {month} {day.year}", f"{month} {number}, {day.year}")
    if day.year != today.year:
        return full
    short = (f"{number} {month}", f"{month} {number}", f"the {_ordinal(number)} of {month}")
    return (*short, f"{month} {_ordinal(number)}")


def date_forms(day: date, today: date) -> tuple[str, ...]:
    """Return every way in which a day is said, the most ordinary first, and as computers do."""
    month, number = _MONTHS[day.month - 1], day.day
    full = (f"{number} {month} {day.year}", f"{month} {number}, {day.year}", day.isoformat())
    forms = (*relative_forms(day, today), *calendar_forms(day, today), *full)
    return tuple(dict.fromkeys(forms))


def time_forms(at: time) -> tuple[str, ...]:
    """Return every way in which a time of day is said, to the minute."""
    hour, minute = at.hour % 12 or 12, at.minute
    half = "am" if at.hour < 12 else "pm"
    twelve = f"{hour} {half}" if minute == 0 else f"{hour}:{minute:02} {half}"
    named = {(12, 0): ("noon",), (0, 0): ("midnight",)}.get((at.hour, minute), ())
    return (*named, twelve, twelve.replace(" ", ""), f"{at.hour}:{minute:02}", f"{at:%H:%M}")


def moment_forms(moment: datetime, now: datetime) -> tuple[str, ...]:
    """Return every way in which a day with a time is said; the clock's zone applies."""
    local = moment.astimezone(now.tzinfo) if moment.tzinfo else moment
    days = date_forms(local.date(), now.date())
    times = time_forms(local.time())
    said = [f"{day} at {at}" for day in days for at in times if not is_iso_date(day)]
    plain = local.strftime("%Y-%m-%d %H:%M")
    return tuple(dict.fromkeys([*said, plain, plain.replace(" ", "T")]))


def start_forms(moment: datetime, now: datetime) -> tuple[str, ...]:
    """Return every way to say where a stretch of time begins or ends: the day, if at midnight."""
    local = moment.astimezone(now.tzinfo) if moment.tzinfo else moment
    if local.time() != time(0):
        return moment_forms(moment, now)
    return tuple(form for form in date_forms(local.date(), now.date()) if not is_iso_date(form))


def read_date(text: str, today: date) -> date | None:
    """Return the day that a form of `date_forms` names, or None where the text is none."""
    text = text.strip()
    if text in _RELATIVE:
        return today + timedelta(days=_RELATIVE[text])
    if is_iso_date(text):
        return date.fromisoformat(text)
    if match := _WEEKDAY.fullmatch(text):
        weekday = _DAYS.index(match[1])
        if match[2]:
            return today - timedelta(days=today.weekday()) + timedelta(days=7 + weekday)
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    text = text.removeprefix("the ")
    if match := _DAY_FIRST.fullmatch(text):
        return _day(match[3], match[2], match[1], today)
    if match := _MONTH_FIRST.fullmatch(text):
        return _day(match[3], match[1], match[2], today)
    return None


def read_time(text: str) -> time | None:
    """Return the time that a form of `time_forms` names, or None where the text is none."""
    text = text.strip().lower()
    if text in ("noon", "midnight"):
        return time(12 if text == "noon" else 0)
    match = _CLOCK.fullmatch(text)
    if match is None or (match[2] is None and match[3] is None):
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        hour = hour % 12 + (12 if match[3] == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_moment(text: str, now: datetime) -> datetime | None:
    """Return the day and time that a form of `moment_forms` names, or None."""
    text = text.strip()
    if is_iso_moment(text):
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
    day_text, at_, time_text = text.rpartition(" at ")
    day = read_date(day_text if at_ else text, now.date())
    at = read_time(time_text) if at_ else time(0)
    if day is None or at is None:
        return None
    return datetime.combine(day, at, tzinfo=now.tzinfo)


def on(form: str) -> str:
    """Return a day's form as an adverb: `on Thursday`, but `tomorrow`."""
    day = form.split(" at ")[0]
    return form if day in _RELATIVE or day.startswith("this ") else f"on {form}"


def _day(year: str | None, month: str, number: str, today: date) -> date | None:
    try:
        return date(int(year or today.year), _MONTHS.index(month) + 1, int(number))
    except ValueError:
        return None


def _ordinal(number: int) -> str:
    if 10 < number < 14:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
