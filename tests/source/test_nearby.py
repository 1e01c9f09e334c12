"""References into other files: followed inside the folder, and nowhere else."""

import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from envfactory.errors import InputError
from envfactory.source import ApiDescription, find_sources, nearby, read_source
from tests.source.soundness import check

ROOT = """
openapi: 3.0.3
info: {title: Split Shop}
paths:
  /orders: {$ref: paths/orders.yaml}
  /orders/{id}: {$ref: 'paths/orders.yaml#/one'}
components:
  schemas:
    Money: {type: object, properties: {cents: {type: integer}}}
"""
ORDERS = """
get:
  operationId: listOrders
  parameters: [{$ref: ../common.yaml#/limit}]
  responses:
    200: {content: {application/json: {schema: {$ref: ../schemas/OrderList.yaml}}}}
one:
  parameters: [{name: id, in: path, required: true, schema: {type: string}}]
  get:
    operationId: getOrder
    responses: {200: {$ref: ../common.yaml#/responses/Order}}
"""
COMMON = """
limit: {name: limit, in: query, schema: {$ref: '#/Limit'}}
Limit: {type: integer, maximum: 50}
responses:
  Order: {description: one, content: {application/json: {schema: {$ref: schemas/Order.yaml}}}}
"""
ORDER = """
type: object
properties:
  lines: {type: array, items: {$ref: '#/definitions/Line'}}
  total: {$ref: '../openapi.yaml#/components/schemas/Money'}
  replaces: {$ref: Order.yaml}
  others: {$ref: ./OrderList.yaml}
definitions:
  Line: {type: object, properties: {order: {$ref: '#'}}}
"""
ORDER_LIST = "{type: array, items: {$ref: Order.yaml}}"
FILES = {
    "openapi.yaml": ROOT,
    "paths/orders.yaml": ORDERS,
    "common.yaml": COMMON,
    "schemas/Order.yaml": ORDER,
    "schemas/OrderList.yaml": ORDER_LIST,
}


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder / next(iter(files))


def referring(reference: str) -> str:
    root: dict[str, Any] = {
        "openapi": "3.0.0",
        "paths": {
            "/a": {"get": {"operationId": "plain"}},
            "/b": {
                "get": {
                    "responses": {
                        "200": {"content": {"application/json": {"schema": {"$ref": reference}}}}
                    }
                }
            },
        },
    }
    return orjson.dumps(root).decode()


def left_out(description: ApiDescription) -> tuple[str, str]:
    assert [operation.id for operation in description.operations] == ["plain"]
    (part,) = description.skipped
    return part.reason, part.detail


def test_a_description_may_be_split_into_files(tmp_path: Path) -> None:
    description = read_source(write(tmp_path, FILES))
    check(description)
    assert description.skipped == ()
    assert {operation.id: operation.path for operation in description.operations} == {
        "listOrders": "/orders",
        "getOrder": "/orders/{id}",
    }
    first, second = description.operations
    assert first.response is not None
    assert second.response is not None
    assert first.response.schema_ == {"$ref": "#/schemas/OrderList"}
    assert second.response.schema_ == {"$ref": "#/schemas/Order"}
    assert first.parameters[0].schema_ == {"$ref": "#/schemas/Limit"}
    assert list(description.schemas) == ["Limit", "Line", "Money", "Order", "OrderList"]
    order: Any = description.schemas["Order"]
    assert order["properties"]["replaces"] == {"$ref": "#/schemas/Order"}
    line: Any = description.schemas["Line"]
    assert line["properties"]["order"] == {"$ref": "#/schemas/Order"}


def test_the_hash_covers_every_file_that_was_read(tmp_path: Path) -> None:
    path = write(tmp_path, FILES)
    before = read_source(path)
    assert read_source(path).to_line() == before.to_line()
    (tmp_path / "unused.yaml").write_text("a: 1")
    assert read_source(path).provenance == before.provenance
    (tmp_path / "schemas/OrderList.yaml").write_text(ORDER_LIST + " ")
    assert read_source(path).provenance.sha256 != before.provenance.sha256


