from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.spec.domain import classify
from envfactory.spec.words.name import Nouns

LABELLED = tomllib.loads(Path(__file__).with_name("domains.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("title", "entities", "domain"),
    [
        ("Flight Booking API", [("flight",), ("passenger",)], "travel and mobility"),
        ("Shop API", [("order",), ("product",), ("cart",)], "commerce and payments"),
        ("Tasks", [("task",), ("project",)], "productivity and files"),
        ("Issue tracker", [("ticket",), ("comment",)], "productivity and files"),
        ("Chat", [("message",), ("channel",)], "communication and social"),
        ("CI", [("build",), ("pipeline",), ("deployment",)], "developer and data tools"),
        ("Bank", [("account",), ("transaction",), ("loan",)], "finance and real estate"),
        ("Clinic", [("patient",), ("prescription",)], "health"),
        ("Music", [("song",), ("album",), ("playlist",)], "media and knowledge"),
        ("Blogger", [("blog",), ("post",), ("comment",)], "media and knowledge"),
        ("Mailbird", [("zorp",)], "communication and social"),
        ("Zorp", [("zorp",)], "other"),
    ],
)
def test_domains(title, entities, domain):
    classified = classify(title, "", [], entities, Nouns())
    assert classified.domain == domain
    assert bool(classified.evidence) == (domain != "other")


def test_the_evidence_says_which_words_decided_and_where():
    classified = classify(
        "Skyline", "Find a flight.", ["Hotels"], [("passenger",)], Nouns(), ["/airports"]
    )
    assert classified.domain == "travel and mobility"
    assert set(classified.evidence) == {
        "flight (description)",
        "hotel (tag)",
        "passenger (record)",
        "airport (path)",
    }
    assert classified.scores == {"travel and mobility": 1.0}


def test_the_words_of_documentation_are_no_evidence_of_software():
    text = "Send your token to the server; see the schema on GitHub. Patients and their doctors."
    assert classify("Care", text, [], [("patient",)], Nouns()).domain == "health"


@pytest.mark.parametrize(("part", "least"), [("dev", 0.78), ("held_out", 0.72), ("fresh", 0.7)])
def test_domains_of_apis_that_were_labelled_by_hand(part, least):
    """The bars are for titles, records and paths alone; descriptions decide a few more."""
    right = 0
    for title, records, paths, domain in LABELLED[part]:
        entities = [tuple(record.split()) for record in records.split(" / ") if record]
        classified = classify(title, "", [], entities, Nouns(), [f"/{w}" for w in paths.split()])
        right += classified.domain == domain
    assert right / len(LABELLED[part]) >= least


@given(st.text(max_size=60), st.text(max_size=200), st.lists(st.text(max_size=12), max_size=4))
def test_anything_is_classified(title, description, tags):
    entities = [(tag.lower(),) for tag in tags]
    classified = classify(title, description, tags, entities, Nouns(), tags)
    assert classified.domain == "other" or classified.evidence
    assert all(0 < share <= 1 for share in classified.scores.values())


def test_a_health_check_makes_no_api_one_of_health():
    found = classify("Reimbursements", "", [], [("expense",), ("health",)], Nouns())
    assert found.domain != "health"
    assert classify("Zorp", "", [], [("health", "record")], Nouns()).domain == "health"
