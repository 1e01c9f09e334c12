"""Lists that a source describes by just one of their records, and searches it does not describe."""

from __future__ import annotations

import pytest

from envfactory.spec import infer

TEXT = {"type": "string"}
VERSE = {"type": "object", "properties": {"number": {"type": "integer"}, "text": TEXT}}
SCHEMAS = {"Verse": VERSE}
REF = {"$ref": "#/schemas/Verse"}


def kinds(spec):
    return {tool.operation: (tool.behaviour.kind, tool.result.shape) for tool in spec.tools}


@pytest.mark.parametrize(
    ("path", "summary", "listed"),
    [
        ("/verses", "Get all the verses.", True),
        ("/verses", "Returns the verses of the book", True),
        ("/verses", "Get the verse of the day", False),
        ("/verse-of-today", "Get all of the verse", False),
    ],
)
def test_a_text_that_promises_all_of_them_lists(api, path, summary, listed):
    spec = infer(
        api.describe(
            api.operation(f"GET {path}", REF, summary=summary),
            api.operation("GET /verses/{number}", REF),
            schemas=SCHEMAS,
        )
    )
    found = kinds(spec).get(f"GET {path}", ("", ""))
    assert (found[0] == "list") is listed


def test_what_wraps_records_of_every_kind_is_none_of_them(api):
    answer = {"Answer": {"type": "object", "properties": {"id": TEXT, "value": TEXT}}}
    ref = {"$ref": "#/schemas/Answer"}
    spec = infer(
        api.describe(
            api.operation("GET /brands", ref, summary="List all brands"),
            api.operation("GET /brands/{id}", ref),
            api.operation("GET /episodes/{id}", ref),
            schemas=answer,
        )
    )
    assert kinds(spec).get("GET /brands", ("", ""))[0] != "list"


def test_a_search_finds_the_records_that_the_path_tells_of_without_it(api):
    query = {"query!": TEXT}
    spec = infer(
        api.describe(
            api.operation("GET /rooms", summary="List rooms"),
            api.operation("GET /rooms/{id}"),
            api.operation("GET /rooms/search", query=query, summary="Search the text of rooms"),
        )
    )
    tool = next(tool for tool in spec.tools if tool.operation == "GET /rooms/search")
    assert tool.behaviour.kind == "list"
    assert [match.op for match in tool.behaviour.matches] == ["search"]


def test_what_a_post_takes_in_its_query_tells_the_fields(api):
    query = {"amount!": {"type": "integer"}, "zip_code": TEXT, "api_key!": TEXT}
    spec = infer(
        api.describe(
            api.operation("GET /donations/index"),
            api.operation("GET /donations/show", query={"id!": TEXT}),
            api.operation("POST /donations/create", query=query),
        )
    )
    tool = next(tool for tool in spec.tools if tool.operation == "POST /donations/create")
    assert tool.behaviour.kind == "create"
    assert [parameter.name for parameter in tool.parameters] == ["amount", "zip_code"]