def test_the_folder_that_was_given_is_the_bound(tmp_path: Path) -> None:
    files = {"apis/shop/api.json": referring("../common.json"), "apis/common.json": "{}"}
    path = write(tmp_path, files)
    assert left_out(read_source(path))[0] == "reference leaves the folder"
    (place,) = find_sources([tmp_path / "apis"]).places
    assert read_source(place).skipped == ()


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("../secret.json", "reference leaves the folder"),
        ("sub/../../secret.json", "reference leaves the folder"),
        ("%2e%2e/secret.json", "reference leaves the folder"),
        ("/etc/passwd", "reference leaves the folder"),
        ("..", "reference leaves the folder"),
        ("file:///etc/passwd", "remote reference"),
        ("FILE:secret.json", "remote reference"),
        ("//host/share.json", "remote reference"),
        ("http://127.0.0.1:9/a.json", "remote reference"),
        ("", "remote reference"),
        ("linked.json", "reference through a link"),
        ("linked/secret.json", "reference through a link"),
        ("missing.json", "unreadable reference"),
        ("sub", "unreadable reference"),
        ("sub/", "unreadable reference"),
        ("broken.json", "unreadable reference"),
        ("empty.json", "unreadable reference"),
        ("pipe", "unreadable reference"),
        ("a%00b.json", "unresolvable reference"),
        ("a%23b.json", "unresolvable reference"),
        ("list.json#/7", "unresolvable reference"),
        ("list.json#/0/x", "unresolvable reference"),
        ("loop.json", "circular reference"),
        ("loop.json#/deep", "circular reference"),
        ("x" * 5000, "unreadable reference"),
    ],
)
def test_what_may_not_be_followed_costs_one_operation(
    tmp_path: Path, reference: str, reason: str
) -> None:
    home = tmp_path / "home"
    path = write(
        home,
        {
            "api.json": referring(reference),
            "broken.json": '{"a": ',
            "empty.json": "",
            "list.json": "[{}]",
            "loop.json": '{"$ref": "sub/pool.json"}',
            "sub/pool.json": '{"$ref": "../loop.json"}',
        },
    )
    (tmp_path / "secret.json").write_text('{"type": "string", "description": "secret"}')
    (home / "linked.json").symlink_to(tmp_path / "secret.json")
    (home / "linked").symlink_to(tmp_path)
    os.mkfifo(home / "pipe")
    description = read_source(path)
    assert left_out(description)[0] == reason
    assert b'secret"' not in description.to_line()
    assert str(tmp_path).encode() not in description.to_line()


def test_links_inside_the_folder_are_refused_too_but_the_folder_may_be_one(tmp_path: Path) -> None:
    home = tmp_path / "home"
    write(home, {"api.json": referring("order.json"), "order.json": "{}"})
    (tmp_path / "link").symlink_to(home)
    assert read_source(tmp_path / "link" / "api.json").skipped == ()


def test_number_and_size_of_files_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = {
        f"s{n}.json": f'{{"properties": {{"x": {{"$ref": "s{n + 1}.json"}}}}}}' for n in range(9)
    }
    path = write(tmp_path, {"api.json": referring("s0.json"), **chain, "s9.json": "{}"})
    assert read_source(path).skipped == ()
    monkeypatch.setattr(nearby, "MAX_FILES", 5)
    assert left_out(read_source(path))[0] == "too many files are referred to"
    monkeypatch.undo()
    monkeypatch.setattr(nearby, "MAX_TOTAL", 100)
    reason, detail = left_out(read_source(path))
    assert reason == "unreadable reference"
    assert "too large" in detail


def test_a_source_of_which_nothing_is_left_names_the_file_at_fault(tmp_path: Path) -> None:
    path = write(
        tmp_path, {"api.json": '{"openapi": "3.0.0", "paths": {"/a": {"$ref": "b.json"}}}'}
    )
    with pytest.raises(InputError, match=r"api\.json#/paths/~1a: unreadable reference"):
        read_source(path)
    (tmp_path / "b.json").write_text('{"get": 7}')
    with pytest.raises(InputError, match=r"api\.json: b\.json#/get: malformed operation"):
        read_source(path)


def test_the_parts_of_swagger_may_lie_elsewhere(tmp_path: Path) -> None:
    files = {
        "api.yaml": """
swagger: "2.0"
paths:
  /orders:
    post:
      parameters: [{$ref: 'parts/parameters.yaml#/order'}]
      responses: {201: {$ref: 'parts/responses.yaml#/made'}}
""",
        "parts/parameters.yaml": "order: {name: order, in: body, schema: {$ref: order.yaml}}",
        "parts/responses.yaml": "made: {description: '', schema: {$ref: order.yaml}}",
        "parts/order.yaml": "{type: object, properties: {note: {type: string, x-nullable: true}}}",
    }
    description = read_source(write(tmp_path, files))
    (operation,) = description.operations
    assert operation.request is not None
    assert operation.response is not None
    assert operation.request.schema_ == operation.response.schema_ == {"$ref": "#/schemas/order"}
    order: Any = description.schemas["order"]
    assert order["properties"]["note"] == {"type": ["string", "null"]}
