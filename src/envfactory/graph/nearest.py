"""Nearest neighbours among unit vectors: exact where small, near-linear where large.

Vectors are rounded to integers below 2**12. Their dot products then stay below 2**24, so float32
matrix products are exact whatever the order in which a machine adds, and the same texts give the
same neighbours everywhere.

Large sets are cut into cells by random-projection trees (splits at the median of the projection on
the line through two members, as in Annoy), and only members of one cell are compared: n vectors
cost O(n log n) to split and n times the cell size to compare, per tree. Several trees together find
nearly all close pairs; `benchmarks/graph.py` prints the share.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from envfactory.llm import Vectors

_SCALE = 4_000
_COARSER = 4  # keeps projections on the difference of two vectors exact, too
_CHUNK = 1_024

Indexes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cells:
    """How large sets are cut: sets of up to `size` on both sides are compared in full."""

    size: int = 1_024
    trees: int = 6
    seed: int = 20_240_101


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A key close to a query, by its row, with their cosine."""

    key: int
    cosine: float


def nearest(
    queries: Vectors, keys: Vectors, count: int, least: float, cells: Cells | None = None
) -> Iterator[tuple[Neighbour, ...]]:
    """Yield, for each query row in order, its nearest keys, best first, ties by row.

    Args:
        queries: Unit rows.
        keys: Unit rows of the same length.
        count: How many keys at most for each query.
        least: The smallest cosine that counts, above 0.
        cells: How large sets are cut.
    """
    cells = cells or Cells()
    if not len(queries) or not len(keys):
        yield from (() for _ in range(len(queries)))
        return
    q, k = _rounded(queries), _rounded(keys)
    floor = max(round(least * _SCALE * _SCALE), 1)
    if max(len(q), len(k)) <= cells.size:
        best = _ranked(q, k, np.arange(len(k)), count, floor, len(k))
    else:
        best = _by_cells(q, k, count, floor, cells)
    for row in best:
        yield tuple(
            Neighbour(int(-code % len(k)), round(-(-int(code) // len(k)) / (_SCALE * _SCALE), 4))
            for code in row
            if code >= 0
        )


def _rounded(vectors: Vectors) -> Vectors:
    """Return the vectors as whole numbers, small enough for exact products."""
    whole: Vectors = np.rint(vectors * np.float32(_SCALE)).astype(np.float32)
    return whole


def _ranked(q: Vectors, k: Vectors, rows: Indexes, count: int, floor: int, total: int) -> Indexes:
    """Return the best `count` keys of each query as codes, best first, -1 where there are fewer.

    A code is `score * total - row`: one whole number that orders by score and then by row, so that
    the choice among equals does not depend on how a machine sorts.
    """
    best = np.full((len(q), count), -1, dtype=np.int64)
    for start in range(0, len(q), _CHUNK):
        scores = q[start : start + _CHUNK] @ k.T
        query, key = np.nonzero(scores >= floor)
        codes = scores[query, key].astype(np.int64) * total - rows[key]
        order = np.lexsort((-codes, query))
        query, codes = query[order], codes[order]
        place = np.arange(len(query)) - np.searchsorted(query, query)
        kept = place < count
        best[start + query[kept], place[kept]] = codes[kept]
    return best


def _by_cells(q: Vectors, k: Vectors, count: int, floor: int, cells: Cells) -> Indexes:
    """Compare within the cells of several trees and merge what each of them found."""
    merged = np.full((len(q), count), -1, dtype=np.int64)
    coarse_q, coarse_k = np.rint(q / _COARSER), np.rint(k / _COARSER)
    rows_q, rows_k = (np.flatnonzero(some.any(axis=1)) for some in (q, k))
    for tree in range(cells.trees):
        rng = random.Random(cells.seed + tree)
        for some_q, some_k in _split(coarse_q, coarse_k, rows_q, rows_k, cells.size, rng):
            if len(some_q) and len(some_k):
                found = _ranked(q[some_q], k[some_k], some_k, count, floor, len(k))
                merged[some_q] = _merge(merged[some_q], found, count)
    return merged


def _merge(one: Indexes, other: Indexes, count: int) -> Indexes:
    """Return the best of two rankings row by row, each key once."""
    both = -np.sort(-np.concatenate([one, other], axis=1), axis=1)
    both[:, 1:][both[:, 1:] == both[:, :-1]] = -1
    best: Indexes = -np.sort(-both, axis=1)[:, :count]
    return best


def _split(
    q: Vectors, k: Vectors, rows_q: Indexes, rows_k: Indexes, size: int, rng: random.Random
) -> Iterator[tuple[Indexes, Indexes]]:
    """Yield the cells of one tree; members that no line separates stay together."""
    pending = [(rows_q, rows_k)]
    while pending:
        some_q, some_k = pending.pop()
        if max(len(some_q), len(some_k)) <= size:
            yield some_q, some_k
            continue
        larger, rows = (q, some_q) if len(some_q) >= len(some_k) else (k, some_k)
        a, b = rng.sample(range(len(rows)), 2)
        line = larger[rows[a]] - larger[rows[b]]
        on_q, on_k = q[some_q] @ line, k[some_k] @ line
        middle = float(np.median(on_q if len(some_q) >= len(some_k) else on_k))
        left_q, left_k = on_q < middle, on_k < middle
        if not (left_q.any() or left_k.any()):
            left_q, left_k = on_q <= middle, on_k <= middle
        if left_q.all() and left_k.all():
            yield some_q, some_k
            continue
        pending.append((some_q[~left_q], some_k[~left_k]))
        pending.append((some_q[left_q], some_k[left_k]))
