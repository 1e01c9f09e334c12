"""Distances on the globe, for tools that find what lies around a place."""

from __future__ import annotations

import math

_RADIUS = 6371.0088
"""The mean radius of the earth in kilometres."""


def kilometres(
    latitude: float, longitude: float, to_latitude: float | None, to_longitude: float | None
) -> float:
    """Return how far two places are apart, along a great circle.

    The haversine formula: R. W. Sinnott, Virtues of the Haversine, Sky and Telescope 68, 1984.

    Args:
        latitude: Of the first place, in degrees north.
        longitude: Of the first place, in degrees east.
        to_latitude: Of the other place; None where nobody knows.
        to_longitude: Of the other place; None where nobody knows.

    Returns:
        Kilometres; infinity where it is unknown where the other place is.
    """
    if to_latitude is None or to_longitude is None:
        return math.inf
    north, to_north = math.radians(latitude), math.radians(to_latitude)
    across = math.sin((to_north - north) / 2) ** 2
    along = math.sin(math.radians(to_longitude - longitude) / 2) ** 2
    half = across + math.cos(north) * math.cos(to_north) * along
    return 2 * _RADIUS * math.asin(math.sqrt(min(1.0, max(0.0, half))))
