"""Embedders: a few words in, a unit vector out, so that similar words lie close together.

`Embedder` is the seam; `WordLlamaEmbedder` is the embedded default, which needs no network, no key
and no accelerator. A text is the mean of the vectors of its tokens, so an embedding costs time
linear in the length of the text, and never depends on the texts embedded beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from envfactory.errors import InputError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

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


@dataclass(frozen=True, slots=True)
class _Model:
    tokenizer: Tokenizer
    table: Vectors


class WordLlamaEmbedder:
    """Mean-pooled token vectors of WordLlama (256 dimensions, MIT licence).

    Only the data files of the `wordllama` package are read; its code, which configures logging and
    looks for a cache when it is imported, never runs. The first text makes it read 16 MB, which
    takes about 0.2 s.
    """

    name = "wordllama-l2-supercat-256"
    dimensions = 256

    def __init__(self) -> None:
        """Find the weights and the tokenizer.

        Raises:
            InputError: If the package or one of its files is missing.
        """
        package = _package()
        self._weights = _data_file(package, _WEIGHTS)
        self._tokenizer = _data_file(package, _TOKENIZER)
        self.identity = f"{self.name} of {_PACKAGE} {package.version}"
        """What decides the vector of a text."""

    @cached_property
    def _model(self) -> _Model:
        """The tokenizer and the vectors of its tokens, read when they are first needed."""
        from safetensors import SafetensorError
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        try:
            (table,) = load_file(self._weights).values()
            tokenizer = Tokenizer.from_str(self._tokenizer.read_text(encoding="utf-8"))
        except (OSError, ValueError, SafetensorError) as error:
            raise InputError(_PACKAGE, f"its data files cannot be read ({error})", _FIX) from error
        return _Model(tokenizer, table.astype(np.float32))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts; one without any words gets the first axis, which is close to nothing.

        Only the first 4,000 characters of a text count. Texts are tokenised one by one: that is as
        fast as the tokenizer's own thread pool for short texts, and safe before a fork.

        Args:
            texts: Any strings.

        Returns:
            A float32 matrix of shape (len(texts), dimensions) with rows of length one.

        Raises:
            InputError: If the weights or the tokenizer are damaged.
        """
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = texts[start : start + _BATCH]
            vectors[start : start + len(batch)] = self._pool([self._tokens(text) for text in batch])
        return vectors

    def _tokens(self, text: str) -> list[int]:
        """Return the token numbers of a text; characters that UTF-8 cannot carry become '?'."""
        clean = text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8").strip()
        ids: list[int] = self._model.tokenizer.encode(clean, add_special_tokens=False).ids
        return ids

    def _pool(self, ids: list[list[int]]) -> Vectors:
        """Sum the rows of each text and scale the sums to length one (the mean, normalised)."""
        sums = np.zeros((len(ids), self.dimensions), dtype=np.float32)
        filled = [row for row, tokens in enumerate(ids) if tokens]
        if filled:
            flat = np.concatenate([np.asarray(ids[row], dtype=np.int64) for row in filled])
            lengths = [len(ids[row]) for row in filled]
            starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
            sums[filled] = np.add.reduceat(self._model.table[flat], starts, axis=0)
        norms = np.sqrt(np.sum(sums * sums, axis=1, dtype=np.float64))
        empty = norms == 0
        sums[empty, 0] = 1.0
        norms[empty] = 1.0
        unit: Vectors = (sums / norms[:, None]).astype(np.float32)
        return unit


_FIX = "install wordllama==0.4.0.post1 again"


def _package() -> Distribution:
    """Find the installed package without importing it."""
    try:
        return distribution(_PACKAGE)
    except PackageNotFoundError as error:
        raise InputError(_PACKAGE, "the package is not installed", _FIX) from error


def _data_file(package: Distribution, name: str) -> Path:
    path = Path(str(package.locate_file(name)))
    if not path.is_file():
        raise InputError(_PACKAGE, f"{name} is missing from the installed package", _FIX)
    return path
