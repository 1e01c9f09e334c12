"""Live MCP servers: their list of tools as an `ApiDescription`."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from envfactory.errors import InputError
from envfactory.records import json_hash
from envfactory.source.connection import START_SECONDS, Connection
from envfactory.source.description import (
    ApiDescription,
    Body,
    Hints,
    JsonSchema,
    Operation,
    Provenance,
    Skipped,
)
from envfactory.source.server import ServerAddress, ServerInfo, ServerTool

_JSON = "application/json"


def read_mcp(address: ServerAddress, seconds: float = START_SECONDS) -> ApiDescription:
    """Start or reach an MCP server, list its tools, and leave it.

    Each tool becomes an operation with the method `call` and the path `/<name>`; its annotations
    become hints.

    Args:
        address: The command or URL.
        seconds: How long the server may take to answer a message.

    Raises:
        InputError: If the command cannot be started, or the server has no tools.
        InfrastructureError: If the server does not answer as an MCP server does, in time.
    """
    with Connection(address, seconds) as connection:
        info, tools = connection.info(), connection.tools(seconds)
    return describe_tools(info, tools, _location(address))


def describe_tools(
    info: ServerInfo, tools: tuple[ServerTool, ...], location: str
) -> ApiDescription:
    """Return the description of a server from what it listed.

    Raises:
        InputError: If there is no tool that can be used.
    """
    kept: dict[str, Operation] = {}
    schemas: dict[str, JsonSchema] = {}
    skipped: list[Skipped] = []
    for tool in tools:
        where = f"#/tools/{tool.name[:100]}"
        if not tool.name.strip():
            skipped.append(Skipped(where=where, reason="tool without a name"))
        elif tool.name in kept:
            skipped.append(Skipped(where=where, reason="two tools of one name"))
        else:
            kept[tool.name] = _operation(tool, schemas)
    if not kept:
        raise InputError(location, "the server has no tools", "give a server that has some")
    listed = [[t.name, t.description, t.input_schema, t.output_schema, t.read_only] for t in tools]
    return ApiDescription(
        name=info.name,
        title=info.title or info.name,
        version=info.version,
        description=info.instructions,
        operations=tuple(kept.values()),
        schemas=schemas,
        provenance=Provenance(
            format=f"mcp {info.protocol}", location=location, sha256=json_hash(listed)
        ),
        skipped=tuple(skipped),
    )


def _operation(tool: ServerTool, schemas: dict[str, JsonSchema]) -> Operation:
    request = _schema(tool.name, "input", tool.input_schema, schemas)
    response = None
    if tool.output_schema:
        output = _schema(tool.name, "output", tool.output_schema, schemas)
        response = Body(media_type=_JSON, schema=output)
    return Operation(
        id=tool.name,
        method="call",
        path=f"/{tool.name}",
        summary=tool.title,
        description=tool.description,
        request=Body(
            media_type=_JSON, schema=request, required=bool(tool.input_schema.get("required"))
        ),
        response=response,
        hints=Hints(
            read_only=tool.read_only, destructive=tool.destructive, idempotent=tool.idempotent
        ),
    )


def _schema(
    tool: str, side: str, schema: Mapping[str, Any], schemas: dict[str, JsonSchema]
) -> JsonSchema:
    """Return a schema whose definitions lie among the named ones, under names of their own."""
    definitions: dict[str, tuple[str, Any]] = {}
    for keyword in ("$defs", "definitions"):
        part = schema.get(keyword)
        for name, content in part.items() if isinstance(part, dict) else ():
            free = _reserve(name, f"{tool}_{side}_{name}", schemas)
            definitions[f"#/{keyword}/{name}"] = free, content
    names = {pointer: name for pointer, (name, _) in definitions.items()}
    for name, content in definitions.values():
        schemas[name] = _referred(content, names)
    rest = {k: v for k, v in schema.items() if k not in ("$defs", "definitions", "$schema", "$id")}
    found: JsonSchema = _referred(rest, names)
    return found


def _reserve(name: str, longer: str, schemas: dict[str, JsonSchema]) -> str:
    free = longer if name in schemas else name
    schemas[free] = {}
    return free


def _referred(value: Any, names: Mapping[str, str]) -> Any:
    """Return a copy whose references read `#/schemas/<name>`; dangling ones are left out."""
    if isinstance(value, list):
        return [_referred(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {key: _referred(item, names) for key, item in value.items() if key != "$ref"}
    target = names.get(value["$ref"]) if isinstance(value.get("$ref"), str) else None
    if target is not None:
        copy["$ref"] = f"#/schemas/{target}"
    return copy


def _location(address: ServerAddress) -> str:
    """Return the command or URL without the paths of this machine."""
    if address.url:
        return address.url
    parts = [PurePath(part).name if part.startswith("/") else part for part in address.command]
    return shlex.join(parts)
