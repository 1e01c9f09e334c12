"""Ways: what a path looks records up by is no kind of record."""

from __future__ import annotations

import pytest

from envfactory.spec import infer
from envfactory.spec.words.way import without_ways

TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("path", "left"),
    [
        ("skus/list/bysellerId/{sellerId}", "skus by-seller-id {sellerId}"),
        ("company/search/number/{country}/{number}", "company by-number {country} {number}"),
        ("tags/name/{name}", "tags by-name {name}"),
        ("branded/barcode.php", "branded by-barcode"),
        ("getfindings/{scanId}", "get-findings {scanId}"),
        ("files/bytes/{bytes}", "files bytes {bytes}"),
        ("name/{name}", "name {name}"),
        ("users/{id}/email", "users {id} email"),
        ("users/{id}/email/{email}", "users {id} email {email}"),
        ("getaways", "getaways"),
    ],
)
def test_what_says_how_to_look_up_is_told_apart(path, left):
    pieces = [piece.removesuffix(".php") for piece in path.split("/")]
    assert " ".join(without_ways(pieces, path, lambda word: word.endswith("s"))) == left


def test_records_are_called_by_what_comes_before_the_way(api):
    food = {"type": "object", "properties": {"name": TEXT, "brand": TEXT}}
    foods = {"type": "object", "properties": {"items": {"type": "array", "items": food}}}
    line = "GET /food/branded/name.php"
    spec = infer(api.shop(api.operation(line, foods, query={"name!": TEXT})))
    tool = next(tool for tool in spec.tools if tool.operation == line)
    assert tool.behaviour.kind == "list"
    assert tool.behaviour.table == "branded_foods"
    assert [match.field for match in tool.behaviour.matches] == ["name"]


def test_what_only_selects_is_no_kind_either(api):
    page = {"type": "object", "properties": {"doc": TEXT, "mime": TEXT}}
    line = "GET /files/issued"
    spec = infer(api.shop(api.operation(line, {"type": "array", "items": page})))
    tool = next(tool for tool in spec.tools if tool.operation == line)
    assert tool.behaviour.table == "issued_files"


def test_records_are_of_the_kind_that_the_path_names(api):
    service = {"type": "object", "properties": {"id": TEXT, "name": TEXT}}
    schemas = {**api.schemas, "Service": service}
    named = {"$ref": "#/schemas/Service"}
    spec = infer(
        api.describe(
            api.operation("GET /orders", api.orders),
            api.operation("GET /orders/{id}", api.order),
            api.operation("GET /services", api.orders),
            api.operation("GET /services/{id}", named),
            schemas=schemas,
        )
    )
    tables = {tool.operation: tool.behaviour.table for tool in spec.tools}
    assert tables["GET /services/{id}"] == "services"
    assert tables["GET /orders/{id}"] == "orders"
