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


@pytest.mark.parametrize(
    ("part", "least"),
    [("dev", 0.78), ("held_out", 0.8), ("fresh", 0.7), ("later", 0.7), ("last", 0.55)],
)
def test_domains_of_apis_that_were_labelled_by_hand(part, least):
    """The bars are for titles, records and paths alone; descriptions decide a few more."""
    right = 0
    for title, records, paths, domain in LABELLED[part]:
        entities = [tuple(record.split()) for record in records.split(" / ") if record]
        classified = classify(title, "", [], entities, Nouns(), [f"/{w}" for w in paths.split()])
        right += classified.domain == domain
    assert right / len(LABELLED[part]) >= least


def test_what_operations_say_tells_of_a_domain():
    said = ["Departures of trains", "Trains that stop here"]
    found = classify("Zorp", "", [], [("zorp",)], Nouns(), operations=said)
    assert found.domain == "travel and mobility"
    assert "train (operation)" in found.evidence


def test_a_part_of_a_name_counts_less_than_a_word_of_it():
    whole, part = (classify(name, "", [], [], Nouns()) for name in ("Grocery", "Grocerylink"))
    assert (whole.evidence, part.evidence) == (
        ("grocery (title)",),
        ("grocery (part of the title)",),
    )
    against = [("patient",)]
    assert classify("Grocery", "", [], against, Nouns()).domain == "commerce and payments"
    assert classify("Grocerylink", "", [], against, Nouns()).domain == "health"


def test_a_trade_that_no_domain_names_is_other_and_says_why():
    found = classify("Thermostats", "", ["Heating"], [("boiler",)], Nouns())
    assert found.domain == "other"
    assert found.evidence[0] == "thermostat (title)"
    # the same machines are no trade of their own where they are sold
    sold = classify("Thermostat shop", "", [], [("order",), ("product",), ("cart",)], Nouns())
    assert sold.domain == "commerce and payments"


def test_how_a_service_is_entered_and_set_up_does_not_make_it_one_of_software():
    run = [("access", "token"), ("configuration",), ("log",), ("permission",)]
    assert classify("Zorp", "", [], [("patient",), *run], Nouns()).domain == "health"


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
