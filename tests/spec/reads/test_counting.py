"""Counts of stored records are counted, never looked up."""

from __future__ import annotations

import pytest

from envfactory.spec import infer

NUMBER = {"type": "integer"}
OBJECT = {"type": "object", "properties": {"count": NUMBER}}


@pytest.mark.parametrize("answer", [NUMBER, OBJECT])
def test_a_count_counts_what_the_tables_hold(api, answer):
    query = {"status": {"type": "string"}}
    spec = infer(api.shop(api.operation("GET /orders/count", answer, query=query)))
    tool = next(tool for tool in spec.tools if tool.operation == "GET /orders/count")
    assert (tool.name, tool.behaviour.kind, tool.result.shape) == ("count_orders", "count", "count")
    assert [match.field for match in tool.behaviour.matches] == ["status"]
    assert not any(entity.looked_up or entity.singleton for entity in spec.entities)


def test_the_total_of_a_search_is_counted_as_the_search_finds(api):
    query = {"status": {"type": "string"}, "limit": NUMBER, "offset": NUMBER}
    line = "GET /orders/searchTotalResults"
    spec = infer(api.shop(api.operation(line, NUMBER, query=query)))
    tool = next(tool for tool in spec.tools if tool.operation == line)
    assert tool.behaviour.kind == "count"
    assert [match.field for match in tool.behaviour.matches] == ["status"]


def test_a_size_that_is_no_number_counts_nothing(api):
    answer = {"type": "object", "properties": {"size": {"type": "string"}}}
    spec = infer(api.shop(api.operation("GET /orders/size", answer)))
    assert not any(tool.behaviour.kind == "count" for tool in spec.tools)
