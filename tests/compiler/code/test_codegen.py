from __future__ import annotations

import ast
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envfactory.compiler.code.codegen import write_code, write_codes
from envfactory.compiler.data.populate import populate
from envfactory.environment import Environment
from envfactory.environment.package import execute
from envfactory.errors import DefinitionError
from envfactory.spec import model as m

HOSTILE = st.text(max_size=300) | st.text(alphabet="\"\\\n{}'\u2028\x00 a#)(", max_size=60)


def load(spec: m.EnvironmentSpec) -> type[Environment]:
    return execute(write_code(spec).encode(), spec.name, Path("environment.py"))


@pytest.fixture(scope="module")
def planner_class(planner_at_module: m.EnvironmentSpec) -> type[Environment]:
    return load(planner_at_module)


@pytest.fixture
def planner(planner_class: type[Environment]) -> Environment:
    scenario = json.loads("""{
      "now": "2026-03-02T09:00:00Z",
      "people": [{"person_id": "per_1", "full_name": "Ada Byron", "email": "ada@example.com"}],
      "labels": [{"slug": "urgent", "color": "#ff0000"}, {"slug": "home", "color": "#00ff00"}],
      "projects": [
        {"project_id": "prj_1", "name": "Move", "created_at": "2026-01-01T00:00:00Z"},
        {"project_id": "prj_2", "name": "Garden", "description": "Beds to MOVE",
         "created_at": "2026-01-02T00:00:00Z"}],
      "tasks": [
        {"task_id": "tsk_1", "project_id": "prj_1", "title": "Pack books", "priority": 3,
         "due_date": "2026-03-05", "created_at": "2026-01-03T00:00:00Z", "label_slugs": ["home"]},
        {"task_id": "tsk_2", "project_id": "prj_1", "title": "Rent a van", "status": "done",
         "due_date": "2026-03-01", "created_at": "2026-01-04T00:00:00Z"},
        {"task_id": "tsk_3", "project_id": "prj_2", "title": "Buy seeds",
         "created_at": "2026-01-05T00:00:00Z"}]}""")
    return planner_class.from_scenario(scenario)


def ok(environment: Environment, tool: str, **arguments: object):
    result = environment.call(tool, arguments)
    assert result.ok, result.error
    return result.value


def code(environment: Environment, tool: str, **arguments: object) -> str:
    result = environment.call(tool, arguments)
    assert result.error is not None
    return result.error.code


def ids(records: list[dict[str, str]]) -> list[str]:
    return [record["task_id"] for record in records]


# ---------------------------------------------------------------------------------- behaviour
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["tsk_1", "tsk_2"]),
        ({"status": "done"}, ["tsk_2"]),
        ({"title": "BOOKS"}, ["tsk_1"]),
        ({"label": "home"}, ["tsk_1"]),
        ({"due_before": "2026-03-05"}, ["tsk_2"]),
        ({"min_priority": 3}, ["tsk_1"]),
        ({"statuses": ["done", "in_progress"]}, ["tsk_2"]),
        ({"created_after": "2026-01-03T00:00:00Z"}, ["tsk_2"]),
        ({"created_after": "2026-01-03T00:00:00"}, ["tsk_2"]),
        ({"sort": "due_date"}, ["tsk_2", "tsk_1"]),
        ({"sort": "due_date", "order": "desc"}, ["tsk_1", "tsk_2"]),
        ({"limit": 1}, ["tsk_1"]),
    ],
)
def test_lists_hold_what_matches(
    planner: Environment, filters: dict[str, object], expected: list[str]
) -> None:
    page = ok(planner, "list_tasks", project_id="prj_1", **filters)
    assert ids(page["items"]) == expected


