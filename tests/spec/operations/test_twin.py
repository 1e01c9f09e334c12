"""POSTs that take what a GET on the same path takes."""

from __future__ import annotations

import pytest

from envfactory.spec import infer, stated_changes
from envfactory.spec.operations.twin import TWIN

TEXT = {"type": "string"}
QUERY = {"typeid!": TEXT, "region": TEXT}
STAT = {"type": "object", "properties": {"buy": TEXT, "sell": TEXT}}
SENT = {"type": "object", "properties": {"typeid": TEXT, "region": TEXT}}


def described(api, line, summary, said="", takes=SENT):
    path = line.split()[1]
    return api.shop(
        api.operation(f"GET {path}", STAT, query=QUERY, summary=summary),
        api.operation(line, STAT, takes, summary=said or summary),
    )


def test_a_query_that_may_be_posted_too_writes_nothing(api):
    line = "POST /marketstat"
    description = described(api, line, "XML Marketstat")
    reasons = {o.where: o.reason for o in infer(description).omissions}
    assert reasons[line] == TWIN
    assert line not in stated_changes(description)


@pytest.mark.parametrize(
    ("line", "summary", "said", "takes"),
    [
        ("POST /slack", "Send a message", "", SENT),
        ("POST /traces", "A trace", "Another trace", SENT),
        ("POST /figures", "Figures", "", {"type": "object", "properties": {"name": TEXT}}),
    ],
)
def test_what_does_something_is_no_twin(api, line, summary, said, takes):
    description = described(api, line, summary, said, takes)
    assert TWIN not in {o.reason for o in infer(description).omissions}
    assert line in stated_changes(description)


@pytest.mark.parametrize(
    ("said", "query", "is_twin"),
    [
        ("POST Matrix Endpoint", QUERY, True),
        ("Create a matrix", QUERY, False),
        ("POST Matrix Endpoint", {"region": TEXT}, False),
    ],
)
def test_the_same_answer_to_a_body_as_to_a_query_is_worked_out(api, said, query, is_twin):
    line, takes = "POST /matrix", {"type": "object", "properties": {"points": TEXT}}
    description = api.shop(
        api.operation("GET /matrix", STAT, query=query, summary="GET Matrix Endpoint"),
        api.operation(line, STAT, takes, summary=said),
    )
    reasons = {o.where: o.reason for o in infer(description).omissions}
    assert (reasons.get(line) == TWIN) is is_twin
