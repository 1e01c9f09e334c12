"""AWS service models: shapes become schemas, and inputs keep the names of the SDK."""

import random
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envfactory.errors import InputError
from envfactory.source import ApiDescription, Operation, service_model
from envfactory.source.document import Document
from envfactory.source.reader import reader_of
from tests.source.soundness import ODD_VALUES, check, check_outcome, mutate

SHELF = {
    "metadata": {
        "apiVersion": "2026-01-01",
        "endpointPrefix": "shelf",
        "protocol": "rest-json",
        "serviceFullName": "Example Shelf Service",
        "serviceId": "Shelf",
    },
    "documentation": "<p>Keeps <i>books</i> on shelves.</p>",
    "operations": {
        "PutBook": {
            "name": "PutBook",
            "http": {"method": "PUT", "requestUri": "/shelves/{shelf-id}/books/{Title+}?notify"},
            "input": {"shape": "PutBookRequest"},
            "output": {"shape": "Book"},
            "documentation": "<p>Puts a book on a shelf.</p><note><p>It stays there.</p></note>",
            "idempotent": True,
        },
        "ListBooks": {
            "name": "ListBooks",
            "http": {"method": "GET", "requestUri": "/books", "responseCode": 200},
            "input": {"shape": "ListBooksRequest"},
            "output": {"shape": "ListBooksResponse"},
            "readonly": True,
        },
        "WatchBooks": {
            "name": "WatchBooks",
            "http": {"method": "GET", "requestUri": "/watch"},
            "output": {"shape": "WatchResponse"},
        },
    },
    "shapes": {
        "PutBookRequest": {
            "type": "structure",
            "required": ["ShelfId", "Title", "Book", "Token"],
            "members": {
                "ShelfId": {"shape": "Id", "location": "uri", "locationName": "shelf-id"},
                "Title": {"shape": "String", "location": "uri", "locationName": "Title"},
                "Owner": {"shape": "String", "location": "header", "locationName": "x-owner"},
                "Book": {"shape": "Book", "documentation": "<p>The book.</p>"},
                "Token": {"shape": "String", "idempotencyToken": True},
            },
            "payload": "Book",
        },
        "ListBooksRequest": {
            "type": "structure",
            "members": {
                "Limit": {"shape": "Limit", "location": "querystring", "locationName": "max"},
                "Kinds": {"shape": "Kinds", "location": "querystring"},
            },
        },
        "ListBooksResponse": {
            "type": "structure",
            "members": {"Books": {"shape": "Books"}, "Next": {"shape": "String"}},
        },
        "WatchResponse": {"type": "structure", "members": {"Stream": {"shape": "Stream"}}},
        "Stream": {"type": "structure", "members": {}, "eventstream": True},
        "Book": {
            "type": "structure",
            "required": ["Title"],
            "documentation": "<p>A book.</p>",
            "members": {
                "Title": {"shape": "Id"},
                "Kind": {"shape": "Kind", "documentation": "<p>What kind of book.</p>"},
                "Pages": {"shape": "Limit"},
                "Written": {"shape": "Timestamp"},
                "Cover": {"shape": "Blob"},
                "Sequel": {"shape": "Book", "deprecated": True},
                "Tags": {"shape": "Tags"},
                "Source": {"shape": "Source"},
                "Anything": {"shape": "Document"},
            },
        },
        "Books": {"type": "list", "member": {"shape": "Book"}, "min": 0, "max": 50},
        "Kinds": {"type": "list", "member": {"shape": "Kind"}},
        "Kind": {"type": "string", "enum": ["NOVEL", "ATLAS"]},
        "Id": {"type": "string", "min": 1, "max": 64, "pattern": "[a-z]+"},
        "String": {"type": "string"},
        "Limit": {"type": "integer", "min": 1, "max": 100},
        "Timestamp": {"type": "timestamp"},
        "Blob": {"type": "blob", "max": 1000},
        "Tags": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "String"}},
        "Source": {
            "type": "structure",
            "union": True,
            "members": {"Url": {"shape": "String"}, "Scan": {"shape": "Blob"}},
        },
        "Document": {"type": "structure", "members": {}, "document": True},
    },
}


def parsed(root: Any) -> ApiDescription:
    return service_model.read(Document("d.json", "d.json", "sha256:0", root))


@pytest.fixture(scope="module")
def description() -> ApiDescription:
    found = parsed(SHELF)
    check(found)
    return found


@pytest.fixture(scope="module")
def operations(description: ApiDescription) -> dict[str, Operation]:
    return {operation.id: operation for operation in description.operations}


def test_the_document_as_a_whole(description: ApiDescription) -> None:
    assert (description.title, description.version) == ("Example Shelf Service", "2026-01-01")
    assert description.description == "Keeps books on shelves."
    assert description.provenance.format == "aws service model rest-json"
    (left_out,) = description.skipped
    assert (left_out.where, left_out.reason) == ("#/operations/WatchBooks", "event stream")


