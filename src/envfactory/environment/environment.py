"""`Environment`: tables, single values and tools, with a state that is a value.

    class Shop(Environment):
        '''An online shop: users and their orders.'''

        users: Table[User]
        orders: Table[Order]
        currency: str = "EUR"

        @tool
        def cancel_order(self, order_id: Annotated[str, Ref("orders"), "Which order"]) -> Order:
            '''Cancel a pending order.'''
            ...

An environment object is a cursor: it points at one immutable `State`. A tool call moves it to the
next state or, if anything fails, leaves it where it was; `fork` makes a second cursor on the same
state; `snapshot` and `restore` read and set it. An object is used by one thread at a time.
"""

from __future__ import annotations

import random
import typing
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from pydantic import ValidationError

from envfactory.environment.failure import ToolError, ToolFailure, ToolResult
from envfactory.environment.frozen import freeze
from envfactory.environment.layout import (
    RESERVED,
    Layout,
    TableLayout,
    ValueLayout,
    connect,
    table_layout,
)
from envfactory.environment.record import adapter, check_type, record_name
from envfactory.environment.scenario import MAX_SEED, dump_state, empty_state, load_state
from envfactory.environment.state import State
from envfactory.environment.table import Table, refused_by
from envfactory.environment.tool import Tool, ToolMark, ToolSpec, build_tools
from envfactory.errors import DefinitionError, EnvironmentFault
from envfactory.records import Json

_EMPTY_ERROR = "state comes from a scenario; remove {name} and use from_scenario"


