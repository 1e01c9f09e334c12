"""`CachedEmbedder`: an embedder that makes the vector of a text only once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from envfactory.llm.cache import VectorCache
from envfactory.llm.embedder import Embedder, Vectors

_MOST_OFF = 1e-3  # by which the length of a unit vector may differ from one


class CachedEmbedder:
    """Gives the vectors of another embedder, from a cache where it has them.

    A text's vector is kept under the hash of the embedder's identity and the text, so it is found
    again whatever the texts around it, and never for another embedder. What comes back is to the
    bit what went in; anything that is no unit vector of the right length is made again.

    Attributes:
        name: That of the embedder.
        dimensions: Those of the embedder.
        found: Texts whose vectors were in the cache, so far.
        made: Texts whose vectors had to be made, so far.
    """

    def __init__(self, embedder: Embedder, cache: VectorCache, identity: str = "") -> None:
        """Put a cache before an embedder.

        Args:
            embedder: Makes what is missing.
            cache: Keeps what was made.
            identity: What decides the vector of a text; the embedder's name where it says it all.
        """
        self.name, self.dimensions = embedder.name, embedder.dimensions
        self.found = self.made = 0
        self._embedder, self._cache = embedder, cache
        self._start = hashlib.sha256(f"{identity or embedder.name}\n".encode())

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return a matrix of shape (len(texts), dimensions) whose rows have length one."""
        keys = [self._key(text) for text in texts]
        wanted = dict(zip(keys, texts, strict=True))
        known = self._known(list(wanted))
        missing = {key: text for key, text in wanted.items() if key not in known}
        if missing:
            rows = self._embedder.embed(list(missing.values()))
            known.update(zip(missing, rows, strict=True))
            self._cache.put({key: row.tobytes() for key, row in zip(missing, rows, strict=True)})
        self.found += len(wanted) - len(missing)
        self.made += len(missing)
        vectors: Vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for row, key in enumerate(keys):
            vectors[row] = known[key]
        return vectors

    def _key(self, text: str) -> bytes:
        digest = self._start.copy()
        digest.update(text.encode("utf-8", "surrogatepass"))
        return digest.digest()

    def _known(self, keys: list[bytes]) -> dict[bytes, Vectors]:
        """Return what the cache holds that can be a vector of this embedder."""
        size = self.dimensions * np.dtype(np.float32).itemsize
        held = {key: data for key, data in self._cache.get(keys).items() if len(data) == size}
        if not held:
            return {}
        rows = np.frombuffer(b"".join(held.values()), dtype=np.float32).reshape(len(held), -1)
        lengths = np.sqrt(np.sum(np.square(rows, dtype=np.float64), axis=1))
        whole = np.abs(lengths - 1.0) <= _MOST_OFF  # also false where a number is none
        return {key: row for key, row, ok in zip(held, rows, whole, strict=True) if ok}
