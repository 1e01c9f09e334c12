"""What a specification says of each kind of tool reaches those who phrase and ground tasks."""

from __future__ import annotations

import pytest

from envfactory.spec import model as m
from envfactory.task.meanings.design import designed
from envfactory.task.meanings.meaning import ToolMeaning
from envfactory.task.meanings.shape import read_shape
from tests.compiler.forge import forge

TOOLS = {tool.name: tool for tool in forge().tools}


def meaning(design: m.ToolDesign) -> ToolMeaning:
    plain = read_shape({"type": "object"})
    blank = ToolMeaning(
        tool=f"forge__{design.name}",
        environment="forge",
        kind="other",
        description=design.description,
        arguments=plain,
        result=plain,
    )
    return designed(blank, design)


@pytest.mark.parametrize("name", TOOLS)
def test_every_behaviour_has_a_meaning_that_names_parameters_only(name: str) -> None:
    design = TOOLS[name]
    told = meaning(design)
    parameters = {parameter.name for parameter in design.parameters}
    assert told.table == design.behaviour.table
    named = {*told.scope, *told.sets, *(each.parameter for each in told.filters)}
    named |= {key for key in (told.key, told.member) if key is not None}
    assert named <= parameters


def test_kinds_are_those_that_tasks_know() -> None:
    kinds = {name: meaning(design).kind for name, design in TOOLS.items()}
    assert kinds["list_issues"] == "list"
    assert kinds["get_me"] == "get"
    assert kinds["put_label"] == kinds["update_settings"] == "update"
    assert kinds["take_issue"] == "relate"
    assert kinds["count_issues"] == kinds["close_issues"] == kinds["fork_repository"] == "other"
