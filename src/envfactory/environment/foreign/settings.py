"""What a package says of a live MCP server: how to reach it, and what it listed.

Read with every package, so this module imports nothing that takes time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from pydantic import Field

from envfactory.environment.tool import ToolSpec
from envfactory.records import Json, Stored

SCRATCH = "{scratch}"
"""Stands for the folder that a session has for itself, in commands and in arguments."""

IGNORED = (".git/index", ".git/*.lock", "__pycache__/*")
"""Files that say when and by which process something was done: they differ between machines."""

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
    ignored: tuple[str, ...] = Field(
        default=(), description="Patterns of files that are kept, and tell no states apart."
    )
    seconds: float = Field(default=CALL_SECONDS, gt=0, description="Longest time for a call.")

    @property
    def wants_folder(self) -> bool:
        """Whether each session has a folder of its own."""
        return any(SCRATCH in part for part in (*self.command, *self.environment.values()))

    @property
    def own_tools(self) -> frozenset[str]:
        """Tools that are for going from state to state, and not for agents."""
        named = {self.reset} - {""}
        return frozenset(named | ({self.load, self.save} if self.state == "own" else set()))


class ListedTool(Stored):
    """A tool as the server listed it, and what was learned of it by calling it."""

    name: str
    description: str = ""
    input_schema: dict[str, Json]
    output_schema: dict[str, Json] = Field(default_factory=dict)
    read_only: bool = False
    observed: dict[str, Json] | None = Field(
        default=None, description="What it returned, as a schema, where it declares too little."
    )
    takes: dict[str, str] = Field(
        default_factory=dict, description="Inputs that took keys of a table and nothing else."
    )
    changes: bool | None = Field(
        default=None, description="Whether a call was seen to change the state."
    )

    def spec(self, declared: ToolSpec | None = None) -> ToolSpec:
        """Return what agents are told: what is declared, and what was observed beside it.

        Args:
            declared: What the code declares; by default, what was listed.
        """
        told = declared or ToolSpec(
            name=self.name,
            description=self.description,
            input_schema=_without_dialect(self.input_schema),
            output_schema=_without_dialect(self.output_schema),
        )
        output = told.output_schema if self.observed is None else self.observed
        return replace(
            told, input_schema=_taking(told.input_schema, self.takes), output_schema=output
        )


class ListedTools(Stored):
    """The content of `tools.json`."""

    schema_version: Literal[1] = 1
    tools: tuple[ListedTool, ...]

    def specs(self) -> tuple[ToolSpec, ...]:
        """Return what agents are told about the tools."""
        return tuple(tool.spec() for tool in self.tools)

    def named(self) -> dict[str, ListedTool]:
        """Return the tools by name."""
        return {tool.name: tool for tool in self.tools}

    def reads(self) -> frozenset[str]:
        """Return the names of the tools that change nothing."""
        return frozenset(tool.name for tool in self.tools if tool.read_only)


def _taking(schema: dict[str, Json], takes: Mapping[str, str]) -> dict[str, Json]:
    """Return an input schema that says which inputs identify records of which table."""
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return schema
    marked = {
        name: {**part, "x-entity": takes[name]}
        if isinstance(part, dict) and name in takes
        else part
        for name, part in properties.items()
    }
    return {**schema, "properties": marked}


def _without_dialect(schema: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in schema.items() if key not in ("$schema", "$id")}
