"""Swagger 2.0 descriptions (https://swagger.io/specification/v2/).

They differ from OpenAPI 3 in where things stand: the body and the fields of a form are parameters,
a parameter is its own schema, media types are said once for all operations, and the named schemas
lie under `definitions`. `collectionFormat` says how a list is written into an address, which no
tool needs to know.
"""

from __future__ import annotations

import re
from typing import Final

from envfactory.errors import InputError
from envfactory.records import Json
from envfactory.source.assembly import Assembly, Found
from envfactory.source.description import ApiDescription, Body, Hints, JsonSchema, Method, Parameter
from envfactory.source.dialect import Dialect
from envfactory.source.document import Document, kind_of
from envfactory.source.openapi import about, find_operations
from envfactory.source.operations import MAX_NAME, Draft, OperationReader, choose_media
from envfactory.source.reference import Unreadable
from envfactory.source.values import list_of, object_of, text_of

_JSON: Final = "application/json"
_BINARY: Final = "application/octet-stream"
_URLENCODED: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
_SCHEMA_KEYWORDS: Final = frozenset(
    {"type", "format", "items", "default", "enum", "pattern", "multipleOf", "x-nullable", "$ref"}
    | {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength"}
    | {"minItems", "maxItems", "uniqueItems"}
)
"""Keywords by which a parameter that is not a body describes its value."""


def recognises(document: Document) -> bool:
    """Tell whether this is Swagger, of whatever version."""
    return "swagger" in document.mapping and "openapi" not in document.mapping


def read(document: Document) -> ApiDescription:
    """Read a Swagger 2.0 document.

    What cannot be read is left out and listed in `skipped`.

    Raises:
        InputError: If the version is another one, or no operation can be read.
    """
    version = str(document.mapping.get("swagger"))
    if version not in ("2.0", "2"):
        raise InputError(
            f"{document.where}#/swagger",
            f"is version {version[:40]!r}; Swagger 2.0 can be read",
            "convert it to Swagger 2.0 or OpenAPI 3",
        )
    assembly = Assembly(document, _DIALECT, _SwaggerOperations)
    found = list(find_operations(document, assembly.references, assembly.notes))
    base = _base_path(document.mapping, found)
    shared: dict[str, Json] = {
        name: document.mapping[name]
        for name in ("consumes", "produces")
        if name in document.mapping
    }
    placed = [
        Found(
            part.method,
            base + part.path,
            {**shared, **part.node} if isinstance(part.node, dict) else part.node,
            part.where,
            part.shared,
        )
        for part in found
    ]
    return assembly.assemble(placed, about(document, "swagger 2.0"))


def _base_path(root: dict[str, Json], found: list[Found]) -> str:
    """Return the base path where some path says nothing without it, such as '/{id}'."""
    base = text_of(root.get("basePath")).rstrip("/")
    bare = any(not re.search(r"\w", re.sub(r"\{[^{}]*\}", "", part.path)) for part in found)
    return base if bare and base.startswith("/") else ""


def _rewrite(schema: dict[str, Json], where: str) -> dict[str, Json]:
    """Put one schema into the words of OpenAPI 3."""
    changed: dict[str, Json] = {}
    if schema.get("x-nullable") is True:
        changed["nullable"] = True
    if schema.get("type") == "file":
        changed |= {"type": "string", "format": "binary"}
    if isinstance(schema.get("discriminator"), str):
        changed["discriminator"] = {"propertyName": schema["discriminator"]}
    return {**schema, **changed} if changed else schema


_DIALECT: Final = Dialect("#/definitions/", rewrite=_rewrite)


class _SwaggerOperations(OperationReader):
    """Reads operations whose bodies are parameters."""

    _consumes: tuple[str, ...] = ()
    _produces: tuple[str, ...] = ()

    def read(
        self,
        identifier: str,
        method: Method,
        path: str,
        node: Json,
        shared: Json,
        where: str,
        hints: Hints | None = None,
    ) -> Draft:
        self._consumes = _media_types(node, "consumes")
        self._produces = _media_types(node, "produces")
        return super().read(identifier, method, path, node, shared, where, hints)

    def _parameter(self, node: Json, where: str, uses: dict[str, None]) -> Parameter | None:
        node, where = self._references.follow(node, where)
        if object_of(node).get("in") in ("body", "formData"):
            return None
        return super()._parameter(node, where, uses)

    def _parameter_schema(
        self, node: dict[str, Json], where: str, uses: dict[str, None]
    ) -> tuple[JsonSchema, dict[str, Json], str]:
        if "schema" in node:  # as in OpenAPI 3; some tools write it
            return super()._parameter_schema(node, where, uses)
        schema: dict[str, Json] = {k: v for k, v in node.items() if k in _SCHEMA_KEYWORDS}
        holder = {"example": node.get("x-example")}
        return self._schemas.inline(schema, where, uses), holder, where

    def _request(
        self, operation: dict[str, Json], shared: Json, where: str, uses: dict[str, None]
    ) -> Body | None:
        item = where.rpartition("/")[0]
        body: tuple[dict[str, Json], str] | None = None
        fields: dict[str, tuple[dict[str, Json], str]] = {}
        for declared, place in ((shared, item), (operation.get("parameters"), where)):
            for index, part in enumerate(list_of(declared)):
                node, lies = self._references.follow(part, f"{place}/parameters/{index}")
                given = object_of(node)
                if given.get("in") == "body":
                    body = (given, lies)
                elif given.get("in") == "formData":
                    fields[_field_name(given, lies)] = (given, lies)
        if body:
            return self._whole_body(*body, uses)
        return self._form(fields, uses) if fields else None

    def _whole_body(self, node: dict[str, Json], where: str, uses: dict[str, None]) -> Body | None:
        required = node.get("required") is True
        media: dict[str, Json] = {
            kind: {"schema": node.get("schema"), "example": node.get("x-example")}
            for kind in self._consumes or (_JSON,)
        }
        chosen = choose_media(media, forms=True)
        if chosen is None:
            offered, reason = ", ".join(media), "request body is neither JSON nor a form"
            if required:
                raise Unreadable(where, reason, offered[:200])
            self._notes.add(where, reason, offered)
            return None
        return self._body(node, media, chosen, where, uses, required)

    def _form(self, fields: dict[str, tuple[dict[str, Json], str]], uses: dict[str, None]) -> Body:
        properties: dict[str, Json] = {}
        for name, (node, where) in fields.items():
            schema, _, _ = self._parameter_schema(node, where, uses)
            text = self._text(node.get("description"))
            properties[name] = {**schema, "description": text} if text else schema
        required = [name for name, (node, _) in fields.items() if node.get("required") is True]
        schema = {"type": "object", "properties": properties}
        if required:
            schema["required"] = list[Json](required)
        files = any(node.get("type") == "file" for node, _ in fields.values())
        only_multipart = _MULTIPART in self._consumes and _URLENCODED not in self._consumes
        return Body(
            media_type=_MULTIPART if files or only_multipart else _URLENCODED,
            schema=schema,
            required=bool(required),
        )

    def _content(self, node: dict[str, Json], where: str) -> dict[str, Json]:
        schema = node.get("schema")
        if schema is None:
            return {}
        if object_of(schema).get("type") == "file":
            return {_BINARY: {}}
        examples = object_of(node.get("examples"))
        return {
            kind: {"schema": schema, "example": examples.get(kind)}
            for kind in self._produces or (_JSON,)
        }


def _media_types(node: Json, key: str) -> tuple[str, ...]:
    return tuple(kind for kind in list_of(object_of(node).get(key)) if isinstance(kind, str))


def _field_name(node: dict[str, Json], where: str) -> str:
    name = node.get("name")
    if not isinstance(name, str) or not name:
        detail = kind_of(name) if name else "it has no name"
        raise Unreadable(where, "malformed parameter", detail, "name it")
    if len(name) > MAX_NAME:
        raise Unreadable(where, "name too long", f"{len(name)} characters")
    return name
