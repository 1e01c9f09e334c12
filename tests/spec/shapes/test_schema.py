from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from envfactory.spec.shapes.schema import Schemas, either

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "properties", "items", "allOf", "anyOf", "enum", "$ref", "required", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON, JSON)
def test_whatever_a_schema_holds_it_reads_as_a_shape(first, second):
    schemas = Schemas({"x": second if isinstance(second, dict) else {}})
    assert schemas.shape(first).kind
    assert schemas.shape({"$ref": "#/schemas/x"}).kind


def test_all_of_has_everything_its_parts_say():
    schemas = Schemas(
        {"Base": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}}
    )
    shape = schemas.shape(
        {
            "allOf": [
                {"$ref": "#/schemas/Base"},
                {"type": "object", "properties": {"b": {"type": "integer"}}, "required": ["b"]},
            ]
        }
    )
    assert shape.kind == "object"
    assert list(shape.properties) == ["a", "b"]
    assert shape.required == {"a", "b"}


def test_null_variants_make_a_value_nullable():
    schemas = Schemas({})
    for schema in (
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        {"type": ["string", "null"]},
        {"type": "string", "nullable": True},
        {"type": "string", "enum": ["a", None]},
    ):
        shape = schemas.shape(schema)
        assert shape.kind == "string"
        assert shape.nullable


def test_an_object_that_may_be_given_by_its_key_says_so():
    schemas = Schemas({"User": {"type": "object", "properties": {"id": {"type": "string"}}}})
    shape = schemas.shape({"anyOf": [{"type": "string"}, {"$ref": "#/schemas/User"}]})
    assert (shape.kind, shape.name, shape.bare) == ("object", "User", True)


def test_circles_end():
    schemas = Schemas(
        {"A": {"allOf": [{"$ref": "#/schemas/B"}]}, "B": {"allOf": [{"$ref": "#/schemas/A"}]}}
    )
    assert schemas.shape({"$ref": "#/schemas/A"}).kind == "any"


def test_bounds_that_nothing_meets_or_nobody_checks_are_dropped():
    schemas = Schemas({})
    assert schemas.shape({"type": "string", "pattern": "(?=x)"}).pattern is None
    assert schemas.shape({"type": "string", "pattern": "["}).pattern is None
    assert schemas.shape({"type": "integer", "exclusiveMinimum": 0}).minimum == 1
    assert schemas.shape({"type": "integer", "minimum": 0, "exclusiveMinimum": True}).minimum == 1


def test_a_bound_from_which_fractions_cannot_be_told_is_no_bound():
    schemas = Schemas({})
    free = schemas.shape({"type": "number", "minimum": -(2**53), "maximum": 2**53})
    assert (free.minimum, free.maximum) == (None, None)
    bound = {"minimum": 1 - 2**53, "maximum": 2**53 - 1}
    held = schemas.shape({"type": "number", **bound})
    assert (held.minimum, held.maximum) == (1 - 2**53, 2**53 - 1)
    assert schemas.shape({"type": "integer", "maximum": 2**53}).maximum == 2**53


def test_a_value_seen_twice_keeps_what_either_says():
    schemas = Schemas({})
    shape = schemas.shape(either({"type": "number", "minimum": 0}, {"type": "number"}))
    assert (shape.kind, shape.minimum) == ("number", 0)
