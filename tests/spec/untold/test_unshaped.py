"""Environments from operations whose results nobody describes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envfactory.errors import InputError
from envfactory.source import ApiDescription
from envfactory.source.document import Document
from envfactory.source.tool_list import read, recognises
from envfactory.spec import EnvironmentSpec, infer
from envfactory.spec.infer import NoTools
from envfactory.spec.model import (
    CountRecords,
    CreateRecord,
    CreateRecords,
    DeleteRecord,
    DeleteRecords,
    GetRecord,
    ListRecords,
    ToolDesign,
    UpdateRecord,
)
from tests.spec.conftest import describe, operation

TEXT = {"type": "string"}


def tool(name: str, *inputs: str, text: str = "", **typed: Any) -> dict[str, Any]:
    """Return a tool of an MCP list; inputs that end in '!' are required."""
    properties: dict[str, Any] = {one.removesuffix("!"): TEXT for one in inputs} | typed
    required = [one.removesuffix("!") for one in inputs if one.endswith("!")]
    schema = {"type": "object", "properties": properties, "required": required}
    return {"name": name, "description": text, "inputSchema": schema}


def listed(*tools: dict[str, Any]) -> ApiDescription:
    return read(Document("tracker.json", "tracker.json", "sha256:0", list(tools)))


def found(spec: EnvironmentSpec, name: str) -> ToolDesign:
    return next(one for one in spec.tools if one.name == name)


def reasons(spec: EnvironmentSpec) -> dict[str, str]:
    return {o.where: o.reason for o in spec.omissions if o.subject == "operation"}


@pytest.fixture(scope="module")
def tracker() -> EnvironmentSpec:
    return infer(
        listed(
            tool("create_issue", "owner!", "repo!", "title!", "body"),
            tool("list_issues", "owner!", "repo!", "state", per_page={"type": "integer"}),
            tool("get_issue", "owner!", "repo!", issue_number={"type": "integer"}, text="x")
            | {"inputSchema": {
                "type": "object",
                "properties": {"owner": TEXT, "repo": TEXT, "issue_number": {"type": "integer"}},
                "required": ["owner", "repo", "issue_number"],
            }},
            tool("update_issue", "owner!", "repo!", "issue_number!", "title", "body"),
            tool("delete_issue", "owner!", "repo!", "issue_number!"),
            tool("close_issue", "owner!", "repo!", "issue_number!"),
            tool("search_issues", "q!"),
            tool("calculate_age", "birthday!"),
            tool("click_button", "selector!"),
            tool("edit_issue_text", "issue_number!", "old_string!", "new_string!"),
        )
    )  # fmt: skip


def test_names_and_inputs_tell_what_is_kept(tracker: EnvironmentSpec) -> None:
    (issue,) = tracker.entities
    assert issue.inferred
    names = {field.name for field in issue.fields}
    assert {"issue_number", "owner", "repo", "title", "body", "state", "created_at"} <= names
    assert issue.key == "issue_number"
    assert issue.title == "title"
    assert all(field.inferred for field in issue.fields)


def test_tools_keep_their_names_and_their_inputs(tracker: EnvironmentSpec) -> None:
    kinds = {one.name: type(one.behaviour) for one in tracker.tools}
    assert kinds["create_issue"] is CreateRecord
    assert kinds["list_issues"] is ListRecords
    assert kinds["search_issues"] is ListRecords
    assert kinds["get_issue"] is GetRecord
    assert kinds["update_issue"] is UpdateRecord
    assert kinds["delete_issue"] is DeleteRecord
    assert [p.name for p in found(tracker, "get_issue").parameters] == [
        "owner",
        "repo",
        "issue_number",
    ]
    asked = {p.name for p in found(tracker, "list_issues").parameters if p.required}
    assert asked == {"owner", "repo"}
    for one in tracker.tools:
        assert one.operation == f"CALL /{one.name}"
        assert "meaning read from the tool's name" in one.inferred


def test_what_keeps_no_record_is_left_out_with_a_reason(tracker: EnvironmentSpec) -> None:
    found_reasons = reasons(tracker)
    assert found_reasons["CALL /calculate_age"] == "computes, keeps no record"
    assert found_reasons["CALL /click_button"] == "works on something that is no record"


def test_what_belongs_to_a_record_is_listed_below_it() -> None:
    spec = infer(
        listed(
            tool("get_story", "id!"),
            tool("list_stories", "type"),
            tool("get_comments", "storyId!", text="Get comments for a story"),
        )
    )
    comment = next(entity for entity in spec.entities if entity.name == "Comment")
    reference = comment.field("story_id").reference
    assert reference is not None
    assert reference.table == "stories"
    comments = found(spec, "get_comments")
    assert [(p.name, p.required) for p in comments.parameters] == [("story_id", True)]


def test_descriptions_tell_fields() -> None:
    text = "Fetches recent news with title, content, and source details."
    spec = infer(listed(tool("get_news", "symbol!", text=text)))
    names = {field.name for field in spec.entities[0].fields}
    assert {"symbol", "title", "content", "source"} <= names


def test_an_input_of_any_name_is_the_key_where_the_tool_says_by_id() -> None:
    spec = infer(listed(tool("get_all_recipes"), tool("get_recipe_by_id", "query!")))
    behaviour = found(spec, "get_recipe_by_id").behaviour
    assert isinstance(behaviour, GetRecord)
    assert (behaviour.by, behaviour.field, spec.entities[0].key) == ("key", None, "id")


@pytest.mark.parametrize("name", ["check_version_exists", "version_exists", "count_versions"])
def test_how_many_there_are_is_counted(name: str) -> None:
    spec = infer(listed(tool("list_versions", "package!"), tool(name, "package!", "version")))
    asked = found(spec, name)
    assert isinstance(asked.behaviour, CountRecords)
    matched = {(match.parameter, match.field, match.op) for match in asked.behaviour.matches}
    assert matched == {("package", "package", "eq"), ("version", "version", "eq")}
    assert asked.result.shape == "count"


def test_what_is_counted_in_a_text_is_computed() -> None:
    spec = infer(listed(tool("list_notes"), tool("count_words", "text!")))
    assert reasons(spec) == {"CALL /count_words": "computes, keeps no record"}


def test_batches_without_items_are_left_out() -> None:
    spec = infer(
        listed(tool("list_entities", "kind"), tool("create_entities", entities={"type": "array"}))
    )
    assert reasons(spec) == {"CALL /create_entities": "takes many records at once"}


def several(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def test_batches_of_described_items_are_made_and_deleted() -> None:
    item = {
        "type": "object",
        "properties": {"name": TEXT, "kind": TEXT, "notes": several(TEXT)},
        "required": ["name", "kind"],
    }
    graph = {"type": "object", "properties": {"entities": several(item), "links": several(item)}}
    spec = infer(
        listed(
            tool("create_entities", "entities!", entities=several(item))
            | {"outputSchema": {"type": "object", "properties": {"entities": several(item)}}},
            tool("delete_entities", "entityNames!", entityNames=several(TEXT)),
            tool("search_nodes", "query!") | {"outputSchema": graph},
            tool("open_nodes", "names!", names=several(TEXT)) | {"outputSchema": graph},
            tool("delete_notes", "deletions!", deletions=several(item)),
        )
    )
    (entity,) = spec.entities
    assert (entity.name, entity.key, entity.key_style) == ("Entity", "name", "natural")
    kinds = {one.name: type(one.behaviour) for one in spec.tools}
    assert kinds == {
        "create_entities": CreateRecords,
        "delete_entities": DeleteRecords,
        "search_nodes": ListRecords,
        "open_nodes": ListRecords,
    }
    assert reasons(spec) == {"CALL /delete_notes": "neither name nor inputs tell what is kept"}


def test_described_outputs_win() -> None:
    one = tool("get_order", "order_id!")
    one["outputSchema"] = {
        "type": "object",
        "properties": {"order_id": TEXT, "total": {"type": "number"}},
    }
    spec = infer(listed(one, tool("cancel_order", "order_id!"), tool("list_orders")))
    order = found(spec, "get_order")
    assert "no response describes the record" not in order.inferred
    names = {field.name for field in spec.entities[0].fields}
    assert "total" in names


def test_nothing_is_invented_where_nothing_is_said() -> None:
    with pytest.raises(NoTools) as caught:
        infer(listed(tool("frobnicate", "x!"), tool("think", "thought!")))
    assert {o.reason for o in caught.value.omissions} == {
        "neither name nor inputs tell what is kept",
        "computes, keeps no record",
    }


# -------------------------------------------------------------------------- addresses of their own
def test_bodies_tell_what_reads_answer() -> None:
    body = {
        "type": "object",
        "properties": {"item": TEXT, "quantity": {"type": "integer"}},
        "required": ["item"],
    }
    spec = infer(
        describe(
            operation("POST /orders", takes=body),
            operation("GET /orders", query={"item": TEXT}),
            operation("GET /orders/{orderId}"),
            operation("DELETE /orders/{orderId}"),
        )
    )
    (order,) = spec.entities
    assert {"item", "quantity"} <= {field.name for field in order.fields}
    kinds = [one.behaviour.kind for one in spec.tools]
    assert kinds == ["create", "list", "get", "delete"]
    assert found(spec, "list_orders").inferred == ("no response describes the record",)


def test_reads_of_a_path_describe_each_other() -> None:
    order = {"type": "object", "properties": {"id": TEXT, "item": TEXT}}
    spec = infer(describe(operation("GET /orders"), operation("GET /orders/{id}", returns=order)))
    inferred = {one.name: one.inferred for one in spec.tools}
    assert inferred == {
        "list_orders": ("the answer is described elsewhere on the path",),
        "get_order": (),
    }


def test_files_and_single_things_are_not_taken_for_records() -> None:
    with pytest.raises(InputError):
        infer(describe(operation("GET /health"), operation("GET /orders/{id}/pdf")))


words = st.sampled_from(
    [
        "create",
        "get",
        "list",
        "task",
        "tasks",
        "note",
        "by",
        "to",
        "id",
        "search",
        "delete",
        "update",
    ]
    + ["user", "status", "close", "read", "message", "or", "mark", "done", "class", "é", "1", "all"]
)
names = st.lists(words, min_size=1, max_size=5).map("_".join)
kinds = st.sampled_from(
    [TEXT, {"type": "integer"}, {"type": "array"}, {"type": "object"}, {}, {"enum": ["a", "b"]}]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            lambda name, inputs, required: {
                "name": name,
                "description": "",
                "inputSchema": {
                    "type": "object",
                    "properties": inputs,
                    "required": [one for one in inputs if one in required],
                },
            },
            names,
            st.dictionaries(names, kinds, max_size=5),
            st.sets(names, max_size=5),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_any_list_of_tools_is_read_the_same_way_twice(tools: list[dict[str, Any]]) -> None:
    document = Document("t.json", "t.json", "sha256:0", list(tools))
    assert recognises(document)
    outcomes = []
    for _ in range(2):
        try:
            outcomes.append(infer(read(document)).to_line())
        except InputError as error:
            outcomes.append(str(error))
    assert outcomes[0] == outcomes[1]
