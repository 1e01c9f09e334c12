"""A PUT with nothing to say makes the record that its path names."""

from __future__ import annotations

import pytest

from envfactory.compiler import compile_environment
from envfactory.environment import Package
from envfactory.spec import infer

TEXT = {"type": "string"}
FOLLOW = {"type": "object", "required": ["show_id"], "properties": {"show_id": TEXT}}
LINE = "PUT /follows/{show_id}"


def follows(api, *more, summary="Follow a show", record=FOLLOW, takes=None):
    return api.describe(
        api.operation("GET /follows", {"type": "array", "items": record}),
        api.operation("GET /follows/{show_id}", record),
        api.operation(LINE, record, takes, summary=summary),
        api.operation("DELETE /follows/{show_id}"),
        *more,
    )


def put(spec):
    return next((tool for tool in spec.tools if tool.operation == LINE), None)


@pytest.mark.parametrize(
    ("summary", "name"),
    [("Follow a show", "follow_follow"), ("Adds a show", "add_follow")],
)
def test_the_record_is_there_afterwards(api, summary, name):
    tool = put(infer(follows(api, summary=summary)))
    assert tool.name == name
    assert (tool.behaviour.kind, tool.behaviour.or_create) == ("update", True)
    assert [parameter.name for parameter in tool.parameters] == ["show_id"]


def test_it_is_made_once_and_can_be_taken_away(api, tmp_path):
    session = Package.load(compile_environment(infer(follows(api)), tmp_path, 0)).start()
    before = session.state_hash
    new = {"show_id": "tt-4711"}
    assert session.call("follow_follow", new).value == new
    followed = session.state_hash
    assert followed != before
    assert session.call("follow_follow", new).value == new
    assert session.state_hash == followed
    assert session.call("delete_follow", new).ok
    assert session.call("get_follow", new).error.code == "not_found"


@pytest.mark.parametrize("summary", ["", "Refresh a show", "Update a show", "Shows"])
def test_other_words_promise_no_record(api, summary):
    assert put(infer(follows(api, summary=summary))) is None


def test_what_has_more_to_say_is_not_made_of_a_name(api):
    rich = {**FOLLOW, "required": ["show_id", "rating"]}
    rich = {**rich, "properties": {"show_id": TEXT, "rating": {"type": "integer"}}}
    found = put(infer(follows(api, record=rich)))
    assert found is None or not found.behaviour.or_create


def test_what_the_service_names_is_not_made_of_a_name(api):
    post = api.operation("POST /follows", FOLLOW, {"type": "object", "properties": {"note": TEXT}})
    found = put(infer(follows(api, post)))
    assert found is None or not getattr(found.behaviour, "or_create", False)
