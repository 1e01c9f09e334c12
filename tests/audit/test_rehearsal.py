from hypothesis import given
from hypothesis import strategies as st

from envfactory.audit.rehearsal import scalars, shows

SCALARS = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from([1.0, "a", 'a"b', "1"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=8,
)


@given(VALUES, st.lists(SCALARS.filter(lambda value: value is not None), max_size=3))
def test_a_value_shows_what_is_among_its_scalars_with_its_type(value, wanted) -> None:
    found = [(type(part), part) for part in scalars(value)]
    assert shows(value, wanted) == all((type(each), each) in found for each in wanted)
