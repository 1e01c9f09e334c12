"""Annotations of Python code as JSON Schema, read from the syntax tree; nothing is executed."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Final

from envfactory.records import Json
from envfactory.source.description import JsonSchema

MAX_DEPTH: Final = 20
"""Deepest nesting of an annotation that is read; what lies deeper may be anything."""

_PLAIN: Final[dict[str, JsonSchema]] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "complex": {"type": "number"},
    "Decimal": {"type": "number"},
    "bool": {"type": "boolean"},
    "bytes": {"type": "string", "format": "byte"},
    "dict": {"type": "object"},
    "Dict": {"type": "object"},
    "Mapping": {"type": "object"},
    "None": {"type": "null"},
    "datetime": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "format": "time"},
    "timedelta": {"type": "string", "format": "duration"},
    "UUID": {"type": "string", "format": "uuid"},
    "Path": {"type": "string"},
    "EmailStr": {"type": "string", "format": "email"},
    "HttpUrl": {"type": "string", "format": "uri"},
    "AnyUrl": {"type": "string", "format": "uri"},
}
_LISTS: Final = frozenset(
    {"list", "List", "tuple", "Tuple", "set", "Set", "frozenset", "FrozenSet", "Sequence"}
    | {"Iterable", "Iterator", "Collection", "MutableSequence"}
)
_MAPS: Final = frozenset(
    {"dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "defaultdict"}
)
_WRAPPERS: Final = frozenset(
    {"Required", "NotRequired", "ReadOnly", "Final", "ClassVar", "Awaitable"}
)
_BOUNDS: Final = {
    "ge": "minimum",
    "le": "maximum",
    "gt": "exclusiveMinimum",
    "lt": "exclusiveMaximum",
    "min_length": "minLength",
    "max_length": "maxLength",
    "pattern": "pattern",
}


def schema_of(node: ast.expr | None, known: Mapping[str, str], depth: int = 0) -> JsonSchema:
    """Return the schema of an annotation; what is not understood may be anything.

    Args:
        node: The annotation.
        known: The classes of the module by name, to the reference that stands for each.
        depth: How deep it lies in another one.
    """
    if node is None or depth > MAX_DEPTH:
        return {}
    if isinstance(node, ast.Constant):
        return _constant(node, known, depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _union([node.left, node.right], known, depth)
    if isinstance(node, ast.Subscript):
        return _generic(node, known, depth)
    name = last_name(node)
    if name in known:
        return {"$ref": known[name]}
    if name in _LISTS:
        return {"type": "array"}
    return dict(_PLAIN.get(name, {}))


def last_name(node: ast.expr) -> str:
    """Return the last part of a dotted name, or ''."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def literal(node: ast.expr | None) -> tuple[Json, bool]:
    """Return the JSON value that an expression plainly is, and whether it is one."""
    if node is None:
        return None, False
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None, False
    if isinstance(value, tuple):
        value = list(value)
    return (value, True) if _is_json(value) else (None, False)


def noted(schema: JsonSchema, call: ast.expr) -> JsonSchema:
    """Return a schema with what a note beside it says: a text, or a call such as `Field(ge=1)`."""
    if isinstance(call, ast.Constant) and isinstance(call.value, str):
        return {**schema, "description": call.value}
    if not isinstance(call, ast.Call) or last_name(call.func) not in ("Field", "Doc", "Param"):
        return schema
    found = dict(schema)
    for keyword in call.keywords:
        value, plain = literal(keyword.value)
        if plain and keyword.arg == "description" and isinstance(value, str):
            found["description"] = value
        elif plain and keyword.arg in _BOUNDS:
            found[_BOUNDS[keyword.arg]] = value
    if last_name(call.func) == "Doc" and call.args:
        value, plain = literal(call.args[0])
        if isinstance(value, str):
            found["description"] = value
    return found


def _constant(node: ast.Constant, known: Mapping[str, str], depth: int) -> JsonSchema:
    if node.value is None:
        return {"type": "null"}
    if not isinstance(node.value, str):
        return {}
    try:
        inner = ast.parse(node.value[:1000], mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return {}
    return schema_of(inner, known, depth + 1)


def _generic(node: ast.Subscript, known: Mapping[str, str], depth: int) -> JsonSchema:
    name = last_name(node.value)
    arguments = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if not arguments:
        return schema_of(node.value, known, depth + 1)
    if name == "Optional":
        return _union([*arguments[:1], ast.Constant(None)], known, depth)
    if name == "Union":
        return _union(arguments, known, depth)
    if name == "Literal":
        return _choices(arguments)
    if name == "Annotated":
        schema = schema_of(arguments[0], known, depth + 1)
        for extra in arguments[1:]:
            schema = noted(schema, extra)
        return schema
    if name in _WRAPPERS:
        return schema_of(arguments[-1], known, depth + 1)
    if name in _MAPS:
        value = schema_of(arguments[-1], known, depth + 1)
        return {"type": "object", "additionalProperties": value} if value else {"type": "object"}
    if name in _LISTS:
        item = schema_of(arguments[0], known, depth + 1)
        return {"type": "array", "items": item} if item else {"type": "array"}
    return {}


def _union(parts: list[ast.expr], known: Mapping[str, str], depth: int) -> JsonSchema:
    flat: list[ast.expr] = []
    pending = list(reversed(parts))
    while pending and len(flat) < 50:
        part = pending.pop()
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.BitOr):
            pending += [part.right, part.left]
        else:
            flat.append(part)
    schemas = [schema_of(part, known, depth + 1) for part in flat]
    if not all(schemas):
        return {}
    unique = [one for index, one in enumerate(schemas) if one not in schemas[:index]]
    return unique[0] if len(unique) == 1 else {"anyOf": list(unique)}


def _choices(nodes: list[ast.expr]) -> JsonSchema:
    values: list[Json] = []
    for node in nodes[:200]:
        value, plain = literal(node)
        if not plain:
            return {}
        values.append(value)
    if all(isinstance(value, str) for value in values):
        return {"type": "string", "enum": values}
    return {"enum": values}


def _is_json(value: object, depth: int = 0) -> bool:
    if depth > MAX_DEPTH:
        return False
    if isinstance(value, list):
        return all(_is_json(item, depth + 1) for item in value)
    if isinstance(value, dict):
        return all(isinstance(k, str) and _is_json(v, depth + 1) for k, v in value.items())
    if isinstance(value, float):
        return value == value and abs(value) != float("inf")
    if isinstance(value, int) and not isinstance(value, bool):
        return abs(value) < 2**63
    return value is None or isinstance(value, str | bool)
