"""Worker: the process in which foreign code runs; `python -m envfactory.sandbox.worker FD SCRATCH`.

It imports what it needs, closes the layers around itself, says which of them hold, and then answers
requests until the connection ends. States are values in a table of handles: a call names the state
that it starts from and the handle that its outcome gets.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from envfactory.environment import Package, diff
from envfactory.environment.package import execute
from envfactory.environment.world import Blueprint
from envfactory.errors import EnvFactoryError, EnvironmentFault, InputError, one_line
from envfactory.records import Json
from envfactory.sandbox import wire
from envfactory.sandbox.confine import confine
from envfactory.sandbox.limits import Limits

_MOST_REQUEST = 1 << 28


class Worker:
    """Answers requests about one environment's states."""

    def __init__(self) -> None:
        self._environment: Blueprint | None = None
        self._states: dict[int, Any] = {}
        self._operations: dict[str, Callable[..., Json]] = {
            "code": self.code,
            "package": self.package,
            "load": self.load,
            "call": self.call,
            "hash": self.hash,
            "dump": self.dump,
            "diff": self.diff,
        }

    def answer(self, request: Any) -> Json:
        """Return the answer to `[id, operation, dropped handles, arguments...]`."""
        for handle in request[2]:
            self._states.pop(handle, None)
        return answered(self._operations, request)

    def code(self, source: str, name: str, path: str) -> Json:
        """Execute the code of a package; return what callers are told of it."""
        environment = execute(source.encode(), name, Path(path))
        return self._take(environment, " ".join((environment.__doc__ or "").split()))

    def package(self, path: str) -> Json:
        """Load a package whatever its kind; return what callers are told of it."""
        environment = Package.load(Path(path)).environment
        return self._take(environment, str(getattr(environment, "about", "")))

    def _take(self, environment: Blueprint, about: str) -> Json:
        self._environment = environment
        self._cursor = environment()
        fields: dict[str, Json] = {**environment.key_fields()}
        tools: list[Json] = [
            [t.name, t.description, t.input_schema, t.output_schema, t.actor]
            for t in environment.tools()
        ]
        return [about, fields, tools]

    def load(self, handle: int, scenario: dict[str, Json] | None) -> Json:
        """Load a scenario (None: the empty state) as the state of a handle."""
        environment = self._loaded()
        fresh = environment() if scenario is None else environment.from_scenario(scenario)
        self._states[handle] = fresh.snapshot()
        return None

    def call(self, before: int, after: int, tool: str, arguments: dict[str, Json]) -> Json:
        """Call a tool; return value, error code, message, and whether the state has changed."""
        self._loaded()
        cursor, state = self._cursor, self._states[before]
        cursor.restore(state)
        result = cursor.call(tool, arguments)
        changed = cursor.snapshot() is not state
        if changed:
            self._states[after] = cursor.snapshot()
        if result.error is None:
            return [result.value, None, None, changed]
        return [None, result.error.code, result.error.message, changed]

    def hash(self, handle: int) -> Json:
        """Return the hash of a state."""
        state_hash: str = self._states[handle].hash
        return state_hash

    def dump(self, handle: int) -> Json:
        """Return a state as a scenario."""
        self._loaded()
        self._cursor.restore(self._states[handle])
        return self._cursor.to_scenario()

    def diff(self, before: int, after: int) -> Json:
        """Return what changed between two states."""
        return [
            [c.kind, c.table, c.key, c.field, c.before, c.after]
            for c in diff(self._states[before], self._states[after])
        ]

    def _loaded(self) -> Blueprint:
        if self._environment is None:
            raise InputError("sandbox", "no package is loaded")
        return self._environment


def answered(operations: Mapping[str, Callable[..., Json]], request: Any) -> Json:
    """Return the answer that an operation gives to `[id, operation, dropped, arguments...]`."""
    number, operation, _, *arguments = request
    try:
        return [number, "ok", operations[operation](*arguments)]
    except EnvironmentFault as fault:
        return [number, "fault", fault.tool, fault.problem]
    except InputError as error:
        return [number, "input", error.where, error.problem, error.fix]
    except EnvFactoryError as error:
        return [number, "input", operation, str(error), ""]
    except BaseException as error:
        # Foreign code may raise anything, SystemExit included; all of it is its own fault.
        return [number, "fault", operation, one_line(f"{type(error).__name__}: {error}")]


class Answers(Protocol):
    """What a worker process does with requests."""

    def answer(self, request: Any) -> Json:
        """Return the answer to `[id, operation, dropped handles, arguments...]`."""


def serve(channel: wire.Channel, most: int, worker: Answers) -> None:
    """Answer requests until the connection ends."""
    while True:
        try:
            request = channel.receive(_MOST_REQUEST)
        except wire.Broken:
            return
        channel.send(_frame(worker.answer(request), most))


def _frame(answer: Json, most: int) -> bytes:
    assert isinstance(answer, list)
    try:
        frame = wire.encode(answer)
        problem = f"answers with {len(frame)} bytes where {most} are allowed"
    except (TypeError, RecursionError) as error:
        frame, problem = b"", f"answers with what is no JSON: {error}"
    if frame and len(frame) <= most:
        return frame
    return wire.encode([answer[0], "fault", "sandbox", problem])


def main() -> None:
    """Start as the process that `python -m` makes."""
    descriptor, scratch, text, names = int(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:5]
    limits = Limits.model_validate_json(text)
    channel = wire.Channel(socket.socket(fileno=descriptor))
    _warm_up()
    readable = [Path(name) for name in json.loads(names)]
    layers = confine(limits, scratch, readable=readable, wide=bool(readable))
    channel.send(wire.encode([0, "ok", [layer.model_dump(mode="json") for layer in layers]]))
    with contextlib.suppress(wire.Broken):
        serve(channel, limits.output_bytes, Worker())
    os._exit(0)


def _warm_up() -> None:
    """Make one environment, so that nothing has to be imported when the door is closed."""
    source = (
        "from typing import Annotated\n"
        "from envfactory.environment import Environment, Key, Record, Table, tool\n"
        "class Thing(Record):\n    'A thing.'\n    id: Annotated[str, Key('t')]\n"
        "class Things(Environment):\n    'Things.'\n    things: Table[Thing]\n"
        "    @tool\n    def add(self) -> Thing:\n        'Add.'\n"
        "        return self.things.insert()\n"
    )
    kind = execute(source.encode(), "warm_up", Path("environment.py"))
    environment = kind()
    environment.call("add", {})
    environment.call("add", {"unknown": 1})
    environment.to_scenario()
    kind.from_scenario(environment.to_scenario())


if __name__ == "__main__":
    main()
