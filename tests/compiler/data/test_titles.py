"""Titles are distinct, and those that are nearly alike differ as people tell things apart."""

import random
from datetime import UTC, datetime

import pytest
from faker import Faker

from envfactory.compiler.data.lexicon import load_lexicon
from envfactory.compiler.data.rows import Source
from envfactory.compiler.data.titles import Kind, draw_items

NOUNS = ("project", "channel", "type", "invoice", "workout session", "zygote")


@pytest.mark.parametrize("noun", NOUNS)
def test_similar_titles_differ_by_year_place_person_or_version(noun: str) -> None:
    lexicon = load_lexicon()
    now, home = datetime(2026, 3, 2, tzinfo=UTC), lexicon.places[0]
    source = Source(random.Random(3), Faker("en_US"), lexicon, now, home, "x.example.com")
    kind = Kind(noun, lexicon.theme(tuple(noun.split())), human=False, company=False)
    titles = [item.title for item in draw_items(kind, 70, source)]
    assert len({title.casefold() for title in titles}) == 70
    for title in titles:
        assert not title.endswith((" Plus", " II"))
        assert "{" not in title
        words = title.casefold().split()
        assert sum(word == "with" for word in words) < 2
