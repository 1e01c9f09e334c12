"""Uploads: files that callers send, kept as records that say which file it was.

An environment keeps no bytes. A tool takes the name of the file instead, and what else the API
takes with it; the record can then be listed, read and deleted like any other.
"""

from __future__ import annotations

from dataclasses import replace

from envfactory.source.description import JsonSchema
from envfactory.spec.model import Assign, CreateRecord, FieldSpec, Omission, Result, Scalar
from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.inputs import Call, Meaningless
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.words.name import words
from envfactory.spec.words.prose import article

FILE_MARK = "x-envfactory-file"
"""Marks the schema of a field that holds the name of a file."""
_INFERRED = "a file is kept by its name"
_NAMES = (("file", "name"), ("filename",), ("original", "filename"), ("name",), ("title",))
_DESCRIPTION = "Name of the file, with its ending."


def is_binary(schemas: Schemas, schema: JsonSchema) -> bool:
    """Tell whether a value is a file, or several."""
    shape = schemas.shape(schema)
    if shape.kind == "array":
        return is_binary(schemas, shape.item or {})
    return shape.format in ("binary", "byte", "base64")


def file_name_schema() -> JsonSchema:
    """Return the schema of the field that stands for a file in a record."""
    return {"type": "string", "description": _DESCRIPTION, FILE_MARK: True}


def file_field(draft: Draft) -> str | None:
    """Return the field of a record that stands for the file it is about, if it has one."""
    for parts, slot in draft.slots.items():
        if slot.schema.get(FILE_MARK):
            return draft.names.get(parts)
    return None


def add_file_name(call: Call, name: str) -> Assign:
    """Add the parameter that names the file, and return what it sets."""
    made = call.add(name, name, call.draft.fields[name].type, _DESCRIPTION, required=True)
    return Assign(field=name, source="parameter", parameter=made)


def make_upload(shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
    """Return the tool that adds a file to a collection of records."""
    draft = shop.owners.get(seen.route.nouns)
    if draft is None or seen.operation.method != "post" or seen.route.on_item:
        return None
    if seen.route.verb not in ("", "create"):
        return None
    if not carries_file(shop.schemas, seen) or not draft.kind.is_named(seen.route.nouns[-1]):
        return None
    if seen.response.kind == "record" and not shop.is_of(seen, draft):
        raise Meaningless("answers with another kind of record")
    call = Call(without_files(shop.schemas, seen), draft, omit)
    assigns = [
        Assign(field=match.field, source="parameter", parameter=match.parameter)
        for match in shop.inputs.scope(call, of_list=True)
        if match.field is not None
    ]
    assigns += shop.inputs.assigned(call, {a.field for a in assigns}, creating=True)
    name = _name_field(draft)
    if name not in {assign.field for assign in assigns}:
        assigns.append(add_file_name(call, name))
    call.seen = seen
    return shop.made(
        call,
        shop.verb_names("upload", Call(seen, draft, [])),
        f"Upload {article(draft.label)}.",
        CreateRecord(table=draft.table, assigns=tuple(assigns)),
        Result(shape="record", table=draft.table),
        (_INFERRED,),
    )


def carries_file(schemas: Schemas, seen: Seen) -> bool:
    """Tell whether callers send a file."""
    body = seen.operation.request
    if body is None:
        return False
    if body.media_type.startswith(("application/octet-stream", "image/", "audio/", "video/")):
        return True
    shape = schemas.shape(body.schema_)
    return any(is_binary(schemas, schema) for schema in shape.properties.values())


def without_files(schemas: Schemas, seen: Seen) -> Seen:
    """Return the operation as though it took no files."""
    request = seen.request
    if request is None or request.kind != "record":
        return seen
    kept = {n: s for n, s in request.shape.properties.items() if not is_binary(schemas, s)}
    return replace(seen, request=replace(request, shape=replace(request.shape, properties=kept)))


def _name_field(draft: Draft) -> str:
    """Return the field that holds the name of a file, adding it where there is none."""
    for parts in _NAMES:
        known = draft.names.get(parts)
        if known is None or known == draft.key:
            continue
        value = draft.fields[known].type
        if isinstance(value, Scalar) and value.type == "string" and not value.choices:
            return known
    draft.fields["file_name"] = FieldSpec(
        name="file_name",
        source_name="file_name",
        type=Scalar(type="string"),
        description=_DESCRIPTION,
        optional=True,
        inferred=True,
    )
    draft.names[words("file_name")] = "file_name"
    return "file_name"
