"""JSON Schemas of tools: what pydantic derives, made shorter and told which entities values name.

`x-record`, which `Record` leaves in the schema of a class, becomes `x-entity` on its key: the
table of the environment that holds the class. Titles go, definitions that are not recursive are
put where they are used, so that most schemas are one plain object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic import TypeAdapter
from pydantic.json_schema import CoreModeRef, DefsRef, GenerateJsonSchema, JsonSchemaMode
from pydantic_core import CoreSchema

from envfactory.records import Json

JsonSchema = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Signature:
    """What the schemas of a tool are derived from.

    Attributes:
        arguments: The adapter of its arguments, a typed dict.
        defaults: The JSON of each parameter's default.
        result: The adapter of its result.
    """

    arguments: TypeAdapter[Any]
    defaults: Mapping[str, Json]
    result: TypeAdapter[Any]


def tool_schemas(
    signatures: Mapping[str, Signature], tables: Mapping[str, str]
) -> dict[str, tuple[JsonSchema, JsonSchema]]:
    """Return the input and the output schema of each tool.

    They are derived together, so that each record class is described once however many tools use
    it: the cost is linear in classes and tools.

    Args:
        signatures: The tools' signatures, by tool name.
        tables: The table that holds each record class, by the name in `x-record`.
    """
    wanted: list[tuple[str, JsonSchemaMode, CoreSchema]] = []
    for name, signature in signatures.items():
        wanted.append((name, "validation", signature.arguments.core_schema))
        wanted.append((name, "serialization", signature.result.core_schema))
    generator = _Generator()
    schemas, shared = generator.generate_definitions(wanted)
    definitions = _Definitions(cast(dict[str, Any], shared), generator.short, tables)
    return {
        name: (
            _with_defaults(definitions.write(schemas[(name, "validation")]), signature.defaults),
            definitions.write(schemas[(name, "serialization")]),
        )
        for name, signature in signatures.items()
    }


def _with_defaults(schema: JsonSchema, defaults: Mapping[str, Json]) -> JsonSchema:
    """Say the defaults of an arguments object; None is left unsaid."""
    properties = cast(dict[str, dict[str, Json]], schema.setdefault("properties", {}))
    for name, default in defaults.items():
        if default is not None:
            properties[name]["default"] = default
    schema.setdefault("additionalProperties", False)
    return schema


class _Generator(GenerateJsonSchema):
    """Gives each definition one name, which no other has.

    Left to itself, pydantic compares all definitions under six names each to find the shortest that
    is free, which takes longer than all else; most are put where they are used, and need none.

    Attributes:
        short: The name of its class, for each definition.
    """

    def __init__(self) -> None:
        super().__init__()
        self.short: dict[str, str] = {}

    def get_defs_ref(self, core_mode_ref: CoreModeRef) -> DefsRef:
        only = super().get_defs_ref(core_mode_ref)
        choices = self._prioritized_defsref_choices[only]
        self.short[only] = choices[0]
        choices[:] = [only]
        return only


class _Definitions:
    """The schemas of all record classes of an environment."""

    def __init__(
        self, definitions: dict[str, Any], short: Mapping[str, str], tables: Mapping[str, str]
    ) -> None:
        self._all = definitions
        self._short = short
        self._tables = tables
        self._links = {name: _references(schema) for name, schema in definitions.items()}
        self._recursive = {name for name in definitions if name in self._reached({name})}

    def write(self, schema: Any) -> JsonSchema:
        """Return a schema that stands on its own, with the recursive definitions it needs."""
        written = self._clean(schema)
        used = _references(schema)
        needed = (used | self._reached(used)) & self._recursive
        if needed:
            written["$defs"] = {
                self._short[name]: self._clean(self._all[name]) for name in sorted(needed)
            }
        return cast(JsonSchema, written)

    def _reached(self, start: set[str]) -> set[str]:
        """Return what `start` refers to over any number of steps, itself only if it is met."""
        frontier = {other for name in start for other in self._links[name]}
        seen: set[str] = set()
        while frontier:
            name = frontier.pop()
            if name not in seen:
                seen.add(name)
                frontier |= self._links[name]
        return seen

    def _clean(self, node: Any) -> Any:
        """Copy a schema: no titles, plain references inlined, keys told their table."""
        if isinstance(node, list):
            return [self._clean(item) for item in node]
        if not isinstance(node, dict):
            return node
        name = _referred(node)
        if name is not None and name not in self._recursive:
            beside = {key: item for key, item in node.items() if key != "$ref"}
            return self._clean({**self._all[name], **beside})
        if name is not None:
            node = {**node, "$ref": f"#/$defs/{self._short[name]}"}
        table = self._tables.get(node.get("x-record", ""))
        cleaned: dict[str, Any] = {}
        for key, item in node.items():
            if key == "x-record" or (key == "title" and isinstance(item, str)):
                continue
            if key == "properties":
                cleaned[key] = {
                    field: _with_entity(self._clean(value), table) for field, value in item.items()
                }
            elif key in ("enum", "const", "default", "examples", "required"):
                cleaned[key] = item
            else:
                cleaned[key] = self._clean(item)
        return cleaned


def _with_entity(node: dict[str, Any], table: str | None) -> dict[str, Any]:
    if table is not None and node.get("x-key") is True:
        return {**node, "x-entity": table}
    return node


def _referred(node: Any) -> str | None:
    if isinstance(node, dict) and isinstance(node.get("$ref"), str):
        return cast(str, node["$ref"]).removeprefix("#/$defs/")
    return None


def _references(node: Any) -> set[str]:
    name = _referred(node)
    found = set() if name is None else {name}
    items = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for item in items:
        found |= _references(item)
    return found
