from pathlib import Path

import pytest

from envfactory.catalog import Catalog, CatalogEntry, Filter, search
from envfactory.errors import InputError
from envfactory.llm import WordLlamaEmbedder
from envfactory.records import write_lines
from tests.catalog.conftest import entry


@pytest.fixture(scope="module")
def embedder() -> WordLlamaEmbedder:
    return WordLlamaEmbedder()


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("invoices", "invoices"),
        ("delete task", "tasks"),
        ("dinner reservation at a restaurant", "bookings"),
        ("a meal with friends", "bookings"),
        ("errands and reminders", "tasks"),
    ],
)
def test_words_and_meaning_find_it(
    shelf: Path, embedder: WordLlamaEmbedder, query: str, best: str
) -> None:
    hits = search(query, Catalog.open([shelf]).listed, embedder)
    assert hits[0].listed.entry.name == best
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_words_alone_need_no_embedder(shelf: Path) -> None:
    listed = Catalog.open([shelf]).listed
    assert [h.listed.entry.name for h in search("Invoice", listed, None)] == ["invoices"]
    assert search("meal", listed, None) == []
    assert search("x", [], None) == []


@pytest.mark.parametrize("query", ["", "  ?! "])
def test_a_query_without_words_is_refused(shelf: Path, query: str) -> None:
    with pytest.raises(InputError, match="has no word"):
        search(query, Catalog.open([shelf]).listed, None)


def found(shelf: Path, query: str, *entries: CatalogEntry) -> dict[str, str]:
    """Return by what each of these was found, the best first."""
    write_lines(shelf / "catalog.jsonl", entries)
    hits = search(query, Catalog.open([shelf]).listed, None)
    return {hit.listed.entry.name: hit.found_by for hit in hits}


def test_small_words_find_nothing_where_there_are_others(shelf: Path) -> None:
    told = entry("notes", description="Notes and more."), entry("shop", description="Buy and sell.")
    assert found(shelf, "notes and letters", *told) == {"notes": "notes"}
    assert found(shelf, "and", *told) == {"notes": "and", "shop": "and"}


def test_a_rare_word_counts_more(shelf: Path) -> None:
    many = [entry(f"queue_{n}", entities=("jobs",)) for n in range(9)]
    applicants = entry("rooms", entities=("applicants",))
    assert next(iter(found(shelf, "job applicants", applicants, *many))) == "rooms"


@pytest.mark.parametrize(
    ("query", "title", "others"),
    [
        ("parliament", "Parliamentary debates", "Parking"),
        ("geocoding", "Geocoder", "Geology"),
        ("vpn", "Simple VPNAPI", "Avpnx"),
        ("addresses", "Address book", "Dresses"),
    ],
)
def test_words_are_found_in_other_forms(shelf: Path, query: str, title: str, others: str) -> None:
    right, wrong = entry("one", title=title), entry("two", title=others)
    assert found(shelf, query, right, wrong) == {"one": query}


def test_what_a_query_does_not_mean_is_not_shown(shelf: Path, embedder: WordLlamaEmbedder) -> None:
    hits = search("delete tasks", Catalog.open([shelf]).listed, embedder)
    assert [(hit.listed.entry.name, hit.found_by) for hit in hits] == [("tasks", "delete, tasks")]
    (hit,) = search("a meal", Catalog.open([shelf]).listed, embedder)
    assert hit.found_by == '"Reserve a table for dinner."'


def test_a_strong_certificate_is_a_verified_one() -> None:
    levels = ("strong", "verified", "failed")
    assert [Filter(level="verified").accepts(entry("x", level=v)) for v in levels] == [1, 1, 0]
    assert [Filter(level="strong").accepts(entry("x", level=v)) for v in levels] == [1, 0, 0]


def test_environments_are_filtered_by_their_tools() -> None:
    dogs = entry("dogs", tools=("walk_dog", "list_dogs"))
    assert Filter(tool="walk dog").accepts(dogs)
    assert not Filter(tool="walk list").accepts(dogs)
