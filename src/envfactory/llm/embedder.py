"""Embedders: a few words in, a unit vector out, so that similar words lie close together.

`Embedder` is the seam; `WordLlamaEmbedder` is the embedded default, which needs no network, no key
and no accelerator. A text is the mean of the vectors of its tokens, so an embedding costs time
linear in the length of the text, and never depends on the texts embedded beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from envfactory.errors import InputError

Vectors = NDArray[np.float32]
"""One unit-length row per text."""

_PACKAGE = "wordllama"
_WEIGHTS = "wordllama/weights/l2_supercat_256.safetensors"
_TOKENIZER = "wordllama/tokenizers/l2_supercat_tokenizer_config.json"
_MAX_CHARACTERS = 4_000
_BATCH = 1_024


class Embedder(Protocol):
    """Turns texts into unit vectors; the same text always gives the same vector."""

    @property
    def name(self) -> str:
        """What the vectors come from, so that results can say so."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of every vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return a matrix of shape (len(texts), dimensions) whose rows have length one."""
        ...


class WordLlamaEmbedder:
    """Mean-pooled token vectors of WordLlama (256 dimensions, MIT licence).

    Only the data files of the `wordllama` package are read; its code, which configures logging and
    looks for a cache when it is imported, never runs. Building one reads 16 MB, about 0.2 s.
    """

    name = "wordllama-l2-supercat-256"

    def __init__(self) -> None:
        """Read the weights and the tokenizer.

        Raises:
            InputError: If the package or one of its files is missing, or the weights are damaged.
        """
        weights, tokenizer = _data_file(_WEIGHTS), _data_file(_TOKENIZER)
        try:
            (table,) = load_file(weights).values()
            self._tokenizer = Tokenizer.from_str(tokenizer.read_text(encoding="utf-8"))
        except (OSError, ValueError, SafetensorError) as error:
            raise InputError(_PACKAGE, f"its data files cannot be read ({error})", _FIX) from error
        self._table: Vectors = table.astype(np.float32)
        self.dimensions = int(self._table.shape[1])

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts; one without any words gets the first axis, which is close to nothing.

        Only the first 4,000 characters of a text count. Texts are tokenised one by one: that is as
        fast as the tokenizer's own thread pool for short texts, and safe before a fork.

        Args:
            texts: Any strings.

        Returns:
            A float32 matrix of shape (len(texts), dimensions) with rows of length one.
        """
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = texts[start : start + _BATCH]
            vectors[start : start + len(batch)] = self._pool([self._tokens(text) for text in batch])
        return vectors

    def _tokens(self, text: str) -> list[int]:
        """Return the token numbers of a text; characters that UTF-8 cannot carry become '?'."""
        clean = text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8").strip()
        ids: list[int] = self._tokenizer.encode(clean, add_special_tokens=False).ids
        return ids

    def _pool(self, ids: list[list[int]]) -> Vectors:
        """Sum the rows of each text and scale the sums to length one (the mean, normalised)."""
        sums = np.zeros((len(ids), self.dimensions), dtype=np.float32)
        filled = [row for row, tokens in enumerate(ids) if tokens]
        if filled:
            flat = np.concatenate([np.asarray(ids[row], dtype=np.int64) for row in filled])
            lengths = [len(ids[row]) for row in filled]
            starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
            sums[filled] = np.add.reduceat(self._table[flat], starts, axis=0)
        norms = np.sqrt(np.sum(sums * sums, axis=1, dtype=np.float64))
        empty = norms == 0
        sums[empty, 0] = 1.0
        norms[empty] = 1.0
        unit: Vectors = (sums / norms[:, None]).astype(np.float32)
        return unit


_FIX = "install wordllama==0.4.0.post1 again"


def _data_file(name: str) -> Path:
    """Find a file of the installed package without importing the package."""
    try:
        path = Path(str(distribution(_PACKAGE).locate_file(name)))
    except PackageNotFoundError as error:
        raise InputError(_PACKAGE, "the package is not installed", _FIX) from error
    if not path.is_file():
        raise InputError(_PACKAGE, f"{name} is missing from the installed package", _FIX)
    return path
