"""Seen operations: what is asked for of one record, and what is done with it."""

from __future__ import annotations

import pytest

from envfactory.spec import infer
from envfactory.spec.operations.seen import read_operations
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.words.name import Nouns

TEXT = {"type": "string"}
BINDING = {"type": "object", "properties": {"role": TEXT, "members": TEXT}}


def box(**properties):
    return {"type": "object", "properties": properties}


def seen(api, *operations):
    return read_operations(api.shop(*operations), Schemas(api.schemas), Nouns())[-len(operations) :]


@pytest.mark.parametrize("path", ["/orders/{orderId}:getIamPolicy", "/orders/{orderId}/getTags"])
def test_a_list_that_is_asked_for_of_a_record_lies_below_it(api, path):
    policy = box(bindings={"type": "array", "items": BINDING}, etag=TEXT, version=TEXT)
    spec = infer(api.shop(api.operation(f"GET {path}", policy)))
    (tool,) = [one for one in spec.tools if one.operation == f"GET {path}"]
    assert tool.behaviour.kind == "list"
    assert tool.behaviour.table != "orders"
    assert [match.field for match in tool.behaviour.matches] == ["order_id"]


def test_what_a_post_lists_has_no_address_of_its_own(api):
    (one,) = seen(api, api.operation("POST /orders/{orderId}/listLines", {"type": "array"}))
    assert one.route.nouns == (("order",),)


def test_details_are_those_of_the_record_itself(api):
    (one,) = seen(api, api.operation("GET /orders/{orderId}/getOrderDetails", api.orders))
    assert (one.route.nouns, one.kind) == ((("order",),), "list")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/orders/{orderId}:deleteRevision", ""),
        ("/orders/{orderId}/deleteNote", ""),
        ("/orders/{orderId}:delete", "delete"),
        ("/orders/{orderId}/deleteOrder", "delete"),
    ],
)
def test_what_is_deleted_of_a_record_is_not_the_record(api, path, kind):
    (one,) = seen(api, api.operation(f"DELETE {path}"))
    assert one.kind == kind
    spec = infer(api.shop(api.operation(f"DELETE {path}")))
    made = [tool for tool in spec.tools if tool.operation == f"DELETE {path}"]
    assert [tool.behaviour.kind for tool in made] == ([kind] if kind else [])


def test_a_mask_beside_a_record_says_what_to_change_and_is_none_of_it(api):
    """Google's APIs take `{"order": {...}, "updateMask": "note"}`."""
    body = box(order=api.new_order | box(note=TEXT), updateMask=TEXT)
    (one,) = seen(api, api.operation("PATCH /orders/{orderId}", api.order, body))
    assert one.request is not None
    assert "updateMask" not in one.request.shape.properties
