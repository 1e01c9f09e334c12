"""Google discovery documents (https://developers.google.com/discovery/v1/reference/apis).

A tree of resources holds the methods; schemas lie under `schemas` and refer to one another by
their bare names. Where a method gives both `path`, with one parameter for a whole resource name
(`{+name}`), and `flatPath`, with one for each part of it, the flat one is read: its parameters are
what tells one record from another. Scopes, media and the parameters that every method has (`key`,
`alt`, …) say nothing about what a tool does and are left aside.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Final, get_args

from envfactory.records import Json
from envfactory.source.assembly import About, Assembly, Found
from envfactory.source.description import ApiDescription, Method, Provenance
from envfactory.source.dialect import Dialect
from envfactory.source.document import Document, kind_of
from envfactory.source.reference import Unreadable, escape
from envfactory.source.values import line_of, list_of, object_of, text_of

_KIND: Final = "discovery#restDescription"
_METHODS: Final = tuple(method for method in get_args(Method) if method != "call")
_PLACEHOLDER: Final = re.compile(r"\{[+#./;?&]?([^{}*]+?)\*?\}")
_FORMATS: Final = {"google-datetime": "date-time"}
_NOT_OF_THE_SCHEMA: Final = frozenset({"description", "location", "repeated", "required", "id"})
_UNSPECIFIED: Final = "_UNSPECIFIED"


def recognises(document: Document) -> bool:
    """Tell whether this is the discovery document of one API."""
    root = document.mapping
    return root.get("kind") == _KIND or (
        "discoveryVersion" in root and ("resources" in root or "methods" in root)
    )


def read(document: Document) -> ApiDescription:
    """Read a discovery document.

    What cannot be read is left out and listed in `skipped`.

    Raises:
        InputError: If no method can be read.
    """
    assembly = Assembly(document, _DIALECT)
    found: list[Found] = []
    for node, tags, where in _methods(document.mapping):
        try:
            found.append(_operation(node, tags, where, document.mapping))
        except Unreadable as error:
            assembly.notes.leave_out(error, where)
    return assembly.assemble(found, _about(document))


def _about(document: Document) -> About:
    root = document.mapping
    return About(
        title=line_of(root.get("title")) or line_of(root.get("canonicalName")),
        version=line_of(root.get("version")),
        description=text_of(root.get("description")),
        tags={},
        provenance=Provenance(
            format="google discovery document",
            location=document.name,
            sha256=document.sha256,
            origin=line_of(root.get("documentationLink")) or None,
        ),
    )


def _methods(root: dict[str, Json]) -> Iterator[tuple[Json, list[Json], str]]:
    """Yield every method, the name of its resource, and where it lies, in order of the document."""
    pending: list[tuple[dict[str, Json], list[Json], str]] = [(root, [], "#")]
    while pending:
        resource, tags, where = pending.pop()
        for name, method in object_of(resource.get("methods")).items():
            yield method, tags, f"{where}/methods/{escape(name)}"
        inner = object_of(resource.get("resources"))
        for name in reversed(inner):
            place = f"{where}/resources/{escape(name)}"
            pending.append((object_of(inner[name]), [name], place))


def _operation(node: Json, tags: list[Json], where: str, root: dict[str, Json]) -> Found:
    if not isinstance(node, dict):
        raise Unreadable(where, "malformed operation", kind_of(node), "write an object")
    method = next((m for m in _METHODS if m == text_of(node.get("httpMethod")).lower()), None)
    template = text_of(node.get("flatPath")) or text_of(node.get("path"))
    if method is None or ("flatPath" not in node and "path" not in node):
        raise Unreadable(where, "malformed operation", "it has no method or path", "give both")
    path = "/" + _PLACEHOLDER.sub(r"{\1}", template).lstrip("/")
    operation: dict[str, Json] = {
        "operationId": node.get("id"),
        "description": node.get("description"),
        "deprecated": node.get("deprecated"),
        "tags": tags,
        "parameters": _parameters(node, path, where),
        "requestBody": _request(node, root),
        "responses": {"200": _json(node["response"])} if "response" in node else {"204": {}},
    }
    return Found(method, path, operation, where)


# ------------------------------------------------------------------------------ parameters
def _parameters(node: dict[str, Json], path: str, where: str) -> list[Json]:
    declared = node.get("parameters", {})
    if not isinstance(declared, dict):
        raise Unreadable(
            f"{where}/parameters", "malformed parameters", kind_of(declared), "write an object"
        )
    in_path = dict.fromkeys(_PLACEHOLDER.findall(path))
    wholes = _wholes(text_of(node.get("path")), path)
    parameters: list[Json] = [
        _part_of_name(name, path, wholes.get(name)) for name in in_path if name not in declared
    ]
    for name, parameter in declared.items():
        if object_of(parameter).get("location") != "path" or name in in_path:
            parameters.append(_parameter(name, parameter))
    return parameters


def _parameter(name: str, node: Json) -> Json:
    if not isinstance(node, dict):
        return node
    schema = {key: value for key, value in node.items() if key not in _NOT_OF_THE_SCHEMA}
    if node.get("repeated") is True:
        default = schema.pop("default", None)
        schema = {"type": "array", "items": schema}
        if isinstance(default, list):
            schema["default"] = default
    return {
        "name": name,
        "in": node.get("location"),
        "required": node.get("required"),
        "description": node.get("description"),
        "schema": schema,
    }


def _part_of_name(name: str, path: str, whole: str | None) -> Json:
    """Return the parameter for one part of a resource name, which has no declaration."""
    collection = re.search(r"([^/{}:]+)/\{" + re.escape(name) + r"\}", path)
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", collection[1]).lower() if collection else ""
    what = f"Which of the {words}" if words else "Which record"
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": f"{what}; part of `{whole}`." if whole else f"{what}.",
        "schema": {"type": "string"},
    }


def _wholes(path: str, flat: str) -> dict[str, str]:
    """Return for each parameter of the flat path the one of `path` that it is a part of."""
    literals = _PLACEHOLDER.split("/" + path.lstrip("/"))
    found: dict[str, str] = {}
    position = len(literals[0])
    for name, after in zip(literals[1::2], literals[2::2], strict=True):
        end = flat.find(after, position) if after else len(flat)
        if end < 0:
            return {}
        for part in _PLACEHOLDER.findall(flat, position, end):
            found.setdefault(part, name)
        position = end + len(after)
    return found


# ------------------------------------------------------------------------------ bodies
def _request(node: dict[str, Json], root: dict[str, Json]) -> Json:
    if "request" in node:
        body = node["request"]
        required = _required_for(body, node.get("id"), root)
        if isinstance(body, dict) and required:
            body = {**body, "required": required}
        return {"required": True, **_json(body)}
    if node.get("supportsMediaUpload") is True:
        kinds = list_of(object_of(node.get("mediaUpload")).get("accept"))
        named = [kind for kind in kinds if isinstance(kind, str)]
        return {"required": True, "content": {kind: {} for kind in named or ["*/*"]}}
    return None


def _required_for(body: Json, identifier: Json, root: dict[str, Json]) -> list[Json]:
    """Return the properties of a body that must be given to the method with this id."""
    schema = object_of(root.get("schemas")).get(text_of(object_of(body).get("$ref")))
    return [
        name
        for name, part in object_of(object_of(schema).get("properties")).items()
        if identifier in list_of(object_of(object_of(part).get("annotations")).get("required"))
    ]


def _json(schema: Json) -> dict[str, Json]:
    return {"content": {"application/json": {"schema": schema}}}


# ------------------------------------------------------------------------------ schemas
def _reference(name: str) -> str:
    """Return the bare name of a schema as a pointer; percent signs are escaped as in a URI."""
    return "#/schemas/" + escape(name).replace("%", "%25")


def _rewrite(schema: dict[str, Json], where: str) -> dict[str, Json]:
    """Put one schema into the words of OpenAPI 3.

    What the texts say of a property is taken into account, because newer APIs say it nowhere else.
    """
    out = dict(schema)
    named = out.get("type")
    if named == "any":
        del out["type"]
    if isinstance(out.get("format"), str):
        out["format"] = _FORMATS.get(str(out["format"]), out["format"])
    for bound in ("minimum", "maximum"):
        if isinstance(out.get(bound), str):
            out[bound] = _number(str(out[bound]))
    if "default" in out:
        default = _typed(out.pop("default"), named)
        if default is not None:
            out["default"] = default
    if isinstance(out.get("enum"), list):
        out["enum"] = _choices(out)
    if text_of(out.get("description")).startswith("Output only."):
        out["readOnly"] = True
    properties = object_of(out.get("properties"))
    required = list_of(out.get("required")) + [
        name
        for name, part in properties.items()
        if text_of(object_of(part).get("description")).startswith("Required.")
    ]
    out["required"] = required or None
    return out


_DIALECT: Final = Dialect("#/schemas/", _reference, _rewrite)


def _choices(schema: dict[str, Json]) -> list[Json]:
    """Return the values that may be used: not the placeholder for none, nor deprecated ones."""
    values = list_of(schema.get("enum"))
    deprecated = list_of(schema.get("enumDeprecated"))
    usable = [
        value
        for index, value in enumerate(values)
        if not (isinstance(value, str) and value.endswith(_UNSPECIFIED))
        and not (index < len(deprecated) and deprecated[index] is True)
    ]
    return usable or values


def _typed(default: Json, named: Json) -> Json:
    """Return a default as a value of the type; None where it is none."""
    if not isinstance(default, str) or named not in ("boolean", "integer", "number"):
        return default
    if named == "boolean":
        return {"true": True, "false": False}.get(default.lower())
    value = _number(default)
    return value if named == "number" or isinstance(value, int) else None


def _number(text: str) -> int | float | None:
    if len(text) > 40:
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
