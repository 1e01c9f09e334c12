"""Swagger 2.0: what stands elsewhere than in OpenAPI 3 means the same."""

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envfactory.errors import InputError
from envfactory.source import ApiDescription, Operation, openapi, swagger
from envfactory.source.document import Document
from envfactory.source.reader import reader_of
from envfactory.source.yaml_core import parse_yaml
from tests.source.soundness import ODD_VALUES, check, check_outcome, mutate

SHOP = """
swagger: "2.0"
info: {title: Corner Shop API, version: "1.2", license: {name: MIT}}
host: shop.example
basePath: /v2
consumes: [application/json]
produces: [application/json]
parameters:
  Limit: {name: limit, in: query, type: integer, minimum: 1, maximum: 100, default: 20}
  Order: {name: order, in: body, required: true, schema: {$ref: '#/definitions/NewOrder'}}
responses:
  Missing: {description: no such order}
  Found: {description: one, schema: {$ref: '#/definitions/Order'}}
paths:
  /orders:
    get:
      operationId: listOrders
      parameters:
        - $ref: '#/parameters/Limit'
        - name: status
          in: query
          type: array
          collectionFormat: multi
          items: {type: string, enum: [open, shipped]}
          description: Only these.
      responses:
        "200":
          description: all of them
          schema: {type: array, items: {$ref: '#/definitions/Order'}}
          examples: {application/json: [{id: 1, status: open}]}
    post:
      operationId: placeOrder
      parameters: [{$ref: '#/parameters/Order'}]
      responses: {201: {$ref: '#/responses/Found'}}
  /orders/{id}:
    parameters: [{name: id, in: path, required: true, type: integer, format: int64}]
    get:
      responses: {200: {$ref: '#/responses/Found'}, 404: {$ref: '#/responses/Missing'}}
  /orders/{id}/note:
    post:
      operationId: addNote
      consumes: [application/x-www-form-urlencoded]
      parameters:
        - {name: id, in: path, required: true, type: integer}
        - {name: text, in: formData, type: string, required: true, description: What to note.}
        - {name: pinned, in: formData, type: boolean, default: false}
      responses: {204: {description: noted}}
  /orders/{id}/receipt:
    put:
      operationId: attachReceipt
      consumes: [multipart/form-data]
      parameters:
        - {name: id, in: path, required: true, type: integer}
        - {name: receipt, in: formData, type: file, required: true}
      responses: {200: {description: ok}}
    get:
      operationId: getReceipt
      produces: [application/pdf]
      parameters: [{name: id, in: path, required: true, type: integer}]
      responses: {200: {description: the file, schema: {type: file}}}
definitions:
  NewOrder:
    type: object
    required: [item]
    properties:
      item: {type: string}
      note: {type: string, x-nullable: true}
  Order:
    discriminator: kind
    allOf:
      - $ref: '#/definitions/NewOrder'
      - properties:
          id: {type: integer, readOnly: true}
          kind: {type: string}
          status: {type: string, enum: [open, shipped]}
          next: {$ref: '#/definitions/Order'}
"""


def parsed(root: Any) -> ApiDescription:
    return swagger.read(Document("d.json", "d.json", "sha256:0", root))


@pytest.fixture(scope="module")
def shop() -> dict[str, Operation]:
    description = parsed(parse_yaml(SHOP))
    check(description)
    assert [part.reason for part in description.skipped] == ["response is not JSON"]
    return {operation.id: operation for operation in description.operations}


def test_the_document_as_a_whole() -> None:
    description = parsed(parse_yaml(SHOP))
    assert (description.name, description.version) == ("corner-shop", "1.2")
    assert description.provenance.format == "swagger 2.0"
    assert description.provenance.licence == "MIT"
    assert list(description.schemas) == ["NewOrder", "Order"]
    order: Any = description.schemas["Order"]
    assert order["discriminator"] == {"propertyName": "kind"}
    assert order["allOf"][1]["properties"]["next"] == {"$ref": "#/schemas/Order"}
    new: Any = description.schemas["NewOrder"]
    assert new["properties"]["note"] == {"type": ["string", "null"]}


