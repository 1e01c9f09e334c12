import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.errors import InputError
from envfactory.task.convey import Implicitness
from envfactory.task.convey.target import rounded

SHARES = st.floats(0, 1)


@given(SHARES, SHARES)
def test_a_range_reads_back_and_targets_lie_in_it(one: float, other: float) -> None:
    low, high = sorted((round(one, 3), round(other, 3)))
    implicitness = Implicitness(low, high)
    assert Implicitness.parse(implicitness.text) == implicitness
    assert low <= implicitness.draw(random.Random(3)) <= high


@given(SHARES, st.integers(0, 9), st.randoms(use_true_random=False))
def test_a_share_is_rounded_to_one_of_the_two_numbers_beside_it(share, values, rng) -> None:
    count = rounded(share, values, rng)
    assert 0 <= count <= values
    assert abs(count - share * values) < 1


@pytest.mark.parametrize("share", [0.0, 0.1, 0.35, 0.6, 0.95, 1.0])
def test_the_average_is_the_share(share: float) -> None:
    rng = random.Random(5)
    found = [rounded(share, values, rng) / values for values in (1, 2, 3, 5) for _ in range(2000)]
    assert sum(found) / len(found) == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize(
    "text",
    ["", "much", "-0.1", "1.5", "nan", "inf", "0.8:0.2", "0.2:", ":", "0:0.5:1", "0,5", "1e9"],
)
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="implicitness"):
        Implicitness.parse(text)