def test_a_cursor_leads_to_the_next_page_and_the_last_page_has_none(planner: Environment) -> None:
    first = ok(planner, "list_tasks", project_id="prj_1", limit=1)
    second = ok(planner, "list_tasks", project_id="prj_1", limit=1, cursor=first["next_cursor"])
    assert (ids(second["items"]), second["total"], second["next_cursor"]) == (["tsk_2"], 2, None)
    assert code(planner, "list_tasks", project_id="prj_1", cursor="soon") == "invalid_argument"


def test_search_looks_in_every_text_and_pages_count(planner: Environment) -> None:
    page = ok(planner, "list_projects", q="move", page=2, per_page=1)
    assert [project["name"] for project in page["items"]] == ["Garden"]
    assert page["total"] == 2


def test_what_lies_outside_the_scope_is_not_found(planner: Environment) -> None:
    assert code(planner, "get_task", project_id="prj_2", task_id="tsk_1") == "not_found"
    assert code(planner, "delete_task", project_id="prj_2", task_id="tsk_1") == "not_found"
    assert code(planner, "update_task", project_id="prj_2", task_id="tsk_1") == "not_found"
    assert code(planner, "list_tasks", project_id="prj_9") == "not_found"


def test_create_takes_defaults_a_new_key_and_the_clock(planner: Environment) -> None:
    task = ok(planner, "create_task", project_id="prj_2", title="Dig", assignee="per_1")
    assert task["task_id"] == "tsk_4"
    assert (task["status"], task["priority"], task["label_slugs"]) == ("open", 1, [])
    assert task["created_at"] == task["updated_at"] == "2026-03-02T09:00:00Z"
    assert code(planner, "create_task", project_id="prj_9", title="Dig") == "not_found"
    assert code(planner, "create_task", project_id="prj_2", title="") == "invalid_argument"


def test_update_leaves_alone_what_is_not_given_and_replace_does_not(planner: Environment) -> None:
    changed = ok(planner, "update_task", project_id="prj_1", task_id="tsk_1", notes="Boxes")
    assert (changed["title"], changed["notes"]) == ("Pack books", "Boxes")
    assert changed["updated_at"] == "2026-03-02T09:00:00Z"
    replaced = ok(planner, "replace_task", task_id="tsk_1", title="Pack")
    assert (replaced["notes"], replaced["status"], replaced["label_slugs"]) == (None, "open", [])
    assert replaced["priority"] == 3


def test_actions_are_refused_where_already_so(planner: Environment) -> None:
    done = ok(planner, "complete_task", project_id="prj_1", task_id="tsk_1")
    assert (done["status"], done["completed_at"]) == ("done", "2026-03-02T09:00:00Z")
    assert code(planner, "complete_task", project_id="prj_1", task_id="tsk_1") == "conflict"
    assert ok(planner, "archive_project", project_id="prj_1") is None
    assert code(planner, "archive_project", project_id="prj_1") == "conflict"


def test_an_action_starts_only_from_allowed_states(planner_spec: m.EnvironmentSpec) -> None:
    changed = planner_spec.model_dump()
    action = next(t for t in changed["tools"] if t["name"] == "complete_task")
    action["behaviour"]["allowed_from"] = ("in_progress",)
    spec = m.EnvironmentSpec.model_validate(changed)
    environment = load(spec).from_scenario(populate(spec, 1))
    tasks = populate(spec, 1)["tasks"]
    for status, expected in [("open", "failed_precondition"), ("done", "conflict")]:
        task = next(task for task in tasks if task["status"] == status)
        keys = {"project_id": task["project_id"], "task_id": task["task_id"]}
        assert code(environment, "complete_task", **keys) == expected


def test_members_are_added_once_and_removed_once(planner: Environment) -> None:
    added = ok(planner, "add_label", task_id="tsk_1", slug="urgent")
    assert added["label_slugs"] == ["home", "urgent"]
    assert code(planner, "add_label", task_id="tsk_1", slug="urgent") == "conflict"
    assert code(planner, "add_label", task_id="tsk_1", slug="none") == "not_found"
    assert ok(planner, "remove_label", task_id="tsk_1", slug="home") is None
    assert code(planner, "remove_label", task_id="tsk_1", slug="home") == "not_found"


