from __future__ import annotations

import pytest

from envfactory.spec.shapes.route import Router, picks
from envfactory.spec.words.name import Nouns


@pytest.fixture(scope="module")
def nouns():
    return Nouns()


@pytest.mark.parametrize(
    ("path", "steps", "verb", "tail"),
    [
        ("/api/v1/orders/{id}", [("order", ["id"])], "", []),
        ("/orders/{id}.json", [("order", ["id"])], "", []),
        ("/Orders({id})", [("order", ["id"])], "", []),
        ("/pets/findByStatus", [("pet", [])], "search", []),
        ("/orders/create", [("order", [])], "create", []),
        ("/users.list", [("user", [])], "list", []),
        ("/getOrders", [("order", [])], "get", []),
        ("/orders/search/{query}", [("order", [])], "search", ["query"]),
        ("/repos/{owner}/{repo}", [("repo", ["owner", "repo"])], "", []),
        ("/teams/{t}/members/{m}", [("team", ["t"]), ("member", ["m"])], "", []),
        ("/sessions/{sessionKey}", [("session", ["sessionKey"])], "", []),
        ("/auth/{sessionKey}/users", [("auth", []), ("user", [])], "", []),
        ("/orders/{id}:cancel", [("order", ["id"]), ("cancel", [])], "", []),
    ],
)
def test_paths_read(nouns, path, steps, verb, tail):
    route = Router([path], nouns).route(path)
    assert [("_".join(s.noun), list(s.parameters)) for s in route.steps] == steps
    assert route.verb == verb
    assert list(route.tail) == tail


def test_what_all_paths_share_is_no_noun(nouns):
    router = Router(["/crm/people", "/crm/people/{id}", "/crm/deals"], nouns)
    assert router.route("/crm/people/{id}").nouns == (("person",),)


def test_the_only_collection_is_not_shared_away(nouns):
    router = Router(["/pets/{id}", "/pets/search"], nouns)
    assert router.route("/pets/{id}").nouns == (("pet",),)


def test_a_session_in_a_path_is_the_callers_unless_it_picks_one(nouns):
    route = Router(["/sessions/{sessionId}/events"], nouns).route("/sessions/{sessionId}/events")
    assert picks(route.steps, "sessionId")
    other = Router(["/logs/{sessionId}/events"], nouns).route("/logs/{sessionId}/events")
    assert not picks(other.steps, "sessionId")
