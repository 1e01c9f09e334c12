"""What is given up is never what counts."""

import random
from datetime import UTC, datetime

from hypothesis import assume, given
from hypothesis import strategies as st

from envfactory.task.meanings.shape import Shape
from envfactory.task.meanings.spoken import Speaker
from envfactory.task.surface import first_thought

NOW = datetime(2026, 10, 22, 9, 30, tzinfo=UTC)
SPEAKER = Speaker(NOW)

VALUES = st.one_of(
    st.tuples(
        st.dates(datetime(2026, 10, 1).date(), datetime(2027, 3, 1).date()).map(str),
        st.just(Shape("date")),
    ),
    st.tuples(
        st.datetimes(datetime(2026, 10, 1), datetime(2027, 3, 1)).map(
            lambda moment: moment.replace(microsecond=0).isoformat() + "Z"
        ),
        st.just(Shape("datetime")),
    ),
    st.tuples(st.integers(1, 10_000), st.just(Shape("integer"))),
    st.tuples(st.integers(1, 10_000).map(lambda n: n / 100), st.just(Shape("number"))),
    st.tuples(
        st.sampled_from(("low", "medium", "high")),
        st.just(Shape("choice", choices=("low", "medium", "high"))),
    ),
)


@given(VALUES, st.integers(), st.sampled_from((None, "EUR", "")))
def test_the_first_thought_reads_as_another_value(pair, seed, currency):
    value, shape = pair
    rng = random.Random(seed)
    currency = currency if shape.kind in ("integer", "number") else None
    form = rng.choice(SPEAKER.forms(value, shape, currency))
    change = first_thought(f"change it to {form}", form, value, shape, SPEAKER, rng, currency)
    assume(change is not None)
    assert change.do == f"change it to {change.old}"
    assert not SPEAKER.reads(change.old, value, shape, currency)
    assert form not in change.do


def test_a_value_that_does_not_come_last_is_left_alone():
    shape = Shape("choice", choices=("low", "high"))
    rng = random.Random(0)
    assert first_thought("set it to low for now", "low", "low", shape, SPEAKER, rng) is None
    assert first_thought("set it to low", "low", "low", shape, SPEAKER, rng) is not None
    single = Shape("choice", choices=("low",))
    assert first_thought("set it to low", "low", "low", single, SPEAKER, rng) is None
