"""Settling: what nothing gives a value has a default, or may be missing."""

from __future__ import annotations

from envfactory.spec import infer

TEXT = {"type": "string"}
ENTRY = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "amount": {"type": "integer"},
        "approved": {"type": "boolean"},
        "deleted": {"type": "boolean"},
    },
    "required": ["id", "amount", "approved", "deleted"],
}
NEW = {
    "type": "object",
    "properties": {"amount": {"type": "integer"}, "approved": {"type": "boolean"}},
    "required": ["amount"],
}
ENTRIES = {"type": "array", "items": ENTRY}


def test_records_that_are_made_from_a_list_may_lack_what_its_objects_need_not_hold(api):
    batch = api.operation(
        "POST /entries", ENTRIES, {"type": "array", "items": NEW}, summary="Create entries"
    )
    reads = (api.operation("GET /entries", ENTRIES), api.operation("GET /entries/{id}", ENTRY))
    spec = infer(api.describe(batch, *reads, schemas={}))
    (made,) = [tool for tool in spec.tools if tool.operation == "POST /entries"]
    assert made.behaviour.kind == "create_many"
    fields = {field.name: field for field in spec.entity("entries").fields}
    lacking = {name for name, field in fields.items() if field.optional or field.has_default}
    assert lacking == {"approved", "deleted"}


def test_what_tells_records_apart_may_be_missing_where_one_is_made_without_it(api):
    one = {"$ref": "#/schemas/Object"}
    below = "/{objectName}/{objectId}/{childObjectName}/{childObjectId}"
    spec = infer(
        api.describe(
            api.operation("GET /objects", {"type": "array", "items": {"type": "string"}}),
            api.operation("POST /{objectName}", None, one, summary="Create an object"),
            api.operation("GET /{objectName}/{objectId}", one),
            api.operation(f"PATCH {below}", one, one),
            api.operation(f"PUT {below}", one, one),
            schemas={"Object": {"type": "object", "properties": {"objectField": TEXT}}},
        )
    )
    (made,) = [tool for tool in spec.tools if tool.operation == "POST /{objectName}"]
    entity = spec.entity(made.behaviour.table)
    given = {assign.field for assign in made.behaviour.assigns}
    left = [entity.field(name) for name in entity.identity if name not in given]
    assert left
    assert all(field.optional for field in left)
