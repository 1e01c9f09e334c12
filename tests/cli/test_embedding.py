from pathlib import Path

import pytest

from envfactory.cli.embedding import embedder_of
from envfactory.llm import CachedEmbedder, WordLlamaEmbedder


def test_vectors_are_kept_where_it_is_said(tmp_path: Path) -> None:
    made = embedder_of(tmp_path).embed(["order"])
    again = embedder_of(tmp_path)
    assert again.embed(["order"]).tobytes() == made.tobytes()
    assert isinstance(again, CachedEmbedder)
    assert (again.found, again.made) == (1, 0)


def test_vectors_are_kept_nowhere_where_that_is_said() -> None:
    assert isinstance(embedder_of(Path("off")), WordLlamaEmbedder)


def test_the_usual_place_is_the_users_cache_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("envfactory.llm.cache_folder", lambda: tmp_path / "usual")
    embedder_of(None).embed(["order"])
    assert list((tmp_path / "usual").iterdir())
