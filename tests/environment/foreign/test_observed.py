from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from envfactory.environment.foreign.observed import (
    OBSERVED,
    Seen,
    named_table,
    observed_schema,
    tables_of,
)

STATE = {
    "users": {"u1": {"user_id": "u1", "name": "Ada"}, "u2": {"user_id": "u2", "name": "Bo"}},
    "items": [{"id": 1, "price": 4.5, "owner": "u1"}, {"id": 2, "price": 3, "owner": "u2"}],
}
TABLES = tables_of(STATE)

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


def seen(*found: Any) -> list[Seen]:
    return [Seen(value, TABLES) for value in found]


@given(st.lists(values, min_size=1, max_size=5))
def test_everything_that_was_seen_is_valid(found: list[Any]) -> None:
    schema = observed_schema({}, seen(*found))
    assert schema is not None
    assert schema[OBSERVED] is True
    validator = Draft202012Validator(schema)
    assert all(validator.is_valid(value) for value in found)


def test_fields_are_required_if_they_were_always_there() -> None:
    schema = observed_schema({"type": "object"}, seen({"a": 1, "b": None}, {"a": 2.5, "c": [True]}))
    assert schema == {
        "type": "object",
        "properties": {
            "a": {"type": "number"},
            "b": {"type": "null"},
            "c": {"type": "array", "items": {"type": "boolean"}},
        },
        "required": ["a"],
        OBSERVED: True,
    }


def test_values_that_are_keys_of_records_are_marked() -> None:
    schema = observed_schema({}, seen({"owner": "u1", "count": 1}, {"owner": "u2", "count": 2}))
    assert schema is not None
    assert schema["properties"] == {
        "owner": {"type": "string", "x-entity": "users"},
        "count": {"type": "integer"},
    }


def test_other_records_of_a_table_say_what_a_field_may_be() -> None:
    schema = observed_schema({}, seen([{"id": 2, "price": 3, "owner": "u2"}]))
    assert schema is not None
    assert schema["items"]["properties"]["price"] == {"type": "number"}


def test_an_object_of_records_by_key_is_a_map() -> None:
    schema = observed_schema({}, seen({"u1": {"name": "Ada"}}))
    assert schema is not None
    assert schema["additionalProperties"]["properties"] == {"name": {"type": "string"}}
    assert "properties" not in schema


@pytest.mark.parametrize(
    "declared",
    [
        {"type": "string"},
        {"type": "object", "properties": {"a": {"type": "integer"}}},
        {"type": "array", "items": {"type": "string"}},
        {"type": "object", "additionalProperties": {"type": "integer"}},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
    ],
)
def test_what_is_declared_stays(declared: dict[str, Any]) -> None:
    assert observed_schema(declared, seen({"a": 1}, "x", None, ["y"])) is None
    assert observed_schema({"type": "object"}, []) is None


def test_only_what_is_left_open_is_completed() -> None:
    declared = {
        "type": "object",
        "properties": {
            "ok": {"type": "boolean"},
            "order": {
                "anyOf": [{"type": "object", "additionalProperties": True}, {"type": "null"}]
            },
        },
    }
    schema = observed_schema(declared, seen({"ok": True, "order": {"n": 1}}, {"ok": False}))
    assert schema is not None
    assert schema["properties"]["ok"] == {"type": "boolean"}
    order, null = schema["properties"]["order"]["anyOf"]
    assert order["properties"] == {"n": {"type": "integer"}}
    assert null == {"type": "null"}


def test_one_text_is_taken_for_a_key_only_if_its_name_says_so() -> None:
    assert named_table("text", ["u1"], [TABLES]) is None
    assert named_table("user_id", ["u1"], [TABLES]) == "users"
    assert named_table("text", ["u1", "u2"], [TABLES, TABLES]) == "users"
    assert named_table("text", ["u1", "x"], [TABLES, TABLES]) is None
    assert named_table("count", [1, 2], [TABLES, TABLES]) is None
    assert named_table("item", [1], [TABLES]) == "items"
