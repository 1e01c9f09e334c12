"""What counts as an answer: telling the fact in any way does, telling everything does not."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from envfactory.records import Json
from envfactory.task import Fact, answered
from envfactory.task.meanings.shape import Shape
from envfactory.task.meanings.spoken import Speaker

STATUS = Fact(
    turn=0,
    call=0,
    path="/items/4/status",
    value="active",
    forms=("active",),
    label="status",
    rivals=("inactive", "trial", "on hold"),
    details=("com_5", "Summit Analytics GmbH", "CHF", "summit-analytics", "2026-01-03"),
)
COUNT = Fact(turn=0, call=0, path="/total", value=9, forms=("9", "nine"), label="tags")
DUE = Fact(
    turn=0,
    call=0,
    path="/due",
    value="2026-10-13",
    forms=("13 October 2026", "October 13, 2026", "2026-10-13", "13 October", "October 13"),
    label="end date",
    rivals=("12 October", "October 12", "2026-10-12", "12 October 2026"),
)
NAMES = tuple(
    Fact(turn=0, call=0, path=f"/items/{n}/name", value=v, forms=(v,), label="tags", rivals=rivals)
    for rivals in [("Groceries (old)", "Recipes 2025", "Press", "House")]
    for n, v in enumerate(["Groceries", "customer no. 6", "waiting (team)"])
)

TITLES = tuple(
    Fact(
        turn=0,
        call=0,
        path=f"/items/{n}/title",
        value=title,
        forms=(title,),
        label="task",
        rivals=("Defrost the freezer", "Water the plants in the office"),
        details=(f"task_{n}", "needsAction", f"0000{n}", "Ten slides at most."),
    )
    for n, title in enumerate(
        [
            "Proofread the grant application (part two)",
            "Fix the broken link on the pricing page",
            "Prepare slides for the board meeting with Elizabeth",
            "Sew a button on the winter coat",
        ]
    )
)
UNIT = Fact(
    turn=0, call=0, path="/unit", value="day", forms=("day",), label="unit", rivals=("hour",)
)
START = Fact(
    turn=0,
    call=0,
    path="/start",
    value="2026-10-13T09:30:15Z",
    forms=("13 October at 9:30 am", "October 13, 2026 at 9:30 am", "2026-10-13 09:30"),
    label="start",
    rivals=("12 October at 9:30 am", "October 12, 2026 at 9:30 am", "13 October at 10 am"),
)
PLACE = Fact(
    turn=0,
    call=0,
    path="/place",
    value="Home & Garden – sale",
    forms=("Home & Garden – sale",),
    label="category",
    rivals=("Home & Garden", "Tools"),
)
CREDIT = Fact(turn=0, call=0, path="/balance", value=-5, forms=("-5",), label="balance")
RATE = Fact(
    turn=0,
    call=0,
    path="/0/percentage",
    value=20.0,
    forms=("20",),
    label="percentage",
    rivals=("25", "25.0"),
    details=("07154b9d", "2025-09-07T10:12:50Z", "Weekdays only."),
)
ONLY = Fact(turn=0, call=0, path="/total", value=1, forms=("1", "one tag"), label="tags")

LISTS = Fact(
    turn=0,
    call=0,
    path="/total",
    value=12,
    forms=("12", "twelve"),
    label="task lists",
    others=("tasks", "list owners"),
)

GOOD = [
    (LISTS, "There are 12 task lists."),
    (LISTS, "There are twelve, with 40 tasks in all."),
    (LISTS, "Task lists: **12**"),
    (LISTS, "12 of them"),
    (LISTS, "Task lists: 12\nTasks: 40"),
    *(
        (
            title,
            "There are four tasks: ‘Proofread the grant application (part two)’, ‘Fix the broken "
            "link on the pricing page’, ‘Prepare slides for the board meeting with Elizabeth’ and "
            "‘Sew a button on the winter coat’.\n\n- **id:** task_3\n- **status:** needsAction\n"
            "- **position:** 00003\n- **notes:** Ten slides at most.\n"
            "- **title:** Sew a button on the winter coat",
        )
        for title in TITLES
    ),
    (STATUS, "Status — ACTIVE"),
    (UNIT, "It is counted in days."),
    (UNIT, "Days, not hours."),
    (START, "It starts on October 13, 2026, 9:30 AM (UTC)."),
    (START, "At 09:30 on Tuesday, 13 Oct 2026."),
    (START, "2026-10-13T09:30:15Z"),
    (START, "| Start | 13/10/2026 | 09:30 |"),
    (PLACE, "The category is Home and Garden - Sale."),
    (PLACE, "home & garden—sale"),
    (CREDIT, "The balance is −5."),
    (RATE, "It is 20 %."),
    (RATE, "20.00%"),
    (RATE, "- **percentage:** 20\n- **percentage:** 20.0"),
    (COUNT, "There are nine of them."),
    (ONLY, "There is only one."),
    (ONLY, "One archived tag was found."),
    (DUE, "Oct. 13th, 2026"),
    (DUE, "It ends on 10/13/2026."),
    (DUE, "Tuesday, Oct 13"),
    (STATUS, "active"),
    (STATUS, "It is active."),
    (STATUS, "The status of the company ‘Summit Analytics’ is **active**."),
    (STATUS, "Sure! I looked it up: Summit Analytics is currently **Active**. Anything else?"),
    (STATUS, "Summit Analytics is active, unlike Redwood Legal, which is on trial."),
    (STATUS, "It is active, not inactive."),
    (STATUS, "The trial is over for them, they are active."),
    (
        STATUS,
        "Here is what I found:\n\n| Company | Status | Currency | Subdomain | Since |\n"
        "|---|---|---|---|---|\n"
        "| Summit Analytics GmbH | active | CHF | summit-analytics | 2026-01-03 |",
    ),
    (
        STATUS,
        "- **Name:** Summit Analytics GmbH\n- **Status:** active\n- **Currency:** CHF\n"
        "- **Subdomain:** summit-analytics\n- **Since:** 2026-01-03",
    ),
    (COUNT, "There are nine tags."),
    (COUNT, "There are 9 tags: finance 2026, waiting, summer and customer no. 6."),
    (COUNT, "There are 9 tags, 3 of them archived and 2 unused."),
    (COUNT, "9"),
    (COUNT, "There are 9 with the date November 6 with the status open."),
    (
        COUNT,
        "There are 9 tags:\n1. finance\n2. legal\n3. summer\n4. a\n5. b\n6. c\n7. d\n8. e\n9. f",
    ),
    (COUNT, "I checked both pages (5 and 4 entries) and counted **9** tags on 3 March 2026."),
    (
        STATUS,
        "Here is all that I see:\n\n- **name:** Summit\n- **on hold:** no\n- **kind:** trial\n"
        "- **status:** active\n- **before:** inactive",
    ),
    (COUNT, "Tags: 9, lists: 4, people: 2, owners: 1"),
    (DUE, "It ends on 13 October 2026."),
    (DUE, "It starts on 1 October 2026 and ends on 13 October 2026."),
    (DUE, "It ends on October 13, a Tuesday (payroll of 12 October was moved)."),
    (NAMES[0], "The tags are ‘Groceries’, ‘customer no. 6’ and ‘waiting (team)’."),
    (NAMES[1], "1. Groceries\n2. Customer no. 6\n3. Waiting (team)"),
    (
        NAMES[0],
        "| Tag | Id | Made |\n|---|---|---|\n| Groceries | 12001 | 2026-05-03T08:00:00Z |\n"
        "| customer no. 6 | 12002 | 2026-05-03T08:00:00Z |\n"
        "| waiting (team) | 12003 | 2026-05-04T08:00:00Z |",
    ),
    (NAMES[2], "| Tag | Made |\n|---|---|\n| Groceries | 3 May |\n| waiting (team) | 4 May |"),
]

BAD = [
    (LISTS, "There are 12 tasks."),
    (LISTS, "There are twelve list owners."),
    (LISTS, "Tasks: **12**"),
    (TITLES[0], "Defrost the freezer, Water the plants in the office"),
    (UNIT, "It is counted in hours."),
    (START, "It starts on October 13, 2026."),
    (START, "It starts on October 13, 2026, 10 AM."),
    (START, "October 12, 2026 at 9:30 AM, or October 13, 2026 at 9:30 AM."),
    (START, "2025-10-13T09:30:15Z"),
    (PLACE, "The category is Home & Garden."),
    (CREDIT, "The balance is 5."),
    (RATE, "It is 25%, 20% at most."),
    (RATE, "It is 0.02%."),
    (COUNT, "The tags were last changed on 9 March 2026."),
    (COUNT, "tag_1, finance, tag_2, legal, tag_3, summer, 9"),
    (STATUS, "- **status:** active\n- **status:** inactive"),
    (STATUS, "- **name:** active\n- **kind:** trial\n- **before:** inactive"),
    (STATUS, "- **status:** active or inactive\n- **kind:** Summit"),
    (COUNT, "tag, String, 10:30:59, the tags, Lotus, speed, 9"),
    (COUNT, "tag, String, the tags, Lotus, speed, 9"),
    (COUNT, "https://example.com/tags/lotus, Lotus, speed, String, 9"),
    (COUNT, "- EH780001\n- Debate club\n- EH780002\n- Wine tasting\n- 9"),
    (ONLY, "There are three tags on one of your lists."),
    (DUE, "It ends on Oct 12."),
    (DUE, "It ends on 10/13/2025."),
    (DUE, "2026-10-12 / 2026-10-13"),
    (STATUS, ""),
    (STATUS, "It is inactive."),
    (STATUS, "It is not active."),
    (STATUS, "It isn't active."),
    (STATUS, "active or inactive"),
    (STATUS, "active, inactive, trial, on hold"),
    (STATUS, "The status is active. The status is inactive."),
    (STATUS, "It is active (or trial)."),
    (STATUS, "| A | active |\n| B | trial |"),
    (STATUS, "A is active for you; B on trial for me; C on hold for them; D inactive with us."),
    (STATUS, '{"id": "com_5", "name": "Summit", "status": "active"}'),
    (STATUS, "{'id': 'com_5', 'name': 'Summit', 'status': 'active'}"),
    (STATUS, "com_5, Summit Analytics GmbH, active, CHF, summit-analytics, 2026-01-03"),
    (STATUS, "It is active. " + "And there is more to be said. " * 100),
    (COUNT, "There are 8 or 9 tags."),
    (COUNT, "There are 8, 9, 10 tags."),
    (COUNT, "seven eight nine ten"),
    (COUNT, "There are 8-9 tags."),
    (COUNT, "There are 8 tags. There are 9 tags."),
    (COUNT, "It is 8. It is 9."),
    (COUNT, "There are 19 tags."),
    (COUNT, " ".join(str(number) for number in range(100))),
    (DUE, "It ends on 12 October or 13 October."),
    (DUE, "12 October 2026\n13 October 2026\n14 October 2026"),
    (
        NAMES[0],
        "12001, 2026-05-03T08:00:00Z, Groceries, 12002, 2026-05-03T08:00:00Z, customer no. 6",
    ),
    (NAMES[0], "- 12001\n- tag_7\n- Groceries\n- tag_8\n- 2026-05-03T08:00:00Z\n- waiting (team)"),
    (NAMES[0], "There is ‘Groceries (old)’."),
    (NAMES[0], "‘Groceries’, ‘Recipes 2025’, ‘Press’"),
]


def beside(fact: Fact) -> list[Fact]:
    """Return the facts of the same turn."""
    return [other for facts in (NAMES, TITLES) if fact in facts for other in facts if other != fact]


@pytest.mark.parametrize(("fact", "answer"), GOOD)
def test_whoever_tells_the_fact_has_answered(fact: Fact, answer: str) -> None:
    assert answered(fact, answer, beside(fact))


@pytest.mark.parametrize(("fact", "answer"), BAD)
def test_whoever_does_not_or_tells_other_values_as_well_has_not(fact: Fact, answer: str) -> None:
    assert not answered(fact, answer, beside(fact))


NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
DAYS = st.dates(min_value=NOW.date() - timedelta(400), max_value=NOW.date() + timedelta(400))
NUMBERS = st.integers(2, 10**9) | st.decimals(2, 10**6, places=2).map(float)


def fact(value: Json, kind: str, rivals: tuple[str, ...] = ()) -> Fact:
    forms = Speaker(NOW).forms(value, Shape(kind))  # type: ignore[arg-type]
    return Fact(turn=0, call=0, path="/due", value=value, forms=forms, label="due", rivals=rivals)


@given(DAYS, DAYS)
@example(date(2026, 5, 10), date(2025, 3, 30))  # both are Sundays
def test_a_day_counts_however_it_is_written_and_another_day_never(day: date, other: date) -> None:
    written = ("%d %b %Y", "%A, %B %d, %Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%b %dth, %Y")
    wanted = fact(day.strftime("%Y-%m-%d"), "date")
    for form in written:
        assert answered(wanted, f"It is due on {day.strftime(form)}.")
        swapped = (other.year, other.day, other.month) == (day.year, day.month, day.day)
        if other != day and not swapped:
            assert not answered(wanted, f"It is due on {other.strftime(form)}.")


@given(DAYS, st.times(), st.times())
def test_a_moment_counts_however_it_is_written_and_another_time_never(
    day: date, at: time, other: time
) -> None:
    wanted = fact(f"{day:%Y-%m-%d}T{at:%H:%M:%S}Z", "datetime")
    for form in ("%B %d, %Y at %I:%M %p", "%H:%M UTC on %A, %d %b %Y", "%Y-%m-%dT%H:%M:%SZ"):
        moment = datetime.combine(day, at)
        assert answered(wanted, f"It starts {moment.strftime(form)}.")
        if (other.hour, other.minute) != (at.hour, at.minute):
            moment = datetime.combine(day, other)
            assert not answered(wanted, f"It starts {moment.strftime(form)}.")


@given(NUMBERS, NUMBERS)
def test_a_number_counts_however_it_is_written_and_another_number_never(
    value: float, other: float
) -> None:
    wanted = fact(value, "number")
    for form in ("{}", "{:,}", "${:,}", "{:,} EUR", "**{}**"):
        assert answered(wanted, f"It comes to {form.format(value)}.")
        if other != value:
            assert not answered(wanted, f"It comes to {form.format(other)}.")


@given(st.lists(st.from_regex(r"[a-z]{3,9}", fullmatch=True), min_size=1, max_size=4), st.data())
def test_words_count_however_they_are_joined_and_other_words_never(
    words: list[str], data: st.DataObject
) -> None:
    wanted = fact("_".join(words), "text")
    joint = data.draw(st.sampled_from(["_", "-", " ", " – ", "  "]))
    assert answered(wanted, f"It is “{joint.join(words).title()}”.")
    assert not answered(wanted, f"It is “{joint.join([*words[:-1], words[-1] + 'x'])}”.")


@given(st.permutations([*STATUS.forms, *STATUS.rivals]), st.sampled_from([", ", "\n", " / ", " "]))
def test_a_list_of_all_values_is_no_answer_in_any_order(values: list[str], between: str) -> None:
    assert not answered(STATUS, between.join(values))


@given(st.text(max_size=300), st.sampled_from([STATUS, COUNT, DUE, *NAMES]))
def test_any_text_is_judged(text: str, fact: Fact) -> None:
    assert answered(fact, text) in (True, False)


@pytest.mark.parametrize("fact", [STATUS, COUNT, DUE, NAMES[0]])
def test_a_hostile_text_is_judged_quickly(fact: Fact) -> None:
    for text in (
        "9 " * 50_000,
        "active" + " not" * 30_000,
        "\n" * 100_000 + "active",
        "|" * 99_999,
    ):
        assert not answered(fact, text) or len(text.strip()) < 2000
