"""Restated operations: arguments in headers, and answers of which nothing is told."""

from __future__ import annotations

import pytest

from envfactory.source import Parameter
from envfactory.spec import infer
from envfactory.spec.untold.restated import restated

TEXT = {"type": "string"}


def headed(api, line, *names, **more):
    """Return an operation that takes its arguments in headers, as some services have them."""
    bare = api.operation(line, TEXT, **more)
    headers = [
        Parameter(
            name=name.removesuffix("!"), location="header", required=name[-1] == "!", schema=TEXT
        )
        for name in ("api_key!", *names)
    ]
    return bare.model_copy(update={"parameters": (*bare.parameters, *headers)})


def test_arguments_in_headers_are_inputs_where_answers_are_untold_texts(api):
    spec = infer(
        api.describe(
            headed(api, "GET /events", "venue", summary="Retrieve events"),
            headed(api, "POST /events", "name!", "venue", summary="Add an event"),
            headed(api, "PATCH /events", "id!", "name", "venue", summary="Update an event"),
            headed(api, "DELETE /events", "id!", summary="Delete an event"),
        )
    )
    found = {t.operation: (t.behaviour.kind, {p.name for p in t.parameters}) for t in spec.tools}
    assert found == {
        "GET /events": ("list", {"venue"}),
        "POST /events": ("create", {"name", "venue"}),
        "PATCH /events": ("update", {"event_id", "name", "venue"}),
        "DELETE /events": ("delete", {"event_id"}),
    }


@pytest.mark.parametrize("name", ["X-Request-Id", "api_key", "Accept-Language", "Idempotency"])
def test_headers_of_the_transport_are_no_inputs(api, name):
    spec = infer(
        api.describe(
            headed(api, "GET /events", name, "venue"),
            headed(api, "POST /events", "name!", "venue", name),
            headed(api, "GET /events/{id}", name),
            headed(api, "DELETE /events/{id}", name),
        )
    )
    assert len(spec.tools) == 4
    for tool in spec.tools:
        assert {p.name for p in tool.parameters} <= {"event_id", "name", "venue"}


def test_a_few_answers_that_are_texts_are_texts(api):
    spec = infer(
        api.shop(*(api.operation(f"GET /orders/{{orderId}}/{part}", TEXT) for part in "abcd"))
    )
    assert {tool.operation for tool in spec.tools} >= {"GET /orders", "GET /orders/{orderId}"}
    assert not any(tool.operation.endswith(("/a", "/b")) for tool in spec.tools)


WEATHER = {"type": "object", "properties": {"temperature": {"type": "number"}, "summary": TEXT}}
PLACE = {"place_id": TEXT, "lat": TEXT, "lon": TEXT, "units": TEXT}


@pytest.mark.parametrize("answer", [WEATHER, {"type": "array", "items": WEATHER}])
def test_what_is_asked_for_a_place_is_asked_by_its_name_and_not_its_coordinates(api, answer):
    summary = "Returns weather data for a single point (geographic name or GPS)"
    spec = infer(api.describe(api.operation("GET /weather", answer, query=PLACE, summary=summary)))
    (tool,) = spec.tools
    assert [one.name for one in tool.parameters if one.required] == ["place_id"]
    assert not {"lat", "lon"} & {one.name for one in tool.parameters}


@pytest.mark.parametrize(
    "summary", ["Lists weather stations", "Lists weather stations around a location"]
)
def test_a_place_that_may_narrow_a_list_is_left_as_it_is(api, summary):
    stations = {"type": "array", "items": {"$ref": "#/schemas/Station"}}
    fields = {"id": TEXT, "name": TEXT, "city": TEXT}
    description = api.describe(
        api.operation("GET /stations", stations, query={"city": TEXT, "lat": TEXT, "lon": TEXT}),
        schemas={"Station": {"type": "object", "properties": fields}},
    )
    (told,) = restated([description.operations[0].model_copy(update={"summary": summary})])
    assert not any(one.required for one in told.parameters)
