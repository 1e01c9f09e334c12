"""Enclosed lists: what a text calls a list is one, whatever else the answer holds."""

from __future__ import annotations

import pytest

from envfactory.spec import infer

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
DEVICE = {"type": "object", "properties": {"serial": TEXT, "model": TEXT}}
LIST = {"type": "array", "items": DEVICE}


def answer(**more):
    return {"type": "object", "properties": {"version": TEXT, "stamp": NUMBER, **more}}


@pytest.mark.parametrize(
    "returned",
    [
        answer(resultsTotalAvailable=NUMBER, deviceMessages=LIST),
        answer(results=answer(input=TEXT, found=LIST)),
    ],
)
def test_a_list_is_taken_out_where_the_text_promises_one(api, returned):
    line = "GET /stock/held"
    listed = api.operation(line, returned, summary="Get a list of all devices")
    (tool,) = infer(api.describe(listed)).tools
    assert tool.behaviour.kind == "list"
    other = api.operation(line, returned, summary="Get the state of the stock")
    (tool,) = infer(api.describe(other)).tools
    assert tool.behaviour.kind == "get"


def test_an_answer_with_two_lists_stays_as_it_is(api):
    returned = answer(old=LIST, new=LIST)
    listed = api.operation("GET /stock/held", returned, summary="List of devices")
    (tool,) = infer(api.describe(listed)).tools
    assert tool.behaviour.kind == "get"


def test_lists_of_one_kind_are_all_there_is(api):
    lists = {"type": "array", "items": {"$ref": "#/schemas/Device"}}
    returned = {"type": "object", "properties": {"free": lists, "shared": lists}}

    def kind(summary, **more):
        answered = {**returned, "properties": {**returned["properties"], **more}}
        listed = api.operation("GET /devices/list", answered, summary=summary)
        (tool,) = infer(api.describe(listed, schemas={"Device": DEVICE})).tools
        return tool.behaviour.kind

    assert kind("Get all devices") == "list"
    assert kind("Get the devices by state") == "get"
    assert kind("Get all devices", note=TEXT) == "get"
