"""The embedder that commands use: the embedded one, with a cache that outlives the command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from envfactory.llm import Embedder

_OFF: Final = Path("off")


def embedder_of(cache: Path | None) -> Embedder:
    """Return the embedded embedder.

    Args:
        cache: Where its vectors are kept; None for the user's own cache folder, `off` for nowhere.
    """
    from envfactory.llm import CachedEmbedder, VectorCache, WordLlamaEmbedder, cache_folder

    embedder = WordLlamaEmbedder()
    folder = None if cache == _OFF else cache or cache_folder()
    if folder is None:
        return embedder
    return CachedEmbedder(embedder, VectorCache(folder), embedder.identity)