def test_inputs_travel_where_the_protocol_says(operations: dict[str, Operation]) -> None:
    put = operations["PutBook"]
    assert (put.method, put.path) == ("put", "/shelves/{ShelfId}/books/{Title}/notify")
    assert [(part.name, part.location, part.required) for part in put.parameters] == [
        ("ShelfId", "path", True),
        ("Title", "path", True),
        ("Owner", "header", False),
    ]
    assert put.parameters[0].schema_ == {
        "type": "string", "minLength": 1, "maxLength": 64, "pattern": "[a-z]+",
    }  # fmt: skip
    assert put.request is not None
    assert put.request.required
    body: Any = put.request.schema_
    assert body["properties"]["Book"] == {"$ref": "#/schemas/Book", "description": "The book."}
    assert body["required"] == ["Book"]  # the SDK fills in the token itself
    assert put.description == "Puts a book on a shelf. It stays there."
    assert put.hints.idempotent is True
    assert put.hints.read_only is None


def test_queries_are_parameters(operations: dict[str, Operation]) -> None:
    listing = operations["ListBooks"]
    limit, kinds = listing.parameters
    assert limit.schema_ == {"type": "integer", "minimum": 1, "maximum": 100}
    assert kinds.schema_["items"] == {"type": "string", "enum": ["NOVEL", "ATLAS"]}
    assert listing.request is None
    assert listing.hints.read_only is True


def test_shapes_become_json_schema(description: ApiDescription) -> None:
    book: Any = description.schemas["Book"]
    assert book["description"] == "A book."
    assert book["required"] == ["Title"]
    properties = book["properties"]
    assert properties["Kind"]["description"] == "What kind of book."
    assert properties["Written"] == {"type": "string", "format": "date-time"}
    assert properties["Cover"] == {"type": "string", "contentEncoding": "base64"}
    assert properties["Sequel"] == {"$ref": "#/schemas/Book", "deprecated": True}
    assert properties["Tags"]["additionalProperties"] == {"type": "string"}
    assert properties["Anything"] == {}
    source: Any = description.schemas["Source"]
    assert (source["minProperties"], source["maxProperties"]) == (1, 1)
    listing: Any = description.schemas["ListBooksResponse"]
    assert listing["properties"]["Books"]["maxItems"] == 50


@pytest.mark.parametrize("protocol", ["json", "query", "ec2", "smithy-rpc-v2-cbor"])
def test_services_without_addresses_are_called_by_name(protocol: str) -> None:
    root = {**SHELF, "metadata": {"protocol": protocol, "serviceFullName": "Shelf"}}
    put = parsed(root).operations[0]
    assert (put.method, put.path, put.parameters) == ("call", "/PutBook", ())
    assert put.request is not None
    properties: Any = put.request.schema_["properties"]
    assert list(properties) == ["ShelfId", "Title", "Owner", "Book", "Token"]
    assert put.request.schema_["required"] == ["ShelfId", "Title", "Book"]


@pytest.mark.parametrize(
    ("source", "pattern"),
    [
        (r"[\p{L}\p{N}_]+", r"[\w\d_]+"),
        (r"[\p{L}\p{Punct}]", r"[\w!-/:-@\[-`{-~]"),
        (r"\p{Alnum}", r"\w"),
        (r"\[\p{Punct}\]", None),
        (r"[\uD800\uDC00-\uDBFF\uDFFF ]*", "[\\U00010000-\\U0010ffff ]*"),
        (r"\p{Klingon}", None),
    ],
)
def test_patterns_of_java_are_translated(source: str, pattern: str | None) -> None:
    shapes = {**SHELF["shapes"], "Id": {"type": "string", "pattern": source}}  # type: ignore[dict-item]
    found = parsed({**SHELF, "shapes": shapes}).operations[0].parameters[0].schema_
    assert found.get("pattern") == pattern


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"operations": {"A": []}}, "malformed operation"),
        ({"operations": {"A": {"http": {}}}}, "it has no method or path"),
        (
            {"operations": {"A": {"http": {"method": "GET", "requestUri": "a"}}}},
            "no method or path",
        ),
        ({"operations": {"A": {"input": {"shape": "No"}}}}, "unresolvable reference"),
        ({"operations": {"A": {"input": "Book"}}}, "unresolvable reference"),
        ({"operations": {}}, "has no operations"),
    ],
)
def test_what_cannot_be_read_is_said(change: Any, words: str) -> None:
    with pytest.raises(InputError) as caught:
        parsed({**SHELF, **change})
    assert words in str(caught.value)


def test_lists_inside_themselves_end() -> None:
    shapes = {"Out": {"type": "list", "member": {"shape": "Out"}}}
    operations = {"A": {"output": {"shape": "Out"}}}
    with pytest.raises(InputError, match="schema nested too deeply"):
        parsed({"metadata": {"protocol": "json"}, "operations": operations, "shapes": shapes})


def test_recognised_by_what_it_holds() -> None:
    found = reader_of(Document("d", "d", "sha256:0", SHELF))
    assert found is not None
    assert found.read is service_model.read
    other = Document("d", "d", "sha256:0", {"metadata": {}, "operations": {}, "shapes": {}})
    assert reader_of(other) is None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), st.lists(ODD_VALUES, min_size=1))
def test_a_mutated_model_is_read_or_refused(rng: random.Random, values: list[Any]) -> None:
    root = orjson.loads(orjson.dumps(SHELF))
    for value in values:
        mutate(root, value, rng)
    check_outcome(lambda: parsed(root))
