"""Google discovery documents: a tree of resources becomes operations, their dialect JSON Schema."""

import random
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envfactory.errors import InputError
from envfactory.source import ApiDescription, Operation, discovery
from envfactory.source.document import Document
from envfactory.source.reader import reader_of
from tests.source.soundness import ODD_VALUES, check, check_outcome, mutate

NOTES = {
    "kind": "discovery#restDescription",
    "discoveryVersion": "v1",
    "title": "Example Notes API",
    "version": "v1",
    "description": "Notes in folders.",
    "documentationLink": "https://notes.example/docs",
    "parameters": {"alt": {"location": "query", "type": "string"}},
    "resources": {
        "folders": {
            "methods": {
                "list": {
                    "id": "notes.folders.list",
                    "httpMethod": "GET",
                    "path": "folders",
                    "description": "Lists the folders.",
                    "parameters": {
                        "pageSize": {
                            "location": "query",
                            "type": "integer",
                            "format": "int32",
                            "minimum": "1",
                            "maximum": "100",
                            "default": "20",
                        },
                        "state": {
                            "location": "query",
                            "type": "string",
                            "repeated": True,
                            "enum": ["STATE_UNSPECIFIED", "OPEN", "CLOSED", "GONE"],
                            "enumDeprecated": [False, False, False, True],
                        },
                        "deep": {"location": "query", "type": "boolean", "default": "false"},
                    },
                    "response": {"$ref": "FolderList"},
                },
            },
            "resources": {
                "notes": {
                    "methods": {
                        "create": {
                            "id": "notes.folders.notes.create",
                            "httpMethod": "POST",
                            "path": "v1/{+parent}/notes",
                            "flatPath": "v1/folders/{foldersId}/notes",
                            "parameters": {
                                "parent": {
                                    "location": "path",
                                    "required": True,
                                    "type": "string",
                                    "pattern": "^folders/[^/]+$",
                                }
                            },
                            "request": {"$ref": "Note"},
                            "response": {"$ref": "Note"},
                            "scopes": ["https://notes.example/auth"],
                        },
                        "archive": {
                            "id": "notes.folders.notes.archive",
                            "httpMethod": "POST",
                            "path": "v1/{+name}:archive",
                            "flatPath": "v1/folders/{foldersId}/notes/{notesId}:archive",
                            "parameters": {
                                "name": {"location": "path", "required": True, "type": "string"}
                            },
                            "deprecated": True,
                        },
                        "upload": {
                            "id": "notes.folders.notes.upload",
                            "httpMethod": "PUT",
                            "path": "v1/upload/{noteId}",
                            "parameters": {
                                "noteId": {"location": "path", "required": True, "type": "string"}
                            },
                            "supportsMediaUpload": True,
                            "mediaUpload": {"accept": ["image/*"]},
                        },
                    }
                }
            },
        }
    },
    "schemas": {
        "FolderList": {
            "id": "FolderList",
            "type": "object",
            "properties": {"folders": {"type": "array", "items": {"$ref": "Folder"}}},
        },
        "Folder": {
            "id": "Folder",
            "type": "object",
            "properties": {
                "size": {"type": "string", "format": "int64"},
                "parent": {"$ref": "Folder", "description": "Output only. Where it lies."},
                "labels": {"type": "object", "additionalProperties": {"type": "string"}},
            },
        },
        "Note": {
            "id": "Note",
            "type": "object",
            "properties": {
                "title": {"type": "string", "description": "Required. Its title."},
                "body": {
                    "type": "string",
                    "annotations": {"required": ["notes.folders.notes.create"]},
                },
                "extra": {"type": "any"},
                "updated": {"type": "string", "format": "google-datetime", "readOnly": True},
                "kind": {"type": "string", "default": "notes#note"},
            },
        },
    },
}


def parsed(root: Any) -> ApiDescription:
    return discovery.read(Document("d.json", "d.json", "sha256:0", root))


@pytest.fixture(scope="module")
def description() -> ApiDescription:
    found = parsed(NOTES)
    check(found)
    return found


@pytest.fixture(scope="module")
def operations(description: ApiDescription) -> dict[str, Operation]:
    return {operation.id.rpartition(".")[2]: operation for operation in description.operations}


