"""Restated operations: arguments in headers, and answers of which nothing is told."""

from __future__ import annotations

import pytest

from envfactory.source import Parameter
from envfactory.spec import infer

TEXT = {"type": "string"}


def headed(api, line, *names, **more):
    """Return an operation that takes its arguments in headers, as some services have them."""
    bare = api.operation(line, TEXT, **more)
    headers = [
        Parameter(
            name=name.removesuffix("!"), location="header", required=name[-1] == "!", schema=TEXT
        )
        for name in ("api_key!", *names)
    ]
    return bare.model_copy(update={"parameters": (*bare.parameters, *headers)})


def test_arguments_in_headers_are_inputs_where_answers_are_untold_texts(api):
    spec = infer(
        api.describe(
            headed(api, "GET /events", "venue", summary="Retrieve events"),
            headed(api, "POST /events", "name!", "venue", summary="Add an event"),
            headed(api, "PATCH /events", "id!", "name", "venue", summary="Update an event"),
            headed(api, "DELETE /events", "id!", summary="Delete an event"),
        )
    )
    found = {t.operation: (t.behaviour.kind, {p.name for p in t.parameters}) for t in spec.tools}
    assert found == {
        "GET /events": ("list", {"venue"}),
        "POST /events": ("create", {"name", "venue"}),
        "PATCH /events": ("update", {"event_id", "name", "venue"}),
        "DELETE /events": ("delete", {"event_id"}),
    }


@pytest.mark.parametrize("name", ["X-Request-Id", "api_key", "Accept-Language", "Idempotency"])
def test_headers_of_the_transport_are_no_inputs(api, name):
    spec = infer(
        api.describe(
            headed(api, "GET /events", name, "venue"),
            headed(api, "POST /events", "name!", "venue", name),
            headed(api, "GET /events/{id}", name),
            headed(api, "DELETE /events/{id}", name),
        )
    )
    assert len(spec.tools) == 4
    for tool in spec.tools:
        assert {p.name for p in tool.parameters} <= {"event_id", "name", "venue"}


def test_a_few_answers_that_are_texts_are_texts(api):
    spec = infer(
        api.shop(*(api.operation(f"GET /orders/{{orderId}}/{part}", TEXT) for part in "abcd"))
    )
    assert {tool.operation for tool in spec.tools} >= {"GET /orders", "GET /orders/{orderId}"}
    assert not any(tool.operation.endswith(("/a", "/b")) for tool in spec.tools)
