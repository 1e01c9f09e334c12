"""`SortedMap`: a persistent ordered map, the value that tables and indexes are made of.

A B+ tree whose nodes are never changed once made. An edit copies the path from the root to one
leaf, O(log n), and shares every other node with the map it came from. Three things follow that a
hash trie cannot give at once: iteration has a meaningful order that no hash seed can change, two
versions are compared by walking only the nodes they do not share, and every node knows the sum of
the digests below it, so that a content hash is kept up to date in time proportional to a change.

Method: path copying, Driscoll, Sarnak, Sleator and Tarjan, "Making Data Structures Persistent"
(1989); B+ trees, Comer, "The Ubiquitous B-Tree" (1979).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Generic, Protocol, TypeVar, final

WIDTH = 64
"""Most entries of a leaf and most children of a branch: 100,000 rows are three levels."""

SPARSE = WIDTH // 4
"""A node with fewer entries is merged into a neighbour when the two fit in one."""


class Digested(Protocol):
    """A value that knows its content as a number; a map's `total` is the sum of them."""

    digest: int


K = TypeVar("K", bound=Any)
V = TypeVar("V", bound=Digested)


@final
class _Leaf(Generic[K, V]):
    """Entries in order of their keys."""

    __slots__ = ("keys", "total", "values")

    def __init__(self, keys: tuple[K, ...], values: tuple[V, ...], total: int) -> None:
        self.keys = keys
        self.values = values
        self.total = total


@final
class _Branch(Generic[K, V]):
    """Children in order; `lows[i]` is no greater than any key below `children[i]`."""

    __slots__ = ("children", "height", "lows", "total")

    def __init__(
        self, lows: tuple[K, ...], children: tuple[_Node[K, V], ...], height: int, total: int
    ) -> None:
        self.lows = lows
        self.children = children
        self.height = height
        self.total = total


_Node = _Leaf[K, V] | _Branch[K, V]


class SortedMap(Generic[K, V]):
    """An immutable mapping from mutually comparable keys to values, iterated in key order."""

    __slots__ = ("_root", "_size")

    def __init__(self, root: _Node[K, V] | None = None, size: int = 0) -> None:
        self._root: _Node[K, V] = _Leaf((), (), 0) if root is None else root
        self._size = size

    @classmethod
    def build(cls, items: Iterable[tuple[K, V]]) -> SortedMap[K, V]:
        """Make a map from items that are already in strictly increasing order of keys, in O(n)."""
        entries = list(items)
        if not entries:
            return cls()
        filled = WIDTH * 3 // 4  # room to insert before the first split
        nodes: list[_Node[K, V]] = []
        lows: list[K] = []
        for start in range(0, len(entries), filled):
            keys, values = zip(*entries[start : start + filled], strict=True)
            nodes.append(_Leaf(keys, values, _sum(values)))
            lows.append(keys[0])
        height = 0
        while len(nodes) > 1:
            height += 1
            starts = range(0, len(nodes), filled)
            nodes, lows = (
                [_branch(lows[s : s + filled], nodes[s : s + filled], height) for s in starts],
                [lows[s] for s in starts],
            )
        return cls(nodes[0], len(entries))

    @property
    def total(self) -> int:
        """The sum of the digests of all values."""
        return self._root.total

    def __len__(self) -> int:
        return self._size

    def get(self, key: K) -> V | None:
        """Return the value of `key`, or None. O(log n)."""
        node = self._root
        while type(node) is _Branch:
            node = node.children[(bisect_right(node.lows, key) or 1) - 1]
        keys = node.keys
        place = bisect_left(keys, key)
        if place < len(keys) and keys[place] == key:
            return node.values[place]
        return None

    def set(self, key: K, value: V) -> SortedMap[K, V]:
        """Return the map in which `key` has `value`. O(log n)."""
        nodes, lows, grew = _set(self._root, key, value)
        root = nodes[0] if len(nodes) == 1 else _branch(lows, nodes, _height(nodes[0]) + 1)
        return SortedMap(root, self._size + grew)

    def remove(self, key: K) -> SortedMap[K, V]:
        """Return the map without `key`. O(log n).

        Raises:
            KeyError: If the map has no such key.
        """
        root = _remove(self._root, key)
        while type(root) is _Branch and len(root.children) == 1:
            root = root.children[0]
        return SortedMap(root, self._size - 1)

    def values(self) -> Iterator[V]:
        """Iterate over the values in key order."""
        return chain.from_iterable([leaf.values for leaf in _leaves(self._root)])

    def items(self) -> Iterator[tuple[K, V]]:
        """Iterate over the entries in key order."""
        for leaf in _leaves(self._root):
            yield from zip(leaf.keys, leaf.values, strict=True)

    def keys_between(self, low: K, high: K) -> list[K]:
        """Return the keys from `low` up to but not including `high`, in O(log n + their number)."""
        later: list[_Node[K, V]] = []
        node = self._root
        while type(node) is _Branch:
            place = (bisect_right(node.lows, low) or 1) - 1
            end = bisect_left(node.lows, high)
            later.extend(reversed(node.children[place + 1 : end]))
            node = node.children[place]
        found = list(node.keys[bisect_left(node.keys, low) : bisect_left(node.keys, high)])
        while later:
            for leaf in _leaves(later.pop()):
                found.extend(leaf.keys[: bisect_left(leaf.keys, high)])
        return found


