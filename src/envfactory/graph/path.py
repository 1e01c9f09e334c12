"""Paths to values inside arguments and results: JSON Pointers with `*` for "any member".

`/items/*/product_id` is the product of any item; the empty path is the whole value. Keys are
escaped as in RFC 6901 (`~` as `~0`, `/` as `~1`), and a key that is literally `*` as `~2`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from envfactory.records import Json

ANY = "*"
_PATHS = 1 << 16
"""Paths whose parts are remembered; many tools share them."""


def escape(key: str) -> str:
    """Return an object key as one path segment."""
    if key == ANY:
        return "~2"
    return key.replace("~", "~0").replace("/", "~1")


def unescape(segment: str) -> str:
    """Return the object key that a path segment stands for."""
    if segment == "~2":
        return ANY
    return segment.replace("~1", "/").replace("~0", "~")


def segments(path: str) -> tuple[str, ...]:
    """Split a path into its segments, still escaped."""
    return tuple(path.split("/")[1:])


@lru_cache(maxsize=_PATHS)
def names(path: str) -> tuple[str, ...]:
    """Return the object keys along a path, without the list steps."""
    return tuple(unescape(part) for part in segments(path) if part != ANY)


def prefixes(path: str) -> Iterator[str]:
    """Yield every proper prefix of a path, shortest first, from the empty path on."""
    parts = segments(path)
    for length in range(len(parts)):
        yield "".join(f"/{part}" for part in parts[:length])


def values_at(value: Json, path: str) -> Iterator[tuple[str, Json]]:
    """Yield the values that a path reaches, each with its concrete path, in document order.

    List positions replace `*` in the concrete paths, so each of them reaches exactly one value.
    Nothing is yielded where the path leads nowhere. Linear in the number of values visited.
    """
    yield from _descend(value, segments(path), "")


def _descend(value: Json, rest: tuple[str, ...], so_far: str) -> Iterator[tuple[str, Json]]:
    if not rest:
        yield so_far, value
        return
    head, tail = rest[0], rest[1:]
    if isinstance(value, list):
        if head == ANY:
            for index, item in enumerate(value):
                yield from _descend(item, tail, f"{so_far}/{index}")
        elif head.isascii() and head.isdigit() and int(head) < len(value):
            yield from _descend(value[int(head)], tail, f"{so_far}/{head}")
    elif isinstance(value, dict):
        if head == ANY:
            for key, item in value.items():
                yield from _descend(item, tail, f"{so_far}/{escape(key)}")
        elif (key := unescape(head)) in value:
            yield from _descend(value[key], tail, f"{so_far}/{head}")
