"""Reading ports out of JSON Schemas: every place inside a schema where a single value stands.

Handles objects, lists, maps, `$defs`/`$ref` (also recursive), `allOf`, `anyOf`/`oneOf` and `null`
alternatives, whoever wrote the schema. The walk goes level by level, so that where a schema is
larger than the limits it is the deep parts that are missing. Linear in the ports found.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, cast, get_args

from envfactory.graph.model import JsonType, Port
from envfactory.graph.path import ANY, escape, prefixes, unescape
from envfactory.records import Json

Schema = Mapping[str, Json]
Side = Literal["input", "output"]

_OBJECT: Schema = {"type": "object"}
_MAX_HOPS = 32
_MAX_FORMS = 16
_PLACES_PER_PORT = 8
_JSON_TYPES = frozenset(get_args(JsonType))


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a schema is read: levels of nesting, and ports on each side of a tool."""

    depth: int = 6
    ports: int = 256


@dataclass(frozen=True, slots=True)
class PortList:
    """The ports of one schema, in schema order by level, and how many places were left out."""

    ports: tuple[Port, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class _Place:
    """A part of the schema still to be read."""

    path: str
    schema: Schema
    depth: int = 0
    option: str = ""
    may_be_absent: bool = False
    entity: str | None = None
    description: str = ""
    has_default: bool = False
    open_refs: frozenset[str] = frozenset()


def read_ports(tool: str, side: Side, schema: Schema, bounds: Bounds | None = None) -> PortList:
    """Return the ports of a tool's input or output schema.

    An input that offers alternatives (`anyOf`, `oneOf`) is read in its first form, since one way to
    call the tool is enough; an output is read in all its forms.

    Args:
        tool: Qualified tool name, stored in each port.
        side: Which of the two schemas this is.
        schema: A JSON Schema; references are looked up inside it.
        bounds: Limits on depth and number.
    """
    return _Reader(tool, side, schema, bounds or Bounds()).read()


class _Reader:
    """One walk over one schema."""

    def __init__(self, tool: str, side: Side, root: Schema, bounds: Bounds) -> None:
        self._tool, self._side, self._root, self._bounds = tool, side, root, bounds

    def read(self) -> PortList:
        """Walk level by level and collect leaves; the first port of a path stands for it."""
        found: dict[str, Port] = {}
        left_out = 0
        queue = deque([_Place("", self._root)])
        for _ in range(self._bounds.ports * _PLACES_PER_PORT):
            if not queue:
                break
            for form in self._forms(queue.popleft()):
                if not _has_parts(form.schema):
                    if len(found) < self._bounds.ports or form.path in found:
                        self._keep(found, form)
                    else:
                        left_out += 1
                elif form.depth >= self._bounds.depth:
                    left_out += 1
                else:
                    queue.extend(self._parts(form))
        return PortList(_with_records(list(found.values())), left_out + len(queue))

    def _keep(self, found: dict[str, Port], place: _Place) -> None:
        """Store a leaf, unless it is no value at all; forms of one value widen its type."""
        if not place.path and self._side == "input":
            return
        port = self._port(place)
        if port.type == "null":
            return
        known = found.get(place.path)
        if known is None:
            found[place.path] = port
        elif known.type != port.type:
            found[place.path] = replace(known, type=_wider(known.type, port.type))

    def _port(self, place: _Place) -> Port:
        schema = place.schema
        choices = _choices(schema)
        return Port(
            tool=self._tool,
            side=self._side,
            path=place.path,
            type=_type_of(schema),
            format=_text(schema.get("format")),
            choices=choices,
            entity=place.entity,
            is_key=schema.get("x-key") is True,
            natural=schema.get("x-key-style") == "natural",
            description=place.description,
            option=place.option if self._side == "input" else "",
            may_be_absent=place.may_be_absent and self._side == "output",
            has_default=self._side == "input" and (place.has_default or len(choices) == 1),
        )

    def _forms(self, place: _Place) -> list[_Place]:
        """Resolve references and alternatives: one place per form that the value may take."""
        place = self._resolved(place)
        schema = place.schema
        for keyword in ("anyOf", "oneOf"):
            branches = schema.get(keyword)
            if not isinstance(branches, list):
                continue
            rest = {key: value for key, value in schema.items() if key != keyword}
            usable = [b for b in branches if isinstance(b, dict) and b.get("type") != "null"]
            nullable = len(usable) < len(branches)
            usable = usable[: 1 if self._side == "input" else _MAX_FORMS]
            forms: list[_Place] = []
            for branch in usable:
                form = replace(
                    place,
                    schema={**rest, **branch},
                    may_be_absent=place.may_be_absent or nullable,
                )
                forms.extend(self._forms(form))
            return forms[:_MAX_FORMS]
        return [place]

    def _resolved(self, place: _Place) -> _Place:
        """Follow `$ref` and fold `allOf`; what stands beside a reference wins over its target."""
        schema = dict(place.schema)
        open_refs = place.open_refs
        for _ in range(_MAX_HOPS):
            if isinstance(reference := schema.get("$ref"), str):
                del schema["$ref"]
                target = self._target(reference) if reference not in open_refs else _OBJECT
                open_refs = open_refs | {reference}
                schema = {**target, **schema}
            elif isinstance(parts := schema.get("allOf"), list):
                del schema["allOf"]
                schema = _folded(schema, [part for part in parts if isinstance(part, dict)])
            else:
                break
        types = schema.get("type")
        absent = place.may_be_absent or (isinstance(types, list) and "null" in types)
        entity = schema.get("x-entity")
        return _Place(  # not `replace`, which costs more than all else here
            place.path,
            schema,
            place.depth,
            place.option,
            absent,
            entity if isinstance(entity, str) else place.entity,
            _text(schema.get("description")) or place.description,
            place.has_default or "default" in schema or "const" in schema,
            open_refs,
        )

    def _target(self, reference: str) -> Schema:
        """Return what a local reference points at; an empty schema where it points nowhere."""
        value: Json = cast(Json, self._root)
        if not reference.startswith("#"):
            return {}
        for part in reference[1:].split("/")[1:]:
            if not isinstance(value, Mapping) or unescape(part) not in value:
                return {}
            value = value[unescape(part)]
        return dict(value) if isinstance(value, Mapping) else {}

    def _parts(self, place: _Place) -> Iterator[_Place]:
        """Yield the properties of an object, or the member of a list or map."""
        schema = place.schema
        properties = schema.get("properties")
        if isinstance(properties, dict):
            stated = schema.get("required")
            names = stated if isinstance(stated, list) else []
            required = {name for name in names if isinstance(name, str)}
            for name, part in properties.items():
                schema_of_part = part if isinstance(part, dict) else {}
                yield self._property(place, name, schema_of_part, name in required)
            return
        member = schema.get("items", schema.get("additionalProperties"))
        if isinstance(member, dict):
            yield replace(
                place,
                path=f"{place.path}/{ANY}",
                schema=member,
                depth=place.depth + 1,
                has_default=False,
            )

    def _property(self, place: _Place, name: str, part: Schema, required: bool) -> _Place:
        path = f"{place.path}/{escape(name)}"
        return _Place(
            path=path,
            schema=part,
            depth=place.depth + 1,
            option=place.option if required else path,
            may_be_absent=place.may_be_absent or not required,
            open_refs=place.open_refs,
        )


def _with_records(ports: list[Port]) -> tuple[Port, ...]:
    """Tell each output which record it is part of: that of the nearest key beside or above it."""
    records = {
        port.path.rpartition("/")[0]: port.entity
        for port in ports
        if port.is_key and port.side == "output"
    }
    if not records:
        return tuple(ports)
    found = []
    for port in ports:
        around = [records[prefix] for prefix in prefixes(port.path) if prefix in records]
        found.append(replace(port, record=around[-1]) if around else port)
    return tuple(found)


def _has_parts(schema: Schema) -> bool:
    """Say whether a value of this schema is made of further described values."""
    properties = schema.get("properties")
    if isinstance(properties, dict):
        return bool(properties)
    return any(isinstance(schema.get(key), dict) for key in ("items", "additionalProperties"))


def _folded(schema: dict[str, Json], parts: list[dict[str, Json]]) -> dict[str, Json]:
    """Merge the members of an `allOf` into one schema; properties and requirements add up."""
    merged: dict[str, Json] = {}
    properties: dict[str, Json] = {}
    required: list[Json] = []
    for part in (*parts, schema):
        merged.update(part)
        inner, needed = part.get("properties"), part.get("required")
        properties.update(inner if isinstance(inner, dict) else {})
        required.extend(needed if isinstance(needed, list) else [])
    if properties:
        merged["properties"] = properties
    if required:
        merged["required"] = required
    return merged


def _type_of(schema: Schema) -> JsonType:
    """Return the type of a leaf, from `type` or else from its allowed values."""
    stated = schema.get("type")
    if isinstance(stated, list):
        others = [name for name in stated if name != "null"]
        stated = others[0] if len(others) == 1 else "any" if others else "null"
    if isinstance(stated, str) and stated in _JSON_TYPES:
        return cast(JsonType, stated)
    kinds = {_type_of_value(value) for value in _choices(schema)}
    return kinds.pop() if len(kinds) == 1 else "any"


def _type_of_value(value: Json) -> JsonType:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "string" if isinstance(value, str) else "any"


def _choices(schema: Schema) -> tuple[Json, ...]:
    """Return the allowed values without null: those of `enum`, or the one of `const`."""
    values = schema.get("enum")
    if isinstance(values, list):
        return tuple(value for value in values if value is not None)
    constant = schema.get("const")
    return () if constant is None else (constant,)


def _wider(one: JsonType, other: JsonType) -> JsonType:
    return "number" if {one, other} == {"integer", "number"} else "any"


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
