"""Pool: the sandbox of one package, with warm workers at hand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from envfactory.environment.package import CODE, PackageFiles
from envfactory.records import Json
from envfactory.sandbox.confine import Layer
from envfactory.sandbox.host import Host
from envfactory.sandbox.limits import Limits
from envfactory.sandbox.seat import Code, Folder, Seat
from envfactory.sandbox.session import SandboxedSession, SandboxedState


class Sandbox:
    """Runs the code of one package in workers; nothing of it is executed in this process.

    Args:
        path: The folder of the package.
        limits: What each worker may use.
        shared: Whether sessions share a worker: then a fork costs nothing. Without it every session
            has a worker of its own, which it can harm but nobody else.
        spares: How many started workers wait for their turn.

    Raises:
        InputError: If the folder is no package.
    """

    def __init__(
        self, path: Path, *, limits: Limits | None = None, shared: bool = True, spares: int = 1
    ) -> None:
        self._limits = limits or Limits()
        self._shared, self._wanted = shared, spares
        files = PackageFiles.read(path)
        self._readable: tuple[Path, ...] = ()
        self._code: Code | Folder = Code(
            files.manifest.name, files.code.decode(errors="replace"), CODE
        )
        if files.manifest.kind != "native":
            self._code, self._readable = Folder(path), (path,)
        self._files = files
        self._lock = threading.Lock()
        self._spares: list[Host] = []
        self._seats: list[Seat] = []
        self._common: Seat | None = None
        self._refill()

    def __enter__(self) -> Self:
        """Use the sandbox in a `with` statement, which ends its workers."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all workers."""
        self.close()

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Which layers hold around the workers, and why others do not."""
        return self.seat().host.layers

    def start(self, scenario: str | dict[str, Json] | None = None) -> SandboxedSession:
        """Return a session in a scenario's state: by its name, given as JSON, or the first one.

        Raises:
            InputError: If there is no such scenario or it does not fit.
            EnvironmentFault: If the code breaks while it is executed.
            InfrastructureError: If no worker can be had.
        """
        if scenario is None and self._files.scenarios:
            scenario = self._files.scenarios[0]
        content: Json = self._files.scenario(scenario) if isinstance(scenario, str) else scenario
        return self._session(content)

    def empty(self) -> SandboxedSession:
        """Return a session in the state that needs no scenario; see `start`."""
        return self._session(None)

    def _session(self, content: Json) -> SandboxedSession:
        get = self.seat if self._shared else _own(self.fresh)
        seat = get()
        return SandboxedSession(SandboxedState(content, None, seat.load(content)), get)

    def confirm(self, session: SandboxedSession) -> None:
        """Replay a session alone in a fresh worker.

        Raises:
            EnvironmentFault: If anything comes out differently; see `SandboxedSession.confirm`.
        """
        seat = self.fresh()
        try:
            session.confirm(seat)
        finally:
            seat.close()

    def seat(self) -> Seat:
        """Return the worker that sessions share, a new one where it has ended."""
        with self._lock:
            common = self._common
        if common is None or not common.alive:
            common = self.fresh()
            with self._lock:
                self._common = common
        return common

    def fresh(self) -> Seat:
        """Return a worker of one's own that has executed the code and seen no session."""
        with self._lock:
            host = self._spares.pop() if self._spares else None
        seat = Seat(host or self._host(), self._code, self._limits)
        with self._lock:
            self._seats = [*(seat for seat in self._seats if seat.alive), seat]
        self._refill()
        return seat

    def close(self) -> None:
        """End all workers; sessions cannot be used any more."""
        with self._lock:
            ending = [*self._spares, *(seat.host for seat in self._seats)]
            self._spares, self._seats, self._wanted = [], [], 0
        for host in ending:
            host.close()

    def _refill(self) -> None:
        with self._lock:
            while len(self._spares) < self._wanted:
                self._spares.append(self._host())

    def _host(self) -> Host:
        return Host(self._limits, readable=self._readable)


def _own(fresh: Callable[[], Seat]) -> Callable[[], Seat]:
    """Return what gives one session its own worker, and another one when that has ended."""
    held: list[Seat] = []

    def get() -> Seat:
        if not held or not held[-1].alive:
            held[:] = [fresh()]
        return held[-1]

    return get
