"""Windowed: what cuts and orders lists is no part of what a change is given."""

from __future__ import annotations

import pytest

from envfactory.spec.operations.windowed import without_window
from envfactory.spec.shapes.payload import Payload
from envfactory.spec.shapes.schema import Shape

TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        (["status", "limit", "offset", "orderby", "sortorder"], ["status"]),
        (["title", "per_page", "page"], ["title"]),
        (["name", "limit", "currency"], ["name", "limit", "currency"]),
        (["page", "title"], ["page", "title"]),
    ],
)
def test_a_limit_with_a_position_is_no_data(names, kept):
    shape = Shape("object", properties=dict.fromkeys(names, TEXT), required=frozenset(names))
    found = without_window(Payload("record", shape)).shape
    assert (list(found.properties), found.required) == (kept, frozenset(kept))
