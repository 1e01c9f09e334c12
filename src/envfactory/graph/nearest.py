"""Nearest neighbours among unit vectors: exact where small, near-linear where large.

Vectors are rounded to integers below 2**12 and kept as 16-bit numbers. Their dot products then stay
below 2**24, so float32 matrix products are exact whatever the order in which a machine adds, and
the same texts give the same neighbours everywhere.

Large sets are cut into cells: some keys are drawn as centres, each key belongs to the centre that
it is closest to, and each query is compared with the members of the few centres closest to it (an
inverted file, as in Faiss; the centres are drawn and not moved, since nearly all the gain comes
from having them). With n keys there are about sqrt(n) centres, so n queries cost n * sqrt(n) dot
products to place and to compare; they are what BLAS does fastest, so that other work, linear in n,
is the larger part up to some hundred thousand ports. `benchmarks/graph.py` prints times, and the
share of close pairs that is found.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from envfactory.llm import Vectors

_SCALE = 4_000
_CHUNK = 1_024

Indexes = NDArray[np.int64]
Whole = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Cells:
    """How large sets are cut.

    Attributes:
        size: Sets of up to that many on both sides are compared in full.
        density: Centres for each unit of sqrt(number of keys).
        probes: Centres whose members a query is compared with.
        seed: Decides which keys are centres.
    """

    size: int = 1_024
    density: float = 3.0
    probes: int = 12
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


def _rounded(vectors: Vectors) -> Whole:
    """Return the vectors as whole numbers, small enough for exact products."""
    whole: Whole = np.rint(vectors * np.float32(_SCALE)).astype(np.int16)
    return whole


def _products(some: Whole, others: Whole) -> Vectors:
    """Return the dot products of rows with rows, exactly."""
    products: Vectors = some.astype(np.float32) @ others.astype(np.float32).T
    return products


def _ranked(q: Whole, k: Whole, rows: Indexes, count: int, floor: int, total: int) -> Indexes:
    """Return the best `count` keys of each query as codes, best first, -1 where there are fewer.

    A code is `score * total - row`: one whole number that orders by score and then by row, so that
    the choice among equals does not depend on how a machine sorts.
    """
    best = np.full((len(q), count), -1, dtype=np.int64)
    for start in range(0, len(q), _CHUNK):
        scores = _products(q[start : start + _CHUNK], k)
        query, key = np.nonzero(scores >= np.maximum(_lowest(scores, count), floor))
        codes = scores[query, key].astype(np.int64) * total - rows[key]
        order = np.lexsort((-codes, query))
        query, codes = query[order], codes[order]
        place = np.arange(len(query)) - np.searchsorted(query, query)
        kept = place < count
        best[start + query[kept], place[kept]] = codes[kept]
    return best


def _lowest(scores: Vectors, count: int) -> Vectors:
    """Return the score of the last of the best `count` in each row, as a column."""
    if scores.shape[1] <= count:
        return np.zeros((len(scores), 1), dtype=np.float32)
    at = scores.shape[1] - count
    lowest: Vectors = np.partition(scores, at, axis=1)[:, at : at + 1]
    return lowest


def _by_cells(q: Whole, k: Whole, count: int, floor: int, cells: Cells) -> Indexes:
    """Compare each query with the keys of the centres close to it, and merge what is found."""
    merged = np.full((len(q), count), -1, dtype=np.int64)
    centres = k[_drawn(k, cells)]
    home = _closest(k, centres, 1)[:, 0]
    homes = _groups(home, len(centres))
    near = _closest(q, centres, min(cells.probes, len(centres)))
    visits = _groups(near.ravel(), len(centres))
    for members, visitors in zip(homes, visits, strict=True):
        if len(members) and len(visitors):
            some = visitors // near.shape[1]
            found = _ranked(q[some], k[members], members, count, floor, len(k))
            merged[some] = _merge(merged[some], found, count)
    return merged


def _drawn(k: Whole, cells: Cells) -> Indexes:
    """Draw the rows that are centres."""
    count = min(len(k), math.ceil(cells.density * math.sqrt(len(k))))
    rows = random.Random(cells.seed).sample(range(len(k)), count)
    return np.array(sorted(rows), dtype=np.int64)


def _closest(some: Whole, centres: Whole, count: int) -> Indexes:
    """Return the `count` centres closest to each row, in any order, ties by number."""
    closest = np.empty((len(some), count), dtype=np.int64)
    numbers = np.arange(len(centres))
    for start in range(0, len(some), _CHUNK):
        scores = _products(some[start : start + _CHUNK], centres)
        if count == 1:
            closest[start : start + _CHUNK, 0] = np.argmax(scores, axis=1)
            continue
        codes = scores.astype(np.float64) * len(centres) - numbers
        closest[start : start + _CHUNK] = np.argpartition(-codes, count - 1, axis=1)[:, :count]
    return closest


def _groups(numbers: Indexes, count: int) -> list[Indexes]:
    """Return the positions of each number from 0 on, in order."""
    order = np.argsort(numbers, kind="stable")
    return np.split(order, np.cumsum(np.bincount(numbers, minlength=count))[:-1])


def _merge(one: Indexes, other: Indexes, count: int) -> Indexes:
    """Return the best of two rankings of different keys, row by row."""
    best: Indexes = -np.sort(-np.concatenate([one, other], axis=1), axis=1)[:, :count]
    return best
