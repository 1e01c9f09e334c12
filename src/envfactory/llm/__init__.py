"""Text in, vectors out: the embedders that later rooms compare names and descriptions with."""

from envfactory.llm.embedder import Embedder, Vectors, WordLlamaEmbedder

__all__ = ["Embedder", "Vectors", "WordLlamaEmbedder"]
