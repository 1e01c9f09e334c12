"""What a description says after it was read: references, ids, bodies, parameters."""

from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from envfactory.source import ApiDescription, Operation, read_source

OK: dict[str, Any] = {"description": "fine"}


def document(paths: Any, version: str = "3.0.3", **rest: Any) -> dict[str, Any]:
    return {"openapi": version, "info": {"title": "Shop API"}, "paths": paths, **rest}


def json_body(schema: Any, **rest: Any) -> dict[str, Any]:
    return {"description": "", "content": {"application/json": {"schema": schema, **rest}}}


@pytest.fixture
def read(tmp_path: Path) -> Any:
    def read(root: dict[str, Any]) -> ApiDescription:
        path = tmp_path / "shop.txt"
        path.write_bytes(orjson.dumps(root))
        return read_source(path)

    return read


def only(description: ApiDescription) -> Operation:
    assert len(description.operations) == 1
    return description.operations[0]


def reasons(description: ApiDescription) -> list[str]:
    return [part.reason for part in description.skipped]


def test_yaml_and_json_say_the_same(tmp_path: Path, read: Any) -> None:
    text = """
openapi: 3.1.0
info: {title: "Shop API v2", version: 1.10, license: {identifier: MIT}}
tags: [{name: orders, description: All orders}]
paths:
  /orders/{id}:
    parameters: [{$ref: '#/components/parameters/id'}]
    get:
      operationId: getOrder
      tags: [orders]
      responses:
        200:
          description: ok
          content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}
components:
  parameters:
    id: {name: id, in: path, required: true, schema: {type: string}, example: 2026-03-02}
  schemas:
    Order: {type: object, properties: {on: {type: boolean}, status: {enum: [yes, no]}}}
"""
    path = tmp_path / "shop.json"  # the name is not what decides
    path.write_text(text)
    description = read_source(path)
    assert description.name == "shop"
    assert (description.title, description.version) == ("Shop API v2", "1.1")
    assert description.tags == {"orders": "All orders"}
    assert description.provenance.format == "openapi 3.1.0"
    assert description.provenance.location == "shop.json"
    assert description.provenance.licence == "MIT"
    operation = only(description)
    assert (operation.id, operation.status) == ("getOrder", 200)
    assert operation.parameters[0].example == "2026-03-02"
    assert operation.response is not None
    assert operation.response.schema_ == {"$ref": "#/schemas/Order"}
    order: Any = description.schemas["Order"]
    assert order["properties"] == {"on": {"type": "boolean"}, "status": {"enum": ["yes", "no"]}}


def test_a_description_survives_a_round_trip(read: Any) -> None:
    description = read(
        document({"/a/{b}": {"get": {"responses": {"200": json_body({"type": "string"})}}}})
    )
    assert ApiDescription.model_validate_json(description.to_line()) == description


def test_references_of_every_kind_are_followed(read: Any) -> None:
    description = read(
        document(
            {
                "/a": {"$ref": "#/components/pathItems/a"},
                "/b": {
                    "post": {
                        "parameters": [{"$ref": "#/components/parameters/limit"}],
                        "requestBody": {"$ref": "#/components/requestBodies/thing"},
                        "responses": {"201": {"$ref": "#/components/responses/thing"}},
                    }
                },
            },
            components={
                "pathItems": {"a": {"get": {"responses": {"204": OK}}}},
                "parameters": {
                    "limit": {"$ref": "#/components/parameters/size"},
                    "size": {
                        "name": "size",
                        "in": "query",
                        "schema": {"$ref": "#/components/schemas/Size"},
                    },
                },
                "requestBodies": {
                    "thing": {"required": True, **json_body({"$ref": "#/components/schemas/Thing"})}
                },
                "responses": {"thing": json_body({"$ref": "#/components/schemas/Thing"})},
                "schemas": {
                    "Size": {"type": "integer"},
                    "Thing": {"type": "object"},
                    "Unused": {"$ref": "#/nowhere"},
                },
            },
        )
    )
    first, second = description.operations
    assert (first.path, first.status, first.response) == ("/a", 204, None)
    assert second.parameters[0].name == "size"
    assert second.request is not None
    assert second.request.required
    assert second.response is not None
    assert second.request.schema_ == second.response.schema_ == {"$ref": "#/schemas/Thing"}
    assert set(description.schemas) == {"Size", "Thing"}
    assert description.skipped == ()


def test_cycles_stay_references(read: Any) -> None:
    node = {
        "type": "object",
        "properties": {
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}
        },
    }
    schemas = {
        "Node": node,
        "Odd": {"allOf": [{"$ref": "#/components/schemas/Odd"}]},
        "Alias": {"$ref": "#/components/schemas/Node"},
    }
    parts = [{"$ref": f"#/components/schemas/{name}"} for name in schemas]
    description = read(
        document(
            {"/n": {"get": {"responses": {"200": json_body({"oneOf": parts})}}}},
            components={"schemas": schemas},
        )
    )
    assert description.schemas["Alias"] == {"$ref": "#/schemas/Node"}
    assert description.schemas["Node"]["properties"]["children"]["items"] == {
        "$ref": "#/schemas/Node"
    }


