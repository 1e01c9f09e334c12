"""Searches: what they find is the kind of record."""

from __future__ import annotations

import pytest

from envfactory.spec import infer

TEXT = {"type": "string"}
FOUND = {"type": "object", "properties": {"title": TEXT, "link": TEXT}}
QUERY = {"q!": TEXT}


def answer(name, **beside):
    return {
        "type": "object",
        "properties": {name: {"type": "array", "items": FOUND}, "calls_left": TEXT, **beside},
    }


def tool_of(api, line, returns, query=None):
    spec = infer(api.shop(api.operation(line, returns, query=query)))
    return next((tool for tool in spec.tools if tool.operation == line), None)


@pytest.mark.parametrize(
    ("line", "name", "tool"),
    [
        ("GET /search", "companies", "search_companies"),
        ("GET /search", "results", "search_results"),
        ("GET /title-search", "companies", "search_companies"),
    ],
)
def test_what_is_found_is_called_as_the_answer_calls_it(api, line, name, tool):
    found = tool_of(api, line, answer(name), QUERY)
    assert (found.name, found.behaviour.kind) == (tool, "list")
    assert [(match.field, match.op) for match in found.behaviour.matches] == [(None, "search")]


def test_words_may_lie_in_the_path(api):
    found = tool_of(api, "GET /search/{query}", {"type": "array", "items": FOUND})
    assert found.name == "search_results"


@pytest.mark.parametrize("query", [None, {"url!": TEXT}])
def test_what_takes_no_words_is_no_search(api, query):
    found = tool_of(api, "GET /search", answer("companies"), query)
    assert found is None or not any(m.op == "search" for m in found.behaviour.matches)


def test_an_answer_of_two_lists_says_not_what_was_found(api):
    both = answer("companies", people={"type": "array", "items": FOUND})
    assert tool_of(api, "GET /search", both, QUERY) is None


def test_found_texts_are_records(api):
    texts = {"type": "array", "items": TEXT}
    notes = {"keyword": TEXT, "status": TEXT}
    body = {"type": "object", "properties": {"foundProducts": texts, **notes}}
    found = tool_of(api, "GET /title-search", body, {"keyword!": TEXT})
    assert (found.name, found.behaviour.kind) == ("search_products", "list")
    assert "records stand for the values that the source returns" in found.inferred
    both = {**body["properties"], "others": texts}
    other = {"type": "object", "properties": both}
    assert tool_of(api, "GET /title-search", other, {"keyword!": TEXT}) is None