def test_the_document_as_a_whole(description: ApiDescription) -> None:
    assert (description.name, description.title) == ("example-notes", "Example Notes API")
    assert description.provenance.format == "google discovery document"
    assert description.provenance.origin == "https://notes.example/docs"
    assert [operation.path for operation in description.operations] == [
        "/folders",
        "/v1/folders/{foldersId}/notes",
        "/v1/folders/{foldersId}/notes/{notesId}:archive",
    ]
    (left_out,) = description.skipped
    assert left_out.reason == "request body is neither JSON nor a form"
    assert left_out.where == "#/resources/folders/resources/notes/methods/upload"


def test_parameters_are_read_with_values_of_their_type(operations: dict[str, Operation]) -> None:
    size, state, deep = operations["list"].parameters
    assert size.schema_ == {
        "type": "integer", "format": "int32", "minimum": 1, "maximum": 100, "default": 20,
    }  # fmt: skip
    assert state.schema_ == {
        "type": "array",
        "items": {"type": "string", "enum": ["OPEN", "CLOSED"]},
    }
    assert deep.schema_["default"] is False


def test_the_parts_of_a_resource_name_are_parameters(operations: dict[str, Operation]) -> None:
    folder, note = operations["archive"].parameters
    assert [folder.name, note.name] == ["foldersId", "notesId"]
    assert folder.description == "Which of the folders; part of `name`."
    assert all(part.required and part.location == "path" for part in (folder, note))
    (parent,) = operations["create"].parameters
    assert parent.description == "Which of the folders; part of `parent`."
    assert operations["archive"].deprecated
    assert operations["archive"].status == 204


def test_bodies_require_what_the_method_needs(operations: dict[str, Operation]) -> None:
    create = operations["create"]
    assert create.request is not None
    assert create.response is not None
    assert create.request.schema_ == {"$ref": "#/schemas/Note", "required": ["body"]}
    assert create.response.schema_ == {"$ref": "#/schemas/Note"}
    assert create.tags == ("notes",)


def test_schemas_become_json_schema(description: ApiDescription) -> None:
    note: Any = description.schemas["Note"]
    assert note["required"] == ["title"]
    assert note["properties"]["extra"] == {}
    assert note["properties"]["updated"]["format"] == "date-time"
    folder: Any = description.schemas["Folder"]
    assert folder["properties"]["parent"] == {
        "$ref": "#/schemas/Folder", "description": "Output only. Where it lies.", "readOnly": True,
    }  # fmt: skip
    assert folder["properties"]["size"] == {"type": "string", "format": "int64"}


def test_a_list_of_apis_is_not_one() -> None:
    directory = {"kind": "discovery#directoryList", "discoveryVersion": "v1", "items": []}
    assert reader_of(Document("d", "d", "sha256:0", directory)) is None
    found = reader_of(Document("d", "d", "sha256:0", NOTES))
    assert found is not None
    assert found.read is discovery.read


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ([], "malformed operation"),
        ({"httpMethod": "GET"}, "it has no method or path"),
        ({"path": "a"}, "it has no method or path"),
        ({"httpMethod": "CALL", "path": "a"}, "it has no method or path"),
        ({"httpMethod": "GET", "path": "a", "parameters": []}, "malformed parameters"),
        ({"httpMethod": "GET", "path": "a", "parameters": {"b": 1}}, "malformed parameter"),
        ({"httpMethod": "GET", "path": "a", "response": {"$ref": "No"}}, "unresolvable reference"),
        ({"httpMethod": "GET", "path": "a", "response": {"$ref": "http://x/y"}}, "unresolvable"),
        ({"httpMethod": "GET", "path": "a", "response": {"$ref": "Loop"}}, "circular reference"),
    ],
)
def test_what_cannot_be_read_is_said(method: Any, words: str) -> None:
    root = {
        "kind": "discovery#restDescription",
        "methods": {"m": method},
        "schemas": {"Loop": {"$ref": "Loop"}},
    }
    with pytest.raises(InputError) as caught:
        parsed(root)
    assert words in str(caught.value)
    assert caught.value.where.startswith("d.json#/")


def test_resources_may_lie_as_deep_as_a_document_can() -> None:
    root: Any = {"methods": {"m": {"httpMethod": "GET", "path": "a"}}}
    for _ in range(400):
        root = {"resources": {"r": root}}
    root["discoveryVersion"] = "v1"
    assert parsed(root).operations[0].id == "get_a"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), st.lists(ODD_VALUES, min_size=1))
def test_a_mutated_document_is_read_or_refused(rng: random.Random, values: list[Any]) -> None:
    root = orjson.loads(orjson.dumps(NOTES))
    for value in values:
        mutate(root, value, rng)
    check_outcome(lambda: parsed(root))
