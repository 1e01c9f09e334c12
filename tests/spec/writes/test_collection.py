"""Collections: what a query says beside a body names the record, and is no part of it."""

from __future__ import annotations

import pytest

from envfactory.spec import infer

TEXT = {"type": "string"}
LINE = "PUT /aliases"
ALIAS = {
    "type": "object",
    "properties": {"aliasName": TEXT, "domainName": TEXT, "title": TEXT},
    "required": ["aliasName"],
}


def updated(api, takes, **query):
    """Return the names of the inputs of a tool that changes an alias, if there is one."""
    returns = {"$ref": "#/schemas/Alias"}
    read = api.operation("GET /aliases/{aliasName}", returns)
    listed = api.operation("GET /aliases", {"type": "array", "items": returns})
    one = api.operation(LINE, None, takes, query=query, summary="Update an alias")
    spec = infer(api.describe(read, listed, one, schemas={"Alias": ALIAS}))
    tool = next((tool for tool in spec.tools if tool.operation == LINE), None)
    return tool and [one.source_name for one in tool.parameters]


def test_what_selects_a_record_beside_its_key_does_not_change_it(api):
    takes = {"type": "object", "properties": {"title": TEXT}}
    assert updated(api, takes, **{"aliasName!": TEXT, "domainName": TEXT}) == ["aliasName", "title"]
    assert updated(api, takes, **{"aliasName!": TEXT, "domainName!": TEXT}) is None


def test_a_query_without_a_body_is_what_is_changed(api):
    given = updated(api, None, **{"aliasName!": TEXT, "domainName": TEXT})
    assert given == ["aliasName", "domainName"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [("Removes certain orders by their names.", False), ("Removes what the shop has.", True)],
)
def test_some_records_are_not_all_of_them(api, text, kept):
    line = "DELETE /orders"
    spec = infer(api.shop(api.operation(line, summary="Remove orders", description=text)))
    assert any(tool.operation == line for tool in spec.tools) is kept
