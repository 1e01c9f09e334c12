from pathlib import Path

import numpy as np
import pytest

from envfactory.catalog import Catalog, search
from envfactory.catalog.search import VectorCache
from envfactory.llm import WordLlamaEmbedder


class Counting:
    """An embedder that counts the texts it is asked for."""

    name, dimensions = "counting", 4

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts):
        self.asked += texts
        rows = np.array([[len(t), t.count("a"), t.count("e"), 1] for t in texts], dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


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


def test_vectors_are_made_once_per_text(tmp_path: Path) -> None:
    path, embedder = tmp_path / "state" / "vectors.npz", Counting()
    first = VectorCache(path, embedder).vectors(["apple", "pear", "apple"])
    assert embedder.asked == ["apple", "pear"]
    again = VectorCache(path, embedder).vectors(["pear", "peach", "apple"])
    assert embedder.asked == ["apple", "pear", "peach"]
    assert np.array_equal(first[1], again[0])


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 torn", b"no archive"])
def test_a_damaged_cache_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "vectors.npz"
    whole = VectorCache(path, Counting()).vectors(["apple"])
    path.write_bytes(damage)
    assert np.array_equal(VectorCache(path, Counting()).vectors(["apple"]), whole)


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    vectors = VectorCache(tmp_path / "file" / "vectors.npz", Counting()).vectors(["apple"])
    assert vectors.shape == (1, 4)
