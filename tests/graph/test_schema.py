from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.graph import Bounds, Port
from envfactory.graph.schema import Side, read_ports


def ports(schema: dict[str, Any], side: Side = "output", **bounds: int) -> dict[str, Port]:
    return {port.path: port for port in read_ports("t", side, schema, Bounds(**bounds)).ports}


def test_nested_lists_maps_and_the_whole_value() -> None:
    schema = {
        "type": "object",
        "properties": {
            "rows": {"type": "array", "items": {"properties": {"a/b": {"type": "integer"}}}},
            "tags": {"type": "object", "additionalProperties": {"type": "string"}},
            "free": {"type": "object"},
            "open": True,
        },
    }
    found = ports(schema)
    assert {path: port.type for path, port in found.items()} == {
        "/free": "object",
        "/open": "any",
        "/rows/*/a~1b": "integer",
        "/tags/*": "string",
    }
    assert ports({"type": "string"})[""].type == "string"
    assert ports({"type": "null"}) == {}
    assert ports({"type": "string"}, "input") == {}


def test_references_are_followed_and_recursion_ends() -> None:
    schema = {
        "$ref": "#/$defs/Node",
        "$defs": {
            "Node": {
                "type": "object",
                "properties": {
                    "id": {"type": "string", "x-entity": "nodes", "x-key": True},
                    "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
                    "twin": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]},
                },
            }
        },
    }
    found = ports(schema)
    assert set(found) == {"/id", "/children/*", "/twin"}
    assert found["/children/*"].type == "object"
    assert found["/id"].entity == "nodes"


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"$ref": "#/$defs/gone"},
        {"$ref": "https://elsewhere.example/schema"},
        {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
        {"allOf": [{"allOf": [{"$ref": "#"}]}]},
        {"anyOf": [{"$ref": "#"}, {"$ref": "#"}]},
        {"anyOf": [], "properties": 7, "required": "x", "items": [1]},
    ],
)
def test_broken_and_circular_references_do_no_harm(schema: dict[str, Any]) -> None:
    assert all(port.path == "" for port in ports(schema).values())
    assert ports(schema, "input") == {}


def test_what_stands_beside_a_reference_wins() -> None:
    schema = {
        "properties": {"who": {"$ref": "#/$defs/Id", "description": "The buyer"}},
        "$defs": {"Id": {"type": "string", "x-entity": "users", "description": "A key"}},
    }
    who = ports(schema)["/who"]
    assert (who.entity, who.description, who.type) == ("users", "The buyer", "string")


def test_all_of_adds_up_and_alternatives_widen() -> None:
    schema = {
        "allOf": [
            {"properties": {"a": {"type": "string"}}, "required": ["a"]},
            {"properties": {"b": {"anyOf": [{"type": "integer"}, {"type": "number"}]}}},
        ],
        "properties": {"c": {"type": ["string", "null"]}},
        "required": ["c"],
    }
    found = ports(schema)
    assert {path: p.type for path, p in found.items()} == {
        "/a": "string",
        "/b": "number",
        "/c": "string",
    }
    assert [p.may_be_absent for p in found.values()] == [False, True, True]
    taken = ports(schema, "input")
    assert [p.required for p in taken.values()] == [True, False, True]
    assert taken["/b"].type == "integer"


def test_an_optional_part_is_needed_whole_once_it_is_given() -> None:
    schema = {
        "required": ["id", "lines"],
        "properties": {
            "id": {"type": "string"},
            "lines": {
                "items": {"required": ["sku"], "properties": {"sku": {}, "note": {}}},
            },
            "ship": {
                "required": ["city"],
                "properties": {
                    "city": {"type": "string"},
                    "zip": {"type": "string"},
                    "contact": {"required": ["mail"], "properties": {"mail": {}}},
                },
            },
        },
    }
    assert {path: port.option for path, port in ports(schema, "input").items()} == {
        "/id": "",
        "/lines/*/sku": "",
        "/lines/*/note": "/lines/*/note",
        "/ship/city": "/ship",
        "/ship/zip": "/ship/zip",
        "/ship/contact/mail": "/ship/contact",
    }


def test_choices_constants_and_defaults() -> None:
    schema = {
        "properties": {
            "unit": {"enum": ["km", "mi", None]},
            "version": {"const": 2},
            "sort": {"type": "string", "default": "name"},
        },
        "required": ["unit", "version", "sort"],
    }
    found = ports(schema, "input")
    assert found["/unit"].choices == ("km", "mi")
    assert found["/unit"].type == "string"
    assert [port.has_default for port in found.values()] == [False, True, True]
    assert found["/version"].type == "integer"


def test_an_output_knows_its_record() -> None:
    key = {"type": "string", "x-entity": "orders", "x-key": True}
    item_key = {"type": "string", "x-entity": "items", "x-key": True}
    schema = {
        "properties": {
            "id": key,
            "total": {"type": "number"},
            "items": {"items": {"properties": {"item": item_key, "note": {"type": "string"}}}},
        }
    }
    assert {p.path: p.record for p in ports(schema).values()} == {
        "/id": "orders",
        "/total": "orders",
        "/items/*/item": "items",
        "/items/*/note": "items",
    }


def test_what_is_beyond_the_bounds_is_counted() -> None:
    wide = {"properties": {f"p{n}": {"type": "string"} for n in range(10)}}
    found = read_ports("t", "output", wide, Bounds(ports=4))
    assert len(found.ports) == 4
    assert found.left_out == 6
    deep: dict[str, Any] = {"type": "string"}
    for _ in range(9):
        deep = {"properties": {"x": deep}}
    found = read_ports("t", "output", deep, Bounds(depth=5))
    assert (found.ports, found.left_out) == ((), 1)


def test_a_schema_that_explodes_is_cut() -> None:
    names = [f"D{n}" for n in range(12)]
    schema = {
        "$ref": "#/$defs/D0",
        "$defs": {
            name: {"properties": {other: {"$ref": f"#/$defs/{other}"} for other in names}}
            for name in names
        },
    }
    found = read_ports("t", "output", schema, Bounds(depth=12, ports=100))
    assert len(found.ports) <= 100
    assert found.left_out > 0


KEYWORDS = (
    "type", "properties", "items", "anyOf", "allOf", "$ref", "required", "enum", "x-entity",
    "const", "default",
)  # fmt: skip
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["string", "object", "#", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "properties",
                    "items",
                    "anyOf",
                    "allOf",
                    "$ref",
                    "required",
                    "enum",
                    "x-entity",
                    "const",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(KEYWORDS), JUNK))
def test_any_junk_is_read_without_an_error(schema: dict[str, Any]) -> None:
    for side in ("input", "output"):
        read = read_ports("t", side, schema, Bounds(depth=3, ports=16))
        paths = [port.path for port in read.ports]
        assert len(paths) == len(set(paths)) <= 16
