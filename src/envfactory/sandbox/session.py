"""Session: one state in a worker, with the journal of the calls that led to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast, get_args

from envfactory.environment import Change, ToolFailure, ToolResult, ToolSpec
from envfactory.environment.failure import ErrorCode
from envfactory.environment.world import HeldElsewhere
from envfactory.errors import EnvironmentFault, InfrastructureError
from envfactory.records import Json, canonical_json, content_hash
from envfactory.sandbox.seat import Handle, Seat

_CODES = frozenset(get_args(ErrorCode))


@dataclass(frozen=True, slots=True)
class Entry:
    """One call in a journal; `earlier` is what came before it, None at the scenario."""

    earlier: Entry | None
    tool: str
    arguments: Json
    outcome: str
    changed: bool


@dataclass(frozen=True, slots=True, eq=False)
class SandboxedState(HeldElsewhere):
    """A state: the scenario and the calls that lead to it, and where a worker holds it.

    Two are equal if they are the same state in one worker, whatever calls led there.
    """

    scenario: Json
    journal: Entry | None
    handle: Handle

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SandboxedState) and self.handle is other.handle

    def __hash__(self) -> int:
        return id(self.handle)

    @property
    def hash(self) -> str:
        """The content of the state as 64 hexadecimal digits."""
        return self.handle.seat.hash(self.handle)

    def changes_to(self, after: HeldElsewhere) -> tuple[Change, ...]:
        """Return what differs in a later state.

        Raises:
            EnvironmentFault: If the worker breaks or answers in another form.
            ValueError: If it is the state of another environment.
        """
        if not isinstance(after, SandboxedState):
            raise ValueError(f"cannot compare with {type(after).__name__}")
        seat = after.handle.seat
        before = self.handle if self.handle.seat is seat else _rebuilt(self, seat)
        return tuple(change_of(row) for row in seat.diff(before, after.handle))

    def entries(self) -> list[Entry]:
        """Return the journal, the first call first."""
        return list(reversed(list(_walk(self.journal))))


class SandboxedSession:
    """A session whose code runs in a sandbox; see `Sandbox.start`.

    Args:
        state: Where it starts.
        seat: Gives a worker that has executed the code: the same one while it lives, where
            sessions share it.
    """

    __slots__ = ("_seat", "_state")

    def __init__(self, state: SandboxedState, seat: Callable[[], Seat]) -> None:
        self._state, self._seat = state, seat

    def tools(self) -> tuple[ToolSpec, ...]:
        """Return what callers are told about each tool."""
        return self._state.handle.seat.tools

    @property
    def about(self) -> str:
        """What agents are told about the environment."""
        return self._state.handle.seat.about

    def call(self, name: str, arguments: Mapping[str, object] | None = None) -> ToolResult:
        """Call a tool as one transaction, in the worker.

        Raises:
            EnvironmentFault: If the code broke, exceeded a limit, or ended its worker. The state
                is as it was, and the next call works.
            InfrastructureError: If no worker can be had, or the state cannot be built again.
        """
        given = cast(Json, dict(arguments or {}))
        handle = self._alive()
        value, code, message, after = handle.seat.call(handle, name, given)
        error = None
        if code is not None:
            if code not in _CODES:
                raise EnvironmentFault(name, f"refuses with a code that is none: {code!r:.40}")
            error = ToolFailure(cast(ErrorCode, code), message or code)
        entry = Entry(
            self._state.journal, name, given, _digest(value, code, message), after is not handle
        )
        self._state = SandboxedState(self._state.scenario, entry, after)
        return ToolResult(value, error)

    def fork(self) -> SandboxedSession:
        """Return an independent session in the same state. O(1) where sessions share a worker."""
        return SandboxedSession(self._state, self._seat)

    def snapshot(self) -> SandboxedState:
        """Return the present state. O(1)."""
        self._alive()
        return self._state

    def restore(self, mark: SandboxedState) -> None:
        """Go to a state that `snapshot` returned. O(1).

        Raises:
            TypeError: If it is no such state.
        """
        if not isinstance(mark, SandboxedState):
            raise TypeError(f"a sandboxed session cannot restore {mark!r:.80}")
        self._state = mark

    def to_scenario(self) -> dict[str, Json]:
        """Return the state as JSON."""
        handle = self._alive()
        return handle.seat.dump(handle)

    @property
    def state_hash(self) -> str:
        """The content of the state."""
        handle = self._alive()
        return handle.seat.hash(handle)

    def changes_since(self, mark: SandboxedState) -> tuple[Change, ...]:
        """Return what differs from an earlier state.

        Raises:
            EnvironmentFault: If the worker breaks or answers in another form.
        """
        return mark.changes_to(self.snapshot())

    def confirm(self, seat: Seat) -> None:
        """Replay all calls of this session in a worker that has seen no other session.

        Whatever leaked in from other sessions, or from earlier calls, shows as a difference.

        Args:
            seat: A fresh worker with the code in it.

        Raises:
            EnvironmentFault: If a call comes out differently; names the first one.
        """
        handle = seat.load(self._state.scenario)
        for number, entry in enumerate(self._state.entries(), start=1):
            value, code, message, handle = seat.call(handle, entry.tool, entry.arguments)
            if _digest(value, code, message) != entry.outcome:
                raise EnvironmentFault(
                    entry.tool, f"call {number} comes out differently when it is replayed alone"
                )
        if seat.hash(handle) != self.state_hash:
            raise EnvironmentFault("state", "differs when the session is replayed alone")

    def _alive(self) -> Handle:
        """Return a handle in a worker that lives, building the state again where it was lost."""
        handle = self._state.handle
        if not handle.seat.alive:
            handle = _rebuilt(self._state, self._seat())
            self._state = SandboxedState(self._state.scenario, self._state.journal, handle)
        return handle


def _rebuilt(state: SandboxedState, seat: Seat) -> Handle:
    """Replay the calls that changed the state."""
    handle = seat.load(state.scenario)
    for entry in state.entries():
        if entry.changed:
            value, code, message, handle = seat.call(handle, entry.tool, entry.arguments)
            if _digest(value, code, message) != entry.outcome:
                raise InfrastructureError(
                    "sandbox", f"a lost state cannot be built again: {entry.tool} differs"
                )
    return handle


def _walk(entry: Entry | None) -> Iterator[Entry]:
    while entry is not None:
        yield entry
        entry = entry.earlier


def _digest(value: Json, code: str | None, message: str | None) -> str:
    return content_hash(canonical_json([value, code, message]))[:16]


def change_of(row: Json) -> Change:
    """Return the change that a row of its values describes.

    Raises:
        EnvironmentFault: If it describes none.
    """
    match row:
        case [
            "insert" | "update" | "delete" | "value" as kind,
            str(table),
            None | str() | int() as key,
            None | str() as field,
            before,
            after,
        ]:
            return Change(kind, table, key, field, before, after)
    raise EnvironmentFault("diff", "the worker describes a change in another form")
