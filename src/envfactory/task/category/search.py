"""`Search`: whether tools other than one that is missing get any nearer to what it does or tells.

A bounded search by execution. Each tool is called with what the solution knows: the records that it
names, the values that it passes on, the values that the missing tool would have set, and what
schemas themselves offer. A call that changes the state into part of what is wanted, and into
nothing else, gets nearer. Two calls in a row are tried as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from envfactory.environment import World, diff
from envfactory.errors import EnvironmentFault
from envfactory.graph.path import values_at
from envfactory.records import Json, canonical_json
from envfactory.task.goal import recorded
from envfactory.task.grounding.call import place
from envfactory.task.meanings.meaning import Glossary, ToolMeaning
from envfactory.task.meanings.shape import Shape
from envfactory.task.model import GoldCall, StateChange

_WAYS = 4
"""Ways to fill in the arguments of one tool."""
_FIRST_STEPS = 12
"""Calls after which a second one is tried."""
_CALLS = 2_000
"""Most calls in all."""

Attempt = tuple[str, dict[str, Json]]


@dataclass(slots=True)
class Search:
    """One search, from one state.

    Attributes:
        world: Where to try, in the state to start from; restored after each try.
        glossary: What its tools mean.
        calls: The solution from there on.
        wanted: What it changes.
        tried: How many calls were made so far.
    """

    world: World
    glossary: Glossary
    calls: Sequence[GoldCall]
    wanted: Sequence[StateChange]
    tried: int = 0
    _pool: dict[str, list[Json]] = field(init=False)
    _keys: dict[str, list[Json]] = field(init=False)

    def __post_init__(self) -> None:
        self._pool, self._keys = {}, {}
        for call in self.calls:
            shape = self.glossary.tools[call.tool].arguments
            for name, value, part in _leaves(call.arguments, shape):
                if part is not None and part.entity is not None:
                    _note(self._keys, part.entity, value)
                _note(self._pool, name, value)
        for change in self.wanted:
            _note(self._keys, change.table, change.key)
            after = change.after if change.kind != "update" else {change.field or "": change.after}
            for name, value, _ in _leaves(after, None):
                _note(self._pool, name, value)

    def nearer(self, tools: Sequence[str]) -> str | None:
        """Return the tool of some call, or of two in a row, that gets nearer; None if none does.

        Args:
            tools: What may be called, by qualified name.
        """
        start = self.world.snapshot()
        steps: list[Attempt] = []
        for attempt in self._attempts(tools):
            if not self._made(attempt):
                continue
            changes = recorded(diff(start, self.world.snapshot()))
            self.world.restore(start)
            if self._near(changes):
                return attempt[0]
            if changes and any(change.table in self._tables for change in changes):
                steps.append(attempt)
        for first in islice(steps, _FIRST_STEPS):
            for second in self._attempts(tools):
                if self._made(first) and self._made(second):
                    near = self._near(recorded(diff(start, self.world.snapshot())))
                    if near:
                        self.world.restore(start)
                        return first[0]
                self.world.restore(start)
        return None

    def know(self, table: str, key: Json) -> None:
        """Take a record for known, though the solution's calls do not name it."""
        _note(self._keys, table, key)

    def showing(self, tools: Sequence[str], shows: Callable[[Json], bool]) -> list[str]:
        """Return the tools with some call whose result shows something.

        What changes the state may show it as well, and is tried like any other. A second round
        knows the keys of records of other kinds that the first one came across.

        Args:
            tools: What may be called, by qualified name.
            shows: Says of a result whether it does.
        """
        found: dict[str, None] = {}
        met: dict[str, list[Json]] = {}
        for _ in range(2):
            for name, value in self._results(tools):
                if shows(value):
                    found[name] = None
                for _, key, part in _leaves(value, self.glossary.tools[name].result):
                    if part is not None and part.entity is not None:
                        _note(met, part.entity, key)
            self._keys = {**met, **self._keys}
        return list(found)

    def _results(self, tools: Sequence[str]) -> Iterator[tuple[str, Json]]:
        """Yield what calls return, each made in the state to start from."""
        start = self.world.snapshot()
        for name, arguments in self._attempts(tools):
            self.tried += 1
            if self.tried > _CALLS:
                return
            try:
                result = self.world.call(name, arguments)
            except EnvironmentFault:
                continue
            self.world.restore(start)
            if result.ok:
                yield name, result.value

    @property
    def _tables(self) -> frozenset[str]:
        return frozenset(change.table for change in self.wanted)

    def _made(self, attempt: Attempt) -> bool:
        """Make a call; a tool whose body breaks does nothing, so it gets nobody nearer."""
        self.tried += 1
        try:
            return self.tried <= _CALLS and self.world.call(*attempt).ok
        except EnvironmentFault:
            return False

    def _near(self, changes: Sequence[StateChange]) -> bool:
        """Return whether there are changes, and each is one that is wanted."""
        wanted = {_content(change) for change in self.wanted}
        return bool(changes) and all(_content(change) in wanted for change in changes)

    # ------------------------------------------------------------------ arguments
    def _attempts(self, tools: Sequence[str]) -> Iterator[Attempt]:
        for name in tools:
            tool = self.glossary.tools[name]
            for arguments in islice(self._arguments(tool), _WAYS):
                yield name, arguments

    def _arguments(self, tool: ToolMeaning) -> Iterator[dict[str, Json]]:
        """Yield ways to call a tool: with all that is known, with what is required alone."""
        seen: set[bytes] = set()
        for turn in range(_WAYS // 2):
            for whole in (True, False):
                filled: dict[str, Json] = {}
                for path, part, required in _parts(tool.arguments, (), True):
                    options = self._options(tool, path, part)
                    if options and (whole or required):
                        place(filled, path, options[turn % len(options)])
                    elif required:
                        place(filled, path, _filler(part))
                line = canonical_json(filled)
                if line not in seen:
                    seen.add(line)
                    yield filled

    def _options(self, tool: ToolMeaning, path: tuple[str, ...], part: Shape) -> list[Json]:
        if part.entity is not None:
            return self._keys.get(part.entity, [])
        name = next((each for each in reversed(path) if not each.isdigit()), "")
        for known in (tool.sets.get(path[0], ""), name):
            found = [v for v in self._pool.get(known, ()) if _suits(v, part)]
            if found:
                return found
        return [] if tool.status is None else [v for v in part.choices if v == tool.target]


def _content(change: StateChange) -> tuple[str, str, str, str, bytes]:
    """Return what of a change has to be the same: of a new record, only that there is one."""
    if change.kind == "insert":
        return (change.kind, change.environment, change.table, "", b"")
    key = canonical_json(change.key) + canonical_json(change.after)
    return (change.kind, change.environment, change.table, change.field or "", key)


def _note(pool: dict[str, list[Json]], name: str, value: Json) -> None:
    if value is not None and value not in pool.setdefault(name, []):
        pool[name].append(value)


def _leaves(value: Json, shape: Shape | None) -> Iterator[tuple[str, Json, Shape | None]]:
    """Yield the plain values in one, with their names and what is known of their shapes."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            inner = shape.fields.get(name) if shape is not None else None
            if isinstance(part, dict | list):
                yield from _leaves(part, inner)
            else:
                yield name, part, inner
    elif isinstance(value, list):
        for _, member in values_at(value, "/*"):
            item = shape.item if shape is not None else None
            yield from _leaves(member if isinstance(member, dict) else {"": member}, item)


def _parts(
    shape: Shape, path: tuple[str, ...], required: bool
) -> Iterator[tuple[tuple[str, ...], Shape, bool]]:
    """Yield the plain parts of an argument's shape, with one member for each list."""
    for name, part in shape.fields.items():
        here, needed = (*path, name), required and name in shape.required
        if part.fields:
            yield from _parts(part, here, needed)
        elif part.kind == "list" and part.item is not None and part.item.fields:
            yield from _parts(part.item, (*here, "0"), needed)
        elif part.kind == "list" and part.item is not None:
            yield (*here, "0"), part.item, needed
        else:
            yield here, part, needed


def _suits(value: Json, part: Shape) -> bool:
    if part.choices:
        return value in part.choices
    kinds: Mapping[str, tuple[type, ...]] = {
        "integer": (int,),
        "number": (int, float),
        "boolean": (bool,),
    }
    expected = kinds.get(part.kind, (str,))
    return isinstance(value, expected) and (part.kind == "boolean" or not isinstance(value, bool))


def _filler(part: Shape) -> Json:
    """Return a value that a schema allows, where nothing better is known."""
    if part.has_default and part.default is not None:
        return part.default
    if part.choices:
        return part.choices[0]
    match part.kind:
        case "integer" | "number":
            return int(part.minimum or 1)
        case "boolean":
            return True
        case "date":
            return "2026-01-02"
        case "datetime":
            return "2026-01-02T09:00:00Z"
        case "object" | "other":
            return {}
        case _:
            return "x" * max(part.min_length or 1, 1)
