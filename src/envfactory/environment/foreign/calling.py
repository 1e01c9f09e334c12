"""One call, and one loading, of an executed module: what comes of it, sorted."""

from __future__ import annotations

import contextvars
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from envfactory.environment.failure import ToolResult
from envfactory.environment.foreign.chance import EPOCH
from envfactory.environment.foreign.host import SAVE, Host
from envfactory.environment.foreign.refusal import raised_on_purpose, said_to_have_failed
from envfactory.environment.scenario import ScenarioError
from envfactory.errors import EnvFactoryError, EnvironmentFault, one_line
from envfactory.records import Json

NOW = "now"
"""Where a state says what time it is, if the module imports a clock and saves no such value."""


def attempt(
    host: Host, tool: str, values: dict[str, Any], context: contextvars.Context
) -> ToolResult:
    """Call a function and sort what comes of it into values, refusals and faults.

    Raises:
        EnvironmentFault: If the function broke, or returned what it does not declare.
    """
    try:
        value = host.tools[tool].result(host.call(tool, values, context))
    except EnvFactoryError:
        raise
    except Exception as error:
        refused = raised_on_purpose(error, host.files)
        if refused is None:
            raise EnvironmentFault(tool, f"{type(error).__name__}: {error}") from error
        return ToolResult(error=refused)
    failed = said_to_have_failed(value)
    return ToolResult(value) if failed is None else ToolResult(error=failed)


def load(host: Host, scenario: Mapping[str, Json] | None, context: contextvars.Context) -> datetime:
    """Have a module load a scenario, and return the time that it begins at.

    Raises:
        ScenarioError: If the module refuses it, or breaks.
    """
    host.chance.begin(EPOCH, lambda: SAVE)
    if scenario is None:
        return EPOCH
    rest, now = dict(scenario), EPOCH
    if host.uses_clock and isinstance(rest.get(NOW), str) and not host.saves_now:
        try:
            now = datetime.fromisoformat(str(rest.pop(NOW)))
        except ValueError as error:
            raise ScenarioError("scenario/now", str(error), "write it as RFC 3339") from error
    try:
        host.load(rest, context)
    except Exception as error:
        problem = one_line(f"the module does not load it: {type(error).__name__}: {error}", 300)
        raise ScenarioError("scenario", problem) from error
    return now
