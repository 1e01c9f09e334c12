"""Hand-written specifications that together use every kind of field and behaviour."""

from __future__ import annotations

import pytest

from envfactory.spec import model as m
from tests.compiler.designing import (
    PROVENANCE,
    design,
    field,
    match,
    optional,
    parameter,
    scalar,
    take,
    text,
    to,
)

STATUS = text(choices=("open", "in_progress", "done"))
PROJECT_KEY = parameter("project_id", required=True, reference=to("projects"))
TASK_KEY = parameter("task_id", required=True, reference=to("tasks"))


def planner() -> m.EnvironmentSpec:
    """Projects, tasks, labels and people: scopes, actions, relations, self-reference."""
    people = m.EntitySpec(
        name="Person",
        table="people",
        description="Somebody who works on tasks.",
        fields=(
            field("person_id", role="key"),
            field("full_name", role="title"),
            field("email", text(format="email"), unique=True),
            optional("phone"),
            field("is_active", scalar("boolean"), has_default=True, default=True),
        ),
        key="person_id",
        key_prefix="per",
        title="full_name",
    )
    projects = m.EntitySpec(
        name="Project",
        table="projects",
        description="A group of tasks with a goal.",
        fields=(
            field("project_id", role="key"),
            field("name", role="title", description="What people call the project"),
            optional("description"),
            field("budget", scalar("number", minimum=0), has_default=True, default=0),
            optional("owner_id", reference=to("people", on_delete="set_null")),
            field("archived", scalar("boolean"), has_default=True, default=False),
            optional("date", scalar("date"), description="When the project starts"),
            field("created_at", scalar("datetime"), role="created_at", read_only=True),
        ),
        key="project_id",
        key_prefix="prj",
        title="name",
    )
    labels = m.EntitySpec(
        name="Label",
        table="labels",
        fields=(
            field("slug", text(pattern="^[a-z][a-z0-9-]*$", max_length=30), role="key"),
            field("color", text(pattern="^#[0-9a-f]{6}$")),
        ),
        key="slug",
        key_style="natural",
    )
    tasks = m.EntitySpec(
        name="Task",
        table="tasks",
        description="One piece of work.",
        fields=(
            field("task_id", role="key"),
            field("project_id", reference=to("projects", on_delete="cascade")),
            field("title", text(min_length=1, max_length=120), role="title"),
            optional("notes"),
            field("status", STATUS, has_default=True, default="open", role="status"),
            field("priority", scalar("integer", minimum=1, maximum=4), has_default=True, default=1),
            optional("assignee_id", reference=to("people", on_delete="set_null")),
            optional("parent_id", reference=to("tasks", on_delete="cascade")),
            field(
                "label_slugs",
                m.ListOf(item=text()),
                reference=to("labels"),
                has_default=True,
                default=[],
            ),
            field("checklist", m.ListOf(item=m.Nested(name="Step")), has_default=True, default=[]),
            optional("due_date", scalar("date")),
            optional("completed_at", scalar("datetime"), read_only=True),
            field("created_at", scalar("datetime"), role="created_at", read_only=True),
            optional("updated_at", scalar("datetime"), role="updated_at", read_only=True),
        ),
        key="task_id",
        key_prefix="tsk",
        title="title",
        parent="project_id",
    )
    steps = m.ObjectSpec(
        name="Step",
        description="A step of a task, perhaps with smaller ones.",
        fields=(
            field("text"),
            field("done", scalar("boolean"), has_default=True, default=False),
            field("steps", m.ListOf(item=m.Nested(name="Step")), has_default=True, default=[]),
        ),
    )
    scope = (match("project_id"),)
    tools = (
        design(
            "list_projects",
            "List projects, newest first.",
            m.ListRecords(
                table="projects",
                matches=(match("archived"), match("q", "search", None)),
                paging=m.Paging(style="page", limit="per_page", position="page"),
            ),
            parameter("archived", scalar("boolean")),
            parameter("q", description="Text to look for"),
            parameter("page", scalar("integer")),
            parameter("per_page", scalar("integer", minimum=1, maximum=100), default=20),
            shape="page",
        ),
        design(
            "get_project",
            "Get one project.",
            m.GetRecord(table="projects", key="project_id"),
            PROJECT_KEY,
        ),
        design(
            "create_project",
            "Create a project.",
            m.CreateRecord(
                table="projects", assigns=take("name", "description", "budget", "owner_id", "date")
            ),
            parameter("name", required=True),
            parameter("description"),
            parameter("budget", scalar("number", minimum=0)),
            parameter("owner_id", reference=to("people")),
            parameter("date", scalar("date")),
        ),
        design(
            "archive_project",
            "Archive a project.",
            m.ActOnRecord(table="projects", key="project_id", field="archived", target=True),
            PROJECT_KEY,
            shape="none",
        ),
        design(
            "list_tasks",
            "List the tasks of a project.",
            m.ListRecords(
                table="tasks",
                matches=(
                    match("project_id"),
                    match("status"),
                    match("title", "contains"),
                    match("label", "contains", "label_slugs"),
                    match("due_before", "lt", "due_date"),
                    match("min_priority", "gte", "priority"),
                    match("statuses", "one_of", "status"),
                    match("created_after", "gt", "created_at"),
                ),
                paging=m.Paging(style="cursor", limit="limit", position="cursor"),
                sorting=m.Sorting(
                    parameter="sort", fields=("due_date", "title"), direction_parameter="order"
                ),
            ),
            PROJECT_KEY,
            parameter("status", STATUS),
            parameter("title"),
            parameter("label", reference=to("labels")),
            parameter("due_before", scalar("date")),
            parameter("min_priority", scalar("integer")),
            parameter("statuses", m.ListOf(item=STATUS)),
            parameter("created_after", scalar("datetime")),
            parameter("sort"),
            parameter("order", text(choices=("asc", "desc")), default="asc"),
            parameter("limit", scalar("integer")),
            parameter("cursor"),
            shape="page",
        ),
        design(
            "get_task",
            "Get one task of a project.",
            m.GetRecord(table="tasks", key="task_id", scope=scope),
            PROJECT_KEY,
            TASK_KEY,
        ),
        design(
            "create_task",
            "Add a task to a project.",
            m.CreateRecord(
                table="tasks",
                assigns=(
                    *take("project_id", "title", "notes", "priority", "due_date", "label_slugs"),
                    m.Assign(field="assignee_id", source="parameter", parameter="assignee"),
                ),
            ),
            PROJECT_KEY,
            parameter("title", text(min_length=1, max_length=120), required=True),
            parameter("notes"),
            parameter("priority", scalar("integer", minimum=1, maximum=4)),
            parameter("due_date", scalar("date")),
            parameter("label_slugs", m.ListOf(item=text()), reference=to("labels")),
            parameter("assignee", reference=to("people")),
        ),
        design(
            "update_task",
            "Change some fields of a task.",
            m.UpdateRecord(
                table="tasks", key="task_id", scope=scope, assigns=take("title", "notes", "status")
            ),
            PROJECT_KEY,
            TASK_KEY,
            parameter("title"),
            parameter("notes"),
            parameter("status", STATUS),
        ),
        design(
            "replace_task",
            "Write a task anew.",
            m.UpdateRecord(
                table="tasks",
                key="task_id",
                assigns=take("title", "notes", "status", "label_slugs"),
                replace=True,
            ),
            TASK_KEY,
            parameter("title", required=True),
            parameter("notes"),
            parameter("status", STATUS),
            parameter("label_slugs", m.ListOf(item=text()), reference=to("labels")),
        ),
        design(
            "complete_task",
            "Complete a task that somebody works on.",
            m.ActOnRecord(
                table="tasks",
                key="task_id",
                scope=scope,
                field="status",
                target="done",
                allowed_from=("in_progress", "open"),
                assigns=(m.Assign(field="completed_at", source="now"),),
            ),
            PROJECT_KEY,
            TASK_KEY,
        ),
        design(
            "add_label",
            "Put a label on a task.",
            m.RelateRecords(
                table="tasks", key="task_id", field="label_slugs", member="slug", change="add"
            ),
            TASK_KEY,
            parameter("slug", required=True, reference=to("labels")),
        ),
        design(
            "remove_label",
            "Take a label off a task.",
            m.RelateRecords(
                table="tasks", key="task_id", field="label_slugs", member="slug", change="remove"
            ),
            TASK_KEY,
            parameter("slug", required=True, reference=to("labels")),
            shape="none",
        ),
        design(
            "delete_task",
            "Delete a task.",
            m.DeleteRecord(table="tasks", key="task_id", scope=scope),
            PROJECT_KEY,
            TASK_KEY,
            shape="none",
        ),
        design("list_labels", "List all labels.", m.ListRecords(table="labels"), shape="list"),
        design(
            "list_people",
            "List people.",
            m.ListRecords(
                table="people",
                paging=m.Paging(style="offset", limit="limit", position="offset"),
            ),
            parameter("limit", scalar("integer")),
            parameter("offset", scalar("integer")),
            shape="list",
        ),
        design(
            "get_person",
            "Get somebody.",
            m.GetRecord(table="people", key="person_id"),
            parameter("person_id", required=True, reference=to("people")),
        ),
    )
    return m.EnvironmentSpec(
        name="planner",
        class_name="Planner",
        title="Planner",
        description="Projects, their tasks and the people who do them.",
        domain="productivity and files",
        objects=(steps,),
        entities=(people, projects, labels, tasks),
        tools=tools,
        provenance=PROVENANCE,
    )


