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

import contextlib
import copyreg
import enum
import functools
import random
import types
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from operator import is_
from typing import Any, Protocol

_HEAP_TYPE = 1 << 9
"""Flag of classes that are written in Python; the members of others are their own affair."""

MAX_OBJECTS = 1_000_000
"""An image of more mutable objects is refused: each call would take longer than a process does."""


class Opaque(Exception):
    """An object can be reached whose content cannot be put back."""


class Kind(Protocol):
    """How objects of one kind are read and refilled; `content` is what the object itself holds."""

    def take(self, item: Any) -> Any:
        """Return a content of its own, which later changes of the object do not touch."""

    def same(self, item: Any, content: Any) -> bool:
        """Return whether the object still holds the very same things."""

    def put(self, item: Any, content: Any) -> None:
        """Make the object hold that content."""

    def children(self, content: Any) -> Collection[Any]:
        """Return what the content refers to."""


class _Mapping:
    """Dictionaries, whatever their subclass overrides."""

    base: type[dict[Any, Any]] = dict

    def take(self, item: Any) -> dict[Any, Any]:
        return dict(self.base.items(item))

    def same(self, item: Any, content: dict[Any, Any]) -> bool:
        return (
            len(item) == len(content)
            and all(map(is_, self.base.values(item), content.values()))
            and all(map(is_, self.base.keys(item), content))
        )

    def put(self, item: Any, content: dict[Any, Any]) -> None:
        self.base.clear(item)
        dict.update(item, content)

    def children(self, content: dict[Any, Any]) -> Collection[Any]:
        if ATOMS.issuperset(map(type, content)):
            return content.values()
        return [*content, *content.values()]


class _Ordered(_Mapping):
    """`OrderedDict` keeps its order beside the dictionary."""

    base = OrderedDict

    def put(self, item: Any, content: dict[Any, Any]) -> None:
        OrderedDict.clear(item)
        for key, value in content.items():
            OrderedDict.__setitem__(item, key, value)


class _List:
    def take(self, item: Any) -> tuple[Any, ...]:
        return tuple(list.__iter__(item))

    def same(self, item: Any, content: tuple[Any, ...]) -> bool:
        return list.__len__(item) == len(content) and all(map(is_, list.__iter__(item), content))

    def put(self, item: Any, content: tuple[Any, ...]) -> None:
        list.__setitem__(item, slice(None), content)

    def children(self, content: tuple[Any, ...]) -> Collection[Any]:
        return content


class _Set:
    def take(self, item: Any) -> tuple[Any, ...]:
        return tuple(set.__iter__(item))

    def same(self, item: Any, content: tuple[Any, ...]) -> bool:
        return set.__len__(item) == len(content) and all(map(is_, set.__iter__(item), content))

    def put(self, item: Any, content: tuple[Any, ...]) -> None:
        set.clear(item)
        set.update(item, content)

    def children(self, content: tuple[Any, ...]) -> Collection[Any]:
        return content


class _Deque(_List):
    def take(self, item: Any) -> tuple[Any, ...]:
        return tuple(deque.__iter__(item))

    def same(self, item: Any, content: tuple[Any, ...]) -> bool:
        return len(item) == len(content) and all(map(is_, deque.__iter__(item), content))

    def put(self, item: Any, content: tuple[Any, ...]) -> None:
        deque.clear(item)
        deque.extend(item, content)


class _Bytes:
    def take(self, item: bytearray) -> bytes:
        return bytes(item)

    def same(self, item: bytearray, content: bytes) -> bool:
        return item == content

    def put(self, item: bytearray, content: bytes) -> None:
        item[:] = content

    def children(self, content: bytes) -> Collection[Any]:
        return ()


class _Random:
    def take(self, item: random.Random) -> Any:
        return item.getstate()

    def same(self, item: random.Random, content: Any) -> bool:
        return bool(item.getstate() == content)

    def put(self, item: random.Random, content: Any) -> None:
        item.setstate(content)

    def children(self, content: Any) -> Collection[Any]:
        return ()


class _Cell:
    """A variable of an enclosing function."""

    def take(self, item: types.CellType) -> tuple[Any, ...]:
        try:
            return (item.cell_contents,)
        except ValueError:
            return ()

    def same(self, item: types.CellType, content: tuple[Any, ...]) -> bool:
        now = self.take(item)
        return len(now) == len(content) and all(map(is_, now, content))

    def put(self, item: types.CellType, content: tuple[Any, ...]) -> None:
        if content:
            item.cell_contents = content[0]
        elif self.take(item):
            del item.cell_contents

    def children(self, content: tuple[Any, ...]) -> Collection[Any]:
        return content


class _Function:
    """A function's defaults, attributes and closure; its cells are objects of their own."""

    def take(self, item: types.FunctionType) -> tuple[Any, ...]:
        return (item.__defaults__, item.__kwdefaults__, item.__closure__, item.__dict__)

    def same(self, item: types.FunctionType, content: tuple[Any, ...]) -> bool:
        return all(map(is_, self.take(item), content))

    def put(self, item: types.FunctionType, content: tuple[Any, ...]) -> None:
        if not self.same(item, content):
            item.__defaults__, item.__kwdefaults__, _, item.__dict__ = content

    def children(self, content: tuple[Any, ...]) -> Collection[Any]:
        defaults, keyword_defaults, closure, attributes = content
        return (*(defaults or ()), keyword_defaults, *(closure or ()), attributes)


