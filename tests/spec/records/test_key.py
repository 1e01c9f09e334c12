"""Keys: which field of a record tells it from all others."""

from __future__ import annotations

from envfactory.spec import infer

TEXT = {"type": "string"}


def box(**properties):
    return {"type": "object", "properties": properties}


def many(record):
    return {"type": "array", "items": record}


def test_a_change_may_call_the_id_of_a_record_by_its_noun(api):
    """`POST /templates/update` takes the `template_id` of what is listed with an `id`."""
    shown = box(id={"type": "integer"}, name=TEXT, message=TEXT)
    named = box(template_id={"type": "integer"})
    changed = box(template_id={"type": "integer"}, name=TEXT, message=TEXT)
    spec = infer(
        api.shop(
            api.operation("GET /templates/list", many(shown)),
            api.operation("POST /templates/create", shown, box(name=TEXT, message=TEXT)),
            api.operation("POST /templates/update", None, changed),
            api.operation("POST /templates/view", shown, named),
            api.operation("POST /templates/delete", box(status=TEXT), named),
        )
    )
    made = {tool.operation: tool for tool in spec.tools}
    assert [field.name for field in spec.entity("templates").fields] == ["id", "name", "message"]
    for path, kind in [("update", "update"), ("view", "get"), ("delete", "delete")]:
        tool = made[f"POST /templates/{path}"]
        assert (tool.behaviour.kind, tool.behaviour.key) == (kind, "template_id")


def test_what_callers_give_to_what_they_make_is_its_own(api):
    """A card that is made from another card keeps which one that was."""
    shown = box(id={"type": "integer"}, name=TEXT)
    spec = infer(
        api.shop(
            api.operation("GET /cards", many(shown)),
            api.operation("POST /cards", shown, box(name=TEXT, card_id={"type": "integer"})),
        )
    )
    assert "card_id" in {field.name for field in spec.entity("cards").fields}


def test_a_path_picks_a_record_by_the_id_of_its_wider_kind(api):
    """An inventory task is a task; each has a path of its own."""
    task = box(taskId=TEXT, status=TEXT)
    other = box(taskId=TEXT, status=TEXT, summary=TEXT)
    spec = infer(
        api.shop(
            api.operation("GET /task", many({"$ref": "#/schemas/Task"})),
            api.operation("GET /task/{task_id}", {"$ref": "#/schemas/Task"}),
            api.operation("GET /inventory_task", many({"$ref": "#/schemas/InventoryTask"})),
            api.operation("GET /inventory_task/{task_id}", {"$ref": "#/schemas/InventoryTask"}),
        ).model_copy(update={"schemas": {**api.schemas, "Task": task, "InventoryTask": other}})
    )
    assert spec.entity("inventory_tasks").key == "task_id"
    (tool,) = [one for one in spec.tools if one.operation == "GET /inventory_task/{task_id}"]
    assert (tool.behaviour.kind, tool.behaviour.key) == ("get", "task_id")


def test_the_id_of_another_kind_is_no_key(api):
    """A stay is listed with the room it is in, and many stays are in one room."""
    room, stay = box(roomId=TEXT, name=TEXT), box(roomId=TEXT, guest=TEXT)
    spec = infer(
        api.shop(
            api.operation("GET /rooms", many(room)),
            api.operation("GET /rooms/{roomId}", room),
            api.operation("GET /stays", many(stay)),
        )
    )
    assert spec.entity("stays").key != "room_id"


def test_a_key_may_be_written_as_one_word(api):
    """GoToMeeting's groups have a `groupkey`, and paths below them a `groupKey`."""
    group = box(groupName=TEXT, groupkey=TEXT, parentKey=TEXT)
    spec = infer(
        api.describe(
            api.operation("GET /groups", many(group)),
            api.operation("GET /groups/{groupKey}/meetings", many(box(id=TEXT, subject=TEXT))),
        )
    )
    assert spec.entity("groups").key == "groupkey"
    (tool,) = (one for one in spec.tools if one.behaviour.table == "meetings")
    assert tool.parameters[0].reference.table == "groups"


def test_an_id_comes_before_a_key_that_is_written_as_one_word(api):
    group = box(id=TEXT, groupkey=TEXT)
    assert (
        infer(api.describe(api.operation("GET /groups", many(group)))).entity("groups").key == "id"
    )
