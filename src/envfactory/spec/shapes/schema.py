"""Schemas made plain: references followed, `allOf` merged, one variant chosen, limits kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from envfactory.records import Json
from envfactory.source.description import JsonSchema
from envfactory.spec.shapes.pattern import read_pattern
from envfactory.spec.shapes.truth import is_truth, truth
from envfactory.spec.words.authority import is_set_by_service

Kind = Literal["object", "map", "array", "string", "integer", "number", "boolean", "any"]

MAX_CHOICES = 200
"""Enumerations longer than this are read as open."""
_SCALARS = ("string", "integer", "number", "boolean")
_EITHER = "x-envfactory-either"
_MAX_DEPTH = 24
_MAX_PROPERTIES = 400


@dataclass(frozen=True)
class Shape:
    """One schema as the rules read it.

    Attributes:
        name: The named schema it came from, or ''.
        bare: An object that may also be given by its key alone (a string or integer variant).
    """

    kind: Kind
    name: str = ""
    nullable: bool = False
    bare: bool = False
    properties: dict[str, JsonSchema] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    item: JsonSchema | None = None
    value: JsonSchema | None = None
    choices: tuple[str | int, ...] = ()
    format: str = ""
    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_items: int | None = None
    max_items: int | None = None
    pattern: str | None = None
    title: str = ""
    description: str = ""
    read_only: bool = False
    write_only: bool = False
    default: Json = None
    has_default: bool = False
    examples: tuple[Json, ...] = ()


EMPTY = Shape("any")
"""What a schema that says nothing reads as."""


class Schemas:
    """The named schemas of a description, and how any schema reads in their light."""

    def __init__(self, named: dict[str, JsonSchema]) -> None:
        self._named = named
        self._known: dict[str, Shape] = {}
        self._active: set[str] = set()
        self._read: dict[int, tuple[Json, Shape]] = {}

    def shape(self, schema: Json) -> Shape:
        """Return the shape of a schema; what cannot be read has the kind 'any'.

        Rules ask for the same schemas again and again; each is kept beside its shape, so that no
        other can take its identity.
        """
        known = self._read.get(id(schema))
        if known is None:
            known = self._read[id(schema)] = (schema, self._shape(schema, 0))
        return known[1]

    def _shape(self, schema: Json, depth: int) -> Shape:
        if not isinstance(schema, dict) or depth > _MAX_DEPTH:
            return EMPTY
        reference = schema.get("$ref")
        if isinstance(reference, str):
            return self._referred(reference, schema, depth)
        parts: list[Shape] = []
        own = _own(schema)
        all_of = schema.get("allOf")
        if isinstance(all_of, list):
            parts = [self._shape(part, depth + 1) for part in all_of]
        result = _merge([*parts, own]) if parts else own
        for keyword in ("oneOf", "anyOf", _EITHER):
            variants = schema.get(keyword)
            if isinstance(variants, list) and variants:
                shapes = [self._shape(part, depth + 1) for part in variants[:20]]
                nullable = any(_is_null(part) for part in variants)
                if keyword == _EITHER and _are_alike(shapes):
                    return _reconciled(shapes[0], shapes[1])
                result = _merge([_choose(shapes, variants), result])
                result = replace(result, nullable=result.nullable or nullable)
        return result

    def _referred(self, reference: str, schema: JsonSchema, depth: int) -> Shape:
        name = reference.removeprefix("#/schemas/")
        target = self._known.get(name)
        if target is None:
            if name in self._active or name not in self._named:
                return EMPTY
            self._active.add(name)
            target = self._shape(self._named[name], depth + 1)
            self._active.discard(name)
            if target.kind in ("object", "map") or not target.name:
                target = replace(target, name=name)
            self._known[name] = target
        siblings = {key: value for key, value in schema.items() if key != "$ref"}
        if not siblings:
            return target
        own = _own(siblings)
        return replace(
            target,
            description=own.description or target.description,
            nullable=own.nullable or target.nullable,
            read_only=own.read_only or target.read_only,
            write_only=own.write_only or target.write_only,
        )


def either(first: JsonSchema, second: JsonSchema) -> JsonSchema:
    """Return the schema of what is seen as `first` in one place and as `second` in another."""
    return first if first == second else {_EITHER: [first, second]}


def _is_null(schema: Json) -> bool:
    return isinstance(schema, dict) and (
        schema.get("type") == "null" or schema.get("enum") == [None]
    )


def _own(schema: JsonSchema) -> Shape:
    """Read the keywords of one schema object, leaving out its combinations."""
    types = schema.get("type")
    listed = [t for t in types if isinstance(t, str)] if isinstance(types, list) else []
    nullable = schema.get("nullable") is True or schema.get("x-nullable") is True
    if isinstance(types, list):
        nullable = nullable or "null" in listed
        types = next((t for t in listed if t != "null"), None)
    raw_choices = schema.get("enum")
    if raw_choices is None and "const" in schema:
        raw_choices = [schema["const"]]
    choices, choice_kind = _choices(raw_choices)
    if isinstance(raw_choices, list) and None in raw_choices:
        nullable = True
    properties = schema.get("properties")
    kind = _kind(types, schema, choice_kind)
    default = schema.get("default")
    if kind == "string" and is_truth(choices, default, _text(schema.get("description"))):
        kind, default = "boolean", truth(default)
    required = schema.get("required")
    return Shape(
        kind=kind,
        nullable=nullable,
        properties=_properties(properties),
        required=frozenset(r for r in required if isinstance(r, str))
        if isinstance(required, list)
        else frozenset(),
        item=_as_schema(schema.get("items")),
        value=_as_schema(schema.get("additionalProperties")),
        choices=choices if kind == choice_kind else (),
        format=_text(schema.get("format")),
        minimum=_lower(schema, kind),
        maximum=_upper(schema, kind),
        min_length=_count(schema.get("minLength")),
        max_length=_count(schema.get("maxLength")),
        min_items=_count(schema.get("minItems")),
        max_items=_count(schema.get("maxItems")),
        pattern=read_pattern(schema.get("pattern")),
        title=_text(schema.get("title")),
        description=_text(schema.get("description")),
        read_only=schema.get("readOnly") is True
        or is_set_by_service(_text(schema.get("description")), kind == "boolean"),
        write_only=schema.get("writeOnly") is True,
        default=default,
        has_default="default" in schema and (default is not None or kind != "boolean"),
        examples=_examples(schema) if kind != "boolean" else (),
    )


def _kind(declared: Json, schema: JsonSchema, choice_kind: Kind | None) -> Kind:
    if declared in ("string", "integer", "number", "boolean", "array"):
        if declared == "number" and schema.get("format") in ("int32", "int64", "integer"):
            return "integer"
        return declared  # type: ignore[return-value]
    properties = schema.get("properties")
    if isinstance(properties, dict) and properties:
        return "object"
    if isinstance(schema.get("additionalProperties"), dict) and declared in ("object", None):
        return "map"
    if declared == "object":
        return "any"
    if "items" in schema:
        return "array"
    if choice_kind is not None:
        return choice_kind
    if schema.get("format") in ("date", "date-time", "uuid", "email", "uri"):
        return "string"
    return "any"


def _choices(raw: Json) -> tuple[tuple[str | int, ...], Kind | None]:
    if not isinstance(raw, list):
        return (), None
    values = [value for value in raw if value is not None and value != ""]
    if values and all(isinstance(value, bool) for value in values):
        return (), "boolean"
    if not values or len(values) > MAX_CHOICES:
        return (), "string" if values and isinstance(values[0], str) else None
    if all(isinstance(value, str) for value in values):
        kept = dict.fromkeys(v for v in values if isinstance(v, str) and v.isprintable())
        return tuple(kept), "string"
    if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return tuple(dict.fromkeys(v for v in values if isinstance(v, int))), "integer"
    return (), None


def _choose(shapes: list[Shape], variants: list[Json]) -> Shape:
    """Pick what a choice between variants is read as: an object first, then what they share."""
    shapes = [s for s, v in zip(shapes, variants, strict=False) if not _is_null(v)]
    if not shapes:
        return EMPTY
    if len(shapes) == 1:
        return shapes[0]
    objects = [s for s in shapes if s.kind == "object"]
    scalars = [s for s in shapes if s.kind in _SCALARS]
    if objects:
        merged = _union(objects)
        bare = any(s.kind in ("string", "integer") for s in scalars)
        return replace(merged, bare=merged.bare or bare)
    arrays = [s for s in shapes if s.kind == "array"]
    if arrays:
        item: JsonSchema | None = None
        for array in arrays:
            if array.item:
                item = either(item, array.item) if item else array.item
        return replace(arrays[0], item=item)
    if len(scalars) != len(shapes):
        known = [s for s in shapes if s.kind != "any"]
        return known[0] if known else EMPTY
    kinds = {s.kind for s in scalars}
    if len(kinds) > 1:
        kind: Kind = "number" if kinds <= {"integer", "number"} else "string"
        return Shape(kind, description=scalars[0].description)
    choices: tuple[str | int, ...] = ()
    if all(s.choices for s in scalars):
        choices = tuple(dict.fromkeys(choice for s in scalars for choice in s.choices))
    first = scalars[0]
    same = all(replace(s, description=first.description) == first for s in scalars)
    return first if same else Shape(first.kind, choices=choices, description=first.description)


def _are_alike(shapes: list[Shape]) -> bool:
    return all(s.kind == shapes[0].kind and s.kind in _SCALARS for s in shapes)


def _reconciled(first: Shape, second: Shape) -> Shape:
    """Return the scalar seen as `first` and as `second`: the first says, the second adds."""
    if first.choices and second.choices:
        first = replace(first, choices=tuple(dict.fromkeys((*first.choices, *second.choices))))
    added = {
        name: getattr(second, name)
        for name in ("choices", "format", "minimum", "maximum", "min_length", "max_length")
        if getattr(first, name) in ("", (), None)
    }
    return replace(
        first,
        **added,
        pattern=first.pattern or second.pattern,
        description=first.description or second.description,
        nullable=first.nullable or second.nullable,
        read_only=first.read_only and second.read_only,
        default=first.default if first.has_default else second.default,
        has_default=first.has_default or second.has_default,
        examples=first.examples or second.examples,
    )


def _union(objects: list[Shape]) -> Shape:
    """Return the object that may be any of `objects`: what all require stays required."""
    properties: dict[str, JsonSchema] = {}
    for one in objects:
        for name, schema in one.properties.items():
            properties[name] = either(properties[name], schema) if name in properties else schema
    required = frozenset.intersection(*(one.required for one in objects))
    name = next((one.name for one in objects if one.name), "")
    described = next((one.description for one in objects if one.description), "")
    return replace(
        objects[0], name=name, properties=properties, required=required, description=described
    )


def _merge(parts: list[Shape]) -> Shape:
    """Return the shape that has everything its parts say (`allOf`)."""
    kinds = [p.kind for p in parts if p.kind != "any"]
    if "object" in kinds:
        kind: Kind = "object"
    else:
        kind = kinds[0] if kinds else "any"
    base = next((p for p in parts if p.kind == kind), parts[0])
    properties: dict[str, JsonSchema] = {}
    for part in parts:
        for name, schema in part.properties.items():
            known = properties.get(name)
            if known is not None and known != schema:
                schema = {"allOf": [known, schema]}
            properties[name] = schema
    named = [p for p in parts if p.name]
    only = len(named) == 1 and all(p is named[0] or not p.properties for p in parts)
    last = parts[-1]
    return replace(
        base,
        kind=kind,
        name=named[0].name if only else "",
        properties=dict(list(properties.items())[:_MAX_PROPERTIES]),
        required=frozenset().union(*(p.required for p in parts)),
        nullable=any(p.nullable for p in parts),
        bare=any(p.bare for p in parts),
        read_only=any(p.read_only for p in parts),
        write_only=any(p.write_only for p in parts),
        description=last.description or base.description,
        title=last.title or base.title,
        choices=next((p.choices for p in reversed(parts) if p.choices), ()),
        default=next((p.default for p in reversed(parts) if p.has_default), None),
        has_default=any(p.has_default for p in parts),
        examples=next((p.examples for p in reversed(parts) if p.examples), ()),
    )


def _properties(raw: Json) -> dict[str, JsonSchema]:
    if not isinstance(raw, dict):
        return {}
    return {name: s if isinstance(s, dict) else {} for name, s in raw.items()}


def _as_schema(raw: Json) -> JsonSchema | None:
    return raw if isinstance(raw, dict) else None


def _text(raw: Json) -> str:
    return raw if isinstance(raw, str) else ""


def _count(raw: Json) -> int | None:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw < 2**31 else None


_EXACT = 2**53
"""From here on fractions are told apart no more, nor is a bound from what passes it."""


def _kept(bound: float | None, kind: Kind) -> float | None:
    """Return a bound that numbers of a kind can be held against."""
    return None if kind == "number" and bound is not None and abs(bound) >= _EXACT else bound


def _number(raw: Json) -> float | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or abs(raw) > 2**62:
        return None
    return raw


def _lower(schema: JsonSchema, kind: Kind) -> float | None:
    bound, exclusive = _number(schema.get("minimum")), schema.get("exclusiveMinimum")
    strict = exclusive is True
    if _number(exclusive) is not None:
        bound, strict = _number(exclusive), True
    bound = bound + 1 if strict and kind == "integer" and bound is not None else bound
    return _kept(bound, kind)


def _upper(schema: JsonSchema, kind: Kind) -> float | None:
    bound, exclusive = _number(schema.get("maximum")), schema.get("exclusiveMaximum")
    strict = exclusive is True
    if _number(exclusive) is not None:
        bound, strict = _number(exclusive), True
    bound = bound - 1 if strict and kind == "integer" and bound is not None else bound
    return _kept(bound, kind)


def _examples(schema: JsonSchema) -> tuple[Json, ...]:
    found: list[Json] = []
    if schema.get("example") is not None:
        found.append(schema["example"])
    several = schema.get("examples")
    if isinstance(several, list):
        found += [value for value in several if value is not None]
    return tuple(found[:3])
