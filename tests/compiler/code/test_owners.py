"""Owners that callers name: they have to be there, and to belong to each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from envfactory.compiler.code.codegen import write_code
from envfactory.environment import Environment
from envfactory.environment.package import execute
from envfactory.spec import model as m
from tests.compiler.designing import PROVENANCE, design, field, parameter, take, to

PROJECT = parameter("project_id", required=True, reference=to("projects"))
LIST = parameter("list_id", required=True, reference=to("lists"))
CARD = parameter("card_id", required=True, reference=to("cards"))


def entity(name: str, table: str, *fields: m.FieldSpec, **options: object) -> m.EntitySpec:
    own = field(f"{name.lower()}_id", role="key")
    return m.EntitySpec(name=name, table=table, fields=(own, *fields), key=own.name, **options)


def at(path: str, tool: m.ToolDesign) -> m.ToolDesign:
    return tool.model_copy(update={"operation": f"POST {path}"})


@pytest.fixture(scope="module")
def board() -> type[Environment]:
    project, held = (
        field("project_id", reference=to("projects")),
        field("list_id", reference=to("lists")),
    )
    spec = m.EnvironmentSpec(
        name="board",
        class_name="Board",
        title="Board",
        description="Projects, their lists and what is on them.",
        domain="productivity and files",
        entities=(
            entity("Project", "projects", key_prefix="pro"),
            entity("List", "lists", project, key_prefix="lis", parent="project_id"),
            entity("Card", "cards", held, key_style="natural", parent="list_id"),
            entity("Note", "notes", project, held, key_prefix="not", parent="project_id"),
        ),
        tools=(
            at(
                "/lists/{list_id}/cards/{card_id}",
                design(
                    "create_card",
                    "Create a card.",
                    m.CreateRecord(table="cards", assigns=take("list_id", "card_id")),
                    LIST,
                    CARD,
                ),
            ),
            at(
                "/projects/{project_id}/notes",
                design(
                    "create_note",
                    "Create a note on a list.",
                    m.CreateRecord(table="notes", assigns=take("project_id", "list_id")),
                    PROJECT,
                    LIST,
                ),
            ),
        ),
        provenance=PROVENANCE,
    )
    return execute(write_code(spec).encode(), spec.name, Path("environment.py"))


@pytest.fixture
def state(board: type[Environment]) -> Environment:
    return board.from_scenario(
        {
            "now": "2026-03-02T09:00:00Z",
            "seed": 1,
            "projects": [{"project_id": "pro_1"}, {"project_id": "pro_2"}],
            "lists": [
                {"list_id": "lis_1", "project_id": "pro_1"},
                {"list_id": "lis_2", "project_id": "pro_2"},
            ],
            "cards": [{"card_id": "front", "list_id": "lis_1"}],
            "notes": [],
        }
    )


def test_the_key_of_a_new_record_belongs_to_nothing_yet(state: Environment) -> None:
    made = state.call("create_card", {"list_id": "lis_2", "card_id": "back"})
    assert made.value == {"card_id": "back", "list_id": "lis_2"}
    again = state.call("create_card", {"list_id": "lis_2", "card_id": "back"})
    assert again.error is not None
    assert again.error.code == "conflict"


def test_owners_agree_wherever_callers_name_them(state: Environment) -> None:
    """One of them stands in the path here, the other in the body."""
    assert state.call("create_note", {"project_id": "pro_1", "list_id": "lis_1"}).ok
    refused = state.call("create_note", {"project_id": "pro_1", "list_id": "lis_2"})
    assert refused.error is not None
    assert refused.error.code == "not_found"
    assert refused.error.message == "list lis_2 does not belong to project pro_1"
