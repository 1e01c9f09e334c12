"""Seat: a worker with one package's code in it, and the handles of the states that it holds."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from pathlib import Path

from envfactory.environment import ToolSpec
from envfactory.errors import EnvironmentFault
from envfactory.records import Json
from envfactory.sandbox.host import Host
from envfactory.sandbox.limits import Limits


@dataclass(frozen=True, slots=True)
class Code:
    """The code of a package: text, never run on the caller's side."""

    name: str
    source: str
    path: str


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of a package whose code is more than one text: the worker may read it."""

    path: Path


class Handle:
    """Names a state in a worker; the worker drops the state when nobody holds the handle."""

    __slots__ = ("__weakref__", "number", "seat")

    def __init__(self, seat: Seat, number: int) -> None:
        self.seat, self.number = seat, number


class Seat:
    """A worker that has executed a package's code.

    Args:
        host: A started worker that has seen no code yet.
        code: What it executes.
        limits: Time limits for requests.

    Raises:
        EnvironmentFault: If the code breaks, hangs, or ends the worker.
        InputError: If it defines no environment.
        InfrastructureError: If the worker does not start.
    """

    def __init__(self, host: Host, code: Code | Folder, limits: Limits) -> None:
        host.ready()
        self._host, self._limits = host, limits
        self._last = 0
        self._dropped: list[int] = []
        try:
            self._learn(self._execute(code))
        except BaseException:
            host.close()
            raise

    def _execute(self, code: Code | Folder) -> Json:
        seconds = self._limits.load_seconds
        if isinstance(code, Folder):
            return self._ask(seconds, "package", str(code.path.resolve()))
        return self._ask(seconds, "code", code.source, code.name, code.path)

    def _learn(self, said: Json) -> None:
        """Note what an environment says of itself."""
        match said:
            case [str(about), dict(fields), list(tools)]:
                self.about = about
                self.key_fields = {name: str(field) for name, field in fields.items()}
                self.tools = tuple(_tool(entry) for entry in tools)
            case _:
                raise EnvironmentFault("code", "the worker's answer has another form")

    @property
    def host(self) -> Host:
        """The worker."""
        return self._host

    @property
    def alive(self) -> bool:
        """Whether the worker still answers."""
        return self._host.alive

    def load(self, scenario: Json) -> Handle:
        """Return a handle on the state of a scenario; None is the empty state."""
        handle = self._handle()
        self._ask(self._limits.load_seconds, "load", handle.number, scenario)
        return handle

    def call(
        self, before: Handle, tool: str, arguments: Json
    ) -> tuple[Json, str | None, str | None, Handle]:
        """Call a tool; return value, error code, message, and the state after it."""
        after = self._last + 1
        answer = self._ask(self._limits.call_seconds, "call", before.number, after, tool, arguments)
        match answer:
            case [value, None, None, bool(changed)]:
                code = message = None
            case [value, str(code), str(message), bool(changed)]:
                pass
            case _:
                raise self._nonsense(tool)
        return value, code, message, self._handle() if changed else before

    def hash(self, handle: Handle) -> str:
        """Return the hash of a state."""
        answer = self._ask(self._limits.load_seconds, "hash", handle.number)
        if not isinstance(answer, str):
            raise self._nonsense("hash")
        return answer

    def dump(self, handle: Handle) -> dict[str, Json]:
        """Return a state as a scenario."""
        answer = self._ask(self._limits.load_seconds, "dump", handle.number)
        if not isinstance(answer, dict):
            raise self._nonsense("dump")
        return answer

    def diff(self, before: Handle, after: Handle) -> list[Json]:
        """Return what changed between two states, as rows of a `Change`'s values."""
        answer = self._ask(self._limits.load_seconds, "diff", before.number, after.number)
        return _list(answer, "diff")

    def close(self) -> None:
        """Stop the worker."""
        self._host.close()

    def _ask(self, seconds: float, operation: str, *arguments: Json) -> Json:
        dropped, self._dropped = self._dropped, []
        return self._host.request(seconds, operation, dropped, *arguments)

    def _handle(self) -> Handle:
        self._last += 1
        handle = Handle(self, self._last)
        weakref.finalize(handle, _drop, weakref.ref(self), handle.number)
        return handle

    def drop(self, number: int) -> None:
        """Tell the worker, with the next request, that nobody holds a handle any more."""
        self._dropped.append(number)

    def _nonsense(self, subject: str) -> EnvironmentFault:
        self.close()
        return EnvironmentFault(subject, "the worker's answer has another form; stopped")


def _drop(seat: weakref.ref[Seat], number: int) -> None:
    found = seat()
    if found is not None:
        found.drop(number)


def _list(answer: Json, subject: str) -> list[Json]:
    if not isinstance(answer, list):
        raise EnvironmentFault(subject, "the worker's answer has another form")
    return answer


def _tool(entry: Json) -> ToolSpec:
    match entry:
        case [str(name), str(text), dict(taken), dict(given), "agent" | "user" as actor]:
            return ToolSpec(name, text, taken, given, actor)
    raise EnvironmentFault("code", "the worker describes a tool in another form")
