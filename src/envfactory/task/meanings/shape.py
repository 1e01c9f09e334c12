"""`Shape`: what a JSON Schema says of a value, in the few words that grounding and wording need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from envfactory.records import Json

ShapeKind = Literal[
    "text",
    "date",
    "datetime",
    "time",
    "integer",
    "number",
    "boolean",
    "choice",
    "list",
    "object",
    "other",
]

_MAX_DEPTH = 6
_FORMATS: Mapping[str, ShapeKind] = {"date": "date", "date-time": "datetime", "time": "time"}
_TYPES: Mapping[str, ShapeKind] = {
    "string": "text",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "array": "list",
    "object": "object",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """The type of a value, its bounds, and the record that it identifies, if any."""

    kind: ShapeKind
    nullable: bool = False
    choices: tuple[Json, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    format: str = ""
    entity: str | None = None
    is_key: bool = False
    has_default: bool = False
    default: Json = None
    description: str = ""
    item: Shape | None = None
    fields: Mapping[str, Shape] = field(default_factory=dict)
    required: frozenset[str] = frozenset()

    @property
    def key_field(self) -> str | None:
        """The field that is the key of the record, if the value is a record."""
        return next((name for name, part in self.fields.items() if part.is_key), None)

    def at(self, path: str) -> Shape | None:
        """Return the shape at a port path (`*` for list members), None where there is none."""
        here: Shape | None = self
        for part in path.split("/")[1:]:
            if here is None:
                return None
            here = here.item if part == "*" else here.fields.get(_unescaped(part))
        return here

    def records(self) -> Iterator[Shape]:
        """Yield every record (an object with a key) that the value may contain."""
        if self.key_field is not None:
            yield self
        for part in self.fields.values():
            yield from part.records()
        if self.item is not None:
            yield from self.item.records()


def read_shape(schema: Mapping[str, Any]) -> Shape:
    """Return the shape of the values that a JSON Schema describes.

    Recursive schemas are cut off at a fixed depth, where the kind becomes `other`.
    """
    return _read(schema, schema, 0)


def _read(schema: Mapping[str, Any], root: Mapping[str, Any], depth: int) -> Shape:
    if depth > _MAX_DEPTH:
        return Shape("other")
    if "$ref" in schema:
        target = _target(str(schema["$ref"]), root)
        schema = {**target, **{name: part for name, part in schema.items() if name != "$ref"}}
    options = [part for part in schema.get("anyOf", ()) if part.get("type") != "null"]
    if "anyOf" in schema:
        if len(options) != 1:
            return replace(_leaf(schema, "other"), nullable=len(options) < len(schema["anyOf"]))
        outer = {name: part for name, part in schema.items() if name != "anyOf"}
        inner = _read({**options[0], **outer}, root, depth)
        return replace(inner, nullable=len(options) < len(schema["anyOf"]))
    return _typed(schema, root, depth)


def _typed(schema: Mapping[str, Any], root: Mapping[str, Any], depth: int) -> Shape:
    named = schema.get("type")
    types = [part for part in named if part != "null"] if isinstance(named, list) else [named]
    kind = _TYPES.get(str(types[0]), "other") if len(types) == 1 else "other"
    if "enum" in schema or "const" in schema:
        kind = "choice"
    elif kind == "text":
        kind = _FORMATS.get(str(schema.get("format", "")), "text")
    shape = replace(_leaf(schema, kind), nullable=isinstance(named, list) and "null" in named)
    if kind == "list" and isinstance(schema.get("items"), Mapping):
        return replace(shape, item=_read(schema["items"], root, depth + 1))
    if kind == "object":
        fields = {
            name: _read(part, root, depth + 1)
            for name, part in schema.get("properties", {}).items()
        }
        return replace(shape, fields=fields, required=frozenset(schema.get("required", ())))
    return shape


def _leaf(schema: Mapping[str, Any], kind: ShapeKind) -> Shape:
    choices = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return Shape(
        kind=kind,
        choices=tuple(choice for choice in choices if choice is not None),
        minimum=_bound(schema, "minimum", "exclusiveMinimum"),
        maximum=_bound(schema, "maximum", "exclusiveMaximum"),
        min_length=schema.get("minLength"),
        max_length=schema.get("maxLength"),
        pattern=schema.get("pattern"),
        format=str(schema.get("format", "")),
        entity=schema.get("x-entity"),
        is_key=bool(schema.get("x-key", False)),
        has_default="default" in schema,
        default=schema.get("default"),
        description=str(schema.get("description", "")),
    )


def _bound(schema: Mapping[str, Any], inclusive: str, exclusive: str) -> float | None:
    bound = schema.get(inclusive, schema.get(exclusive))
    return bound if isinstance(bound, int | float) else None


def _target(reference: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    here: Any = root
    for part in reference.removeprefix("#").split("/")[1:]:
        here = here.get(_unescaped(part), {}) if isinstance(here, Mapping) else {}
    return here if isinstance(here, Mapping) else {}


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")
