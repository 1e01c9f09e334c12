from __future__ import annotations

import pytest

from envfactory.spec.domain import classify
from envfactory.spec.name import Nouns


@pytest.mark.parametrize(
    ("title", "entities", "domain"),
    [
        ("Flight Booking API", [("flight",), ("passenger",)], "travel and mobility"),
        ("Shop API", [("order",), ("product",), ("cart",)], "commerce and payments"),
        ("Tasks", [("task",), ("project",)], "productivity and files"),
        ("Chat", [("message",), ("channel",)], "communication and social"),
        ("CI", [("build",), ("pipeline",), ("deployment",)], "developer and data tools"),
        ("Bank", [("account",), ("transaction",), ("loan",)], "finance and real estate"),
        ("Clinic", [("patient",), ("prescription",)], "health"),
        ("Music", [("song",), ("album",), ("playlist",)], "media and knowledge"),
        ("Zorp", [("zorp",)], "other"),
    ],
)
def test_domains(title, entities, domain):
    classified = classify(title, "", [], entities, Nouns())
    assert classified.domain == domain
    assert bool(classified.evidence) == (domain != "other")
