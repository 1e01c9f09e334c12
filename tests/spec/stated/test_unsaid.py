"""Unsaid: what texts say of inputs that are left out is done, or is not said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.spec import infer
from envfactory.spec.model import Scalar
from envfactory.spec.stated.unsaid import told_default

NUMBER = {"type": "integer"}


def told(api, line, **properties):
    """Return the inputs of a tool for orders that takes these properties in its body."""
    order = api.schemas["Order"]
    order = {**order, "properties": {**order["properties"], **properties}}
    takes = {"type": "object", "properties": properties}
    read = api.operation("GET /orders/{id}", api.order)
    written = api.operation(line, api.order, takes)
    spec = infer(api.describe(read, written, schemas={**api.schemas, "Order": order}))
    tool = next(tool for tool in spec.tools if tool.operation == line)
    return {one.source_name: one for one in tool.parameters}


@pytest.mark.parametrize(
    ("text", "type_", "default"),
    [
        ("What makes a long sentence (default 25)", "integer", 25),
        ("Minutes to try. The default is 2880 minutes. Integer.", "number", 2880),
        ("Whether to skip it. Optional flag, defaults to false.", "boolean", False),
        ("Default value: 0.5", "number", 0.5),
        ('How it is written. If not specified, defaults to "plaintext".', "string", "plaintext"),
        ("Identifier of the default category.", "string", None),
        ("Defaults to the Reply To set in the sender signature.", "string", None),
        ("Default is null, and then the project says.", "string", None),
        ("The default is 1e999.", "number", None),
        ("Default: 12 or so", "integer", None),
    ],
)
def test_a_default_is_read_where_a_text_names_a_value(text, type_, default):
    assert told_default(text, Scalar(type=type_)) == default


@given(st.text(), st.sampled_from(["integer", "number", "boolean", "string"]))
def test_any_text_tells_a_value_of_the_type_or_none(text, type_):
    kinds = {"integer": int, "number": (int, float), "boolean": bool, "string": str}
    found = told_default(f"default {text}", Scalar(type=type_))
    assert found is None or isinstance(found, kinds[type_])


def test_creation_takes_the_default_that_a_text_tells(api):
    found = told(
        api, "POST /orders", copies={**NUMBER, "description": "How many to print. Defaults to 3."}
    )
    assert (found["copies"].default, found["copies"].description) == (
        3,
        "How many to print. Defaults to 3.",
    )


def test_a_change_takes_no_default_and_speaks_of_none(api):
    found = told(
        api,
        "PATCH /orders/{id}",
        copies={**NUMBER, "description": "How many to print, defaults to 3."},
        stars={**NUMBER, "description": "How many shine. If omitted, they stay unchanged."},
    )
    assert (found["copies"].default, found["copies"].description) == (None, "How many to print.")
    assert found["stars"].description == "How many shine. If omitted, they stay unchanged."


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("How many to print. If not supplied, the printer decides.", "How many to print."),
        ("How many to print. Defaults to what the printer has.", "How many to print."),
        ("How many to print (by default, all that are left).", "How many to print."),
        ("How many to print. Required if paper is given.", "How many to print."),
        (
            "How many to print. If not given, there are none.",
            "How many to print. If not given, there are none.",
        ),
    ],
)
def test_what_a_creation_does_not_do_is_not_said(api, text, left):
    assert told(api, "POST /orders", copies={**NUMBER, "description": text})["copies"] is not None
    found = told(api, "POST /orders", copies={**NUMBER, "description": text})["copies"]
    assert (found.required, found.default, found.description) == (False, None, left)


def test_what_a_text_calls_required_must_be_given_to_create_and_may_be_to_change(api):
    copies = {**NUMBER, "description": "Required. How many copies."}
    assert told(api, "POST /orders", copies=copies)["copies"].required
    changed = told(api, "PATCH /orders/{id}", copies=copies)["copies"]
    assert (changed.required, changed.description) == (False, "How many copies.")


def test_what_a_switch_does_stays_said(api):
    text = "Whether to print. If set, it will stop."
    stops = told(api, "POST /orders", stops={"type": "boolean", "description": text})["stops"]
    assert stops.description == text
    lasts = told(api, "POST /orders", lasts={"type": "integer", "description": text})["lasts"]
    assert lasts.description == "Whether to print."