def test_a_parameter_is_its_own_schema(shop: dict[str, Operation]) -> None:
    limit, status = shop["listOrders"].parameters
    assert (limit.name, limit.location, limit.required) == ("limit", "query", False)
    assert limit.schema_ == {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
    assert status.description == "Only these."
    assert status.schema_ == {
        "type": "array",
        "items": {"type": "string", "enum": ["open", "shipped"]},
    }
    (identifier,) = shop["get_orders_id"].parameters
    assert identifier.schema_ == {"type": "integer", "format": "int64"}
    assert identifier.required


def test_a_body_is_a_parameter(shop: dict[str, Operation]) -> None:
    body = shop["placeOrder"].request
    assert body is not None
    assert (body.media_type, body.required) == ("application/json", True)
    assert body.schema_ == {"$ref": "#/schemas/NewOrder"}
    assert shop["placeOrder"].parameters == ()


def test_a_response_has_its_schema_and_example(shop: dict[str, Operation]) -> None:
    response = shop["listOrders"].response
    assert response is not None
    assert response.schema_ == {"type": "array", "items": {"$ref": "#/schemas/Order"}}
    assert response.example == [{"id": 1, "status": "open"}]
    assert shop["placeOrder"].status == 201
    assert shop["get_orders_id"].response == shop["placeOrder"].response


def test_the_fields_of_a_form_are_one_body(shop: dict[str, Operation]) -> None:
    note, receipt = shop["addNote"].request, shop["attachReceipt"].request
    assert note is not None
    assert receipt is not None
    assert note.media_type == "application/x-www-form-urlencoded"
    assert note.schema_ == {
        "type": "object",
        "properties": {
            "text": {"type": "string", "description": "What to note."},
            "pinned": {"type": "boolean", "default": False},
        },
        "required": ["text"],
    }
    assert receipt.media_type == "multipart/form-data"
    properties: Any = receipt.schema_["properties"]
    assert properties == {"receipt": {"type": "string", "format": "binary"}}
    assert shop["getReceipt"].response is None


def test_the_base_path_counts_only_where_a_path_says_nothing_without_it() -> None:
    root: Any = {"swagger": "2.0", "basePath": "/pets/", "paths": {"/{id}": {"get": {}}}}
    assert parsed(root).operations[0].path == "/pets/{id}"
    root["paths"] = {"/cats/{id}": {"get": {}}}
    assert parsed(root).operations[0].path == "/cats/{id}"
    root |= {"basePath": ["pets"], "paths": {"/": {"get": {}}}}
    assert parsed(root).operations[0].path == "/"


def test_a_body_of_another_kind_is_left_out() -> None:
    body = {"name": "b", "in": "body", "schema": {"type": "object"}}
    post: Any = {"consumes": ["application/xml"], "parameters": [body]}
    root: Any = {"swagger": "2.0", "paths": {"/a": {"post": post}}}
    description = parsed(root)
    assert description.operations[0].request is None
    body["required"] = True
    with pytest.raises(InputError, match="neither JSON nor a form"):
        parsed(root)


@pytest.mark.parametrize(("root", "reader"), [({"swagger": "2.0"}, swagger), ({}, None)])
def test_recognised_by_what_it_holds(root: Any, reader: Any) -> None:
    document = Document("d", "d", "sha256:0", {**root, "info": {}})
    found = reader_of(document)
    assert (found and found.read) == (reader and reader.read)
    both = Document("d", "d", "sha256:0", {"swagger": "2.0", "openapi": "3.0.0"})
    found = reader_of(both)
    assert found is not None
    assert found.read is openapi.read


@pytest.mark.parametrize("version", ["1.2", "3.0", None, [], 2.1])
def test_other_versions_are_refused(version: Any) -> None:
    with pytest.raises(InputError, match=r"#/swagger: is version .*Swagger 2\.0 can be read"):
        parsed({"swagger": version, "paths": {"/a": {"get": {}}}})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), st.lists(ODD_VALUES, min_size=1))
def test_a_mutated_document_is_read_or_refused(rng: random.Random, values: list[Any]) -> None:
    root = parse_yaml(SHOP)
    for value in values:
        mutate(root, value, rng)
    root["swagger"] = "2.0"
    check_outcome(lambda: parsed(root))
