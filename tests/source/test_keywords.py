"""Schemas rewritten as JSON Schema 2020-12."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from envfactory.source.keywords import MAX_SCHEMA_DEPTH, SchemaWriter
from envfactory.source.notes import Budget, Notes
from envfactory.source.reference import Unreadable

KEYWORDS = [
    *("type", "enum", "const", "default", "example", "examples", "nullable", "minimum", "maximum"),
    *("exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "pattern", "format"),
    *("items", "prefixItems", "properties", "patternProperties", "required", "minItems", "if"),
    *("additionalProperties", "allOf", "oneOf", "anyOf", "not", "title", "description", "then"),
    *("readOnly", "uniqueItems", "deprecated", "discriminator", "$ref", "xml", "x-thing"),
]
VALUES = st.recursive(
    st.sampled_from([None, True, False, 0, 1, -2, 2.5, "", "string", "object", "#/a", "(", "^a$"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYWORDS) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=15,
)


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def write(node: Any) -> Any:
    return writer(Notes()).write(node, "#")


def writer(notes: Notes) -> SchemaWriter:
    return SchemaWriter(lambda reference, where: "#/schemas/X", notes, Budget("test"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        (
            {"type": "string", "nullable": True, "enum": ["a"]},
            {"type": ["string", "null"], "enum": ["a", None]},
        ),
        ({"nullable": True}, {}),
        (
            {"$ref": "#/c", "nullable": True, "description": "d"},
            {"anyOf": [{"$ref": "#/schemas/X"}, {"type": "null"}], "description": "d"},
        ),
        (
            {"oneOf": [{"type": "string"}], "nullable": True},
            {"anyOf": [{"oneOf": [{"type": "string"}]}, {"type": "null"}]},
        ),
        (
            {"anyOf": [{"type": "string"}], "nullable": True},
            {"anyOf": [{"type": "string"}, {"type": "null"}]},
        ),
        ({"minimum": 3, "exclusiveMinimum": True}, {"exclusiveMinimum": 3}),
        ({"minimum": 3, "exclusiveMinimum": False}, {"minimum": 3}),
        ({"exclusiveMaximum": True}, {}),
        ({"exclusiveMaximum": 7}, {"exclusiveMaximum": 7}),
        ({"type": "string", "example": "a"}, {"type": "string", "examples": ["a"]}),
        ({"example": "a", "examples": ["b"]}, {"examples": ["b"]}),
        ({"examples": {"one": {"value": 1}, "two": 2}}, {"examples": [1, 2]}),
        ({"items": [{"type": "string"}]}, {"prefixItems": [{"type": "string"}]}),
        ({"default": None, "const": None}, {"default": None, "const": None}),
        ({"properties": {"a": None}}, {"properties": {"a": {}}}),
        (
            {"properties": {"$ref": {"type": "string"}}},
            {"properties": {"$ref": {"type": "string"}}},
        ),
        ({"required": ["a", "a", 1]}, {"required": ["a"]}),
        ({"xml": {}, "x-y": 1, "externalDocs": {}}, {}),
        (True, {}),
        (False, {"not": {}}),
    ],
)  # fmt: skip
def test_translation(source: Any, expected: Any) -> None:
    assert write(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        {"type": "String"},
        {"type": ["string", "thing"]},
        {"pattern": "(unclosed"},
        {"pattern": "(" * 1500},
        {"pattern": "a{99999999999999}"},
        {"minLength": -1},
        {"minLength": "3"},
        {"minimum": "3"},
        {"enum": "a"},
        {"required": True},
        {"properties": [{"name": "a"}]},
        {"properties": {"a": "string"}},
        {"properties": {"a" * 300: {}}},
        {"allOf": {"type": "string"}},
        {"items": "string"},
        {"default": nested(100)},
    ],
)
def test_what_is_malformed_is_left_out_and_noted(source: Any) -> None:
    notes = Notes()
    schema = writer(notes).write(source, "#")
    Draft202012Validator.check_schema(schema)
    assert len(notes.all()) == 1
    assert all(len(note.detail) <= 200 for note in notes.all())


@given(VALUES)
def test_whatever_arrives_the_result_is_a_schema(node: Any) -> None:
    try:
        schema = write(node)
    except Unreadable:
        return
    Draft202012Validator.check_schema(schema)


@given(VALUES.filter(lambda node: isinstance(node, dict)))
def test_writing_twice_changes_nothing(node: Any) -> None:
    try:
        once = write(node)
    except Unreadable:
        return
    assert write(once) == once


def test_nesting_is_bounded() -> None:
    node: Any = {"type": "string"}
    for _ in range(MAX_SCHEMA_DEPTH):
        node = {"type": "object", "nullable": True, "allOf": [{"properties": {"a": node}}]}
    with pytest.raises(Unreadable) as caught:
        write(node)
    assert caught.value.reason == "schema nested too deeply"