def test_references_to_inline_places_become_named_schemas(read: Any) -> None:
    pointer = "#/paths/~1users~1%7Bid%7D/get/responses/200/content/application~1json/schema"
    users = {"type": "object", "properties": {"friend": {"$ref": pointer}}}
    description = read(
        document(
            {
                "/users/{id}": {
                    "get": {
                        "parameters": [{"name": "id", "in": "path", "schema": {"type": "string"}}],
                        "responses": {"200": json_body(users)},
                    }
                },
                "/x": {
                    "get": {
                        "responses": {"200": json_body({"$ref": pointer + "/properties/friend"})}
                    }
                },
            }
        )
    )
    names = list(description.schemas)
    assert names == ["users_id_get_200", "users_id_get_200_friend"]
    assert description.schemas["users_id_get_200"] == {
        "type": "object",
        "properties": {"friend": {"$ref": "#/schemas/users_id_get_200"}},
    }


def test_hostile_schema_names_are_made_safe_and_stay_distinct(read: Any) -> None:
    schemas = {
        "a/b": {"type": "string"},
        "a~b": {"type": "integer"},
        "a b": {"type": "number"},
        "x" * 9999: {},
    }
    parts = [
        {"$ref": "#/components/schemas/" + n.replace("~", "~0").replace("/", "~1")} for n in schemas
    ]
    description = read(
        document(
            {"/n": {"get": {"responses": {"200": json_body({"anyOf": parts})}}}},
            components={"schemas": schemas},
        )
    )
    assert list(description.schemas) == ["a_b", "a_b_2", "a_b_3", "x" * 120]
    assert description.schemas["a_b_2"] == {"type": "integer"}


def test_parameters_of_the_path_are_merged_and_overridden(read: Any) -> None:
    def parameter(name: str, place: str, text: str) -> dict[str, Any]:
        return {"name": name, "in": place, "description": text, "schema": {"type": "string"}}

    description = read(
        document(
            {
                "/a/{id}/{implied}": {
                    "parameters": [
                        parameter("id", "path", "shared"),
                        parameter("q", "query", "shared"),
                    ],
                    "get": {
                        "parameters": [
                            parameter("q", "query", "own"),
                            parameter("gone", "path", "not in the path"),
                            parameter("Authorization", "header", "to be ignored"),
                        ],
                        "responses": {"200": OK},
                    },
                }
            }
        )
    )
    operation = only(description)
    assert [(p.name, p.required, p.description) for p in operation.parameters] == [
        ("implied", True, ""),
        ("id", True, "shared"),
        ("q", False, "own"),
    ]
    assert reasons(description) == [
        "parameter is not in the path",
        "path parameter is not declared",
    ]


def test_operation_ids_are_unique(read: Any) -> None:
    def operation(identifier: Any) -> dict[str, Any]:
        return {"operationId": identifier, "responses": {"200": OK}}

    description = read(
        document(
            {
                "/a": {"get": operation("list"), "post": operation("list")},
                "/b/{id}": {"get": {"responses": {"200": OK}}, "put": operation(7)},
                "/c": {"get": operation("x" * 5000), "put": operation("get_b_id")},
                "/日本": {"get": operation(["odd"])},
            }
        )
    )
    assert [operation.id for operation in description.operations] == [
        "list",
        "post_a",
        "get_b_id_2",
        "7",
        "get_c",
        "get_b_id",
        "get_日本",
    ]
    assert reasons(description)[:2] == ["duplicate operation id", "operation id too long"]


@pytest.mark.parametrize(
    ("responses", "status", "media_type"),
    [
        (
            {"200": {"content": {"text/xml": {}, "application/json; charset=utf-8": {}}}},
            200,
            "application/json; charset=utf-8",
        ),
        (
            {"201": {"content": {"application/hal+json": {}}}, "200": OK},
            201,
            "application/hal+json",
        ),
        ({"404": json_body({}), "200": json_body({})}, 200, "application/json"),
        ({"2XX": json_body({})}, None, "application/json"),
        ({"default": json_body({})}, None, "application/json"),
        ({"204": OK, "default": json_body({})}, 204, None),
        ({"200": {"content": {"*/*": {}}}}, 200, "*/*"),
        ({"200": {"content": {"application/json": None}}}, 200, "application/json"),
        ({"200": {"content": {"image/png": {}}}}, 200, None),
        ({"404": json_body({})}, None, None),
        (None, None, None),
    ],
)
def test_the_response_is_the_first_success_in_json(
    read: Any, responses: Any, status: int | None, media_type: str | None
) -> None:
    operation = only(read(document({"/a": {"get": {"responses": responses}}})))
    assert operation.status == status
    assert (operation.response.media_type if operation.response else None) == media_type


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (
            ["multipart/form-data", "application/x-www-form-urlencoded", "application/json"],
            "application/json",
        ),
        (
            ["multipart/form-data", "application/x-www-form-urlencoded"],
            "application/x-www-form-urlencoded",
        ),
        (["text/plain"], None),
    ],
)
def test_the_request_is_json_before_forms(
    read: Any, content: list[str], media_type: str | None
) -> None:
    body = {"content": {name: {"schema": {"type": "object"}} for name in content}}
    operation = only(read(document({"/a": {"post": {"requestBody": body, "responses": {}}}})))
    assert (operation.request.media_type if operation.request else None) == media_type


