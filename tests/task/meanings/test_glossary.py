import pytest

from envfactory.environment import Package
from envfactory.errors import InputError
from envfactory.task.meanings.glossary import read_glossary
from envfactory.task.meanings.shape import read_shape


def test_meanings_are_guessed_where_nothing_states_them(errands) -> None:
    kinds = {tool.short: tool.kind for tool in errands.glossary.tools.values()}
    assert kinds == {
        "list_todo_lists": "list",
        "create_todo_list": "create",
        "list_todos": "list",
        "get_todo": "get",
        "create_todo": "create",
        "update_todo": "update",
        "replace_todo": "update",
        "finish_todo": "action",
        "delete_todo": "delete",
    }
    listing = errands.glossary.tools["errands__list_todos"]
    assert listing.scope == {"list_id": "list_id"}
    assert [narrow.parameter for narrow in listing.filters] == ["status"]
    assert errands.glossary.tools["errands__replace_todo"].replace


def test_entities_are_known_by_title_and_owner(errands) -> None:
    todo = errands.glossary.entities["errands", "todos"]
    assert (todo.noun, todo.key, todo.title, todo.parent) == ("todo", "todo_id", "title", "list_id")
    assert todo.speech == "notes"
    assert todo.fields["list_id"].reference == "todo_lists"
    assert not todo.fields["todo_id"].said


def test_the_specification_says_more_than_the_schemas(compiled) -> None:
    glossary = compiled["google_tasks"].glossary
    task = glossary.entities["google_tasks", "tasks"]
    assert (task.noun, task.parent) == ("task", "task_list_id")
    assert task.fields["due"].label == "due date"
    assert glossary.tools["google_tasks__replace_task"].replace
    assert glossary.tools["google_tasks__list_tasks"].scope == {"task_list_id": "task_list_id"}
    assert {f.op for f in glossary.tools["google_tasks__list_tasks"].filters} >= {"gte", "lte"}


def test_a_broken_specification_is_refused(errands, tmp_path) -> None:
    package = errands.packages["errands"]
    copy = tmp_path / "errands"
    (copy / "scenarios").mkdir(parents=True)
    for name in ("environment.toml", "environment.py"):
        (copy / name).write_bytes((package.path / name).read_bytes())
    (copy / "spec.json").write_text('{"name": 3}')
    with pytest.raises(InputError, match=r"spec\.json: not a specification"):
        read_glossary({"errands": Package.load(copy)})


def test_shapes_see_through_references_and_null() -> None:
    shape = read_shape(
        {
            "type": "object",
            "properties": {
                "owner": {"anyOf": [{"type": "string", "x-entity": "users"}, {"type": "null"}]},
                "tree": {"$ref": "#/$defs/Node"},
            },
            "required": ["owner"],
            "$defs": {
                "Node": {
                    "type": "object",
                    "properties": {"next": {"$ref": "#/$defs/Node"}, "at": {"format": "date-time"}},
                }
            },
        }
    )
    assert shape.fields["owner"].entity == "users"
    assert shape.fields["owner"].nullable
    assert shape.at("/tree/next/next").kind == "object"
    assert shape.at("/tree/nowhere") is None
