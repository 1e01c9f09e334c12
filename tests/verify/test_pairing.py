"""Pairing agrees with trying all arrangements."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from envfactory.verify.laws.pairing import unpaired

FITS = st.lists(st.lists(st.integers(0, 4), max_size=5, unique=True), max_size=5)


def _all_can_be_placed(fits: list[list[int]]) -> bool:
    return any(
        all(one in fits[thing] for thing, one in enumerate(arrangement))
        for arrangement in permutations(range(5), len(fits))
    )


@given(FITS)
def test_somebody_is_left_over_only_where_no_arrangement_serves_all(fits: list[list[int]]) -> None:
    left = unpaired(fits)
    assert (left is None) == _all_can_be_placed(fits)
    if left is not None:
        assert _all_can_be_placed(fits[:left])
        assert not _all_can_be_placed(fits[: left + 1])