def differences(
    before: SortedMap[K, V], after: SortedMap[K, V]
) -> Iterator[tuple[K, V | None, V | None]]:
    """Yield `(key, old, new)` in key order for every entry that the two maps do not share.

    Nodes that both maps hold are skipped whole, so versions of one map are compared in time
    proportional to what changed between them. Entries are told apart by identity.
    """
    old: list[_Node[K, V]] = [before._root]
    new: list[_Node[K, V]] = [after._root]
    while old or new:
        old, new = _unshared(old, new)
        tallest = max([_height(node) for node in (*old, *new)], default=0)
        if tallest == 0:
            break
        old, new = _descend(old, tallest), _descend(new, tallest)
    was, now = _entries(old), _entries(new)
    for key in sorted({**was, **now}):
        if was.get(key) is not now.get(key):
            yield key, was.get(key), now.get(key)


def _sum(values: Iterable[Digested]) -> int:
    return sum([value.digest for value in values])


def _branch(lows: Sequence[K], children: Sequence[_Node[K, V]], height: int) -> _Branch[K, V]:
    total = sum([child.total for child in children])
    return _Branch(tuple(lows), tuple(children), height, total)


def _height(node: _Node[K, V]) -> int:
    return node.height if type(node) is _Branch else 0


def _entries(nodes: list[_Node[K, V]]) -> dict[K, V]:
    return {
        key: value
        for node in nodes
        for leaf in _leaves(node)
        for key, value in zip(leaf.keys, leaf.values, strict=True)
    }


def _unshared(
    old: list[_Node[K, V]], new: list[_Node[K, V]]
) -> tuple[list[_Node[K, V]], list[_Node[K, V]]]:
    """Drop the nodes that both sides hold, first by position, which is where most of them are."""
    if len(old) == len(new):
        pairs = [(a, b) for a, b in zip(old, new, strict=True) if a is not b]
        old, new = [a for a, _ in pairs], [b for _, b in pairs]
    shared = {id(node) for node in old} & {id(node) for node in new}
    return (
        [node for node in old if id(node) not in shared],
        [node for node in new if id(node) not in shared],
    )


def _descend(nodes: list[_Node[K, V]], height: int) -> list[_Node[K, V]]:
    """Replace the nodes of that height by their children."""
    below: list[_Node[K, V]] = []
    for node in nodes:
        if type(node) is _Branch and node.height == height:
            below.extend(node.children)
        else:
            below.append(node)
    return below


