"""Lists of tools: of MCP servers, of function calling, and the metadata of environments.

- MCP: `{"tools": [{"name", "description", "inputSchema", "outputSchema"?, "annotations"?}]}`, the
  result of `tools/list`, or the bare list;
- function calling: `[{"type": "function", "function": {"name", "description", "parameters"}}]`,
  or with name and parameters beside `type`;
- environment metadata: `{"class_name", "description", "tools": [{"name", "description",
  "input_schema", "output_schema"}]}`;
- server files: `{"server_name", "server_description", "tools": [{"name", "description",
  "parameter": {"query": "(Optional, string) what to look for"}}]}`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from envfactory.errors import InputError
from envfactory.records import Json, canonical_json
from envfactory.source.declared import Declared, described
from envfactory.source.description import ApiDescription, Hints
from envfactory.source.document import Document, kind_of
from envfactory.source.notes import Notes

_INPUTS: Final = ("inputSchema", "input_schema", "parameters", "parameter")
_OUTPUTS: Final = ("outputSchema", "output_schema")
_WRITTEN: Final = re.compile(r"\(\s*(optional\s*,)?\s*(\w+)\s*\)\s*", re.IGNORECASE)
_TYPES: Final = frozenset({"string", "number", "integer", "boolean", "array", "object"})
_SEVERAL: Final = 2
_TITLES: Final = ("title", "server_name", "class_name", "name")
_TEXTS: Final = ("description", "server_description", "server_summary", "instructions")


@dataclass(frozen=True, slots=True)
class _Found:
    """A list of tools inside a document, and the object that speaks of the whole."""

    tools: list[Json]
    where: str
    whole: dict[str, Json]


def recognises(document: Document) -> bool:
    """Tell whether this is a list of tools, of whatever form."""
    found = _find(document.root)
    return found is not None and any(map(_is_tool, found.tools[:50]))


def read(document: Document) -> ApiDescription:
    """Read a list of tools.

    What cannot be read is left out and listed in `skipped`.

    Raises:
        InputError: If the file holds the tools of several servers, or no tool can be read.
    """
    found = _find(document.root)
    servers = split_servers(document)
    if servers:
        raise InputError(
            document.where,
            f"holds the tools of {len(servers)} servers, the first is {servers[0][0][:60]!r}",
            "name the file itself, not its folder, or split it into one file for each server",
        )
    if found is None:
        raise InputError(document.where, "is no list of tools", "write {'tools': [...]}")
    notes = Notes()
    tools = []
    for index, node in enumerate(found.tools):
        where = f"{found.where}/{index}"
        if isinstance(node, dict) and _is_tool(node):
            tools.append(_declared(node, where))
        else:
            notes.add(where, "malformed tool", kind_of(node))
    whole = found.whole
    return described(
        document,
        tools,
        notes,
        kind=_kind(found),
        title=next((text for name in _TITLES if (text := _text(whole.get(name)))), ""),
        description=next((text for name in _TEXTS if (text := _text(whole.get(name)))), ""),
        version=_text(whole.get("version")),
    )


def split_servers(document: Document) -> tuple[tuple[str, bytes], ...]:
    """Return the name of each server whose tools a file holds, and the file of it alone.

    Nothing is returned where the file holds the tools of fewer than two.
    """
    servers = _servers(document.root)
    if len(servers) < _SEVERAL:
        return ()
    return tuple((_text(node.get("server_name")), canonical_json(node)) for node in servers)


def _servers(root: Json) -> list[dict[str, Json]]:
    if not isinstance(root, list):
        return []
    return [
        node
        for node in root
        if isinstance(node, dict) and "server_name" in node and isinstance(node.get("tools"), list)
    ]


def _find(root: Json) -> _Found | None:
    servers = _servers(root)
    if servers:
        tools = servers[0]["tools"]
        return _Found(tools if isinstance(tools, list) else [], "#/0/tools", servers[0])
    if isinstance(root, list):
        return _Found(root, "#", {})
    if not isinstance(root, dict):
        return None
    for name in ("tools", "functions"):
        listed = root.get(name)
        if isinstance(listed, list):
            return _Found(listed, f"#/{name}", root)
    result = root.get("result")
    if isinstance(result, dict) and isinstance(tools := result.get("tools"), list):
        return _Found(tools, "#/result/tools", result)
    return None


def _is_tool(node: Json) -> bool:
    if not isinstance(node, dict):
        return False
    inner = node.get("function")
    if node.get("type") == "function" and isinstance(inner, dict):
        node = inner
    told = any(name in node for name in (*_INPUTS, *_OUTPUTS, "description"))
    return isinstance(node.get("name"), str) and told


def _declared(node: dict[str, Json], where: str) -> Declared:
    inner = node.get("function")
    if node.get("type") == "function" and isinstance(inner, dict):
        node, where = inner, f"{where}/function"
    annotations = node.get("annotations")
    marks = annotations if isinstance(annotations, dict) else {}
    takes = next((node[name] for name in _INPUTS if node.get(name) is not None), None)
    if "parameter" in node and isinstance(takes, dict):
        takes = _written(takes)
    return Declared(
        where=where,
        name=_text(node.get("name")),
        title=_text(node.get("title")) or _text(marks.get("title")),
        text=_text(node.get("description")),
        takes=takes,
        returns=_unwrapped(next((node[n] for n in _OUTPUTS if node.get(n) is not None), None)),
        hints=Hints(
            read_only=_flag(marks.get("readOnlyHint")),
            destructive=_flag(marks.get("destructiveHint")),
            idempotent=_flag(marks.get("idempotentHint")),
        ),
    )


def _unwrapped(schema: Json) -> Json:
    """Return the schema of what a server wraps in `{"result": ...}` because it is no object."""
    if not isinstance(schema, dict) or schema.get("x-fastmcp-wrap-result") is not True:
        return schema
    properties = schema.get("properties")
    inner = properties.get("result") if isinstance(properties, dict) else None
    if not isinstance(inner, dict):
        return schema
    shared: dict[str, Json] = {n: schema[n] for n in ("$defs", "definitions") if n in schema}
    return shared | inner


def _written(texts: dict[str, Json]) -> Json:
    """Return the schema that texts such as '(Optional, string) What to look for' stand for."""
    if isinstance(texts.get("properties"), dict):
        return texts
    properties: dict[str, Json] = {}
    required: list[Json] = []
    for name, text in texts.items():
        said = _text(text)
        match = _WRITTEN.match(said)
        optional, declared = match.groups() if match else (None, "any")
        schema: dict[str, Json] = {"description": said[match.end() if match else 0 :].strip()}
        if declared.lower() in _TYPES:
            schema["type"] = declared.lower()
        properties[name] = schema
        if not optional:
            required.append(name)
    return {"type": "object", "properties": properties, "required": required}


def _kind(found: _Found) -> str:
    first = next((node for node in found.tools if isinstance(node, dict)), {})
    if "class_name" in found.whole:
        return "environment metadata"
    if "server_name" in found.whole or "parameter" in first:
        return "server file"
    if "function" in first or "parameters" in first or first.get("type") == "function":
        return "function list"
    return "mcp tool list"


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _flag(value: Json) -> bool | None:
    return value if isinstance(value, bool) else None
