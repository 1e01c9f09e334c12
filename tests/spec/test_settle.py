"""Settling: what nothing gives a value has a default, or may be missing."""

from __future__ import annotations

from envfactory.spec import infer

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