def _leaves(node: _Node[K, V]) -> Iterator[_Leaf[K, V]]:
    stack = [node]
    while stack:
        node = stack.pop()
        if type(node) is _Branch:
            stack.extend(reversed(node.children))
        else:
            yield node


def _set(node: _Node[K, V], key: K, value: V) -> tuple[tuple[_Node[K, V], ...], tuple[K, ...], int]:
    """Set below `node`; return the one or two nodes that replace it, keys, and the growth.

    As many of the keys as there are nodes are their lows.
    """
    if type(node) is _Branch:
        place = (bisect_right(node.lows, key) or 1) - 1
        old = node.children[place]
        nodes, lows, grew = _set(old, key, value)
        children = node.children[:place] + nodes + node.children[place + 1 :]
        if len(nodes) == 1 and key >= node.lows[place]:
            total = node.total - old.total + nodes[0].total
            return (_Branch(node.lows, children, node.height, total),), node.lows, grew
        low = node.lows[:place] + lows[: len(nodes)] + node.lows[place + 1 :]
        if len(children) <= WIDTH:
            total = node.total - old.total + sum([new.total for new in nodes])
            return (_Branch(low, children, node.height, total),), low, grew
        half = len(children) // 2
        left = _branch(low[:half], children[:half], node.height)
        right = _branch(low[half:], children[half:], node.height)
        return (left, right), (low[0], low[half]), grew
    keys, values = node.keys, node.values
    place = bisect_left(keys, key)
    if place < len(keys) and keys[place] == key:
        total = node.total - values[place].digest + value.digest
        values = values[:place] + (value,) + values[place + 1 :]
        return (_Leaf(keys, values, total),), keys, 0
    # Appending in order (generated keys) splits off a fresh leaf rather than halving a full one.
    half = WIDTH if place == len(keys) else WIDTH // 2
    keys = keys[:place] + (key,) + keys[place:]
    values = values[:place] + (value,) + values[place:]
    total = node.total + value.digest
    if len(keys) <= WIDTH:
        return (_Leaf(keys, values, total),), keys, 1
    first = _sum(values[:half])
    return (
        (
            _Leaf(keys[:half], values[:half], first),
            _Leaf(keys[half:], values[half:], total - first),
        ),
        (keys[0], keys[half]),
        1,
    )


def _remove(node: _Node[K, V], key: K) -> _Node[K, V]:
    if type(node) is _Branch:
        place = (bisect_right(node.lows, key) or 1) - 1
        old = node.children[place]
        child = _remove(old, key)
        total = node.total - old.total + child.total
        lows, children = node.lows, node.children
        if _size(child) < SPARSE:
            for other in (place - 1, place + 1):
                if 0 <= other < len(children) and _size(children[other]) + _size(child) <= WIDTH:
                    left = min(place, other)
                    pair = (children[other], child) if other < place else (child, children[other])
                    lows = lows[: left + 1] + lows[left + 2 :]
                    children = children[:left] + (_join(*pair),) + children[left + 2 :]
                    return _Branch(lows, children, node.height, total)
        return _Branch(
            lows, children[:place] + (child,) + children[place + 1 :], node.height, total
        )
    place = bisect_left(node.keys, key)
    if place == len(node.keys) or node.keys[place] != key:
        raise KeyError(key)
    return _Leaf(
        node.keys[:place] + node.keys[place + 1 :],
        node.values[:place] + node.values[place + 1 :],
        node.total - node.values[place].digest,
    )


def _size(node: _Node[K, V]) -> int:
    return len(node.children) if type(node) is _Branch else len(node.keys)


def _join(left: _Node[K, V], right: _Node[K, V]) -> _Node[K, V]:
    total = left.total + right.total
    if type(left) is _Branch and type(right) is _Branch:
        return _Branch(left.lows + right.lows, left.children + right.children, left.height, total)
    if type(left) is _Branch or type(right) is _Branch:
        raise AssertionError("siblings of one branch have one height")
    return _Leaf(left.keys + right.keys, left.values + right.values, total)