def test_delete_removes(planner: Environment) -> None:
    assert ok(planner, "delete_task", project_id="prj_1", task_id="tsk_1") is None
    assert code(planner, "get_task", project_id="prj_1", task_id="tsk_1") == "not_found"


def test_integer_moments_and_nested_arguments(store_spec: m.EnvironmentSpec) -> None:
    environment = load(store_spec).from_scenario({"now": "2026-03-02T09:00:00Z"})
    address = {"street": "1 Mill Lane", "city": "Porto", "zip": "4000", "country": "Portugal"}
    customer = ok(
        environment,
        "create_customer",
        first_name="Rui",
        last_name="Costa",
        email="rui@example.com",
        address=address,
    )
    assert customer["address"] == address
    assert customer["created"] == int(datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp())


# ---------------------------------------------------------------------------------- the text
def test_only_what_is_used_is_imported(spec: m.EnvironmentSpec) -> None:
    tree = ast.parse(write_code(spec))
    imported = {
        (alias.asname or alias.name)
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert imported <= used


def test_the_same_specification_gives_the_same_code(spec: m.EnvironmentSpec) -> None:
    assert write_codes([spec, spec]) == [write_code(spec)] * 2


def test_every_parameter_is_described(spec: m.EnvironmentSpec) -> None:
    for tool in load(spec).tools():
        assert tool.description
        for name, schema in tool.input_schema["properties"].items():
            assert schema.get("description"), (tool.name, name)


def test_a_class_called_like_an_import_steps_aside(store_spec: m.EnvironmentSpec) -> None:
    assert "class RecordEntry(Record):" in write_code(store_spec)


def test_a_default_that_cannot_be_written_is_refused(store_spec: m.EnvironmentSpec) -> None:
    changed = store_spec.model_dump()
    address = next(f for f in changed["entities"][1]["fields"] if f["name"] == "address")
    address |= {"has_default": True, "default": {"street": "x"}}
    with pytest.raises(DefinitionError, match="address"):
        write_code(m.EnvironmentSpec.model_validate(changed))


def redescribed(spec: m.EnvironmentSpec, text: str) -> m.EnvironmentSpec:
    """Put `text` in every place of a specification that takes free text."""

    def visit(node: object) -> object:
        if isinstance(node, dict):
            return {
                key: text
                if key in ("description", "title", "source_name", "operation")
                and isinstance(value, str)
                and not (key == "title" and value in FIELD_NAMES)
                else visit(value)
                for key, value in node.items()
            }
        return [visit(item) for item in node] if isinstance(node, list | tuple) else node

    return m.EnvironmentSpec.model_validate(visit(spec.model_dump(mode="json")))


FIELD_NAMES = {"full_name", "name", "title"}


class _Skeleton(ast.NodeTransformer):
    """What remains of a module when every text in it is forgotten."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant(value="" if isinstance(node.value, str) else node.value)


def skeleton(source: str) -> str:
    return ast.dump(_Skeleton().visit(ast.parse(source)))


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=HOSTILE.filter(lambda text: bool(text.strip())))
def test_no_description_changes_the_structure(planner_spec: m.EnvironmentSpec, text: str) -> None:
    plain, hostile = write_codes(
        [redescribed(planner_spec, "words"), redescribed(planner_spec, text)]
    )
    assert skeleton(hostile) == skeleton(plain)


@pytest.mark.parametrize(
    "text",
    [
        '"""\nimport os\nos.abort()\n"""',
        "{self.__class__} {0} %s \\N{BULLET} \\",
        "Order\u2028import os\u2029\x00\x1b[2J",
        "<script>alert('x')</script> 'quoted' \"twice\"",
        "Args:\n    task_id: something else\n\nReturns:\n    nothing\n\n:param x: y",
        "word " * 4000,
    ],
)
def test_descriptions_arrive_word_for_word(planner_spec: m.EnvironmentSpec, text: str) -> None:
    environment = load(redescribed(planner_spec, text))
    assert (environment.__doc__ or "").split() == text.split()
    for tool in environment.tools():
        said = text.split()
        assert tool.description.split()[-len(said) :] == said, "after its name, as others say it"
        for schema in tool.input_schema["properties"].values():
            assert schema["description"].split() == text.split()


def test_tools_of_one_description_are_told_apart_by_their_names(
    planner_spec: m.EnvironmentSpec,
) -> None:
    said = [tool.description for tool in load(redescribed(planner_spec, "One for all")).tools()]
    assert len(set(said)) > 1
    assert any(text.startswith("Get ") and text.endswith(". One for all") for text in said)


def test_a_description_that_repeats_the_name_says_what_the_tool_does_with_it(
    planner_spec: m.EnvironmentSpec,
) -> None:
    tools = tuple(
        tool.model_copy(
            update={
                "parameters": tuple(
                    p.model_copy(update={"description": p.name.replace("_", " ").title() + "."})
                    for p in tool.parameters
                )
            }
        )
        for tool in planner_spec.tools
    )
    environment = load(planner_spec.model_copy(update={"tools": tools}))
    for tool in environment.tools():
        for name, schema in tool.input_schema["properties"].items():
            said = schema["description"].rstrip(".").casefold()
            assert said != name.replace("_", " ").casefold(), f"{tool.name} {name}"


def test_the_check_of_the_structure_notices_an_injection(
    planner_spec: m.EnvironmentSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "envfactory.compiler.code.codegen.docstring",
        lambda text, indent=4, section="": f'"""{text}"""',
    )
    escape = '"""\npass\n"""'
    plain = write_code(redescribed(planner_spec, "words"))
    try:
        hostile = write_code(redescribed(planner_spec, escape))
    except (DefinitionError, SyntaxError):
        return
    assert skeleton(hostile) != skeleton(plain)


def test_two_filters_on_one_field_must_both_hold(planner_spec: m.EnvironmentSpec) -> None:
    changed = planner_spec.model_dump()
    tool = next(t for t in changed["tools"] if t["name"] == "list_tasks")
    status = next(p for p in tool["parameters"] if p["name"] == "status")
    tool["parameters"] = (*tool["parameters"], status | {"name": "state"})
    tool["behaviour"]["matches"] = (
        *tool["behaviour"]["matches"],
        {"parameter": "state", "field": "status", "op": "eq"},
    )
    environment = load(m.EnvironmentSpec.model_validate(changed)).from_scenario(
        populate(planner_spec, 1)
    )
    task = environment.to_scenario()["tasks"][0]
    both = {"project_id": task["project_id"], "status": task["status"], "state": task["status"]}
    assert task["task_id"] in ids(ok(environment, "list_tasks", **both, limit=100)["items"])
    other = next(s for s in ("open", "done") if s != task["status"])
    assert ok(environment, "list_tasks", **both | {"state": other})["total"] == 0


def test_one_value_for_a_list_field_becomes_its_first_member(
    planner_spec: m.EnvironmentSpec,
) -> None:
    changed = planner_spec.model_dump()
    tool = next(t for t in changed["tools"] if t["name"] == "create_task")
    for parameter in tool["parameters"]:
        if parameter["name"] == "label_slugs":
            parameter |= {"type": {"kind": "scalar", "type": "string"}, "required": True}
    environment = load(m.EnvironmentSpec.model_validate(changed)).from_scenario(
        populate(planner_spec, 1)
    )
    project, label = (environment.to_scenario()[t][0] for t in ("projects", "labels"))
    arguments = {"project_id": project["project_id"], "label_slugs": label["slug"]}
    task = ok(environment, "create_task", title="Dig", **arguments)
    assert task["label_slugs"] == [label["slug"]]
