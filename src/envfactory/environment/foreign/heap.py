"""`Heap`: everything mutable that a module's code can reach, kept and put back in place.

Code that was written for one session per process keeps its state wherever it likes: in globals, in
class attributes, in closures, in default arguments, in attributes of functions, in objects bound to
methods. Copies of such a heap would break what refers to what, so nothing is copied: an `Image`
keeps, for each mutable object that can be reached from the roots, what the object itself holds, and
putting an image back refills the very same objects. Whatever the code does, it sees the objects
that it knows, as they were.

An image shares with the one before it what has not changed. Taking and putting back an image costs
time linear in the number of mutable objects, some 0.2 µs each.

Some objects cannot be refilled (a generator, an open file, a connection to a database). `Opaque`
says that one was met: sessions of such a module have to be made in another way.
"""

from __future__ import annotations

import copyreg
import enum
import functools
import types
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from envfactory.environment.foreign.kinds import (
    ATOMS,
    CLASS,
    CONTAINERS,
    FUNCTION,
    KINDS,
    MODULE,
    PLAIN,
    Kind,
    instances_of,
)

MAX_OBJECTS = 1_000_000
"""An image of more mutable objects is refused: each call would take longer than a process does."""


class Opaque(Exception):
    """An object can be reached whose content cannot be put back."""


_STATELESS = frozenset(
    {"datetime", "decimal", "fractions", "uuid", "zoneinfo", "re", "weakref", "_weakref"}
    | {"_thread", "threading", "_contextvars", "contextvars", "typing", "typing_extensions"}
    | {"types", "inspect", "abc", "_abc", "functools", "operator", "_operator", "_struct"}
    | {"string", "pathlib", "ipaddress", "logging", "warnings", "importlib", "dataclasses"}
    | {"_asyncio", "pydantic", "pydantic_core", "annotated_types", "mcp", "mcp_types", "fastmcp"}
    | {"envfactory.environment.foreign.chance"}
)
"""Modules whose objects hold nothing that belongs to a session."""

_HIDDEN = frozenset(
    {"_thread._local", "weakref.WeakValueDictionary", "weakref.WeakKeyDictionary"}
    | {"_weakrefset.WeakSet"}
)
"""Types of these modules that do hold something, where it cannot be put back."""

_VIEWS: Mapping[type, Callable[[Any], Iterable[Any]]] = {
    tuple: lambda item: item,
    frozenset: lambda item: item,
    types.MethodType: lambda item: (item.__self__, item.__func__),
    types.BuiltinMethodType: lambda item: (item.__self__,),
    types.MappingProxyType: lambda item: item.values(),
    staticmethod: lambda item: (item.__func__,),
    classmethod: lambda item: (item.__func__,),
    property: lambda item: (item.fget, item.fset, item.fdel),
    functools.partial: lambda item: (item.func, item.args, item.keywords),
    functools.cached_property: lambda item: (item.func,),
}
"""Immutable types that refer to what may be mutable."""


@dataclass(frozen=True, slots=True)
class Image:
    """What every reachable object held at one moment: the object, its kind, its content, by id."""

    entries: Mapping[int, tuple[Any, Kind, Any]]


class Heap:
    """The objects that can be reached from the modules of one environment."""

    def __init__(self, roots: Iterable[Any], modules: Iterable[types.ModuleType]) -> None:
        """Take note of where to start.

        Args:
            roots: Objects to start from, the modules among them.
            modules: The modules that belong to the environment; classes and modules of others are
                shared by all sessions.
        """
        self._roots = tuple(roots)
        self._own = {id(module) for module in modules}
        self._names = {module.__name__ for module in modules}
        self._known: dict[type, Kind | None] = {}

    def take(self, before: Image | None = None) -> Image:
        """Return an image of the present; it is `before` itself where nothing has changed.

        Raises:
            Opaque: If an object can be reached whose content cannot be put back.
        """
        earlier = before.entries if before is not None else {}
        found: dict[int, tuple[Any, Kind, Any]] = {}
        waiting: list[Any] = list(self._roots)
        changed = before is None
        seen: set[int] = set()
        while waiting:
            item = waiting.pop()
            kind, mark = type(item), id(item)
            if kind in ATOMS or mark in seen:
                continue
            seen.add(mark)
            how = PLAIN.get(kind)
            if how is None:
                view = _VIEWS.get(kind)
                if view is not None:
                    waiting.extend(view(item))
                    continue
                how = self._kind(item, kind)
                if how is None:
                    continue
            entry = earlier.get(mark)
            if entry is None or entry[0] is not item or not how.same(item, entry[2]):
                entry, changed = (item, how, how.take(item)), True
            found[mark] = entry
            if len(found) > MAX_OBJECTS:
                raise Opaque(f"more than {MAX_OBJECTS} mutable objects")
            held = how.children(entry[2])
            if not ATOMS.issuperset(map(type, held)):
                waiting += held
        if not changed and before is not None and len(found) == len(earlier):
            return before
        return Image(found)

    @staticmethod
    def put(image: Image) -> None:
        """Make every object of an image hold what it held then."""
        for item, kind, content in image.entries.values():
            kind.put(item, content)

    def _kind(self, item: Any, cls: type) -> Kind | None:
        """Return how to treat an object; None where it holds nothing that changes."""
        known = KINDS.get(cls)
        if known is not None:
            return known
        if cls is types.FunctionType:
            own = item.__module__ in self._names or item.__closure__
            return FUNCTION if own else None
        if isinstance(item, types.ModuleType):
            return MODULE if id(item) in self._own else None
        if isinstance(item, type):
            return CLASS if item.__module__ in self._names else None
        if cls not in self._known:
            self._known[cls] = self._judge(cls)
        return self._known[cls]

    def _judge(self, cls: type) -> Kind | None:
        module = cls.__module__
        if f"{module}.{cls.__qualname__}" in _HIDDEN:
            raise Opaque(f"a {module}.{cls.__qualname__}")
        if issubclass(cls, enum.Enum | BaseException):
            return None
        foreign = module in _STATELESS or module.partition(".")[0] in _STATELESS
        if module not in self._names and foreign and cls is not types.SimpleNamespace:
            return None
        base, container = next(
            ((base, kind) for base, kind in CONTAINERS if issubclass(cls, base)), (object, None)
        )
        size = base.__basicsize__ + 8 * len(copyreg._slotnames(cls))  # type: ignore[attr-defined]
        size += 8 * (cls.__dictoffset__ > 0) + 8 * (cls.__weakrefoffset__ > 0)
        hidden = cls.__basicsize__ > size and cls is not defaultdict
        if hidden or (base is object and cls.__itemsize__):
            raise Opaque(f"a {module}.{cls.__qualname__}")
        return instances_of(cls, container)
