"""Lists of tools in every form, whole and broken."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from envfactory.errors import InputError
from envfactory.source import ApiDescription, read_source
from envfactory.source.document import Document
from envfactory.source.tool_list import read, recognises, split_servers

TAKES: dict[str, Any] = {
    "type": "object",
    "properties": {"title": {"type": "string"}, "kind": {"$ref": "#/$defs/Kind"}},
    "required": ["title"],
    "$defs": {"Kind": {"type": "string", "enum": ["a", "b"]}},
}
RETURNS: dict[str, Any] = {"type": "object", "properties": {"id": {"type": "string"}}}


def document(root: Any) -> Document:
    return Document("t.json", "t.json", "sha256:0", root)


def parsed(root: Any) -> ApiDescription:
    assert recognises(document(root))
    return check(read(document(root)))


def check(description: ApiDescription) -> ApiDescription:
    """Assert what every description promises, and return it."""
    assert ApiDescription.model_validate_json(description.to_line()) == description
    names = [operation.id for operation in description.operations]
    assert len(set(names)) == len(names)
    for operation in description.operations:
        assert (operation.method, operation.path) == ("call", f"/{operation.id}")
        assert operation.parameters == ()
        for body in (operation.request, operation.response):
            if body is not None:
                Draft202012Validator.check_schema(body.schema_)
    return description


@pytest.mark.parametrize(
    ("root", "kind"),
    [
        ({"tools": [{"name": "add_note", "inputSchema": TAKES}]}, "mcp tool list"),
        ([{"name": "add_note", "inputSchema": TAKES}], "mcp tool list"),
        ({"jsonrpc": "2.0", "result": {"tools": [{"name": "add_note", "inputSchema": TAKES}]}},
         "mcp tool list"),
        ([{"type": "function", "function": {"name": "add_note", "parameters": TAKES}}],
         "function list"),
        ([{"type": "function", "name": "add_note", "parameters": TAKES}], "function list"),
        ({"class_name": "Notes", "description": "Keeps notes.",
          "tools": [{"name": "add_note", "input_schema": TAKES, "output_schema": RETURNS}]},
         "environment metadata"),
    ],
)  # fmt: skip
def test_every_form_says_the_same(root: Any, kind: str) -> None:
    description = parsed(root)
    assert description.provenance.format == kind
    assert [operation.id for operation in description.operations] == ["add_note"]
    body = description.operations[0].request
    assert body is not None
    assert body.required
    assert body.schema_["properties"] == {
        "title": {"type": "string"},
        "kind": {"$ref": "#/schemas/Kind"},
    }
    assert description.schemas == {"Kind": {"type": "string", "enum": ["a", "b"]}}


def test_a_class_gives_its_name_and_its_outputs() -> None:
    tool = {"name": "add", "input_schema": TAKES, "output_schema": RETURNS}
    description = parsed({"class_name": "TaskBoard", "description": "Boards.", "tools": [tool]})
    assert (description.name, description.title) == ("task-board", "TaskBoard")
    assert description.description == "Boards."
    response = description.operations[0].response
    assert response is not None
    assert response.schema_ == RETURNS


def test_inputs_of_server_files_are_read_from_their_texts() -> None:
    texts = {"q": "(string) What to look for", "n": "(Optional, number) How many", "x": "plain"}
    server = {
        "server_name": "notes",
        "server_description": "Looks notes up.",
        "tools": [{"name": "search", "description": "Search.", "parameter": texts}],
    }
    description = parsed(server)
    assert parsed([server]).operations == description.operations
    body = description.operations[0].request
    assert body is not None
    assert body.schema_ == {
        "type": "object",
        "properties": {
            "q": {"type": "string", "description": "What to look for"},
            "n": {"type": "number", "description": "How many"},
            "x": {"description": "plain"},
        },
        "required": ["q", "x"],
    }


def test_several_servers_in_one_file_are_split_not_mixed() -> None:
    servers = [
        {"server_name": name, "tools": [{"name": f"read_{name}", "description": "Read."}]}
        for name in ("mail", "files")
    ]
    with pytest.raises(InputError, match="2 servers"):
        read(document(servers))
    assert [name for name, _ in split_servers(document(servers))] == ["mail", "files"]
    assert split_servers(document(servers[:1])) == ()


def test_annotations_become_hints() -> None:
    marks = {
        "title": "Drop it",
        "readOnlyHint": False,
        "destructiveHint": True,
        "idempotentHint": 1,
    }
    operation = parsed([{"name": "drop", "annotations": marks, "inputSchema": {}}]).operations[0]
    assert operation.summary == "Drop it"
    hints = operation.hints
    assert (hints.read_only, hints.destructive, hints.idempotent) == (False, True, None)
    assert operation.request is None
    assert operation.response is None


def test_texts_in_docstrings_reach_their_arguments() -> None:
    text = "Add a note.\n\nArgs:\n    title: What to call it.\n\nReturns:\n    The new note."
    tool = {"name": "add", "description": text, "inputSchema": TAKES}
    operation = parsed([tool]).operations[0]
    assert operation.description == "Add a note."
    assert operation.request is not None
    assert operation.response is not None
    assert operation.request.schema_["properties"]["title"]["description"] == "What to call it."
    assert operation.response.description == "The new note."


def test_same_definition_names_with_other_meanings_are_kept_apart() -> None:
    other = {**TAKES, "$defs": {"Kind": {"type": "integer"}}}
    description = parsed([{"name": "a", "inputSchema": TAKES}, {"name": "b", "inputSchema": other}])
    assert description.schemas == {
        "Kind": {"type": "string", "enum": ["a", "b"]},
        "b_Kind": {"type": "integer"},
    }
    body = description.operations[1].request
    assert body is not None
    assert body.schema_["properties"]["kind"] == {"$ref": "#/schemas/b_Kind"}


def test_what_cannot_be_read_is_left_out_with_its_reason() -> None:
    deep: Any = {"type": "object"}
    for _ in range(200):
        deep = {"type": "object", "properties": {"x": deep}}
    broken = [
        ("add", {}, "duplicate tool name"),
        ("a b", {}, "malformed tool name"),
        ("x" * 200, {}, "tool name too long"),
        ("remote", {"properties": {"x": {"$ref": "http://x/y"}}}, "remote reference"),
        ("dangling", {"properties": {"x": {"$ref": "#/$defs/No"}}}, "unresolvable reference"),
        ("deep", deep, "schema nested too deeply"),
        ("wrong", [1], "malformed schema"),
    ]
    tools = [{"name": "add", "inputSchema": TAKES}]
    tools += [{"name": name, "inputSchema": schema} for name, schema, _ in broken]
    description = parsed([*tools, 3, {"name": 4}])
    assert [operation.id for operation in description.operations] == ["add"]
    reasons = [skipped.reason for skipped in description.skipped]
    assert sorted(reasons) == sorted([*(reason for *_, reason in broken), *["malformed tool"] * 2])


def test_a_list_without_a_readable_tool_is_refused() -> None:
    with pytest.raises(InputError, match="no tool can be read"):
        read(document([{"name": "a b", "description": "x"}]))
    with pytest.raises(InputError, match="without tools"):
        read(document({"tools": []}))


def test_the_file_is_recognised_by_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "anything.bin"
    path.write_bytes(orjson.dumps([{"name": "add_note", "inputSchema": TAKES}]))
    assert read_source(path).operations[0].id == "add_note"
    for other in ([], {}, [1], {"tools": {}}, {"tools": [{"id": 1}]}, {"openapi": "3.0.0"}, "x"):
        assert not recognises(document(other))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["tools", "name", "description", "inputSchema", "function", "type", "properties"]
                + ["required", "$ref", "$defs", "annotations", "parameter", "server_name"]
            )
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(root=anything, name=st.text(max_size=10), schema=anything)
def test_hostile_lists_are_read_or_refused(root: Any, name: str, schema: Any) -> None:
    for whole in (root, [{"name": name, "description": "x", "inputSchema": schema}]):
        if not recognises(document(whole)):
            continue
        refused: InputError | None = None
        try:
            check(read(document(whole)))
        except InputError as error:
            refused = error
        assert refused is None or str(refused).isprintable()
