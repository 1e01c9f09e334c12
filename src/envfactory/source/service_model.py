"""AWS service models, as the package `botocore` has them (`service-2.json`).

Operations name the shapes of their input and output; every shape lies under `shapes`. Inputs keep
the names that users of the SDK know, wherever they travel in the request, and an output is the
object that the SDK returns. Services whose protocol has no addresses become calls by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, get_args

from envfactory.records import Json
from envfactory.source.assembly import About, Assembly, Found
from envfactory.source.description import ApiDescription, Hints, Method, Provenance
from envfactory.source.dialect import Dialect
from envfactory.source.document import Document, kind_of
from envfactory.source.java_pattern import python_pattern
from envfactory.source.plain_text import plain_text
from envfactory.source.reference import Unreadable, escape
from envfactory.source.values import line_of, list_of, object_of, text_of

OPERATION_TEXT: Final = 600
"""Longest description of an operation, in characters."""

MEMBER_TEXT: Final = 300
"""Longest description of a member or shape, in characters."""

_METHODS: Final = tuple(method for method in get_args(Method) if method != "call")
_ADDRESSED: Final = frozenset({"rest-json", "rest-xml"})
_PLACEHOLDER: Final = re.compile(r"\{([^{}+]+)\+?\}")
_LOCATIONS: Final = {"uri": "path", "querystring": "query", "header": "header"}
_SCALARS: Final[dict[str, dict[str, Json]]] = {
    "string": {"type": "string"},
    "character": {"type": "string", "maxLength": 1},
    "integer": {"type": "integer"},
    "long": {"type": "integer"},
    "short": {"type": "integer"},
    "byte": {"type": "integer"},
    "bigInteger": {"type": "integer"},
    "float": {"type": "number"},
    "double": {"type": "number"},
    "bigDecimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "timestamp": {"type": "string", "format": "date-time"},
    "blob": {"type": "string", "contentEncoding": "base64"},
}
_BOUNDS: Final = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
    "integer": ("minimum", "maximum"),
    "number": ("minimum", "maximum"),
}


def recognises(document: Document) -> bool:
    """Tell whether this is a service model."""
    root = document.mapping
    about = object_of(root.get("metadata"))
    return (
        ("protocol" in about or "protocols" in about)
        and isinstance(root.get("operations"), dict)
        and "shapes" in root
    )


def read(document: Document) -> ApiDescription:
    """Read a service model.

    What cannot be read is left out and listed in `skipped`.

    Raises:
        InputError: If no operation can be read.
    """
    shapes = object_of(document.mapping.get("shapes"))
    protocol = line_of(object_of(document.mapping.get("metadata")).get("protocol"))
    assembly = Assembly(document, Dialect("#/shapes/", rewrite=_Shapes(shapes).rewrite))
    operations = _Operations(shapes, addressed=protocol in _ADDRESSED)
    found: list[Found] = []
    for name, node in object_of(document.mapping.get("operations")).items():
        where = f"#/operations/{escape(name)}"
        try:
            found.append(operations.read(name, node, where))
        except Unreadable as error:
            assembly.notes.leave_out(error, where)
    return assembly.assemble(found, _about(document, protocol))


def _about(document: Document, protocol: str) -> About:
    facts = object_of(document.mapping.get("metadata"))
    names = (facts.get("serviceAbbreviation"), facts.get("serviceFullName"), facts.get("serviceId"))
    return About(
        title=next((line for name in names if (line := line_of(name))), ""),
        version=line_of(facts.get("apiVersion")),
        description=_plain(document.mapping, OPERATION_TEXT),
        tags={},
        provenance=Provenance(
            format=f"aws service model {protocol}".strip(),
            location=document.name,
            sha256=document.sha256,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Operations:
    """Puts the operations of one model into the form of OpenAPI 3."""

    shapes: dict[str, Json]
    addressed: bool

    def read(self, name: str, node: Json, where: str) -> Found:
        if not isinstance(node, dict):
            raise Unreadable(where, "malformed operation", kind_of(node), "write an object")
        members, required = self._input(node, where)
        method: Method = "call"
        path = f"/{name}"
        template: dict[str, str] = {}
        if self.addressed:
            method, path, template = self._address(node, members, where)
        parameters: list[Json] = []
        fields: dict[str, Json] = {}
        for member, given in members.items():
            location = self._location(given, method)
            if location == "path":
                if member in template.values():
                    parameters.append(_parameter(member, given, location, required))
            elif location:
                parameters.append(_parameter(member, given, location, required))
            else:
                fields[member] = given
        operation: dict[str, Json] = {
            "operationId": name,
            "description": _plain(node, OPERATION_TEXT),
            "deprecated": node.get("deprecated"),
            "parameters": parameters,
            "requestBody": _body(fields, required),
            "responses": {_status(node): _response(node)},
        }
        hints = Hints(
            idempotent=True if node.get("idempotent") is True else None,
            read_only=True if node.get("readonly") is True else None,
        )
        return Found(method, path, operation, where, hints=hints)

    def _input(self, node: dict[str, Json], where: str) -> tuple[dict[str, Json], list[str]]:
        """Return the members of the input, and the names of those that the caller must give."""
        declared = node.get("input")
        if declared is None:
            return {}, []
        name = object_of(declared).get("shape")
        shape = self.shapes.get(name) if isinstance(name, str) else None
        if not isinstance(shape, dict):
            raise Unreadable(f"{where}/input", "unresolvable reference", str(name)[:200])
        members = shape.get("members", {})
        if not isinstance(members, dict):
            raise Unreadable(f"{where}/input", "malformed schema", kind_of(members))
        return members, _required(shape, members)

    def _address(
        self, node: dict[str, Json], members: dict[str, Json], where: str
    ) -> tuple[Method, str, dict[str, str]]:
        """Return method, path, and for each placeholder of the source the member it stands for."""
        http = object_of(node.get("http"))
        method = next((m for m in _METHODS if m == text_of(http.get("method")).lower()), None)
        uri = text_of(http.get("requestUri"))
        if method is None or not uri.startswith("/"):
            raise Unreadable(f"{where}/http", "malformed operation", "it has no method or path")
        template = {
            text_of(object_of(given).get("locationName")) or member: member
            for member, given in members.items()
            if object_of(given).get("location") == "uri"
        }
        path, _, query = uri.partition("?")
        # S3 says by '?acl' what others say by '/acl'
        parts = [part for part in query.split("&") if part and "=" not in part]
        path = "/".join([path.rstrip("/") or "", *parts]) or "/"
        placed = _PLACEHOLDER.sub(lambda m: "{" + template.get(m[1], m[1]) + "}", path)
        return method, placed, template

    def _location(self, given: Json, method: Method) -> str:
        """Return where a member travels; nothing where that is in the body."""
        if not self.addressed or not isinstance(given, dict):
            return ""
        location = _LOCATIONS.get(text_of(given.get("location")), "")
        return location or ("query" if method in ("get", "head") else "")


def _parameter(name: str, given: Json, location: str, required: list[str]) -> Json:
    return {
        "name": name,
        "in": location,
        "required": name in required,
        "description": _plain(object_of(given), MEMBER_TEXT),
        "schema": given,
    }


def _body(fields: dict[str, Json], required: list[str]) -> Json:
    if not fields:
        return None
    named = [name for name in required if name in fields]
    schema: dict[str, Json] = {"type": "structure", "members": fields, "required": [*named]}
    return {"required": bool(named), "content": {"application/json": {"schema": schema}}}


def _response(node: dict[str, Json]) -> Json:
    output = node.get("output")
    if output is None:
        return {}
    return {"content": {"application/json": {"schema": output}}}


def _status(node: dict[str, Json]) -> str:
    code = object_of(node.get("http")).get("responseCode")
    return str(code) if isinstance(code, int) and 200 <= code <= 299 else "200"


def _required(shape: dict[str, Json], members: dict[str, Json]) -> list[str]:
    """Return the required members; the SDK itself fills in the token of a retry."""
    return [
        name
        for name in list_of(shape.get("required"))
        if isinstance(name, str)
        and object_of(members.get(name)).get("idempotencyToken") is not True
    ]


def _plain(node: dict[str, Json], limit: int) -> str:
    return plain_text(text_of(node.get("documentation")), limit)


# ------------------------------------------------------------------------------ shapes
class _Shapes:
    """Puts shapes and members into the words of OpenAPI 3; structures become references."""

    def __init__(self, shapes: dict[str, Json]) -> None:
        self._shapes = shapes
        self._writers: dict[str, Callable[[dict[str, Json]], dict[str, Json]]] = {
            "structure": self._structure,
            "list": lambda shape: {"type": "array", "items": shape.get("member")},
            "map": lambda shape: {"type": "object", "additionalProperties": shape.get("value")},
        }

    def rewrite(self, node: dict[str, Json], where: str) -> dict[str, Json]:
        """Return one shape, or one member that names a shape, as a schema."""
        if "shape" not in node:
            return self._shape(node, where)
        name = node["shape"]
        shape = self._shapes.get(name) if isinstance(name, str) else None
        if not isinstance(shape, dict):
            raise Unreadable(where, "unresolvable reference", str(name)[:200])
        if shape.get("type") == "structure" and shape.get("document") is not True:
            pointer = "#/shapes/" + escape(str(name)).replace("%", "%25")
            schema: dict[str, Json] = {"$ref": pointer}
        else:
            schema = self._shape(shape, where)
        text = _plain(node, MEMBER_TEXT)
        if text:
            schema["description"] = text
        if node.get("deprecated") is True:
            schema["deprecated"] = True
        return schema

    def _shape(self, shape: dict[str, Json], where: str) -> dict[str, Json]:
        if shape.get("eventstream") is True:
            raise Unreadable(where, "event stream")
        kind = text_of(shape.get("type"))
        out: dict[str, Json] = {}
        if kind in self._writers:
            out = {} if shape.get("document") is True else self._writers[kind](shape)
        elif kind in _SCALARS:
            out = dict(_SCALARS[kind])
            if "enum" in shape:
                out["enum"] = shape["enum"]
            if "pattern" in shape:
                pattern = shape["pattern"]
                out["pattern"] = python_pattern(pattern) if isinstance(pattern, str) else pattern
        else:
            raise Unreadable(where, "malformed schema", kind[:40], "name a type of shape")
        if kind not in ("structure", "blob", "timestamp"):
            _add_bounds(out, shape)
        if shape.get("streaming") is True:
            out = {"type": "string", "format": "binary"}
        text = _plain(shape, MEMBER_TEXT)
        if text:
            out["description"] = text
        if shape.get("deprecated") is True:
            out["deprecated"] = True
        return out

    def _structure(self, shape: dict[str, Json]) -> dict[str, Json]:
        members = shape.get("members", {})
        out: dict[str, Json] = {"type": "object", "properties": members}
        required = _required(shape, object_of(members))
        if required:
            out["required"] = list[Json](required)
        if shape.get("union") is True:
            out |= {"minProperties": 1, "maxProperties": 1}
        return out


def _add_bounds(out: dict[str, Json], shape: dict[str, Json]) -> None:
    names = _BOUNDS.get(text_of(out.get("type")), ())
    for source, keyword in zip(("min", "max"), names, strict=False):
        value = shape.get(source)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if value is not None:
            out[keyword] = value
