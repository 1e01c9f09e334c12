"""`Unaided`: a module in one state, run as a server of its own would run it.

Sessions undo what a failed call has done, hand out copies, and keep each other's state apart. What
the code does without that is what its other users get, and what `envfactory verify` tells.
"""

from __future__ import annotations

import contextvars
from collections.abc import Mapping
from typing import Any

from envfactory.environment.failure import ToolResult
from envfactory.environment.foreign.calling import attempt
from envfactory.environment.foreign.host import Host
from envfactory.errors import EnvironmentFault
from envfactory.limits import Overdue, Patience
from envfactory.records import Json, canonical_json

SECONDS = 10.0
"""How long a tool may take, by the clock, until it is interrupted."""


class Unaided:
    """A module in a state; nothing is undone, and what it hands out is what it holds."""

    def __init__(self, host: Host, context: contextvars.Context) -> None:
        """Take a module that is in the state already."""
        self._host, self.context = host, context

    def attempt(self, tool: str, arguments: Mapping[str, Json]) -> ToolResult | None:
        """Call a tool; None if it broke, or if the arguments are none that it can be given."""
        values = self._host.values(tool, arguments)
        return None if values is None else self.attempt_values(tool, values)

    def attempt_values(self, tool: str, values: Mapping[str, Any]) -> ToolResult | None:
        """Call a tool with arguments as its function takes them, whatever they are.

        Returns None if it breaks, or does not return within `SECONDS`.
        """
        try:
            with Patience(SECONDS):
                return attempt(self._host, tool, dict(values), self.context)
        except (EnvironmentFault, Overdue):
            return None

    def returned(self, tool: str, arguments: Mapping[str, Json]) -> object:
        """Return the very object that a tool returns, or None if the call fails."""
        values = self._host.values(tool, arguments)
        try:
            return None if values is None else self._host.call(tool, values, self.context)
        except Exception:
            return None  # other checks are about calls that fail

    def load(self, scenario: Mapping[str, Json]) -> None:
        """Load a scenario; whatever the module raises comes out."""
        self._host.load(scenario, self.context)

    def handed_out(self) -> object:
        """Return the very object that saving returns.

        Raises:
            EnvironmentFault: If the module cannot save its state.
        """
        return self._host.saved_object(self.context)

    def saved(self) -> bytes | None:
        """Return the state as it is saved; None if it has no form in JSON, or saving breaks."""
        try:
            return canonical_json(self._host.save(self.context))
        except (EnvironmentFault, ValueError, RecursionError):
            return None
