from __future__ import annotations

import pytest

from envfactory.spec.shapes.payload import Envelopes
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.words.name import Nouns

THING = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "size": {"type": "number"}, "why": {"type": "string"}},
}
NUMBER = {"type": "integer"}
LIST = {"type": "array", "items": THING}
TEXT = {"type": "string"}


def box(**properties):
    return {"type": "object", "properties": properties}


def wide(fields):
    return box(items=LIST, **{f"place{number}": TEXT for number in range(fields)})


@pytest.fixture(scope="module")
def nouns():
    return Nouns()


@pytest.fixture(scope="module")
def envelopes(nouns):
    return Envelopes(Schemas({}), nouns)


@pytest.mark.parametrize(
    "schema",
    [
        LIST,
        box(data=LIST),
        box(items=LIST, total=NUMBER, next=TEXT),
        box(things=LIST, number_of_pages=NUMBER),
        box(ok={"type": "boolean"}, things=LIST, response_metadata=box(cursor=TEXT)),
        box(data=box(things=LIST)),
        box(_embedded=box(things=LIST), _links=box(self=TEXT), page=box(size=NUMBER)),
        box(_embedded=box(calls=LIST), count=NUMBER, page_size=NUMBER, record_index=NUMBER),
        box(items=LIST, defaults=LIST, nextPageToken=TEXT),
    ],
)
def test_lists(envelopes, schema):
    payload = envelopes.open(schema, ("thing",))
    assert payload.kind == "records"
    assert list(payload.shape.properties) == ["id", "size", "why"]


@pytest.mark.parametrize(
    "schema",
    [
        THING,
        box(data=THING),
        box(thing=THING),
        box(ok={"type": "boolean"}, thing=THING),
        box(status_code=NUMBER, status=TEXT, service=TEXT, operation=TEXT, data=THING),
    ],
)
def test_records(envelopes, schema):
    payload = envelopes.open(schema, ("thing",))
    assert payload.kind == "record"
    assert list(payload.shape.properties) == ["id", "size", "why"]


def test_an_order_with_items_is_a_record(envelopes):
    order = box(id=TEXT, items=LIST, total=NUMBER)
    assert envelopes.open(order, ("order",)).kind == "record"


def test_what_is_called_like_a_record_is_one_though_it_holds_items(nouns):
    order = box(items=LIST, customer=TEXT, price=NUMBER, note=TEXT)
    schemas = Schemas({"Order": order, "OrderList": order, "Big": wide(12), "Page": wide(3)})
    envelopes = Envelopes(schemas, nouns)

    def kind(name, *noun):
        return envelopes.open({"$ref": f"#/schemas/{name}"}, noun).kind

    assert kind("Order", "order") == "record"
    assert kind("OrderList", "order") == "records"
    assert (kind("Big", "row"), kind("Page", "row")) == ("record", "records")
    group = box(things=LIST, name=TEXT, room=NUMBER, place=TEXT)
    assert envelopes.open(group, ("thing",)).kind == "record"


def test_a_record_beside_others_is_not_all_that_was_said(envelopes):
    both = box(thing=THING, schedules=LIST)
    assert list(envelopes.open(both, ("thing",)).shape.properties) != ["id", "size", "why"]
    both = box(thing=THING, balance=NUMBER)
    assert list(envelopes.open(both, ("thing",)).shape.properties) == ["thing", "balance"]


def test_a_resource_with_attributes_is_flat(envelopes):
    resource = box(type=TEXT, id=TEXT, attributes=box(name=TEXT), links=box(self=TEXT))
    payload = envelopes.open(box(data=resource), ("thing",))
    assert list(payload.shape.properties) == ["id", "name"]


@pytest.mark.parametrize("schema", [{}, box(success={"type": "boolean"}, message=TEXT)])
def test_nothing_worth_returning(envelopes, schema):
    assert envelopes.open(schema, ("thing",)).kind == "none"


FILE = {"type": "string", "format": "binary"}


def test_files_beside_a_record_are_not_part_of_it(envelopes):
    """A form holds an episode and its sound."""
    sent = envelopes.open(box(episode=THING, media=FILE, logo=FILE), ("episode",))
    assert (sent.wrapper, list(sent.shape.properties)) == (("episode",), ["id", "size", "why"])


def test_a_file_beside_what_is_called_otherwise_is(envelopes):
    sent = envelopes.open(box(crop=THING, media=FILE), ("episode",))
    assert list(sent.shape.properties) == ["crop", "media"]
