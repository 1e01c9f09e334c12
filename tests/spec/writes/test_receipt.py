"""Receipts: records that submissions leave, which nothing else tells of."""

from __future__ import annotations

from envfactory.spec import infer
from envfactory.spec.model import CreateRecord

TEXT = {"type": "string"}
BEAT = {"type": "object", "properties": {"result": TEXT, "reason": TEXT}}


def test_what_a_path_names_is_told_of_again_and_again(api):
    """Monitors send one heartbeat after another for the same check."""
    line = "POST /heartbeats/{logId}/{id}"
    spec = infer(api.shop(api.operation(line, None, BEAT, summary="Create a new heartbeat.")))
    (tool,) = [one for one in spec.tools if one.operation == line]
    assert isinstance(tool.behaviour, CreateRecord)
    entity = spec.entity(tool.behaviour.table)
    assert entity.key_style == "serial"
    assert entity.key not in {assign.field for assign in tool.behaviour.assigns}
    assert {"log_id", "id", "result"} <= {assign.field for assign in tool.behaviour.assigns}


def test_an_identifier_in_the_body_is_that_of_what_is_made(api):
    body = {"type": "object", "required": ["id"], "properties": {"id": TEXT, "text": TEXT}}
    spec = infer(api.shop(api.operation("POST /feedback", None, body, summary="Send feedback.")))
    (tool,) = [one for one in spec.tools if one.operation == "POST /feedback"]
    assert isinstance(tool.behaviour, CreateRecord)
    assert spec.entity(tool.behaviour.table).key == "id"
    assert "id" in {assign.field for assign in tool.behaviour.assigns}


def test_a_record_that_a_text_calls_otherwise_is_none_of_its_path(api):
    """`POST /orders/instant`, "Creates new order record", makes no instant."""
    line, body = "POST /orders/instant", {"type": "object", "properties": {"seller": TEXT}}
    done = {"type": "object", "properties": {"success": {"type": "boolean"}}}
    for text, kept in (("Creates new order record.", False), ("Creates an instant.", True)):
        spec = infer(api.shop(api.operation(line, done, body, summary=text)))
        assert any(tool.operation == line for tool in spec.tools) is kept
