"""Numbers in paths: `/players/237` reads any player where `/players` lists them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from envfactory.source import Body
from envfactory.spec import infer
from envfactory.spec.untold.numbered import NUMBERED, parametrized
from envfactory.spec.words.name import Nouns

TEXT = {"type": "string"}
PLAYER = {"type": "object", "properties": {"id": {"type": "integer"}, "name": TEXT}}
PLAYERS = {"type": "array", "items": PLAYER}


def kinds(spec):
    return {tool.operation: tool.behaviour.kind for tool in spec.tools}


def test_a_number_behind_a_list_is_the_key_of_one_record(api):
    spec = infer(
        api.describe(
            api.operation("GET /players", PLAYERS), api.operation("GET /players/237", PLAYER)
        )
    )
    assert kinds(spec) == {"GET /players": "list", "GET /players/237": "get"}
    tool = next(tool for tool in spec.tools if tool.operation == "GET /players/237")
    assert tool.name == "get_player"
    assert [p.name for p in tool.parameters] == ["player_id"]
    assert tool.inferred == (NUMBERED,)


def test_answers_that_nothing_describes_or_an_example_shows_keep_their_source(api):
    shown = Body(media_type="application/json", schema={}, example={"id": 1, "name": "Ann"})
    bare = api.operation("GET /players/237", summary="specific player")
    for one in (bare, bare.model_copy(update={"response": shown})):
        spec = infer(api.describe(api.operation("GET /players", summary="List players"), one))
        assert kinds(spec) == {"GET /players": "list", "GET /players/237": "get"}


def test_numbers_that_are_no_keys_stay(api):
    lines = (
        "GET /players",
        "GET /players/237",
        "GET /players/238",  # two examples: which of them says more?
        "GET /teams/1",  # nothing lists teams
        "GET /news",
        "GET /news/{id}",
        "GET /news/7",
        "GET /status",
        "GET /status/200",  # no plural
        "GET /players/237/games/{id}",
    )
    description = api.describe(*(api.operation(line) for line in lines))
    told, origins = parametrized(description, Nouns())
    paths = [one.path for one in told.operations]
    assert paths[:-1] == [line.split()[1] for line in lines][:-1]
    assert paths[-1] == "/players/{player_id}/games/{id}"
    assert [one.where for one in origins.values()] == ["GET /players/237/games/{id}"]


SEGMENTS = st.lists(st.sampled_from(("players", "teams", "7", "12", "{id}", "")), max_size=5)


def test_every_operation_is_there_once_and_has_its_parameters(api):
    @given(st.lists(SEGMENTS, max_size=5))
    def holds(segments):
        paths = list(dict.fromkeys("/" + "/".join(one) for one in segments))
        description = api.describe(*(api.operation(f"GET {path}") for path in paths))
        told, origins = parametrized(description, Nouns())
        lines = [f"GET {one.path}" for one in told.operations]
        assert len(set(lines)) == len(paths)
        back = [origins[line].where if line in origins else line for line in lines]
        assert back == [f"GET {path}" for path in paths]
        for one in told.operations:
            if f"GET {one.path}" in origins:
                named = {part.split("}")[0] for part in one.path.split("{")[1:]}
                assert {p.name for p in one.parameters} == named

    holds()
