"""Records that are looked up by what is said of them are those that a walk over all finds."""

from hypothesis import given
from hypothesis import strategies as st

from envfactory.task.grounding.mention import Mention, Property, fits, possible, same
from envfactory.task.grounding.records import Records, sound
from envfactory.task.meanings.meaning import EntityMeaning
from envfactory.task.meanings.shape import Shape

WORDS = st.sampled_from(
    ["Straße", "STRASSE", "a  b", "A b", "2026-01-02T10:30:00Z", "2026-01-02T10:30:59+00:00", ""]
)
VALUES = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from([0.0, 1.0]) | WORDS


@given(VALUES, VALUES)
def test_what_is_said_in_the_same_words_sounds_the_same(value, said) -> None:
    assert not same(value, said) or sound(value) == sound(said)


@given(st.lists(VALUES, max_size=6), VALUES.filter(lambda value: value is not None))
def test_every_record_that_a_mention_fits_is_possible(held, said) -> None:
    rows = [{"id": f"n_{number}", "text": value} for number, value in enumerate(held)]
    shape = Shape(kind="object")
    entity = EntityMeaning("e", "notes", "note", "id", shape, {})
    mention = Mention(entity, "n_0", properties=(Property("text", said),))
    records = Records({"e": {"notes": rows}})
    wanted = [row for row in rows if fits(row, mention)]
    assert [row for row in possible(mention, records) if fits(row, mention)] == wanted
