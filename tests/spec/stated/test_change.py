"""Changes: which operations are stated to change something, whatever rules make of them."""

from __future__ import annotations

import pytest

from envfactory.source.description import Hints, Skipped
from envfactory.spec import stated_changes

TEXT = {"type": "object", "properties": {"text": {"type": "string"}}}
SCORE = {"type": "object", "properties": {"score": {"type": "number"}}}


def stated(api, line, summary="", **more):
    one = api.operation(line, SCORE, TEXT, summary=summary, **more)
    return stated_changes(api.describe(one)) == (line,)


@pytest.mark.parametrize(
    ("line", "summary"),
    [
        ("PUT /notes/{id}", "Get a note"),
        ("PATCH /notes/{id}", ""),
        ("DELETE /notes", ""),
        ("POST /notes", ""),
        ("POST /notes", "Create a note"),
        ("POST /suggest", "Submit a suggestion to improve a translation"),
        ("POST /payments/{id}/capture", ""),
        ("POST /notes", "Automatically keep a text"),
        ("POST /notes", "Accepts a text and returns matching labels, which are saved"),
        ("POST /apply-rules", "Apply rules to a text"),
        ("POST /users/{id}/tokens", ""),
    ],
)
def test_what_changes_something(api, line, summary):
    assert stated(api, line, summary)


@pytest.mark.parametrize(
    ("line", "summary"),
    [
        ("GET /notes/delete", "Delete notes"),
        ("POST /translate", ""),
        ("POST /notes/search", ""),
        ("POST /v1/entities", "Extract entities from a text"),
        ("POST /v1/sentiment", "Performs a sentiment analysis of a text"),
        ("POST /login", "Sign in"),
        ("POST /oauth2/token", ""),
        ("POST /lookups", "Look up a number"),
        ("POST /vat/validator", ""),
        ("POST /pathfinder", "Automatically find a path in a text"),
        ("POST /area", "This operation returns a box around what matters in a text"),
        ("POST /unpack", "Try to unpack the given text"),
        ("POST /text-ocr", "Optical Character Recognition of a text"),
        ("POST /alike-texts", "Accepts a text and returns similar articles"),
    ],
)
def test_what_changes_nothing(api, line, summary):
    assert not stated(api, line, summary)


def test_a_body_that_is_called_a_look_up_changes_nothing(api):
    for name, changes in (("CompanyLookupRequest", ()), ("CompanyRequest", ("POST /boards",))):
        body = {"$ref": f"#/schemas/{name}"}
        board = api.operation("POST /boards", SCORE, body)
        assert stated_changes(api.describe(board, schemas={name: TEXT})) == changes


def test_a_source_that_says_it_decides(api):
    assert not stated(api, "DELETE /notes", hints=Hints(read_only=True))
    assert stated(api, "POST /search", hints=Hints(read_only=False))


def test_an_answer_that_is_a_file_was_worked_out(api):
    note = Skipped(
        where="#/paths/~1pdf~1rotate/post/responses/200",
        reason="response is not JSON",
        detail="application/pdf",
    )
    rotate = api.operation("POST /pdf/rotate", None, TEXT)
    assert stated_changes(api.describe(rotate)) == ("POST /pdf/rotate",)
    assert stated_changes(api.describe(rotate, skipped=(note,))) == ()
