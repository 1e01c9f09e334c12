"""JSON Schemas of tools: what pydantic derives, made shorter and told which entities values name.

`x-record`, which `Record` leaves in the schema of a class, becomes `x-entity` on its key: the
table of the environment that holds the class. Titles go, definitions that are not recursive are
put where they are used, so that most schemas are one plain object.
"""

from __future__ import annotations

from typing import Any, Literal, cast

from pydantic import TypeAdapter

from envfactory.records import Json

JsonSchema = dict[str, Json]


def input_schema(
    arguments: TypeAdapter[Any], defaults: dict[str, Json], tables: dict[str, str]
) -> JsonSchema:
    """Return the schema of an arguments object, with its defaults.

    Args:
        arguments: The adapter of the arguments, a typed dict.
        defaults: The JSON of each parameter's default; None is left unsaid.
        tables: The table that holds each record class, by the name in `x-record`.
    """
    schema = _derived(arguments, "validation", tables)
    properties = cast(dict[str, dict[str, Json]], schema.setdefault("properties", {}))
    for name, default in defaults.items():
        if default is not None:
            properties[name]["default"] = default
    schema.setdefault("additionalProperties", False)
    return schema


def output_schema(result: TypeAdapter[Any], tables: dict[str, str]) -> JsonSchema:
    """Return the schema of a tool's value."""
    return _derived(result, "serialization", tables)


def _derived(
    adapter: TypeAdapter[Any], mode: Literal["validation", "serialization"], tables: dict[str, str]
) -> JsonSchema:
    # Asked for several at once, pydantic keeps definitions apart from what refers to them.
    schemas, shared = TypeAdapter.json_schemas([("it", mode, adapter)])
    schema: dict[str, Any] = schemas[("it", mode)]
    definitions: dict[str, Any] = shared.get("$defs", {})
    recursive = {name for name in definitions if _reaches(name, name, definitions)}
    result = _clean(schema, definitions, recursive, tables)
    kept = {
        name: _clean(definitions[name], definitions, recursive, tables)
        for name in sorted(_used(result, definitions, recursive))
    }
    return {**result, "$defs": kept} if kept else result


def _clean(
    node: Any, definitions: dict[str, Any], recursive: set[str], tables: dict[str, str]
) -> Any:
    """Copy a schema: no titles, plain references inlined, keys told their table."""
    if isinstance(node, list):
        return [_clean(item, definitions, recursive, tables) for item in node]
    if not isinstance(node, dict):
        return node
    name = _referred(node)
    if name is not None and name not in recursive:
        node = {**definitions[name], **{k: v for k, v in node.items() if k != "$ref"}}
    table = tables.get(node.get("x-record", ""))
    cleaned: dict[str, Any] = {}
    for key, item in node.items():
        if key == "x-record" or (key == "title" and isinstance(item, str)):
            continue
        if key == "properties":
            cleaned[key] = {
                field: _with_entity(_clean(value, definitions, recursive, tables), table)
                for field, value in item.items()
            }
        elif key in ("enum", "const", "default", "examples", "required"):
            cleaned[key] = item
        else:
            cleaned[key] = _clean(item, definitions, recursive, tables)
    return cleaned


def _with_entity(node: dict[str, Any], table: str | None) -> dict[str, Any]:
    if table is not None and node.get("x-key") is True:
        return {**node, "x-entity": table}
    return node


def _referred(node: Any) -> str | None:
    if isinstance(node, dict) and isinstance(node.get("$ref"), str):
        return cast(str, node["$ref"]).removeprefix("#/$defs/")
    return None


def _reaches(start: str, goal: str, definitions: dict[str, Any]) -> bool:
    """Whether the definition `start` refers, over any number of steps, to `goal`."""
    seen: set[str] = set()
    frontier = _references(definitions[start])
    while frontier:
        name = frontier.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            frontier |= _references(definitions[name])
    return False


def _used(result: Any, definitions: dict[str, Any], recursive: set[str]) -> set[str]:
    used: set[str] = set()
    frontier = _references(result)
    while frontier:
        name = frontier.pop()
        if name not in used:
            used.add(name)
            frontier |= _references(definitions[name])
    return used & recursive


def _references(node: Any) -> set[str]:
    name = _referred(node)
    found = set() if name is None else {name}
    items = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for item in items:
        found |= _references(item)
    return found
