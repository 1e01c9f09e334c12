"""`ForeignServer`: a live MCP server as an environment with isolated sessions.

A session has a connection of its own: a process that was started for it, or one that was reset or
loaded for it. How the state is known, and gone back to, depends on what the server offers:

    own     its tools load and save it
    files   it lies in the session's scratch folder, which `{scratch}` in the command stands for;
            a fork is a copy of the folder and a new process
    calls   it is what came of the calls so far, which are made again on a new process

A tool's refusal is a result with a stable code; silence and death are `InfrastructureError`s.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from envfactory.environment.failure import ToolFailure, ToolResult
from envfactory.environment.foreign.entities import Entities
from envfactory.environment.foreign.refusal import refusal, said_to_have_failed
from envfactory.environment.foreign.replayed import ReplayedSession
from envfactory.environment.foreign.scratch import read_folder, without_ignored, write_folder
from envfactory.environment.foreign.settings import SCRATCH, ServerSettings
from envfactory.environment.scenario import ScenarioError
from envfactory.environment.tool import ToolSpec
from envfactory.errors import EnvironmentFault, InfrastructureError, InputError, one_line
from envfactory.records import Json
from envfactory.source.connection import Connection
from envfactory.source.server import ServerAddress

FILES, CALLS = "files", "calls"

_ENDING = 8
"""How many connections may be ending at a time."""


class ForeignServer:
    """A server; `from_scenario` makes sessions, as a native class does."""

    def __init__(
        self,
        settings: ServerSettings,
        tools: tuple[ToolSpec, ...],
        reads: frozenset[str] = frozenset(),
        examples: tuple[Mapping[str, Json], ...] = (),
        about: str = "",
        *,
        ahead: bool = True,
    ) -> None:
        """Take note of a server; nothing is started.

        Args:
            settings: How to reach it.
            tools: What it offers to agents.
            reads: The tools that change nothing.
            examples: Scenarios, from which tables and keys are read.
            about: What agents are told about it.
            ahead: Whether the next process is started while one is in use.

        Raises:
            InputError: If the schema of a tool is none.
        """
        self.settings, self._reads, self._about = settings, reads, about
        self._given, self._examples = tools, examples
        self._entities = Entities.of(examples if settings.state == "own" else ())
        self._specs = tuple(self._entities.marked(spec) for spec in tools)
        self._warm = WarmConnections(settings, ahead)
        try:
            self._validators = {t.name: Draft202012Validator(t.input_schema) for t in tools}
        except ValidationError as error:
            raise InputError("tools", f"an input schema is none: {error.message}") from error

    def changed(
        self, *, seconds: float | None = None, environment: Mapping[str, str] | None = None
    ) -> ForeignServer:
        """Return the same server, otherwise started or waited for; nothing is shared.

        Args:
            seconds: How long a call may take.
            environment: Further variables for the process.
        """
        settings = self.settings.model_copy(
            update={
                "seconds": seconds or self.settings.seconds,
                "environment": {**self.settings.environment, **(environment or {})},
            }
        )
        return ForeignServer(settings, self._given, self._reads, self._examples, self._about)

    def tools(self) -> tuple[ToolSpec, ...]:
        """Return what callers are told about each tool."""
        return self._specs

    def key_fields(self) -> dict[str, str]:
        """Return the key field of each table that the scenarios show."""
        return dict(self._entities.keys)

    def from_scenario(self, scenario: Mapping[str, Json]) -> ReplayedSession:
        """Return a session in the state that a scenario describes.

        Raises:
            ScenarioError: If the server does not load it.
            InfrastructureError: If the server cannot be reached.
        """
        return ReplayedSession.begin(self._instance, self._specs, scenario, self._about)

    def __call__(self) -> ReplayedSession:
        """Return a session in the state that the server starts with."""
        return ReplayedSession.begin(self._instance, self._specs, None, self._about)

    def close(self) -> None:
        """End the connections that wait for a session."""
        self._warm.close()

    def _instance(self) -> ServerInstance:
        return ServerInstance(self.settings, self._validators, self._reads, self._warm)


class WarmConnections:
    """Connections that wait for a session: one that is being started, and some that were reset."""

    def __init__(self, settings: ServerSettings, ahead: bool) -> None:
        """Take note of the server; nothing is started."""
        self._settings, self._ahead = settings, ahead and not settings.url
        self._lock = threading.Lock()
        self._idle: list[Connection] = []
        self._next: Future[Connection] | None = None
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="mcp start")
        self._ender = ThreadPoolExecutor(_ENDING, thread_name_prefix="mcp end")

    def take(self) -> Connection:
        """Return a connection in the server's first state."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
            coming, self._next = self._next, None
        connection = coming.result() if coming is not None else self._start()
        if self._ahead:
            with self._lock:
                if self._next is None:
                    self._next = self._starter.submit(self._start)
        return connection

    def give_back(self, connection: Connection) -> None:
        """Keep a connection for another session if it can be reset, else end it."""
        if self._settings.reset and connection.alive:
            try:
                reply = connection.call(self._settings.reset, {}, self._settings.seconds)
            except (InfrastructureError, EnvironmentFault):
                reply = None
            if reply is not None and reply.error is None:
                with self._lock:
                    self._idle.append(connection)
                return
        self.end(connection, None)

    def end(self, connection: Connection, folder: Path | None) -> None:
        """End a connection while others go on, for some servers take seconds; remove a folder."""
        try:
            self._ender.submit(_ended, connection, folder)
        except RuntimeError:  # everything has been closed already
            _ended(connection, folder)

    def close(self) -> None:
        """End what waits, and wait for what is ending."""
        with self._lock:
            waiting, self._idle = self._idle, []
            coming, self._next = self._next, None
        if coming is not None and not coming.cancel() and coming.exception() is None:
            waiting.append(coming.result())
        for connection in waiting:
            connection.close()
        self._starter.shutdown()
        self._ender.shutdown()

    def __del__(self) -> None:
        self.close()

    def _start(self) -> Connection:
        return Connection(address_of(self._settings, None))


