"""What counts as an answer: telling the fact in any way does, telling everything does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.task import Fact, answered

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

GOOD = [
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


@pytest.mark.parametrize(("fact", "answer"), GOOD)
def test_whoever_tells_the_fact_has_answered(fact: Fact, answer: str) -> None:
    assert answered(fact, answer, [other for other in NAMES if other is not fact])


@pytest.mark.parametrize(("fact", "answer"), BAD)
def test_whoever_does_not_or_tells_other_values_as_well_has_not(fact: Fact, answer: str) -> None:
    assert not answered(fact, answer, [other for other in NAMES if other is not fact])


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
