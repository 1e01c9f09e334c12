import random

import pytest

from envfactory.environment import World
from envfactory.task import Dropped
from envfactory.task.grounding.arrange import arrange
from envfactory.task.grounding.ground import ground
from tests.task.conftest import Setting, write_package

LISTS = ("errands__list_todo_lists", {}, False)
TODOS = ("errands__list_todos", {"/list_id": (0, "/*/list_id")}, False)
TODO = {"/todo_id": (1, "/*/todo_id")}


def grounded(setting, chain, seed: int = 0):
    world, records = setting.world("home"), setting.records("home")
    rng = random.Random(seed)
    return ground(chain, setting.graph, setting.glossary, world, records, setting.larder, rng)


def arranged(setting, chain, seed: int = 0):
    calls = grounded(setting, chain, seed)
    if isinstance(calls, Dropped):
        return calls
    world, records = setting.world("home"), setting.records("home")
    rng = random.Random(seed)
    return arrange(calls, setting.graph, setting.glossary, world, records, rng)


@pytest.mark.parametrize("seed", range(20))
def test_an_update_changes_something_the_user_says(errands, seed: int) -> None:
    chain = errands.chain(LISTS, TODOS, ("errands__update_todo", TODO, True))
    plan = arranged(errands, chain, seed)
    update = plan.calls[-1]
    assert update.changes
    assert all(change.before != change.after for change in update.changes)
    assert [leaf.kind for leaf in update.leaves.values()].count("said") >= 1


@pytest.mark.parametrize("seed", range(20))
def test_replacing_passes_on_what_is_not_to_change(errands, seed: int) -> None:
    chain = errands.chain(LISTS, TODOS, ("errands__replace_todo", {**TODO, "/title": 0}, True))
    plan = arranged(errands, chain, seed)
    replaced = plan.calls[-1]
    said = {leaf.slot.field_name for leaf in replaced.leaves.values() if leaf.kind == "said"}
    assert {change.field for change in replaced.changes} == said
    copied = {p for p, leaf in replaced.leaves.items() if leaf.kind == "copied"}
    assert all(plan.origins[-1][pointer].kind == "result" for pointer in copied)


def test_every_key_comes_from_an_earlier_result(errands) -> None:
    chain = errands.chain(LISTS, TODOS, ("errands__finish_todo", TODO, True))
    plan = arranged(errands, chain)
    assert [call.meaning.short for call in plan.calls] == [
        "list_todo_lists",
        "list_todos",
        "finish_todo",
    ]
    assert plan.origins[1]["/list_id"].call == 0
    assert plan.origins[2]["/todo_id"].call == 1


def test_a_look_up_is_put_in_where_the_chain_has_none(errands) -> None:
    chain = errands.chain(("errands__finish_todo", {"/todo_id": 0}, True))
    plan = arranged(errands, chain)
    assert [call.meaning.short for call in plan.calls] == [
        "list_todo_lists",
        "list_todos",
        "finish_todo",
    ]


def test_a_look_up_that_nothing_needs_is_left_out(errands) -> None:
    chain = errands.chain(
        LISTS,
        TODOS,
        ("errands__get_todo", TODO, False),
        ("errands__delete_todo", {"/todo_id": (2, "/todo_id")}, True),
    )
    plan = arranged(errands, chain)
    assert [call.meaning.short for call in plan.calls] == [
        "list_todo_lists",
        "list_todos",
        "delete_todo",
    ]


def test_what_a_listing_tells_is_asked_of_the_listing(errands) -> None:
    chain = errands.chain(LISTS, TODOS, ("errands__get_todo", TODO, True))
    plan = arranged(errands, chain)
    assert [call.meaning.short for call in plan.calls] == ["list_todo_lists", "list_todos"]
    assert plan.calls[1].about is not None


@pytest.mark.parametrize("seed", range(10))
def test_a_task_does_not_undo_its_own_work(errands, seed: int) -> None:
    chain = errands.chain(
        LISTS,
        ("errands__create_todo", {"/list_id": (0, "/*/list_id"), "/title": 0}, True),
        ("errands__delete_todo", {"/todo_id": (1, "/todo_id")}, True),
    )
    plan = arranged(errands, chain, seed)
    assert {change.kind for change in plan.net} == {"insert", "delete"}
    deleted = next(change for change in plan.net if change.kind == "delete")
    assert str(deleted.key) <= "todo_6"


def test_a_finished_task_is_not_finished_again(errands) -> None:
    chain = errands.chain(LISTS, TODOS, ("errands__finish_todo", TODO, True))
    chosen = {
        call.arguments["todo_id"]
        for seed in range(30)
        for call in arranged(errands, chain, seed).calls
        if call.meaning.short == "finish_todo"
    }
    assert "todo_4" not in chosen
    assert len(chosen) > 2


def test_what_cannot_be_done_is_dropped_with_a_reason(errands) -> None:
    chain = errands.chain(
        ("errands__create_todo_list", {"/name": 0}, False),
        ("errands__list_todos", {"/list_id": (0, "/list_id")}, False),
        ("errands__get_todo", {"/todo_id": (1, "/*/todo_id")}, True),
    )
    plan = arranged(errands, chain)
    assert isinstance(plan, Dropped) or plan.calls[0].meaning.short == "list_todo_lists"


def test_the_world_is_left_as_it_was(errands) -> None:
    world = errands.world("home")
    before = world.state_hash
    chain = errands.chain(LISTS, TODOS, ("errands__update_todo", TODO, True))
    records = errands.records("home")
    ground(chain, errands.graph, errands.glossary, world, records, errands.larder, random.Random(1))
    assert world.state_hash == before


PAGES = '''
from typing import Annotated

from envfactory.environment import Environment, Key, NotFound, Record, Table, tool


class Page(Record):
    """A page."""

    page_id: Annotated[str, Key("page")]
    title: Annotated[str, "What stands on top."]
    url: Annotated[str, "Where it is."]


class Pages(Environment):
    """Pages of a site."""

    pages: Table[Page]

    @tool
    def list_pages(self) -> list[Page]:
        """List the pages."""
        return list(self.pages)

    @tool
    def page_at(self, url: Annotated[str, "Where it is."]) -> Page:
        """Get the page at an address."""
        page = self.pages.find(url=url)
        if page is None:
            raise NotFound("no such page")
        return page
'''


def test_a_chain_that_needs_what_nobody_can_say_is_turned_away_before_a_call(
    tmp_path, monkeypatch
) -> None:
    code = tmp_path / "pages.py"
    code.write_text(PAGES)
    rows = [{"page_id": "page_1", "title": "Home", "url": "https://example.com/"}]
    scenario = {"now": "2026-03-02T09:00:00Z", "seed": 7, "pages": rows}
    setting = Setting.of({"pages": write_package(tmp_path, "pages", code, {"home": scenario})})
    chain = setting.chain(("pages__list_pages", {}, False), ("pages__page_at", {"/url": 0}, True))
    made = []
    monkeypatch.setattr(World, "call", lambda *given: made.append(given))
    dropped = grounded(setting, chain)
    assert isinstance(dropped, Dropped)
    assert (dropped.reason, dropped.detail) == ("no natural value", "pages__page_at/url")
    assert not made
