"""`Kind`: how mutable objects of one kind are read, compared and refilled in place."""

from __future__ import annotations

import contextlib
import random
import types
from collections import OrderedDict, defaultdict, deque
from collections.abc import Collection, Mapping
from operator import is_
from typing import Any, Protocol

_HEAP_TYPE = 1 << 9
"""Flag of classes that are written in Python; the members of others are their own affair."""

ATOMS = frozenset(
    {type(None), bool, int, float, complex, str, bytes, range, slice, object, type(...)}
    | {types.CodeType, types.MemberDescriptorType, types.GetSetDescriptorType, type(NotImplemented)}
    | {types.WrapperDescriptorType, types.MethodDescriptorType, types.GenericAlias}
    | {types.UnionType, types.ClassMethodDescriptorType}
)
"""Types whose objects hold nothing that changes."""


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


CONTAINERS: tuple[tuple[type, Kind], ...] = (
    (OrderedDict, _Ordered()),
    (dict, _Mapping()),
    (list, _List()),
    (set, _Set()),
    (deque, _Deque()),
    (random.Random, _Random()),
)
"""Built-in types that a class of the module may inherit from."""

KINDS: Mapping[type, Kind] = {
    **dict(CONTAINERS),
    bytearray: _Bytes(),
    types.CellType: _Cell(),
}

PLAIN: Mapping[type, Kind] = {dict: KINDS[dict], list: KINDS[list]}
"""Nearly all of what states are made of."""

FUNCTION: Kind = _Function()
MODULE: Kind = _Module()
CLASS: Kind = _Class()


def instances_of(cls: type, container: Kind | None) -> Kind:
    """Return the kind of a class's objects.

    Args:
        cls: A class written in Python.
        container: The kind of the built-in container that it inherits from, if any.
    """
    return _Instance(cls, container)
