"""Posted reads: what a POST answers that changes nothing, and answers that only tell a state."""

from __future__ import annotations

import pytest

from envfactory.errors import InputError
from envfactory.spec import infer

TEXT = {"type": "string"}
QUOTE = {"type": "object", "properties": {"rate": {"type": "number"}, "asOf": TEXT}}


def body(**properties):
    return {"type": "object", "properties": properties, "required": list(properties)}


def only(spec):
    (tool,) = spec.tools
    return tool


def test_a_post_that_says_it_reads_looks_up_what_its_body_asks_for(api):
    spec = infer(
        api.describe(
            api.operation(
                "POST /quotes/latest",
                QUOTE,
                body(symbol=TEXT),
                summary="Retrieve the latest quote of a symbol.",
            )
        )
    )
    tool = only(spec)
    assert tool.operation == "POST /quotes/latest"
    assert (tool.behaviour.kind, [p.name for p in tool.parameters]) == ("get", ["symbol"])
    assert "callers post what they ask for" in tool.inferred


@pytest.mark.parametrize(
    ("line", "summary", "takes"),
    [
        ("POST /quotes/latest", "Store the latest quote.", body(symbol=TEXT)),
        ("POST /quotes/latest", "Get quotes, and delete them.", body(of={"type": "array"})),
        ("POST /clicks/page", "Retrieve the clicks.", {**body(alias=TEXT), "required": []}),
        ("POST /documents/sign", "Returns the signed document.", body(document_id=TEXT)),
        ("POST /documents/render", "Get a document.", body(text=TEXT)),
    ],
    ids=["writes", "takes records", "filters", "works", "computes"],
)
def test_other_posts_do_not_become_reads(api, line, summary, takes):
    try:
        spec = infer(api.describe(api.operation(line, QUOTE, takes, summary=summary)))
    except InputError:
        return
    assert all(tool.behaviour.kind != "get" for tool in spec.tools)


def test_a_service_that_tells_its_state_has_one_record_of_it(api):
    status = {"type": "object", "properties": {"status": TEXT, "version": TEXT}}
    tool = only(infer(api.describe(api.operation("GET /health", status))))
    assert (tool.name, tool.behaviour.kind, tool.behaviour.by) == ("get_health", "get", "only")


def test_an_action_behind_a_get_tells_no_state(api):
    status = {"type": "object", "properties": {"status": TEXT, "message": TEXT}}
    with pytest.raises(InputError):
        infer(api.describe(api.operation("GET /reload", status, summary="Get it reloaded.")))


PAGE = {
    "type": "object",
    "properties": {
        "items": {"type": "array", "items": {"$ref": "#/schemas/Order"}},
        "has_more": {"type": "boolean"},
    },
}


def optional(**properties):
    return {"type": "object", "properties": properties}


def listed(api, summary, takes):
    path = api.operation("POST /audits", PAGE, takes, summary=summary)
    try:
        spec = infer(api.describe(path, schemas=api.schemas))
    except InputError:
        return ""
    return next((tool.behaviour.kind for tool in spec.tools), "")


def test_a_post_that_says_it_reads_a_list_lists_what_its_body_narrows(api):
    takes = optional(cursor=TEXT, status=TEXT)
    assert listed(api, "Retrieves audit events of a team", takes) == "list"


@pytest.mark.parametrize(
    ("summary", "takes"),
    [
        ("Retrieves audits within a polygon", body(polygon={"type": "array"})),
        ("Retrieves audits along a way", optional(way={"type": "array", "items": TEXT})),
        ("Record audits", optional(status=TEXT)),
    ],
    ids=["must be told", "narrows by no field", "writes"],
)
def test_other_posts_that_answer_with_lists_are_no_lists(api, summary, takes):
    assert listed(api, summary, takes) != "list"
