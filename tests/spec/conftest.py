"""A small API to describe variations of, and the shipped real ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from envfactory.source import ApiDescription, Body, Operation, Parameter, Provenance

EXAMPLES = Path(__file__).parents[2] / "examples" / "apis"

Describe = Callable[..., ApiDescription]


def operation(
    line: str,
    returns: Any = None,
    takes: Any = None,
    query: dict[str, Any] | None = None,
    **more: Any,
) -> Operation:
    """Return an operation from 'METHOD /path', its schemas and its query parameters."""
    method, path = line.split()
    names = [part.split("}")[0] for part in path.split("{")[1:]]
    parameters = [
        Parameter(name=name, location="path", required=True, schema={"type": "string"})
        for name in names
    ]
    for name, schema in (query or {}).items():
        parameters.append(
            Parameter(
                name=name.removesuffix("!"),
                location="query",
                required=name.endswith("!"),
                schema=schema,
            )
        )
    json = "application/json"
    return Operation(
        id=line,
        method=method.lower(),
        path=path,
        parameters=tuple(parameters),
        request=None if takes is None else Body(media_type=json, schema=takes, required=True),
        response=None if returns is None else Body(media_type=json, schema=returns),
        **more,
    )


def describe(
    *operations: Operation, schemas: dict[str, Any] | None = None, **more: Any
) -> ApiDescription:
    """Return a description of these operations."""
    fields = {"name": "shop", "title": "Shop API", **more}
    return ApiDescription(
        operations=operations,
        schemas=schemas or {},
        provenance=Provenance(format="openapi 3.0.0", location="shop.json", sha256="sha256:0"),
        **fields,
    )


ORDER = {
    "type": "object",
    "required": ["id", "status"],
    "properties": {
        "id": {"type": "string"},
        "status": {"type": "string", "enum": ["pending", "shipped", "cancelled"]},
        "total": {"type": "number", "minimum": 0},
        "note": {"type": "string"},
        "customerId": {"type": "string"},
        "locked": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "created_at": {"type": "string", "format": "date-time"},
        "updated_at": {"type": "string", "format": "date-time"},
    },
}
CUSTOMER = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
}
REF_ORDER = {"$ref": "#/schemas/Order"}
REF_CUSTOMER = {"$ref": "#/schemas/Customer"}
ORDERS = {"type": "array", "items": REF_ORDER}
NEW_ORDER = {
    "type": "object",
    "required": ["customerId"],
    "properties": {
        "customerId": {"type": "string"},
        "note": {"type": "string"},
        "total": {"type": "number"},
        "password": {"type": "string"},
        "notify_customer": {"type": "boolean"},
    },
}
SCHEMAS = {"Order": ORDER, "Customer": CUSTOMER}


def shop(*more: Operation, **fields: Any) -> ApiDescription:
    """Return an API of orders and customers, with further operations."""
    return describe(
        operation("GET /orders", ORDERS),
        operation("POST /orders", REF_ORDER, NEW_ORDER),
        operation("GET /orders/{orderId}", REF_ORDER),
        operation("PATCH /orders/{orderId}", REF_ORDER, NEW_ORDER),
        operation("DELETE /orders/{orderId}"),
        operation("GET /customers/{id}", REF_CUSTOMER),
        operation("GET /customers", {"type": "array", "items": REF_CUSTOMER}),
        *more,
        schemas=SCHEMAS,
        **fields,
    )


@pytest.fixture
def api() -> Any:
    """The builders of this module: `operation`, `describe`, `shop` and the schemas."""
    import types

    return types.SimpleNamespace(
        operation=operation,
        describe=describe,
        shop=shop,
        order=REF_ORDER,
        orders=ORDERS,
        new_order=NEW_ORDER,
        customer=REF_CUSTOMER,
        schemas=SCHEMAS,
        examples=EXAMPLES,
    )
