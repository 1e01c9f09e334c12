"""Counters and caches whose content can be seen, and so be kept and put back with a session."""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any


class Count:
    """`itertools.count`, with its number in plain sight."""

    def __init__(self, start: Any = 0, step: Any = 1) -> None:
        self.following, self.step = start, step

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        value = self.following
        self.following = value + self.step
        return value


def lru_cache(maxsize: Any = 128, typed: bool = False) -> Any:
    """`functools.lru_cache`, with its results in plain sight."""
    if callable(maxsize):
        return lru_cache()(maxsize)

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        results: OrderedDict[Any, Any] = OrderedDict()

        @functools.wraps(function)
        def cached(*args: Any, **kwargs: Any) -> Any:
            key = (args, tuple(kwargs.items()), *(type(a) for a in args if typed))
            if key in results:
                results.move_to_end(key)
                return results[key]
            value = function(*args, **kwargs)
            results[key] = value
            if maxsize is not None and len(results) > maxsize:
                results.popitem(last=False)
            return value

        cached.cache_clear = results.clear  # type: ignore[attr-defined]
        return cached

    return decorate
