"""Work that takes time: changes that answer with how far they are."""

from __future__ import annotations

from envfactory.spec import infer
from envfactory.spec.operations.at_once import AT_ONCE

TEXT = {"type": "string"}
OPERATION = {"$ref": "#/schemas/Operation"}
KEY = {"$ref": "#/schemas/V2Key"}
SCHEMAS = {
    "Operation": {
        "type": "object",
        "properties": {
            "name": TEXT,
            "done": {"type": "boolean"},
            "error": {"type": "object"},
            "response": {"type": "object"},
        },
    },
    "V2Key": {"type": "object", "properties": {"uid": TEXT, "displayName": TEXT, "etag": TEXT}},
}


def test_a_change_makes_what_is_read_and_no_operation(api):
    """As in Google's API of keys, where more answers hold an operation than a key."""
    keys = {"type": "object", "properties": {"keys": {"type": "array", "items": KEY}}}
    spec = infer(
        api.describe(
            api.operation("GET /operations/{operationsId}", OPERATION),
            api.operation("POST /keys", OPERATION, KEY),
            api.operation("DELETE /keys/{keysId}", OPERATION),
            api.operation("PATCH /keys/{keysId}", OPERATION, KEY),
            api.operation("GET /keys", keys),
            api.operation("GET /keys/{keysId}", KEY),
            schemas=SCHEMAS,
        )
    )
    made = {tool.operation: tool for tool in spec.tools}
    assert len(made) == 6
    assert {tool.behaviour.table for tool in spec.tools} == {"keys", "operations"}
    assert not {"done", "error", "response"} & {f.name for f in spec.entity("keys").fields}
    assert AT_ONCE in made["POST /keys"].inferred
    assert made["PATCH /keys/{keysId}"].result.shape == "record"
    assert made["DELETE /keys/{keysId}"].result.shape == "none"
    assert AT_ONCE not in made["GET /keys"].inferred


def test_operations_that_are_kept_as_such_are_records(api):
    """A bank calls a transfer an operation, and reads it under the same path."""
    operation = {
        "type": "object",
        "properties": {"id": TEXT, "amount": {"type": "number"}, "status": TEXT, "done": TEXT},
    }
    spec = infer(
        api.describe(
            api.operation("POST /transfers", OPERATION, operation),
            api.operation("GET /transfers", {"type": "array", "items": OPERATION}),
            api.operation("GET /transfers/{id}", OPERATION),
            schemas={"Operation": operation},
        )
    )
    (made,) = [tool for tool in spec.tools if tool.operation == "POST /transfers"]
    assert made.result.shape == "record"
    assert AT_ONCE not in made.inferred
