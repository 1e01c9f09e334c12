"""Distances on the globe."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.environment import kilometres

LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)
PLACES = st.tuples(LATITUDES, LONGITUDES)


@pytest.mark.parametrize(
    ("one", "other", "away"),
    [
        ((51.5074, -0.1278), (48.8566, 2.3522), 343.6),  # London and Paris
        ((0, 0), (0, 1), 111.2),
        ((90, 0), (-90, 77), 20015.1),
        ((10, 179.5), (10, -179.5), 109.5),
    ],
)
def test_known_places_are_as_far_apart_as_they_are(one, other, away):
    assert kilometres(*one, *other) == pytest.approx(away, abs=0.1)


@given(PLACES, PLACES, PLACES)
def test_distances_are_those_of_a_metric(one, other, third):
    away = kilometres(*one, *other)
    assert kilometres(*one, *one) == 0
    assert 0 <= away <= 20016
    assert away == pytest.approx(kilometres(*other, *one), abs=1e-6)
    assert away <= kilometres(*one, *third) + kilometres(*third, *other) + 1e-3


@given(PLACES, LATITUDES)
def test_what_lies_nobody_knows_where_is_infinitely_far(place, latitude):
    for other in ((None, None), (latitude, None), (None, latitude)):
        assert kilometres(*place, *other) == math.inf
