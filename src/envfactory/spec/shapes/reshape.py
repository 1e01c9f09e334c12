"""Reshaping: answers that are values, lists of values or maps, told as records.

`GET /languages` may answer with `["en", "fr"]`, `GET /wallets/{id}/balance` with a number, and
`GET /rooms` with rooms under their keys. A tool answers with records of the same content, so that
filters, references and looking one up work alike; it says so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from envfactory.source.description import JsonSchema
from envfactory.spec.shapes.component import clean_component
from envfactory.spec.shapes.payload import Payload
from envfactory.spec.shapes.route import Route, Step
from envfactory.spec.shapes.schema import Schemas, Shape
from envfactory.spec.words.name import Nouns, word_set, words

VALUES = "records stand for the values that the source returns"
KEYED = "records stand for the entries of the map that the source returns"
_SCALARS = ("string", "integer", "number", "boolean")
_FILES = word_set(
    "content contents download file raw pdf csv xml html export image thumbnail photo picture "
    "avatar qr qrcode ics rss atom zip attachment preview txt text docs swagger openapi schema xlsx"
)
"""What a string of that name is: no value, but a whole file."""
_NAMED = word_set(
    "url uri link href name title status state version balance timezone language currency country "
    "email phone address owner ip hostname domain code id type role level mode region locale "
    "username slug color colour date time deadline expiry plan tier phase price rate domain host"
)
"""Last words of paths that name a single value; another text may be anything."""
_PAGES = word_set("last next previous total count page pages cursor offset limit more token")
"""Words of what stands beside a list to say where it goes on."""
_MAX_NAME_WORDS = 4


def reshaped(payload: Payload, route: Route, media_type: str, schemas: Schemas) -> Payload:
    """Return a payload of records for one of values or of a map; others as they are."""
    told = "json" in media_type.lower()
    listed = payload.many and media_type == "*/*"
    if payload.kind != "other" or not route.steps or not (told or listed):
        return payload
    shape = payload.shape
    parts = words(route.steps[-1].segment) or route.steps[-1].noun
    if payload.many:
        return value_records(payload, shape, parts) if shape.kind in _SCALARS else payload
    if shape.kind in _SCALARS:
        file = set(parts) & _FILES or shape.format in ("binary", "byte")
        text = shape.kind == "string" and not shape.choices and not shape.format
        if file or (text and parts[-1] not in _NAMED):
            return payload
        return _value(payload, shape, parts)
    if shape.kind == "map":
        return _map(payload, shape, parts, schemas)
    return payload


def with_entries(route: Route, response: Payload, nouns: Nouns) -> Route:
    """Return a route to the entries of the map that one record is answered with.

    `/clients/{language}` answers with a map of options: these are the options of a client.
    """
    if response.reshaped != KEYED or not route.on_item or route.verb or not response.shape.name:
        return route
    noun = tuple(clean_component(response.shape.name, nouns).split("_"))
    if not any(noun) or noun == route.nouns[-1]:
        return route
    return replace(route, steps=(*route.steps, Step("-".join(nouns.plural_words(noun)), noun)))


def listed_values(
    payload: Payload, noun: tuple[str, ...], plural: str, schemas: Schemas
) -> Payload:
    """Return records for the values of an answer that holds a list of them, and at most a page.

    Args:
        payload: What is answered.
        noun: What the path calls one of them.
        plural: What it calls several.
        schemas: Reads schemas.
    """
    told = [name for name in payload.shape.properties if not set(words(name)) & _PAGES]
    if payload.kind != "record" or len(told) != 1:
        return payload
    name = told[0]
    value = schemas.shape(payload.shape.properties[name])
    item = schemas.shape(value.item or {})
    if value.kind != "array" or item.kind not in _SCALARS or words(name)[-1:] != (plural,):
        return payload
    shape = _record("_".join(noun), item)
    paged = len(payload.shape.properties) > 1
    kind: Literal["records"] = "records"
    return replace(payload, kind=kind, shape=shape, paged=paged, wrapper=(name,), reshaped=VALUES)


def value_records(payload: Payload, shape: Shape, parts: tuple[str, ...]) -> Payload:
    """Tell a list of values as records with one field.

    Args:
        payload: What is answered.
        shape: The shape of one value.
        parts: What the path or the answer calls the values.
    """
    name = "name" if shape.kind == "string" else "value"
    if parts[-1] in ("ids", "uuids", "id"):
        name = "id"
    return replace(payload, kind="records", shape=_record(name, shape), reshaped=VALUES)


def _value(payload: Payload, shape: Shape, parts: tuple[str, ...]) -> Payload:
    """Tell a value as a record with one field, called as the path calls it."""
    name = "_".join(parts[-_MAX_NAME_WORDS:]) or "value"
    return replace(payload, kind="record", shape=_record(name, shape), reshaped=VALUES)


def _map(payload: Payload, shape: Shape, parts: tuple[str, ...], schemas: Schemas) -> Payload:
    """Tell a map of records as a list of them, one of values as a record that holds it."""
    value = schemas.shape(shape.value or {})
    if value.kind == "object" and value.properties:
        own = {words(name) for name in value.properties}
        properties = dict(value.properties)
        if not own & {("id",), ("key",), ("code",), ("name",), ("slug",)}:
            key: JsonSchema = {"type": "string", "description": "The key that it stands under."}
            properties = {"key": key, **properties}
        item = replace(
            value, properties=properties, required=value.required | (properties.keys() & {"key"})
        )
        return replace(payload, kind="records", shape=item, reshaped=KEYED)
    if value.kind in _SCALARS:
        return replace(
            payload, kind="record", shape=_record("_".join(parts), shape), reshaped=VALUES
        )
    return payload


def _record(name: str, shape: Shape) -> Shape:
    schema: JsonSchema = {"description": shape.description or shape.title}
    if shape.kind == "map":
        schema |= {"type": "object", "additionalProperties": shape.value}
    else:
        schema["type"] = shape.kind
        if shape.choices:
            schema["enum"] = list(shape.choices)
        if shape.format:
            schema["format"] = shape.format
    return Shape("object", properties={name: schema}, required=frozenset({name}))
