"""What a package says of a live MCP server: how to reach it, and what it listed.

Read with every package, so this module imports nothing that takes time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from envfactory.environment.tool import ToolSpec
from envfactory.records import Json, Stored

SCRATCH = "{scratch}"
"""Stands for the folder that a session has for itself, in commands and in arguments."""

LOADS, SAVES = "load_scenario", "save_scenario"
CALL_SECONDS = 60.0


class ServerSettings(Stored):
    """How to reach a server and what its state is; the `[server]` table of a package."""

    command: tuple[str, ...] = Field(
        default=(), description="Program and arguments; {scratch} is the session's own folder."
    )
    url: str = Field(default="", description="Address over streamable HTTP, instead of a command.")
    environment: dict[str, str] = Field(default_factory=dict, description="Variables for it.")
    state: Literal["own", "files", "calls"] = "calls"
    load: str = Field(default=LOADS, description="The tool that loads a state, with `own`.")
    save: str = Field(default=SAVES, description="The tool that saves it.")
    reset: str = Field(default="", description="The tool that goes back to the start, if any.")
    ignored: tuple[str, ...] = Field(default=(), description="Patterns of files without meaning.")
    seconds: float = Field(default=CALL_SECONDS, gt=0, description="Longest time for a call.")

    @property
    def own_tools(self) -> frozenset[str]:
        """Tools that are for going from state to state, and not for agents."""
        named = {self.reset} - {""}
        return frozenset(named | ({self.load, self.save} if self.state == "own" else set()))


class ListedTool(Stored):
    """A tool as the server listed it."""

    name: str
    description: str = ""
    input_schema: dict[str, Json]
    output_schema: dict[str, Json] = Field(default_factory=dict)
    read_only: bool = False


class ListedTools(Stored):
    """The content of `tools.json`."""

    schema_version: Literal[1] = 1
    tools: tuple[ListedTool, ...]

    def specs(self) -> tuple[ToolSpec, ...]:
        """Return what agents are told about the tools."""
        return tuple(
            ToolSpec(
                name=tool.name,
                description=tool.description,
                input_schema=_without_dialect(tool.input_schema),
                output_schema=_without_dialect(tool.output_schema),
            )
            for tool in self.tools
        )

    def reads(self) -> frozenset[str]:
        """Return the names of the tools that change nothing."""
        return frozenset(tool.name for tool in self.tools if tool.read_only)


def _without_dialect(schema: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in schema.items() if key not in ("$schema", "$id")}
