from pathlib import Path

import pytest

from envfactory.catalog import Catalog, search
from envfactory.llm import WordLlamaEmbedder


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
    assert search("  ?! ", listed, None) == []
    assert search("x", [], None) == []