def store() -> m.EnvironmentSpec:
    """A shop with clashing names, uuids, integer keys, mutual recursion, maps and open JSON."""
    objects = (
        m.ObjectSpec(
            name="Address",
            fields=(field("street"), field("city"), field("zip"), field("country")),
        ),
        m.ObjectSpec(name="Bundle", fields=(optional("part", m.Nested(name="Part")),)),
        m.ObjectSpec(
            name="Part",
            fields=(
                field("count", scalar("integer", minimum=1)),
                optional("bundle", m.Nested(name="Bundle")),
            ),
        ),
    )
    record = m.EntitySpec(
        name="Record",
        table="records",
        description='Vinyl: "black gold".',
        fields=(
            field("record_id", scalar("integer"), role="key"),
            field("title", role="title"),
            field("price", scalar("number", minimum=0)),
            field("stock", scalar("integer", minimum=0)),
            field("speed", scalar("integer", choices=(33, 45, 78))),
            optional("attributes", m.MapOf(value=text())),
            optional("extra", m.AnyJson()),
            optional("bundle", m.Nested(name="Bundle")),
            optional("release_date", scalar("date")),
        ),
        key="record_id",
        key_style="integer",
        title="title",
    )
    customer = m.EntitySpec(
        name="Customer",
        table="customers",
        fields=(
            field("customer_id", text(format="uuid"), role="key"),
            field("first_name"),
            field("last_name"),
            field("email", text(format="email")),
            field("address", m.Nested(name="Address")),
            field("created", scalar("integer"), role="created_at"),
        ),
        key="customer_id",
        key_style="uuid",
    )
    tools = (
        design(
            "list_records",
            "List records.",
            m.ListRecords(
                table="records",
                matches=(match("min_price", "gte", "price"), match("title", "prefix")),
                paging=m.Paging(style="offset", limit="limit", position="offset"),
            ),
            parameter("min_price", scalar("number")),
            parameter("title"),
            parameter("limit", scalar("integer"), default=10),
            parameter("offset", scalar("integer")),
            shape="list",
        ),
        design(
            "get_record",
            "Get a record.",
            m.GetRecord(table="records", key="record"),
            parameter("record", scalar("integer"), required=True, reference=to("records")),
        ),
        design(
            "create_customer",
            "Register a customer.",
            m.CreateRecord(
                table="customers", assigns=take("first_name", "last_name", "email", "address")
            ),
            parameter("first_name", required=True),
            parameter("last_name", required=True),
            parameter("email", text(format="email"), required=True),
            parameter("address", m.Nested(name="Address"), required=True),
        ),
        design("list_customers", "List customers.", m.ListRecords(table="customers"), shape="page"),
    )
    return m.EnvironmentSpec(
        name="store",
        class_name="Store",
        title="Record store",
        description="Vinyl records and those who buy them.",
        domain="commerce and payments",
        objects=objects,
        entities=(record, customer),
        tools=tools,
        provenance=PROVENANCE,
    )


@pytest.fixture(params=[planner, store], ids=["planner", "store"])
def spec(request: pytest.FixtureRequest) -> m.EnvironmentSpec:
    return request.param()


@pytest.fixture
def planner_spec() -> m.EnvironmentSpec:
    return planner()


@pytest.fixture
def store_spec() -> m.EnvironmentSpec:
    return store()


@pytest.fixture(scope="module")
def planner_at_module() -> m.EnvironmentSpec:
    return planner()