class Environment:
    """Base of environments; see the module's docstring for how one is written."""

    __slots__ = ("_state",)

    _layout: ClassVar[Layout]
    _tools: ClassVar[dict[str, Tool]]
    _empty: ClassVar[State]
    _state: State

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Read the class body and build its tables, values and tools.

        Raises:
            DefinitionError: If something in the body cannot be supported; says what to write.
        """
        super().__init_subclass__(**kwargs)
        for name in ("__init__", "__new__", "__setattr__", "__getattribute__"):
            if name in cls.__dict__:
                raise DefinitionError(f"{cls.__name__}: " + _EMPTY_ERROR.format(name=name))
        try:
            hints = typing.get_type_hints(cls, include_extras=True)
        except NameError as error:
            raise DefinitionError(f"{cls.__name__}: {error}; define it above the class") from error
        cls._layout = _read_layout(cls, hints)
        for table in cls._layout.tables:
            setattr(cls, table.name, _TableAttribute(table))
        for slot, value in enumerate(cls._layout.values):
            setattr(cls, value.name, _ValueAttribute(slot))
        _refuse_hidden_state(cls)
        cls._empty = empty_state(cls._layout)
        cls._tools = _read_tools(cls)

    def __init__(self) -> None:
        _point(self, self._empty)

    def __setattr__(self, name: str, value: object) -> None:
        attribute = getattr(type(self), name, None)
        if not isinstance(attribute, _ValueAttribute):
            raise TypeError(
                f"{type(self).__name__}.{name} is not part of the state; declare a table or a "
                f"single value in the class body: {name}: str = ..."
            )
        attribute.__set__(self, value)

    # ------------------------------------------------------------------ scenarios and states
    @classmethod
    def from_scenario(cls, scenario: Mapping[str, Json]) -> Self:
        """Return an environment in the state that a scenario describes.

        Raises:
            ScenarioError: If the scenario does not fit; says where.
        """
        environment = cls.__new__(cls)
        _point(environment, load_state(cls._layout, scenario))
        return environment

    def to_scenario(self) -> dict[str, Json]:
        """Return the state as a scenario of new objects; loading it gives the same state."""
        return dump_state(self._state)

    def fork(self) -> Self:
        """Return another environment in this state, independent from here on. O(1)."""
        twin = self.__class__.__new__(self.__class__)
        _point(twin, self._state)
        return twin

    def snapshot(self) -> State:
        """Return the present state, to `restore` or to `diff`. O(1)."""
        return self._state

    def restore(self, mark: State) -> None:
        """Go to a state that `snapshot` returned. O(1).

        Raises:
            TypeError: If it is the state of another environment.
        """
        if not isinstance(mark, State) or mark.layout is not self._layout:
            raise TypeError(f"{type(self).__name__} cannot restore {mark!r:.80}")
        _point(self, mark)

    @property
    def state_hash(self) -> str:
        """The content of the state as 64 hexadecimal digits, the same on every machine."""
        return self._state.hash

    # ------------------------------------------------------------------ tools
    @classmethod
    def tools(cls) -> tuple[ToolSpec, ...]:
        """Return what callers are told about each tool, in the order of the class body."""
        return tuple(tool.spec for tool in cls._tools.values())

    @classmethod
    def key_fields(cls) -> dict[str, str]:
        """Return the name of each table's key field, by the table's name."""
        return {table.name: table.key_field for table in cls._layout.tables}

    def call(self, name: str, arguments: Mapping[str, object] | None = None) -> ToolResult:
        """Call a tool as one transaction: it succeeds as a whole, or the state stays as it was.

        Args:
            name: The tool's name.
            arguments: Its arguments by name, as JSON values.

        Returns:
            The value as JSON, or the typed reason for the refusal.

        Raises:
            EnvironmentFault: If the body broke or returned what it does not declare. Never the
                caller's mistake; the state stays as it was.
        """
        found = self._tools.get(name)
        if found is None:
            known = ", ".join(self._tools)
            return ToolResult(
                error=ToolFailure("unknown_tool", f"no tool {name!r:.80}; the tools are {known}")
            )
        before = self._state
        try:
            values = found.arguments({} if arguments is None else arguments)
            return ToolResult(found.result(found.method(self, **values)))
        except ToolError as error:
            _point(self, before)
            return ToolResult(error=ToolFailure(error.code, str(error) or error.code))
        except EnvironmentFault:
            _point(self, before)
            raise
        except ValidationError as error:
            # A record made in the body from the caller's arguments refuses one of them.
            _point(self, before)
            refusal = refused_by(error, error.title)
            if isinstance(refusal, ToolError):
                return ToolResult(error=ToolFailure(refusal.code, str(refusal)))
            raise EnvironmentFault(name, str(refusal)) from error
        except Exception as error:
            _point(self, before)
            raise EnvironmentFault(name, f"{type(error).__name__}: {error}") from error
        except BaseException:
            _point(self, before)
            raise

    # ------------------------------------------------------------------ for the bodies of tools
    def now(self) -> datetime:
        """Return the time in the environment, in UTC; it moves only with `advance`."""
        return self._state.setting.now

    def advance(self, by: timedelta) -> datetime:
        """Move the clock forward and return the new time.

        Raises:
            ValueError: If `by` is negative.
        """
        if by < timedelta(0):
            raise ValueError("the clock does not go back")
        self._enter(self._state.with_clock(self._state.setting.now + by))
        return self._state.setting.now

    def random(self) -> random.Random:
        """Return random numbers that depend on the state alone; each call gives others."""
        seed = self._state.setting.seed
        self._enter(
            self._state.with_seed((seed * 6364136223846793005 + 1442695040888963407) & MAX_SEED)
        )
        return random.Random(seed)

    def new_id(self, table: str) -> Any:
        """Return a key that no record of that table has had."""
        return Table(self, self._layout.table(table)).new_id()

    def _enter(self, state: State) -> None:
        _point(self, state)


_point = Environment.__dict__["_state"].__set__
"""Set the state of an environment, past the guard in `__setattr__`."""


class _TableAttribute:
    """Gives the table in the state that the environment is in now."""

    def __init__(self, layout: TableLayout) -> None:
        self._layout = layout

    def __get__(self, environment: Environment | None, owner: type[Environment]) -> Any:
        return self if environment is None else Table(environment, self._layout)


class _ValueAttribute:
    """Reads and sets a single value of the state."""

    def __init__(self, slot: int) -> None:
        self._slot = slot

    def __get__(self, environment: Environment | None, owner: type[Environment]) -> Any:
        return self if environment is None else environment._state.setting.values[self._slot]

    def __set__(self, environment: Environment, value: object) -> None:
        layout = environment._layout.values[self._slot]
        try:
            checked = freeze(layout.adapter.validate_python(value))
        except ValidationError as error:
            raise refused_by(error, layout.name) from error
        environment._enter(environment._state.with_value(self._slot, checked))


def _read_layout(cls: type[Environment], hints: dict[str, Any]) -> Layout:
    tables: list[TableLayout] = []
    values: list[ValueLayout] = []
    for name, hint in hints.items():
        if name.startswith("_") or typing.get_origin(hint) is ClassVar:
            continue
        if name in RESERVED or name in Environment.__dict__:
            raise DefinitionError(f"{cls.__name__}.{name}: the name is the kernel's own; rename it")
        if hint is Table:
            raise DefinitionError(f"{cls.__name__}.{name}: say of what: Table[Order]")
        if typing.get_origin(hint) is Table:
            (kind,) = typing.get_args(hint)
            tables.append(table_layout(name, len(tables), kind, cls.__name__))
        else:
            values.append(_read_value(cls, name, hint))
    connect(tuple(tables), cls.__name__)
    return Layout(cls.__name__, tuple(tables), tuple(values))


def _read_value(cls: type[Environment], name: str, hint: Any) -> ValueLayout:
    where = f"{cls.__name__}.{name}"
    check_type(hint, where)
    inherited = cls.__dict__.get(name, getattr(cls, name, None))
    if isinstance(inherited, _ValueAttribute):
        bases = [c for c in cls.__mro__[1:] if issubclass(c, Environment) and name in c.__dict__]
        inherited = next(v.default for v in bases[0]._layout.values if v.name == name)
    elif not hasattr(cls, name):
        raise DefinitionError(f"{where}: a single value needs a default: {name}: str = ...")
    checked = adapter(hint)
    try:
        default = freeze(checked.validate_python(inherited))
    except ValidationError as error:
        raise DefinitionError(f"{where}: the default does not fit: {error}") from error
    return ValueLayout(name, checked, default)


def _read_tools(cls: type[Environment]) -> dict[str, Tool]:
    holders: dict[str, str] = {}
    for table in cls._layout.tables:
        holders.setdefault(record_name(table.kind), table.name)
    methods: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        methods.update((name, item) for name, item in vars(base).items() if callable(item))
    names = {table.name for table in cls._layout.tables}
    marked: dict[str, tuple[Any, ToolMark]] = {}
    for name, method in methods.items():
        mark = getattr(method, "__envfactory_tool__", None)
        if not isinstance(mark, ToolMark):
            continue
        if name in names or name in Environment.__dict__:
            raise DefinitionError(f"{cls.__name__}.{name}: the name is taken; rename the tool")
        marked[name] = (method, mark)
    return build_tools(cls.__name__, marked, holders)


def _refuse_hidden_state(cls: type[Environment]) -> None:
    for name, item in vars(cls).items():
        if not name.startswith("__") and isinstance(item, list | dict | set | bytearray):
            raise DefinitionError(
                f"{cls.__name__}.{name}: sessions would share this {type(item).__name__}; "
                "make it a tuple, or state: annotate it"
            )
