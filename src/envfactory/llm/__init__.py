"""Text in, vectors out: the embedders that later rooms compare names and descriptions with."""

from envfactory.llm.cache import VectorCache, cache_folder
from envfactory.llm.cached import CachedEmbedder
from envfactory.llm.embedder import Embedder, Vectors, WordLlamaEmbedder

__all__ = [
    "CachedEmbedder",
    "Embedder",
    "VectorCache",
    "Vectors",
    "WordLlamaEmbedder",
    "cache_folder",
]