class ServerInstance:
    """A connection for one session, with a scratch folder where the server takes one."""

    def __init__(
        self,
        settings: ServerSettings,
        validators: Mapping[str, Draft202012Validator],
        reads: frozenset[str],
        warm: WarmConnections,
    ) -> None:
        """Prepare; `load` connects."""
        self._settings, self._validators, self._reads = settings, validators, reads
        self._warm = warm
        self._connection: Connection | None = None
        self._folder: Path | None = None
        self._calls: list[Json] = []
        self.disturbed = False

    @property
    def connection(self) -> Connection:
        """The connection.

        Raises:
            InfrastructureError: If there is none, before `load` and after `close`.
        """
        if self._connection is None:
            raise InfrastructureError("server", "the session is not connected")
        return self._connection

    @property
    def loads_what_it_saves(self) -> bool:
        """Whether a saved state is all there is to go back to."""
        return self._settings.state != "calls"

    def load(self, scenario: Mapping[str, Json] | None) -> None:
        """Connect, and go to the state of a scenario.

        Raises:
            ScenarioError: If the server does not load it.
            InfrastructureError: If the server cannot be reached.
        """
        given = dict(scenario or {})
        if self._settings.wants_folder:
            self._folder = Path(tempfile.mkdtemp(prefix="envfactory-scratch-"))
            files = given.get(FILES, {})
            if not isinstance(files, dict):
                raise ScenarioError(f"scenario/{FILES}", "is no object of contents by path")
            write_folder(self._folder, self._placed(files))
            self._connection = Connection(address_of(self._settings, self._folder))
        else:
            self._connection = self._warm.take()
        if self._settings.state == "own":
            if scenario is not None:
                self._expect(self._settings.load, {"scenario": given})
            return
        unknown = given.keys() - {FILES, CALLS}
        calls = given.get(CALLS, [])
        if unknown or not isinstance(calls, list):
            raise ScenarioError(
                "scenario", f"is not about {FILES} and {CALLS}", "see docs/foreign.md"
            )
        for call in calls:
            tool = call.get("tool") if isinstance(call, dict) else None
            arguments = call.get("arguments") if isinstance(call, dict) else None
            if not isinstance(tool, str) or not isinstance(arguments, dict):
                raise ScenarioError(f"scenario/{CALLS}", "a call has a tool and arguments")
            self._expect(tool, arguments)
            self._calls.append(call)

    def call(self, tool: str, arguments: Mapping[str, Json]) -> ToolResult:
        """Call a tool; see `replayed.Instance`."""
        self.disturbed = False
        for problem in self._validators[tool].iter_errors(dict(arguments)):
            place = ".".join(str(part) for part in problem.instance_path)
            text = one_line(f"{place}: {problem.message}".removeprefix(": "), 300)
            return ToolResult(error=ToolFailure("invalid_argument", text))
        reply = self.connection.call(tool, self._placed(dict(arguments)), self._settings.seconds)
        self.disturbed = tool not in self._reads and self._settings.state == "calls"
        if reply.error is not None:
            return ToolResult(error=refusal(str(self._hidden(reply.error))))
        value = self._hidden(reply.value)
        failed = said_to_have_failed(value)
        if failed is not None:
            return ToolResult(error=failed)
        if tool not in self._reads:
            self._calls.append({"tool": tool, "arguments": dict(arguments)})
        return ToolResult(value)

    def save(self) -> dict[str, Json]:
        """Return the state as JSON; see the module's docstring.

        Raises:
            EnvironmentFault: If the server saves no JSON object.
        """
        if self._settings.state == "own":
            value = self._expect(self._settings.save, {})
            if not isinstance(value, dict):
                raise EnvironmentFault(self._settings.save, "returned no object")
            return value
        if self._settings.state == "files" and self._folder is not None:
            return {FILES: self._hidden(read_folder(self._folder))}
        return {CALLS: list(self._calls)}

    def told(self, saved: dict[str, Json]) -> dict[str, Json]:
        """Return a saved state without the files that have no meaning."""
        files = saved.get(FILES)
        if self._settings.state != "files" or not isinstance(files, dict):
            return saved
        return {**saved, FILES: without_ignored(files, self._settings.ignored)}

    def close(self) -> None:
        """End the connection, and remove the folder."""
        if self._connection is not None:
            if self._folder is None:
                self._warm.give_back(self._connection)
            else:
                self._warm.end(self._connection, self._folder)
        elif self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._connection = self._folder = None

    def end(self) -> None:
        """Close, and end what waits for other sessions."""
        self.close()
        self._warm.close()

    def _expect(self, tool: str, arguments: dict[str, Any]) -> Json:
        reply = self.connection.call(tool, self._placed(arguments), self._settings.seconds)
        if reply.error is not None:
            raise ScenarioError("scenario", f"{tool}: {self._hidden(reply.error)}")
        value: Json = self._hidden(reply.value)
        return value

    def _placed(self, value: Any) -> Any:
        """Put the session's folder where arguments say `{scratch}`."""
        return value if self._folder is None else _replaced(value, SCRATCH, str(self._folder))

    def _hidden(self, value: Any) -> Any:
        """Say `{scratch}` for the session's folder, which is another one each time."""
        return value if self._folder is None else _replaced(value, str(self._folder), SCRATCH)


def address_of(settings: ServerSettings, folder: Path | None) -> ServerAddress:
    """Return where to connect to, with the session's folder in the command and its variables."""
    place = "" if folder is None else str(folder)
    return ServerAddress(
        command=tuple(part.replace(SCRATCH, place) for part in settings.command),
        url=settings.url,
        environment=tuple((k, v.replace(SCRATCH, place)) for k, v in settings.environment.items()),
        folder=place or None,
    )


def _ended(connection: Connection, folder: Path | None) -> None:
    connection.close()
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _replaced(value: Any, old: str, new: str) -> Any:
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, list):
        return [_replaced(item, old, new) for item in value]
    if isinstance(value, dict):
        return {key: _replaced(item, old, new) for key, item in value.items()}
    return value
