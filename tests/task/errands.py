"""To-do lists, written by hand and without a specification: what the tests of tasks run on."""

from datetime import datetime
from typing import Annotated, Literal

from envfactory.environment import Conflict, Environment, Key, Record, Ref, Table, given, tool


class TodoList(Record):
    """A list of tasks."""

    list_id: Annotated[str, Key("list"), "Identifier of the list"]
    name: Annotated[str, "What it is called"]


class Todo(Record):
    """Something to do."""

    todo_id: Annotated[str, Key("todo"), "Identifier of the task"]
    list_id: Annotated[str, Ref("todo_lists", on_delete="cascade"), "The list that it is on"]
    title: Annotated[str, "What is to be done"]
    due: Annotated[datetime | None, "When it has to be done"] = None
    status: Annotated[Literal["open", "done"], "Whether it is done"] = "open"
    notes: Annotated[str | None, "More about it"] = None


class Errands(Environment):
    """Lists of things to do."""

    todo_lists: Table[TodoList]
    todos: Table[Todo]

    @tool
    def list_todo_lists(self) -> list[TodoList]:
        """List all lists."""
        return self.todo_lists.all()

    @tool
    def create_todo_list(self, name: Annotated[str, "What it is called"]) -> TodoList:
        """Create a list."""
        return self.todo_lists.insert(name=name)

    @tool
    def list_todos(
        self,
        list_id: Annotated[str, Ref("todo_lists"), "The list"],
        status: Annotated[Literal["open", "done"] | None, "Only those in this state"] = None,
    ) -> list[Todo]:
        """List what is on a list."""
        self.todo_lists.get(list_id)
        return self.todos.filter(list_id=list_id, **given(status=status))

    @tool
    def get_todo(self, todo_id: Annotated[str, Ref("todos"), "The task"]) -> Todo:
        """Get a task."""
        return self.todos.get(todo_id)

    @tool
    def create_todo(
        self,
        list_id: Annotated[str, Ref("todo_lists"), "The list to put it on"],
        title: Annotated[str, "What is to be done"],
        due: Annotated[datetime | None, "When it has to be done"] = None,
        notes: Annotated[str | None, "More about it"] = None,
    ) -> Todo:
        """Add a task to a list."""
        return self.todos.insert(list_id=list_id, title=title, due=due, notes=notes)

    @tool
    def update_todo(
        self,
        todo_id: Annotated[str, Ref("todos"), "The task"],
        title: Annotated[str | None, "What is to be done"] = None,
        due: Annotated[datetime | None, "When it has to be done"] = None,
        notes: Annotated[str | None, "More about it"] = None,
    ) -> Todo:
        """Change a task."""
        return self.todos.update(todo_id, **given(title=title, due=due, notes=notes))

    @tool
    def replace_todo(
        self,
        todo_id: Annotated[str, Ref("todos"), "The task"],
        title: Annotated[str, "What is to be done"],
        due: Annotated[datetime | None, "When it has to be done"] = None,
        notes: Annotated[str | None, "More about it"] = None,
    ) -> Todo:
        """Replace a task as a whole; what is not given is cleared."""
        return self.todos.update(todo_id, title=title, due=due, notes=notes)

    @tool
    def finish_todo(self, todo_id: Annotated[str, Ref("todos"), "The task"]) -> Todo:
        """Finish a task."""
        if self.todos.get(todo_id).status == "done":
            raise Conflict("it is done already")
        return self.todos.update(todo_id, status="done")

    @tool
    def delete_todo(self, todo_id: Annotated[str, Ref("todos"), "The task"]) -> None:
        """Delete a task."""
        self.todos.delete(todo_id)
