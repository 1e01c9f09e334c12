import random

import pytest

from envfactory.task.grounding.plain import can_be_made_up, deed_of, plain_label, plain_text
from envfactory.task.meanings.meaning import ToolMeaning
from envfactory.task.meanings.shape import Shape
from envfactory.task.meanings.slots import Slot

TEXT = Shape("text")


def tool(name: str) -> ToolMeaning:
    nothing = Shape("object")
    return ToolMeaning(f"server__{name}", "server", "other", "", nothing, nothing)


@pytest.mark.parametrize(
    ("name", "deed"),
    [
        ("create_entities", ("create", "entity", True)),
        ("git_create_branch", ("create", "branch", True)),
        ("delete_entities", ("delete", "entity", False)),
        ("read_graph", None),
        ("commit", None),
    ],
)
def test_names_of_tools_say_what_they_do(name: str, deed: tuple[str, str, bool] | None) -> None:
    found = deed_of(tool(name))
    assert (found and (found.verb, found.noun, found.makes)) == deed


def test_what_something_is_called_is_its_name() -> None:
    deed = deed_of(tool("create_branch"))
    assert plain_label("branch name", deed) == "name"
    assert plain_label("branch", deed) == "name"
    assert plain_label("message", deed) == "message"


def test_something_new_gets_a_new_name_and_something_there_its_own() -> None:
    rng = random.Random(1)
    name = Slot("/entities/*/name", "name", TEXT)
    gone = Slot("/entityNames/*", "entity name", TEXT)
    seen = ["Juniper Labs"]
    made = plain_text(tool("create_entities"), name, seen, rng)
    assert made
    assert made not in seen
    assert plain_text(tool("delete_entities"), gone, seen, rng) == "Juniper Labs"


def test_nothing_is_made_up_for_what_has_to_be_there() -> None:
    gone = Slot("/entityNames/*", "entity name", TEXT)
    assert plain_text(tool("delete_entities"), gone, [], random.Random(1)) is None
    assert not can_be_made_up(tool("delete_entities"), gone)
    assert not can_be_made_up(tool("create_entity"), Slot("/checksum", "checksum", TEXT))
