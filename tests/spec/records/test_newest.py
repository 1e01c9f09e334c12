"""The order of a list that its text promises."""

from __future__ import annotations

import pytest

from envfactory.spec import infer
from envfactory.spec.records.newest import told_number, without_number

TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("Returns posts sorted by creation date, with the most recent post first.", True),
        ("Lists posts in reverse chronological order.", True),
        ("Lists posts, oldest first.", False),
        ("Lists posts. The first one is pinned.", None),
    ],
)
def test_a_list_comes_in_the_order_that_its_text_tells(api, text, order):
    post = {"type": "object", "properties": {"id": TEXT, "title": TEXT, "created_at": TEXT}}
    post["properties"]["created_at"] = {"type": "string", "format": "date-time"}
    posts = {"type": "array", "items": {"$ref": "#/schemas/Post"}}
    one = api.operation("GET /posts", posts, description=text)
    (tool,) = infer(api.describe(one, schemas={"Post": post})).tools
    told = tool.behaviour.order
    assert (told and (told.field, told.descending)) == (
        None if order is None else ("created_at", order)
    )


@pytest.mark.parametrize(
    ("text", "size"),
    [("The names are returned in groups of 250.", 250), ("There are 50 posts per page.", 50)],
)
def test_a_page_holds_as_many_as_its_text_tells(api, text, size):
    post = {"type": "object", "properties": {"id": TEXT, "title": TEXT}}
    posts = {"type": "array", "items": {"$ref": "#/schemas/Post"}}
    page = {"page": {"type": "integer"}}
    one = api.operation("GET /posts", posts, description=text, query=page)
    (tool,) = infer(api.describe(one, schemas={"Post": post})).tools
    assert tool.behaviour.paging.default_limit == size


def test_a_list_in_alphabetical_order_is_ordered_by_what_people_call_its_records(api):
    post = {"type": "object", "properties": {"id": TEXT, "title": TEXT}}
    posts = {"type": "array", "items": {"$ref": "#/schemas/Post"}}
    one = api.operation("GET /posts", posts, description="Lists posts, sorted alphabetically.")
    (tool,) = infer(api.describe(one, schemas={"Post": post})).tools
    assert tool.behaviour.order.field == "title"


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("Read the last 5 messages", 5, "Read the latest messages"),
        ("The 10 most recent posts", 10, "The latest posts"),
        ("What came in the last 24 hours", None, "What came in the last 24 hours"),
        ("The last message", None, "The last message"),
        ("The last 0 messages", None, "The last 0 messages"),
    ],
)
def test_a_text_may_tell_how_many_of_the_newest_there_are(text, number, rest):
    assert (told_number(text), without_number(text)) == (number, rest)
