import numpy as np
from numpy.typing import NDArray

from envfactory.graph.nearest import Cells, nearest


def unit(rows: int, seed: int, spread: float = 1.0, centres: int = 40) -> NDArray[np.float32]:
    rng = np.random.default_rng(7)
    middle = rng.normal(size=(centres, 64))
    own = np.random.default_rng(seed)
    raw = middle[own.integers(centres, size=rows)] + spread * own.normal(size=(rows, 64))
    scaled = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    return scaled.astype(np.float32)


def test_the_nearest_are_the_nearest() -> None:
    queries, keys = unit(30, 1), unit(200, 2)
    cosines = queries.astype(np.float64) @ keys.T.astype(np.float64)
    for row, found in enumerate(nearest(queries, keys, 5, 0.1)):
        assert all(abs(n.cosine - cosines[row, n.key]) < 2e-3 for n in found)
        assert [n.cosine for n in found] == sorted((n.cosine for n in found), reverse=True)
        best = np.sort(cosines[row])[::-1][:5]
        assert np.allclose([n.cosine for n in found], best[best >= 0.1][: len(found)], atol=2e-3)


def test_equal_keys_come_in_order_and_each_once() -> None:
    keys = np.repeat(unit(1, 3), 10, axis=0)
    (found,) = nearest(keys[:1], keys, 4, 0.5)
    assert [n.key for n in found] == [0, 1, 2, 3]
    (cut,) = nearest(keys[:1], keys, 4, 0.5, Cells(size=4))
    assert [n.key for n in cut] == [0, 1, 2, 3]


def test_nothing_to_compare() -> None:
    some = unit(3, 1)
    assert list(nearest(some[:0], some, 4, 0.5)) == []
    assert list(nearest(some, some[:0], 4, 0.5)) == [(), (), ()]
    assert list(nearest(some, some, 4, 1.1)) == [(), (), ()]


def test_cells_find_nearly_all_close_pairs() -> None:
    queries, keys = unit(1_500, 4, spread=0.5), unit(3_000, 5, spread=0.5)
    full = [{n.key for n in found} for found in nearest(queries, keys, 4, 0.8, Cells(size=10_000))]
    cut = [{n.key for n in found} for found in nearest(queries, keys, 4, 0.8, Cells(size=512))]
    share = sum(len(a & b) for a, b in zip(full, cut, strict=True)) / sum(map(len, full))
    assert share > 0.9
    one_probe = nearest(queries, keys, 4, 0.8, Cells(size=64, probes=1))
    few = sum(len(a & {n.key for n in b}) for a, b in zip(full, one_probe, strict=True))
    assert few < share * sum(map(len, full))  # the measure does notice what is missing
