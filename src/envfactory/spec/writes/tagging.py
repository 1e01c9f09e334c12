"""Tagging: names and values that callers put on any resource, which they name by its address.

`TagResource(resourceArn, tags)` adds tags or gives those of the same name other values,
`UntagResource(resourceArn, tagKeys)` takes some away, and `ListTagsForResource(resourceArn)` shows
them. Every tag is a record of its own; whatever addresses the three have, they get the same one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from envfactory.source.description import (
    ApiDescription,
    Body,
    JsonSchema,
    Operation,
    Parameter,
)
from envfactory.spec.model import (
    Assign,
    CreateRecords,
    DeleteRecords,
    ListOf,
    MapOf,
    Match,
    Nested,
    ObjectSpec,
    Omission,
    Result,
)
from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.call import Call
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.records.parameter import is_paging, is_transport
from envfactory.spec.shapes.origin import Origin
from envfactory.spec.shapes.schema import Schemas, Shape
from envfactory.spec.words.name import word_set, words
from envfactory.spec.words.prose import plain, sentence

PATH = "/resource-tags"
"""Where the operations about tags lie, for the rules."""
INFERRED = "each tag is a record of its own"
_NAME, _VALUE = "tag_key", "tag_value"
_TAGS = word_set("tag tags")
_ADDS = word_set("tag add create put set")
_REMOVES = word_set("untag remove delete")
_LISTS = word_set("list describe get")
_RESOURCE = word_set("resource arn")
_BESIDE = word_set("idempotency token client request")

Role = Literal["list", "add", "remove"]
_VERBS: Mapping[Role, frozenset[str]] = {"list": _LISTS, "remove": _REMOVES, "add": _ADDS}


@dataclass(frozen=True)
class _Input:
    """One thing that callers give: its schema and where it travels."""

    name: str
    shape: Shape
    schema: JsonSchema
    description: str
    required: bool


@dataclass(frozen=True)
class _Reading:
    """An operation about tags: the input that names the resource, and the one about its tags."""

    operation: Operation
    resource: _Input
    tags: _Input | None = None


def tagged(description: ApiDescription) -> tuple[ApiDescription, dict[str, Origin]]:
    """Return a description in which the operations about tags of resources have one address.

    Only where they can be listed and changed, and where each says of what and which.

    Args:
        description: What a source says.

    Returns:
        The description, and where operations that changed come from, by their new 'METHOD /path'.
    """
    schemas = Schemas(description.schemas)
    found: dict[Role, _Reading] = {}
    for operation in description.operations:
        role = _role(operation)
        reading = _read(operation, role, schemas) if role is not None else None
        if role is not None and reading is not None:
            found.setdefault(role, reading)
    listing, adding = found.get("list"), found.get("add")
    if listing is None or adding is None:
        return description, {}
    name = listing.resource.name
    record = _record(listing.resource, adding, schemas)
    origins: dict[str, Origin] = {}
    changed: dict[str, Operation] = {}
    for role, reading in found.items():
        one = reading.operation
        made = _addressed(role, reading, name, record)
        where = f"{made.method.upper()} {made.path}"
        origins[where] = Origin(f"{one.method.upper()} {one.path}", one.id, (INFERRED,))
        changed[one.id] = made
    operations = tuple(changed.get(one.id, one) for one in description.operations)
    return description.model_copy(update={"operations": operations}), origins


def is_tagging(seen: Seen) -> bool:
    """Tell whether an operation puts tags on a resource, or takes some away."""
    return seen.operation.path == PATH and seen.operation.method != "get"


def make_tagging(shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
    """Return the tool that changes the tags of a resource."""
    draft = shop.owners.get(seen.route.nouns)
    if draft is None or not is_tagging(seen):
        return None
    call = Call(seen, draft, omit)
    resource, tags = seen.operation.parameters
    field = draft.names[words(resource.name)]
    own = call.add(
        resource.name, field, draft.fields[field].type, _text(resource.description), required=True
    )
    text = _text(tags.description)
    draft.identity = (field, _NAME)
    if seen.operation.method == "delete":
        names = ListOf(item=draft.fields[_NAME].type, min_items=1)
        keys = call.add(tags.name, "_".join(words(tags.name)), names, text, required=True)
        removing = DeleteRecords(
            table=draft.table,
            matches=(
                Match(parameter=own, field=field),
                Match(parameter=keys, field=_NAME, op="one_of"),
            ),
        )
        label = "Take tags away from a resource."
        return shop.made(call, ["untag_resource"], label, removing, Result(shape="none"))
    type_ = MapOf(value=draft.fields[_VALUE].type) if _is_map(tags, shop) else _pairs(shop, call)
    given = call.add(tags.name, "_".join(words(tags.name)), type_, text, required=True)
    adding = CreateRecords(
        table=draft.table,
        items=given,
        fields=(_NAME, _VALUE),
        assigns=(Assign(field=field, source="parameter", parameter=own),),
        named_by=_NAME,
    )
    label = "Put tags on a resource; those of the same name take the new values."
    made = shop.made(call, ["tag_resource"], label, adding, Result(shape="none"))
    return replace(made, gives=frozenset(adding.fields))


def _text(description: str) -> str:
    return sentence(plain(description))


def _is_map(tags: Parameter, shop: Workshop) -> bool:
    return shop.schemas.shape(tags.schema_).kind == "map"


def _pairs(shop: Workshop, call: Call) -> ListOf:
    """Return the type of a list of tags."""
    name = shop.types.names.take("NewTag")
    fields = tuple(
        call.draft.fields[one].model_copy(update={"optional": False, "read_only": False})
        for one in (_NAME, _VALUE)
    )
    shop.types.objects.append(
        ObjectSpec(name=name, description="A tag to be put on a resource.", fields=fields)
    )
    return ListOf(item=Nested(name=name), min_items=1)


# ------------------------------------------------------------------------------ reading
def _role(operation: Operation) -> Role | None:
    """Return what the name of an operation says that it does with tags."""
    parts = words(operation.id)
    if not set(parts) & {*_TAGS, "untag"} or len(parts) < 2:
        return None
    for role, verbs in _VERBS.items():
        if parts[0] in verbs and set(parts[1:]) & (_TAGS | _RESOURCE | {"resources"}):
            return role
    return None


def _read(operation: Operation, role: Role, schemas: Schemas) -> _Reading | None:
    """Return an operation about the tags of one resource, if that is all that it takes."""
    given = [one for one in _inputs(operation, schemas) if not set(words(one.name)) & _BESIDE]
    resource = [one for one in given if one.required and one.shape.kind in ("string", "any")]
    rest = [one for one in given if one not in resource and not is_paging(one.name)]
    if len(resource) != 1 or not set(words(resource[0].name)) & _RESOURCE:
        return None
    if role == "list":
        return (
            _Reading(operation, resource[0]) if not rest and _answers(operation, schemas) else None
        )
    if len(rest) != 1 or not rest[0].required or not set(words(rest[0].name)) & _TAGS:
        return None
    fits = (
        _is_names(rest[0].shape, schemas) if role == "remove" else _is_tags(rest[0].shape, schemas)
    )
    return _Reading(operation, resource[0], rest[0]) if fits else None


def _inputs(operation: Operation, schemas: Schemas) -> Iterator[_Input]:
    for one in operation.parameters:
        if not is_transport(one.name, one.location) and one.location in ("path", "query"):
            shape = schemas.shape(one.schema_)
            yield _Input(one.name, shape, one.schema_, one.description, one.required)
    if operation.request is None:
        return
    body = schemas.shape(operation.request.schema_)
    for name, schema in body.properties.items():
        if words(name):
            shape = schemas.shape(schema)
            yield _Input(name, shape, schema, shape.description, name in body.required)


def _answers(operation: Operation, schemas: Schemas) -> bool:
    """Tell whether an operation answers with tags and, at most, with whose they are."""
    if operation.response is None:
        return False
    shape = schemas.shape(operation.response.schema_)
    held = [schemas.shape(one) for one in shape.properties.values()]
    return sum(_is_tags(one, schemas) for one in held) == 1 and all(
        _is_tags(one, schemas) or one.kind in ("string", "any") for one in held
    )


def _is_tags(shape: Shape, schemas: Schemas) -> bool:
    """Tell whether values are tags: texts by name, or pairs of a key and a value."""
    if shape.kind == "map":
        return schemas.shape(shape.value or {}).kind in ("string", "any")
    pair = schemas.shape(shape.item or {}) if shape.kind == "array" else None
    names = {words(name)[-1:] for name in pair.properties} if pair is not None else set()
    return names == {("key",), ("value",)}


def _is_names(shape: Shape, schemas: Schemas) -> bool:
    return shape.kind == "array" and schemas.shape(shape.item or {}).kind == "string"


# ------------------------------------------------------------------------------ addresses
def _record(resource: _Input, adding: _Reading, schemas: Schemas) -> JsonSchema:
    """Return the schema of a tag: on what it is, its name and its value."""
    assert adding.tags is not None
    pair = schemas.shape(adding.tags.shape.item or {}).properties
    told = {words(name)[-1]: one for name, one in pair.items()}
    text: JsonSchema = {"type": "string"}
    value = told.get("value") or adding.tags.shape.value or text
    properties: Mapping[str, JsonSchema] = {
        resource.name: {**resource.schema, "description": "The resource that the tag is on."},
        _NAME: {**told.get("key", text), "description": "The name of the tag."},
        _VALUE: {**value, "description": "The value of the tag."},
    }
    return {"type": "object", "properties": dict(properties), "required": [*properties]}


def _addressed(role: Role, reading: _Reading, name: str, record: JsonSchema) -> Operation:
    """Return an operation about tags at the address that all of them have."""
    operation = reading.operation
    named = _parameter(reading.resource, name)
    if role == "list":
        paging = [one for one in operation.parameters if is_paging(one.name)]
        answer: JsonSchema = {"type": "array", "items": record}
        return operation.model_copy(
            update={
                "method": "get",
                "path": PATH,
                "parameters": (named, *paging),
                "request": None,
                "response": Body(media_type="application/json", schema=answer),
            }
        )
    assert reading.tags is not None
    given: Sequence[Parameter] = (named, _parameter(reading.tags, reading.tags.name))
    method = "post" if role == "add" else "delete"
    return operation.model_copy(
        update={
            "method": method,
            "path": PATH,
            "parameters": tuple(given),
            "request": None,
            "response": None,
        }
    )


def _parameter(given: _Input, name: str) -> Parameter:
    return Parameter(
        name=name,
        location="query",
        required=True,
        description=given.description,
        schema=given.schema,
    )
