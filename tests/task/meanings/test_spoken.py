from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.task.meanings.shape import Shape, read_shape
from envfactory.task.meanings.spoken import Speaker

SPEAKER = Speaker(datetime(2026, 3, 2, 9, tzinfo=UTC))
NUMBER = Shape("number")


@given(st.integers(-(10**9), 10**9), st.sampled_from([None, "", "EUR", "JPY", "USD"]))
def test_every_form_of_a_whole_number_is_read_back(number: int, currency: str | None) -> None:
    forms = SPEAKER.forms(number, NUMBER, currency)
    assert forms
    assert all(SPEAKER.reads(form, number, NUMBER, currency) for form in forms)


@given(st.integers(-(10**7), 10**7).map(lambda cents: cents / 100), st.sampled_from(["", "EUR"]))
def test_every_form_of_an_amount_is_read_back(amount: float, currency: str) -> None:
    forms = SPEAKER.forms(amount, NUMBER, currency)
    assert all(SPEAKER.reads(form, amount, NUMBER, currency) for form in forms)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9))
def test_every_form_of_a_number_is_read_back(number: float) -> None:
    assert all(SPEAKER.reads(f, number, NUMBER) for f in SPEAKER.forms(number, NUMBER))


@pytest.mark.parametrize(
    ("value", "first"),
    [(12.5, "€12.50"), (1250, "€1,250"), (40.0, "€40"), (0.1, "€0.10")],
)
def test_amounts_look_as_people_write_them(value: float, first: str) -> None:
    assert SPEAKER.forms(value, NUMBER, "EUR")[0] == first


def test_choices_are_said_in_words_and_read_back() -> None:
    shape = read_shape({"enum": ["needsAction", "completed", "IN_PROGRESS", "EUR"]})
    assert [SPEAKER.forms(choice, shape)[0] for choice in shape.choices] == [
        "needs action",
        "completed",
        "in progress",
        "EUR",
    ]
    for choice in shape.choices:
        assert all(SPEAKER.reads(form, choice, shape) for form in SPEAKER.forms(choice, shape))
    assert not SPEAKER.reads("completed", "needsAction", shape)


def test_choices_that_sound_alike_are_said_as_they_are() -> None:
    shape = read_shape({"enum": ["in_stock", "inStock"]})
    assert SPEAKER.forms("in_stock", shape) == ("in_stock",)
    assert not SPEAKER.reads("in stock", "in_stock", shape)


@pytest.mark.parametrize("value", [None, "", "  ", {}, [], "a\nb", "x" * 500])
def test_what_nobody_can_say_has_no_form(value: object) -> None:
    assert SPEAKER.forms(value, Shape("text")) == ()  # type: ignore[arg-type]
    assert not SPEAKER.reads("", value, Shape("text"))  # type: ignore[arg-type]


def test_another_value_is_not_read() -> None:
    assert not SPEAKER.reads("tomorrow", "2026-03-04", Shape("text"))
    assert not SPEAKER.reads("€13", 12, NUMBER, "EUR")
    assert not SPEAKER.reads("Book dentist", "Book the dentist", Shape("text"))
