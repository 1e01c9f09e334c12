"""The person who asks: what is theirs, and what they marked."""

from __future__ import annotations

from envfactory.compiler import compile_environment
from envfactory.environment import load_environment
from envfactory.spec import infer

TEXT = {"type": "string"}
USER = {"type": "object", "properties": {"id": TEXT, "name": TEXT}, "required": ["id", "name"]}
TRACK = {
    "type": "object",
    "properties": {"id": TEXT, "title": TEXT, "user_id": TEXT},
    "required": ["id", "title", "user_id"],
}
SCHEMAS = {"User": USER, "Track": TRACK}
REF_USER, REF_TRACK = {"$ref": "#/schemas/User"}, {"$ref": "#/schemas/Track"}
TRACKS = {"type": "array", "items": REF_TRACK}


def music(api, *more):
    return infer(
        api.describe(
            api.operation("GET /users", {"type": "array", "items": REF_USER}),
            api.operation("GET /users/{id}", REF_USER),
            api.operation("GET /tracks", TRACKS),
            api.operation("GET /tracks/{id}", REF_TRACK),
            *more,
            schemas=SCHEMAS,
        )
    )


def made(spec, line):
    return next(tool for tool in spec.tools if tool.operation == line)


def test_me_is_one_of_the_people(api):
    spec = music(api, api.operation("GET /me", REF_USER))
    assert (spec.persona.table, spec.persona.value) == ("users", "current_user")
    tool = made(spec, "GET /me")
    assert (tool.name, tool.behaviour.by) == ("get_current_user", "me")


def test_nobody_asks_where_no_path_says_so(api):
    assert music(api).persona is None


def test_what_is_mine_refers_to_me(api):
    spec = music(
        api,
        api.operation("GET /me/tracks", TRACKS),
        api.operation("GET /me/tracks/{id}", REF_TRACK),
        api.operation("GET /users/self/likes/tracks", TRACKS),
        api.operation("GET /me/followers", {"type": "array", "items": REF_USER}),
    )
    tool = made(spec, "GET /me/tracks")
    assert tool.name == "list_my_tracks"
    assert [(m.source, m.field) for m in tool.behaviour.matches] == [("me", "user_id")]
    tool = made(spec, "GET /me/tracks/{id}")
    assert [(m.source, m.field) for m in tool.behaviour.scope] == [("me", "user_id")]
    liked = made(spec, "GET /users/self/likes/tracks").behaviour.matches[0]
    assert (liked.field, liked.constant) == ("liked", True)
    followers = made(spec, "GET /me/followers").behaviour.through
    assert (followers.table, followers.field, followers.by) == ("users", "follower_ids", "me")


def test_what_those_whom_i_follow_have_is_not_what_i_follow(api):
    spec = music(
        api,
        api.operation("GET /me", REF_USER),
        api.operation("GET /me/followings/tracks", TRACKS),
    )
    assert not any(tool.operation == "GET /me/followings/tracks" for tool in spec.tools)


def test_an_environment_knows_who_asks(api, tmp_path):
    spec = music(api, api.operation("GET /me", REF_USER), api.operation("GET /me/tracks", TRACKS))
    shop = load_environment(compile_environment(spec, tmp_path, seed=1))
    session = shop.from_scenario(
        {
            "now": "2026-03-02T09:00:00Z",
            "seed": 1,
            "users": [{"id": "use_1", "name": "Ada"}, {"id": "use_2", "name": "Bo"}],
            "tracks": [
                {"id": "tra_1", "title": "One", "user_id": "use_1"},
                {"id": "tra_2", "title": "Two", "user_id": "use_2"},
            ],
            "current_user": "use_2",
        }
    )
    assert session.call("get_current_user", {}).value["name"] == "Bo"
    assert [track["id"] for track in session.call("list_my_tracks", {}).value] == ["tra_2"]
