"""Examples: what a body looks like where no schema says so."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from envfactory.source import Body
from envfactory.spec import infer
from envfactory.spec.shapes.example import SHOWN, schema_of, shown
from envfactory.spec.shapes.schema import Schemas

FACT = {
    "id": "f_1",
    "text": "Bananas are berries.",
    "year": 1990,
    "seen_at": "2024-05-01T10:00:00Z",
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        inner.map(lambda one: [one, one])
        | st.dictionaries(st.from_regex("[a-z]{1,8}", fullmatch=True), inner, max_size=5)
    ),
    max_leaves=12,
)


def body(example, schema=None):
    return Body(media_type="application/json", schema=schema or {}, example=example)


def answering(api, line, example, schema=None, **more):
    return api.operation(line, **more).model_copy(update={"response": body(example, schema)})


@pytest.mark.parametrize("example", [[FACT, FACT], {"facts": [FACT]}, json.dumps([FACT])])
def test_an_answer_that_only_an_example_shows_is_a_record(api, example):
    spec = infer(
        api.describe(
            answering(api, "GET /facts", example),
            answering(api, "GET /facts/{id}", FACT, {"type": "object"}),
        )
    )
    assert {t.name: t.inferred for t in spec.tools} == {
        "list_facts": (SHOWN,),
        "get_fact": (SHOWN,),
    }
    (fact,) = spec.entities
    kinds = {f.name: getattr(f.type, "type", None) for f in fact.fields}
    assert kinds == {"id": "string", "text": "string", "year": "integer", "seen_at": "datetime"}


def test_a_schema_counts_more_than_an_example(api):
    described = answering(api, "GET /facts", [{"other": 1}], api.shop().schemas["Order"])
    description, answers = shown(api.describe(described), Schemas({}))
    assert description.operations == (described,)
    assert not answers


@pytest.mark.parametrize("text", ["{not json", "[" * 5000, "plain", "", "{}"])
def test_a_text_that_is_no_example_is_left_alone(api, text):
    described = answering(api, "GET /facts", text)
    assert shown(api.describe(described), Schemas({}))[0].operations == (described,)


@given(JSON)
def test_an_example_is_valid_for_its_schema(example):
    Draft202012Validator(schema_of(example)).validate(example)


def test_entries_under_days_or_numbers_are_a_map():
    days = {"2024-01-01": {"high": 3}, "2024-01-02": {"high": 4, "low": 1}}
    schema = schema_of(days)
    assert set(schema["additionalProperties"]["properties"]) == {"high", "low"}
    assert "properties" in schema_of({"first": {"a": 1}, "second": {"a": 2}, "third": {"a": 3}})


def test_placeholders_are_no_values():
    shown_parts = schema_of({"city": "city", "firstName": "first name", "zip": "8000"})
    told = {name for name, part in shown_parts["properties"].items() if "examples" in part}
    assert told == {"zip"}


def test_what_is_worked_out_stays_left_out(api):
    square = answering(
        api,
        "GET /numbers/is-square",
        {"contents": {"number": 4, "is-square": True}},
        query={"number!": {"type": "integer"}},
        summary="Checks whether a given number is a square number or not.",
    )
    spec = infer(api.describe(*api.shop().operations, square, schemas=api.shop().schemas))
    assert not [t for t in spec.tools if "square" in t.operation]
