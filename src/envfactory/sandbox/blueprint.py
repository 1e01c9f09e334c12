"""`SandboxedEnvironment`: what makes sessions of a package without executing its code here."""

from __future__ import annotations

import weakref
from collections.abc import Mapping

from envfactory.environment import ToolSpec
from envfactory.environment.package import PackageFiles
from envfactory.records import Json
from envfactory.sandbox.limits import Limits
from envfactory.sandbox.pool import Sandbox
from envfactory.sandbox.session import SandboxedSession

_LIMITS = Limits(call_seconds=10, memory_bytes=4 << 30)


class SandboxedEnvironment:
    """An environment whose code runs in one worker, which ends with this object.

    `Package.load(path, SandboxedEnvironment)` gives a package that every stage takes.

    Args:
        files: The files of the package.

    Raises:
        EnvironmentFault: If the code breaks, hangs, or ends the worker.
        InputError: If it defines no environment.
        InfrastructureError: If there is no worker to be had.
    """

    def __init__(self, files: PackageFiles) -> None:
        self._sandbox = Sandbox(files.path, limits=_LIMITS, spares=0)
        self._end = weakref.finalize(self, self._sandbox.close)
        self._sandbox.seat()

    def tools(self) -> tuple[ToolSpec, ...]:
        """Return what callers are told about each tool."""
        return self._sandbox.seat().tools

    def key_fields(self) -> dict[str, str]:
        """Return the name of each table's key field, by the table's name."""
        return dict(self._sandbox.seat().key_fields)

    def from_scenario(self, scenario: Mapping[str, Json]) -> SandboxedSession:
        """Return a session in the state that a scenario describes.

        Raises:
            InputError: If it does not fit.
        """
        return self._sandbox.start(dict(scenario))

    def __call__(self) -> SandboxedSession:
        """Return a session in the state that needs no scenario."""
        return self._sandbox.empty()