def test_examples_are_found_wherever_they_are_written(read: Any) -> None:
    description = read(
        document(
            {
                "/a": {
                    "get": {
                        "parameters": [
                            {"name": "p", "in": "query", "example": 0},
                            {
                                "name": "q",
                                "in": "query",
                                "examples": {"one": {"$ref": "#/components/examples/q"}},
                            },
                            {
                                "name": "r",
                                "in": "query",
                                "content": {
                                    "application/json": {
                                        "schema": {"type": "object"},
                                        "example": {"s": 1},
                                    }
                                },
                            },
                            {
                                "name": "s",
                                "in": "query",
                                "examples": {"one": {"$ref": "#/nowhere"}},
                            },
                        ],
                        "responses": {"200": json_body({}, examples={"two": {"value": [1]}})},
                    }
                }
            },
            components={"examples": {"q": {"value": "shoes"}}},
        )
    )
    operation = only(description)
    assert [p.example for p in operation.parameters] == [0, "shoes", {"s": 1}, None]
    assert operation.parameters[2].schema_ == {"type": "object"}
    assert operation.response is not None
    assert operation.response.example == [1]
    assert reasons(description) == ["unresolvable reference"]


def test_one_unreadable_operation_does_not_cost_the_others(read: Any) -> None:
    broken = {
        "/list-of-operations": [],
        "/null": {"get": None},
        "/text": {"get": "x"},
        "/parameters": {"get": {"parameters": "x"}},
        "/parameter": {"get": {"parameters": [7]}},
        "/nameless": {"get": {"parameters": [{"in": "query"}]}},
        "/nowhere": {"get": {"parameters": [{"name": "a", "in": "body"}]}},
        "/long-name": {"get": {"parameters": [{"name": "a" * 1000, "in": "query"}]}},
        "/" + "x" * 5000: {"get": {"responses": {}}},
        "/responses": {"get": {"responses": []}},
        "/response": {"get": {"responses": {"200": "x"}}},
        "/content": {"get": {"responses": {"200": {"content": []}}}},
        "/media": {"get": {"responses": {"200": {"content": {"application/json": 7}}}}},
        "/schema": {"get": {"responses": {"200": json_body("x")}}},
        "/ref": {"get": {"responses": {"200": json_body({"$ref": 7})}}},
        "/remote": {"get": {"responses": {"200": json_body({"$ref": "other.yaml#/Order"})}}},
        "/file": {"get": {"responses": {"200": json_body({"$ref": "file:///etc/passwd"})}}},
        "/missing": {"get": {"responses": {"200": json_body({"$ref": "#/components/schemas/M"})}}},
        "/circle": {"$ref": "#/paths/~1circle"},
        "/deep": {"get": {"responses": {"200": json_body({"$ref": "#/components/schemas/Outer"})}}},
        "/body": {"get": {"requestBody": {"required": True, "content": {"text/csv": {}}}}},
    }
    schemas = {
        "Outer": {"properties": {"inner": {"$ref": "#/components/schemas/Inner"}}},
        "Inner": {"properties": {"x": {"$ref": "#/components/schemas/A"}}},
        "A": {"$ref": "#/components/schemas/B"},
        "B": {"$ref": "#/components/schemas/A"},
    }
    good = {"/good": {"get": {"responses": {"200": json_body({"type": "string"})}}}}
    description = read(document({**broken, **good}, components={"schemas": schemas}))
    assert only(description).path == "/good"
    assert len(description.skipped) == len(broken)
    assert description.schemas == {}
    found = dict.fromkeys(part.reason for part in description.skipped)
    assert {"remote reference", "unresolvable reference", "circular reference"} <= set(found)


@pytest.mark.parametrize("name", ["google-tasks", "traccar", "xero-assets"])
def test_a_real_description_reads_the_same_from_yaml(name: str, tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "examples" / "apis" / f"{name}.json"
    path = tmp_path / source.name
    path.write_text(yaml.safe_dump(orjson.loads(source.read_bytes()), sort_keys=False))
    expected, description = read_source(source), read_source(path)
    assert description.model_copy(update={"provenance": expected.provenance}) == expected


def test_operations_that_a_header_names_are_calls_by_name(read: Any) -> None:
    header = {"name": "X-Amz-Target", "in": "header", "schema": {"type": "string"}}
    page = {"name": "MaxResults", "in": "query", "schema": {"type": "string"}}
    body = {"required": True, **json_body({"type": "object", "properties": {"Max": {}}})}
    post = {"parameters": [page], "requestBody": body, "responses": {"200": OK}}
    paths = {
        "/#X-Amz-Target=Tickets_v1.ListTickets": {"parameters": [header], "post": post},
        "/#X-Amz-Target=": {"post": post},
    }
    listed, other = read(document(paths)).operations
    assert (listed.method, listed.path, listed.parameters) == ("call", "/ListTickets", ())
    assert listed.request is not None
    assert other.method == "post"
