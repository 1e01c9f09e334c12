"""What a path names behind a record is set: some of its fields, or the one that is so called."""

from __future__ import annotations

from typing import Any

import pytest

from envfactory.spec import infer

NUMBER = {"type": "number"}
PLACE = {"type": "object", "properties": {"lat": NUMBER, "lng": NUMBER, "street": NUMBER}}
LINE = "PUT /rides/{id}/destination"


def setter(api: Any, **given: Any) -> Any:
    """Return the tool that sets the destination of a ride, which takes `given`."""
    ride = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string"}, "price": NUMBER, "destination": PLACE},
    }
    body = {"type": "object", "properties": given}
    operations = api.operation("GET /rides/{id}", ride), api.operation(LINE, None, body)
    spec = infer(api.describe(*operations))
    return next(tool for tool in spec.tools if tool.operation == LINE)


def test_a_body_is_the_value_of_the_field_that_a_path_names(api):
    tool = setter(api, lat=NUMBER, lng=NUMBER)
    _, value = tool.parameters
    assert (value.name, value.type.kind, value.required) == ("destination", "nested", True)
    assert [(a.field, a.parameter) for a in tool.behaviour.assigns] == [
        ("destination", "destination")
    ]


@pytest.mark.parametrize(
    "given",
    [{"price": NUMBER}, {"lat": NUMBER, "price": NUMBER}, {"destination": PLACE}],
    ids=["another field", "another field beside it", "the field itself"],
)
def test_a_body_of_other_fields_is_not_that_value(api, given):
    tool = setter(api, **given)
    assert {one.source_name for one in tool.parameters} == {"id", *given}
