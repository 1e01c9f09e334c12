"""Retired records: DELETEs that keep what they put out of use."""

from __future__ import annotations

import pytest

from envfactory.spec import infer
from envfactory.spec.model import ActOnRecord
from envfactory.spec.stated.agreement import OTHERWISE

TEXT = {"type": "string"}
LINE = "DELETE /keys/{keyId}"


def deleted(api, summary, description="", **fields):
    """Return the specification, and its tool for the DELETE, or None."""
    key = {"type": "object", "properties": {"id": TEXT, "name": TEXT, **fields}}
    spec = infer(
        api.shop(
            api.operation("GET /keys/{keyId}", key),
            api.operation("POST /keys", key, key),
            api.operation(LINE, None, summary=summary, description=description),
        )
    )
    return spec, next((tool for tool in spec.tools if tool.operation == LINE), None)


@pytest.mark.parametrize(
    ("summary", "name", "flag", "value"),
    [
        ("Archive a key", "archive_key", "archived", True),
        ("Deactivates the key.", "deactivate_key", "active", False),
        ("Disable key", "disable_key", "enabled", False),
    ],
)
def test_what_is_put_out_of_use_stays(api, summary, name, flag, value):
    spec, tool = deleted(api, summary)
    assert isinstance(tool.behaviour, ActOnRecord)
    assert (tool.name, tool.behaviour.field, tool.behaviour.target) == (name, flag, value)
    assert spec.entity("keys").field(flag).default is not value


def test_a_state_that_fields_tell_is_taken(api):
    states = {"type": "string", "enum": ["active", "revoked"]}
    _, tool = deleted(api, "Revoke a key", status=states)
    assert (tool.behaviour.field, tool.behaviour.target) == ("status", "revoked")
    _, gone = deleted(api, "Revoke a key")
    assert gone.behaviour.kind == "delete"
    _, soft = deleted(api, "Remove a key", "This is a soft delete.", deleted={"type": "boolean"})
    assert (soft.behaviour.field, soft.behaviour.target) == ("deleted", True)


def test_what_is_not_deleted_is_no_deletion(api):
    spec, tool = deleted(api, "Delete a key", "The key will not be deleted from the database.")
    assert tool is None
    reasons = {one.where: one.reason for one in spec.omissions if one.subject == "operation"}
    assert reasons[LINE] == OTHERWISE
    _, plain = deleted(api, "Delete a key", "Its files are not deleted.")
    assert plain.behaviour.kind == "delete"
