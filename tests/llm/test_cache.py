"""The cache of vectors: what went in comes out, and no damage, writer or size changes that."""

import os
import sqlite3
import sys
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envfactory.llm import CachedEmbedder, Embedder, VectorCache, cache_folder


class Counting:
    """An embedder that counts the texts it is asked for."""

    name, dimensions = "counting", 4

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts):
        self.asked += texts
        rows = np.array(
            [[len(t), t.count("a"), t.count("e"), 1] for t in texts], dtype=np.float32
        ).reshape(-1, 4)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


TEXTS = [f"name of thing {n}" + "a" * (n % 7) for n in range(2_500)]


def vectors_of(folder: Path, texts: list[str], most_bytes: int = 1 << 20) -> np.ndarray:
    return CachedEmbedder(Counting(), VectorCache(folder, most_bytes)).embed(texts)


# ------------------------------------------------------------------------------ what it does
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(calls=st.lists(st.lists(st.text(max_size=4), max_size=6), max_size=4))
def test_vectors_are_those_of_the_embedder_and_made_once(
    tmp_path_factory: pytest.TempPathFactory, calls: list[list[str]]
) -> None:
    folder, counting = tmp_path_factory.mktemp("cache"), Counting()
    for texts in calls:
        cached: Embedder = CachedEmbedder(counting, VectorCache(folder))
        assert cached.embed(texts).tobytes() == Counting().embed(texts).tobytes()
        assert cached.embed(texts).shape == (len(texts), 4)
    assert sorted(counting.asked) == sorted({text for texts in calls for text in texts})


def test_another_embedder_has_vectors_of_its_own(tmp_path: Path) -> None:
    cache, counting = VectorCache(tmp_path), Counting()
    CachedEmbedder(counting, cache, "one 1.0").embed(["pear"])
    CachedEmbedder(counting, cache, "one 1.1").embed(["pear"])
    assert counting.asked == ["pear", "pear"]
    again = CachedEmbedder(counting, cache, "one 1.0")
    again.embed(["pear", "pear", "apple"])
    assert (again.found, again.made) == (1, 1)


@pytest.mark.parametrize("text", ["", "\ud800", "\x00", "x" * 100_000])
def test_strange_texts_are_kept(tmp_path: Path, text: str) -> None:
    first = vectors_of(tmp_path, [text])
    cached = CachedEmbedder(Counting(), VectorCache(tmp_path))
    assert cached.embed([text]).tobytes() == first.tobytes()
    assert cached.made == 0


def test_the_oldest_go_where_there_are_too_many(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path, most_bytes=200_000)
    keys = [n.to_bytes(32, "big") for n in range(4_000)]
    for start in range(0, len(keys), 100):
        cache.put({key: bytes(64) for key in keys[start : start + 100]})
    kept = cache.get(keys)
    assert cache.path.stat().st_size < 300_000
    assert keys[-1] in kept
    assert keys[0] not in kept
    assert len(kept) > 500
    assert sorted(kept) == keys[-len(kept) :]


# ------------------------------------------------------------------------------ damage
def _table_of_another_form(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE vectors (key TEXT)")
    connection.close()


def _view_without_end(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE VIEW vectors AS WITH RECURSIVE n(key, vector, check_sum) AS "
            "(SELECT 1, 1, 1 UNION ALL SELECT key + 1, 1, 1 FROM n) SELECT * FROM n"
        )
    connection.close()


def _vectors_that_are_none(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE vectors SET vector = x'0000', check_sum = 0")
    connection.close()


def _texts_for_vectors(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE vectors SET vector = 'gotcha', check_sum = 'x'")
    connection.close()


def _other_lengths(path: Path) -> None:
    cache = VectorCache(path.parent)
    with sqlite3.connect(path) as connection:
        keys = [row[0] for row in connection.execute("SELECT key FROM vectors")]
    connection.close()
    cache.put({key: np.full(4, np.nan, np.float32).tobytes() for key in keys[::2]})
    cache.put({key: np.full(4, 9.0, np.float32).tobytes() for key in keys[1::2]})


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"no database"),
        lambda path: path.write_bytes(path.read_bytes()[:20_000]),
        lambda path: path.write_bytes(path.read_bytes()[:-5_000]),
        lambda path: path.write_bytes(path.read_bytes()[:60_000] + bytes(60_000)),
        lambda path: os.truncate(path, 10**9),
        _table_of_another_form,
        _view_without_end,
        _vectors_that_are_none,
        _texts_for_vectors,
        _other_lengths,
    ],
    ids=[
        "empty", "none", "cut", "end", "zeros", "huge", "form", "view", "rows", "texts", "unit",
    ],
)  # fmt: skip
def test_what_is_damaged_is_made_again(tmp_path: Path, damage) -> None:
    whole = vectors_of(tmp_path, TEXTS)
    path = VectorCache(tmp_path).path
    if damage in (_table_of_another_form, _view_without_end):
        path.unlink()
    damage(path)
    for _ in range(3):
        assert vectors_of(tmp_path, TEXTS).tobytes() == whole.tobytes()
    cached = CachedEmbedder(Counting(), VectorCache(tmp_path, 1 << 20))
    cached.embed(TEXTS)
    assert cached.made == 0


def test_a_flipped_bit_is_noticed(tmp_path: Path) -> None:
    whole = vectors_of(tmp_path, TEXTS[:1])
    path, row = VectorCache(tmp_path).path, whole[0].tobytes()
    data = path.read_bytes()
    assert row in data
    path.write_bytes(data.replace(row, bytes([row[0] ^ 1]) + row[1:]))
    assert vectors_of(tmp_path, TEXTS[:1]).tobytes() == whole.tobytes()


def test_what_is_no_file_or_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("")
    (tmp_path / "folder" / "vectors-1.sqlite").mkdir(parents=True)
    (tmp_path / "pipe").mkdir()
    os.mkfifo(tmp_path / "pipe" / "vectors-1.sqlite")
    whole = Counting().embed(["apple"])
    for folder in ("in the way", "folder", "pipe"):
        assert vectors_of(tmp_path / folder, ["apple"]).tobytes() == whole.tobytes()


# ------------------------------------------------------------------------------ many at once
def _write(folder: Path, start: int) -> bytes:
    texts = TEXTS[start : start + 1_500]
    return b"".join(vectors_of(folder, texts[at : at + 50]).tobytes() for at in range(0, 1_500, 50))


def test_many_writers_at_once(tmp_path: Path) -> None:
    starts = [0, 500, 1_000]
    with get_context("spawn").Pool(3) as pool:
        done = pool.starmap(_write, [(tmp_path, start) for start in starts])
    whole = Counting().embed(TEXTS).tobytes()
    assert done == [whole[start * 16 : (start + 1_500) * 16] for start in starts]
    cached = CachedEmbedder(Counting(), VectorCache(tmp_path))
    assert cached.embed(TEXTS).tobytes() == whole
    assert cached.made == 0


# ------------------------------------------------------------------------------ where it lies
@pytest.mark.skipif(sys.platform != "linux", reason="names a variable of Linux")
@pytest.mark.parametrize(
    ("variable", "folder"),
    [
        ("/c", Path("/c/envfactory")),
        ("", Path.home() / ".cache" / "envfactory"),
        ("c", Path.home() / ".cache" / "envfactory"),  # not absolute, so it counts for nothing
    ],
)
def test_the_folder_is_where_the_user_keeps_such_files(
    monkeypatch: pytest.MonkeyPatch, variable: str, folder: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", variable)
    assert cache_folder() == folder


def test_a_user_without_a_home_has_no_such_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", refuse)
    assert cache_folder() is None