class _Class:
    """The attributes of a class that the module defines."""

    def take(self, item: type) -> dict[str, Any]:
        return {
            name: value
            for name, value in vars(item).items()
            if not (name.startswith("__") or name.startswith("_abc_"))
        }

    def same(self, item: type, content: dict[str, Any]) -> bool:
        now = self.take(item)
        return now.keys() == content.keys() and all(now[k] is v for k, v in content.items())

    def put(self, item: type, content: dict[str, Any]) -> None:
        now = self.take(item)
        for name in now.keys() - content.keys():
            type.__delattr__(item, name)
        for name, value in content.items():
            if now.get(name, now) is not value:
                type.__setattr__(item, name, value)

    def children(self, content: dict[str, Any]) -> Collection[Any]:
        return content.values()


class _Module(_Mapping):
    """The names of a module that belongs to the environment."""

    def take(self, item: Any) -> dict[Any, Any]:
        return dict(vars(item))

    def same(self, item: Any, content: dict[Any, Any]) -> bool:
        return super().same(vars(item), content)

    def put(self, item: Any, content: dict[Any, Any]) -> None:
        super().put(vars(item), content)

    def children(self, content: dict[Any, Any]) -> Collection[Any]:
        return [value for name, value in content.items() if not name.startswith("__")]


class _Instance:
    """An object's `__dict__` and slots, and what it holds as a container beside them."""

    def __init__(self, cls: type, container: Kind | None) -> None:
        self._container = container
        self._has_dict = cls.__dictoffset__ != 0
        self._slots: list[Any] = []
        for base in cls.__mro__:
            members = vars(base).values()
            if base.__flags__ & _HEAP_TYPE or base is defaultdict:
                self._slots += [m for m in members if type(m) is types.MemberDescriptorType]

    def take(self, item: Any) -> tuple[Any, ...]:
        inner = None if self._container is None else self._container.take(item)
        return self._held(item), inner

    def same(self, item: Any, content: tuple[Any, ...]) -> bool:
        held, inner = content
        now = self._held(item)
        return (
            now.keys() == held.keys()
            and all(now[key] is value for key, value in held.items())
            and (self._container is None or self._container.same(item, inner))
        )

    def put(self, item: Any, content: tuple[Any, ...]) -> None:
        held, inner = content
        if self._has_dict:
            own = object.__getattribute__(item, "__dict__")
            own.clear()
            own.update({name: value for name, value in held.items() if isinstance(name, str)})
        present = self._held(item)
        for member in self._slots:
            if member in held:
                member.__set__(item, held[member])
            elif member in present:
                member.__delete__(item)
        if self._container is not None:
            self._container.put(item, inner)

    def children(self, content: tuple[Any, ...]) -> Collection[Any]:
        held, inner = content
        if self._container is None:
            return list(held.values())
        return [*held.values(), *self._container.children(inner)]

    def _held(self, item: Any) -> dict[Any, Any]:
        """Return attributes by name, and slots by what describes them."""
        held = dict(object.__getattribute__(item, "__dict__")) if self._has_dict else {}
        for member in self._slots:
            with contextlib.suppress(AttributeError):
                held[member] = member.__get__(item)
        return held


_CONTAINERS: tuple[tuple[type, Kind], ...] = (
    (OrderedDict, _Ordered()),
    (dict, _Mapping()),
    (list, _List()),
    (set, _Set()),
    (deque, _Deque()),
    (random.Random, _Random()),
)
"""Built-in types that a class of the module may inherit from."""

_KINDS: Mapping[type, Kind] = {
    **dict(_CONTAINERS),
    bytearray: _Bytes(),
    types.CellType: _Cell(),
}

_PLAIN: Mapping[type, Kind] = {dict: _KINDS[dict], list: _KINDS[list]}
"""Nearly all of what states are made of."""

ATOMS = frozenset(
    {type(None), bool, int, float, complex, str, bytes, range, slice, object, type(...)}
    | {types.CodeType, types.MemberDescriptorType, types.GetSetDescriptorType, type(NotImplemented)}
    | {types.WrapperDescriptorType, types.MethodDescriptorType, types.GenericAlias}
    | {types.UnionType, types.ClassMethodDescriptorType}
)
"""Types whose objects hold nothing that changes."""

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
            how = _PLAIN.get(kind)
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
        known = _KINDS.get(cls)
        if known is not None:
            return known
        if cls is types.FunctionType:
            own = item.__module__ in self._names or item.__closure__
            return _FUNCTION if own else None
        if isinstance(item, types.ModuleType):
            return _MODULE if id(item) in self._own else None
        if isinstance(item, type):
            return _CLASS if item.__module__ in self._names else None
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
            ((base, kind) for base, kind in _CONTAINERS if issubclass(cls, base)), (object, None)
        )
        size = base.__basicsize__ + 8 * len(copyreg._slotnames(cls))  # type: ignore[attr-defined]
        size += 8 * (cls.__dictoffset__ > 0) + 8 * (cls.__weakrefoffset__ > 0)
        hidden = cls.__basicsize__ > size and cls is not defaultdict
        if hidden or (base is object and cls.__itemsize__):
            raise Opaque(f"a {module}.{cls.__qualname__}")
        return _Instance(cls, container)


_FUNCTION = _Function()
_MODULE = _Module()
_CLASS = _Class()
