"""One schema of a description, rewritten as JSON Schema 2020-12.

What OpenAPI 3.0 writes differently is translated: `nullable`, boolean `exclusiveMinimum` and
`exclusiveMaximum`, `example`, and the list form of `items`. Keywords that say nothing about values
(`xml`, `externalDocs`, `x-…`) are dropped; a keyword whose value is malformed is dropped and
noted, so every schema that comes out is well-formed. Keywords beside a `$ref` apply, as in
2020-12: authors who write them mean them, though 3.0 says that they are ignored.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import Final

from envfactory.records import Json
from envfactory.source.description import JsonSchema
from envfactory.source.dialect import OPENAPI, Dialect
from envfactory.source.document import kind_of
from envfactory.source.notes import Budget, Notes
from envfactory.source.reference import Unreadable, escape
from envfactory.source.yaml_core import weight_of_text

MAX_SCHEMA_DEPTH: Final = 40
"""Deepest nesting of schemas inside one another without a reference between them."""

MAX_PROPERTY_NAME: Final = 256
"""Longest property name that is kept, in characters."""

TYPES: Final = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})

_SUBSCHEMA: Final = frozenset(
    {"items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else"}
    | {"unevaluatedItems", "unevaluatedProperties"}
)
_SUBSCHEMA_LISTS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_SUBSCHEMA_MAPS: Final = frozenset({"properties", "patternProperties", "dependentSchemas"})
_ANY_VALUE: Final = frozenset({"default", "const"})
_ANNOTATIONS: Final = frozenset(
    {"title", "description", "default", "examples", "readOnly", "writeOnly", "deprecated"}
)
_CONSTRAINING: Final = frozenset({"$ref", "allOf", "oneOf", "not", "if"})
"""Keywords that may refuse null whatever `type` says."""
_BOUNDS: Final = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


def _is_flag(value: Json) -> bool:
    return isinstance(value, bool)


def _is_number(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_positive(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0


def _is_count(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_pattern(value: Json) -> bool:
    """Tell whether Python understands the regular expression; most of ECMA 262 it does."""
    if not isinstance(value, str) or len(value) > 2000:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about syntax that may change its meaning some day
            re.compile(value)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


_CHECKED: Final[dict[str, Callable[[Json], bool]]] = {
    **dict.fromkeys(("title", "description", "format"), _is_text),
    **dict.fromkeys(("contentEncoding", "contentMediaType"), _is_text),
    "pattern": _is_pattern,
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _is_number),
    "multipleOf": _is_positive,
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _is_count),
    **dict.fromkeys(("minProperties", "maxProperties", "minContains", "maxContains"), _is_count),
    **dict.fromkeys(("uniqueItems", "readOnly", "writeOnly", "deprecated"), _is_flag),
}


class SchemaWriter:
    """Rewrites schemas of a dialect; `refer` turns its references into those of the description."""

    def __init__(
        self,
        refer: Callable[[str, str], str],
        notes: Notes,
        budget: Budget,
        dialect: Dialect = OPENAPI,
    ) -> None:
        self._refer, self._notes, self._budget = refer, notes, budget
        self._rewrite = dialect.rewrite

    def write(self, node: Json, where: str, depth: int = 0) -> JsonSchema:
        """Return the schema at `node` as JSON Schema 2020-12.

        Raises:
            Unreadable: If it is no schema, nests too deeply, or refers to what cannot be found.
            InputError: If the whole document produces too much.
        """
        if isinstance(node, bool):
            return {} if node else {"not": {}}
        if not isinstance(node, dict):
            raise Unreadable(where, "malformed schema", kind_of(node), "write an object")
        if depth > MAX_SCHEMA_DEPTH:
            raise Unreadable(where, "schema nested too deeply", fix="name the inner schemas")
        self._budget.spend(1)
        node = self._rewrite(node, where)
        out: JsonSchema = {}
        for keyword, value in node.items():
            if value is not None:
                self._keyword(out, keyword, value, f"{where}/{escape(keyword)}", depth)
            elif keyword in ("const", "default"):
                out[keyword] = None
        _exclusive_bounds(out, node)
        if "example" in node and "examples" not in out:
            self._values(out, "examples", [node["example"]], f"{where}/example")
        return _nullable(out) if node.get("nullable") is True else out

    def _keyword(self, out: JsonSchema, name: str, value: Json, where: str, depth: int) -> None:
        if name in _SUBSCHEMA:
            self._subschema(out, name, value, where, depth)
        elif name in _SUBSCHEMA_LISTS:
            self._subschema_list(out, name, value, where, depth)
        elif name in _SUBSCHEMA_MAPS:
            self._subschema_map(out, name, value, where, depth)
        elif name in _CHECKED:
            if _CHECKED[name](value):
                self._budget.spend(weight_of_text(value) if isinstance(value, str) else 1)
                out[name] = value
            elif not (isinstance(value, bool) and name.startswith("exclusive")):
                self._malformed(where, value)
        elif name in _ANY_VALUE:
            self._values(out, name, value, where)
        elif name == "$ref":
            self._reference(out, value, where)
        elif name == "type":
            self._type(out, value, where)
        elif name in ("enum", "examples"):
            self._list_of_values(out, name, value, where)
        elif name == "required":
            self._required(out, value, where)
        elif name == "discriminator":
            self._discriminator(out, value, where)

    def _subschema(self, out: JsonSchema, name: str, value: Json, where: str, depth: int) -> None:
        if isinstance(value, list) and name == "items":
            self._subschema_list(out, "prefixItems", value, where, depth)
        elif isinstance(value, bool):
            out[name] = value
        elif isinstance(value, dict):
            out[name] = self.write(value, where, depth + 1)
        else:
            self._malformed(where, value)

    def _subschema_list(
        self, out: JsonSchema, name: str, value: Json, where: str, depth: int
    ) -> None:
        if not isinstance(value, list):
            self._malformed(where, value)
            return
        parts: list[Json] = []
        for index, part in enumerate(value):
            if isinstance(part, dict):
                parts.append(self.write(part, f"{where}/{index}", depth + 1))
            elif isinstance(part, bool):
                parts.append(part)
            else:
                self._malformed(f"{where}/{index}", part)
        if parts:
            out[name] = parts

    def _subschema_map(
        self, out: JsonSchema, name: str, value: Json, where: str, depth: int
    ) -> None:
        if not isinstance(value, dict):
            self._malformed(where, value)
            return
        parts: dict[str, Json] = {}
        for key, part in value.items():
            place = f"{where}/{escape(key)}"
            if len(key) > MAX_PROPERTY_NAME:
                self._notes.add(place, "name too long", f"{len(key)} characters")
            elif name == "patternProperties" and not _is_pattern(key):
                self._malformed(place, key)
            elif isinstance(part, dict):
                parts[key] = self.write(part, place, depth + 1)
            elif isinstance(part, bool) or part is None:
                parts[key] = {} if part is None else part
            else:
                self._malformed(place, part)
        out[name] = parts

    def _reference(self, out: JsonSchema, value: Json, where: str) -> None:
        if isinstance(value, str):
            out["$ref"] = self._refer(value, where)
        else:
            raise Unreadable(where, "malformed reference", kind_of(value), "write a text")

    def _type(self, out: JsonSchema, value: Json, where: str) -> None:
        named = value if isinstance(value, list) else [value]
        known = list(dict.fromkeys(n for n in named if isinstance(n, str) and n in TYPES))
        if len(known) < len(named):
            self._notes.add(where, "unknown type", str(value))
        if known:
            out["type"] = list[Json](known) if isinstance(value, list) else known[0]

    def _list_of_values(self, out: JsonSchema, name: str, value: Json, where: str) -> None:
        if isinstance(value, dict) and name == "examples":  # named examples, as in media types
            value = [
                part["value"] if isinstance(part, dict) and "value" in part else part
                for part in value.values()
            ]
        if not isinstance(value, list):
            self._malformed(where, value)
        elif value:
            self._values(out, name, value, where)

    def _required(self, out: JsonSchema, value: Json, where: str) -> None:
        if not isinstance(value, list):
            self._malformed(where, value)
            return
        names = list(dict.fromkeys(name for name in value if isinstance(name, str)))
        self._budget.spend(len(names))
        if names:
            out["required"] = list[Json](names)

    def _discriminator(self, out: JsonSchema, value: Json, where: str) -> None:
        if isinstance(value, dict) and isinstance(value.get("propertyName"), str):
            out["discriminator"] = {"propertyName": value["propertyName"]}
        else:
            self._malformed(where, value)

    def _values(self, out: JsonSchema, name: str, value: Json, where: str) -> None:
        """Keep a value as it is."""
        try:
            self._budget.spend_value(value, where)
        except Unreadable as error:
            self._notes.add(where, error.reason)
        else:
            out[name] = value

    def _malformed(self, where: str, value: Json) -> None:
        detail = value if isinstance(value, str) else kind_of(value)
        self._notes.add(where, "malformed schema keyword", detail)


def _exclusive_bounds(out: JsonSchema, node: dict[str, Json]) -> None:
    """Turn the flags of OpenAPI 3.0 into the numbers of 2020-12."""
    for exclusive, inclusive in _BOUNDS:
        if node.get(exclusive) is True and inclusive in out:
            out[exclusive] = out.pop(inclusive)


def _nullable(schema: JsonSchema) -> JsonSchema:
    """Allow null beside what `schema` allows."""
    if not schema.keys().isdisjoint(_CONSTRAINING):
        outer = {key: value for key, value in schema.items() if key in _ANNOTATIONS}
        inner = {key: value for key, value in schema.items() if key not in _ANNOTATIONS}
        return {"anyOf": [inner, {"type": "null"}], **outer}
    out = dict(schema)
    parts = out.get("anyOf")
    if isinstance(parts, list):
        out["anyOf"] = [*parts, {"type": "null"}]
    named = out.get("type")
    if isinstance(named, str) and named != "null":
        out["type"] = [named, "null"]
    elif isinstance(named, list) and "null" not in named:
        out["type"] = [*named, "null"]
    choices = out.get("enum")
    if isinstance(choices, list) and None not in choices:
        out["enum"] = [*choices, None]
    return out
