from __future__ import annotations

import keyword
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.spec.words.name import Names, Nouns, identifier, is_reserved, pascal, words


@pytest.fixture(scope="module")
def nouns():
    return Nouns()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("customerID", ("customer", "id")),
        ("HTTPServerName", ("http", "server", "name")),
        ("line_item_ids", ("line", "item", "ids")),
        ("ownerIDs", ("owner", "ids")),
        ("address1", ("address1",)),
        ("Prénom", ("prenom",)),
        ("日本語", ()),
    ],
)
def test_words(name, expected):
    assert words(name) == expected


@given(st.text(max_size=80))
def test_any_text_becomes_a_safe_identifier(text):
    result = identifier(text, "field")
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,62}", result)
    assert not keyword.iskeyword(result)
    assert not is_reserved(result)
    assert not result.startswith("model_")


@given(st.text(max_size=80))
def test_any_text_becomes_a_class_name(text):
    assert re.fullmatch(r"[A-Z][A-Za-z0-9]{0,66}", pascal(words(text)))


@given(st.lists(st.sampled_from(["a", "a_2", "b", "class_"]), max_size=12))
def test_names_are_unique(wanted):
    names = Names()
    given_out = [names.take(name) for name in wanted]
    assert len(set(given_out)) == len(given_out)


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("orders", "order"),
        ("addresses", "address"),
        ("statuses", "status"),
        ("categories", "category"),
        ("people", "person"),
        ("movies", "movie"),
        ("ads", "ad"),
    ],
)
def test_singular_and_plural(nouns, plural, singular):
    assert nouns.singular(plural) == singular
    assert nouns.singular(singular) == singular
    assert nouns.plural(singular) == plural
    assert nouns.plural(plural) == plural


@pytest.mark.parametrize("word", ["data", "news", "analytics", "dns", "sms"])
def test_words_without_another_form_stay(nouns, word):
    assert nouns.singular(word) == word
    assert nouns.plural(word) in (word, word + "es")


@pytest.mark.parametrize("word", ["branded", "harvested", "archived"])
def test_nobody_says_brandeds(nouns, word):
    assert nouns.plural(word) == word
    assert nouns.singular(word) == word


def test_other_words_on_ed_have_plurals(nouns):
    assert [nouns.plural(word) for word in ("feed", "seed", "shed", "bed", "hundred")] == [
        "feeds",
        "seeds",
        "sheds",
        "beds",
        "hundreds",
    ]


def test_forms_are_learned():
    nouns = Nouns()
    nouns.learn("kasse", "kassen")
    assert (nouns.singular("kassen"), nouns.plural("kasse"), nouns.is_plural("kassen")) == (
        "kasse",
        "kassen",
        True,
    )
