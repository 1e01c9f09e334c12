"""Numbers that grow, shrink and move, and carts that are ordered, are asked for as people do."""

import random
from pathlib import Path

import pytest

from envfactory.compiler.package import compile_environment
from envfactory.environment import Package
from envfactory.source import read_source
from envfactory.spec import infer
from envfactory.task import Dropped, Task
from envfactory.task.grounding.amount import amount_of
from envfactory.task.meanings.meaning import ToolMeaning
from tests.task.conftest import Setting

SEEDS = range(12)


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    spec = infer(read_source(Path(__file__).parent / "club.py"))
    package = Package.load(compile_environment(spec, tmp_path_factory.mktemp("club"), seed=1))
    return Setting.of({package.manifest.name: package})


def tool(club: Setting, name: str) -> ToolMeaning:
    return next(each for each in club.glossary.tools.values() if each.short == name)


def tasks(club: Setting, name: str, *finders: tuple[str, str, str]) -> list[Task]:
    """Make tasks of a tool, after those that find its records: input, list tool, output."""
    found = [tool(club, finder).tool for _, finder, _ in finders]
    steps: list[tuple[str, dict[str, tuple[int, str] | int], bool]]
    steps = [(each, {}, False) for each in dict.fromkeys(found)]
    places = {each: number for number, each in enumerate(dict.fromkeys(found))}
    inputs: dict[str, tuple[int, str] | int] = {
        path: (places[each], output) for (path, _, output), each in zip(finders, found, strict=True)
    }
    node = club.graph.tool(tool(club, name).tool)
    free = [port.path for port in node.required_inputs if port.path not in inputs]
    inputs |= {path: number for number, path in enumerate(free)}
    chain, maker = club.chain(*steps, (node.name, inputs, True)), club.maker()
    made = [maker.make(chain, seed) for seed in SEEDS]
    assert not [each for each in made if isinstance(each, Dropped) and "natural" in each.reason]
    return [each for each in made if isinstance(each, Task)]


def said(made: list[Task]) -> str:
    return " ".join(turn.request + turn.answer for task in made for turn in task.turns).casefold()


def test_a_number_of_points_is_taken_off(club: Setting) -> None:
    made = tasks(club, "redeem_points", ("/member_id", "list_members", "/*/member_id"))
    assert made
    for task in made:
        taken = task.turns[-1].calls[-1].arguments["points"]
        assert f"{taken} points" in task.turns[-1].answer
        assert all(check.passed for check in task.checks)
    assert "redeem points of" not in said(made)


def test_money_is_moved_from_one_account_to_another(club: Setting) -> None:
    ends = [(f"/{end}_account", "list_accounts", "/*/account_id") for end in ("from", "to")]
    made = tasks(club, "transfer", *ends)
    assert made
    for task in made:
        changes = {change.key: change for change in task.goal.changes}
        assert len(changes) == 2
    assert " to another" not in said(made)


def test_one_more_is_given_where_no_amount_is_told(club: Setting) -> None:
    made = tasks(club, "upvote_option", ("/option_id", "list_options", "/*/option_id"))
    assert made
    assert all("one more vote" in turn.answer for task in made for turn in task.turns)


def test_stock_is_no_number_of_stocks(club: Setting) -> None:
    made = tasks(club, "restock_product", ("/product_id", "list_products", "/*/product_id"))
    assert made
    assert "stock" in said(made)
    assert "stocks" not in said(made)


def test_what_is_in_the_cart_is_ordered_to_an_address(club: Setting) -> None:
    made = tasks(club, "checkout")
    assert made
    assert all("your cart" in turn.answer for task in made for turn in task.turns)


@pytest.mark.parametrize("held", [0, 0.5, 1, 7, 40, None])
def test_nothing_shrinks_by_more_than_there_is(club: Setting, held: float | None) -> None:
    meaning = tool(club, "redeem_points")
    entity = club.glossary.entities[meaning.environment, "members"]
    _, amount = amount_of(meaning, entity, {"points": held}, random.Random(3))
    if (held or 0) < 1:
        assert amount is None
    else:
        assert isinstance(amount, int)
        assert 0 < amount <= (held or 0)
