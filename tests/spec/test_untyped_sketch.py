"""Sketches that say nothing of what their tools answer with."""

import pytest

from envfactory.spec.model import ListRecords, Match, UpdateRecord
from envfactory.spec.records.parameter import is_listing
from tests.spec.sketches import sketched, tool_of

SHOP = '''
"""A small shop."""
from typing import Literal

def list_products(category: str | None = None, max_price: float | None = None) -> list[dict]:
    """List the products of the shop.

    Args:
        category: Only products of this category.
        max_price: Only products that cost at most this.
    """

def get_product(product_id: str) -> dict:
    """Get one product by its id."""

def place_order(address: str) -> dict:
    """Place an order."""

def list_orders(status: Literal["placed", "shipped", "cancelled"] | None = None) -> list[dict]:
    """List the user's orders."""
'''


def test_a_range_tells_a_field() -> None:
    spec = sketched(SHOP)
    behaviour = tool_of(spec, "list_products").behaviour
    assert isinstance(behaviour, ListRecords)
    assert Match(parameter="max_price", field="price", op="lte") in behaviour.matches
    price = spec.entity("products").field("price")
    assert price.description == "Price of the product."
    assert [one.name for one in spec.entity("products").fields][:3] == [
        "product_id", "category", "price",
    ]  # fmt: skip


def test_fields_are_not_described_by_what_their_filters_do() -> None:
    spec = sketched(SHOP)
    assert spec.entity("products").field("category").description == "Category of the product."
    (category, price) = tool_of(spec, "list_products").parameters
    assert category.description == "Only products of this category."
    assert price.description == "Only products that cost at most this."


def test_records_begin_in_the_state_that_the_verb_says() -> None:
    orders = sketched(SHOP).entity("orders")
    assert (orders.field("status").default, orders.field("status").optional) == ("placed", False)
    assert "name" not in {field.name for field in orders.fields}


@pytest.mark.parametrize(
    ("name", "lists"),
    [("max_results", True), ("max_length", True), ("num_rows", True), ("max_price", False),
     ("max_year", False), ("max_price_each", False)],
)  # fmt: skip
def test_most_of_something_is_about_the_list_or_about_the_records(name: str, lists: bool) -> None:
    assert is_listing(tuple(name.split("_"))) == lists


def test_where_something_moves_to_is_no_field_of_its_own() -> None:
    spec = sketched(
        "def list_cards(column: str | None = None): ...\n"
        "def get_card(card_id: str): ...\n"
        "def move_card(card_id: str, to_column: str): ...\n"
        "def add_comment(card_id: str, text: str): ...\n"
        "def list_comments(card_id: str): ...\n"
    )
    assert "to_column" not in {field.name for field in spec.entity("cards").fields}
    moved = tool_of(spec, "move_card").behaviour
    assert isinstance(moved, UpdateRecord)
    assert [(one.field, one.parameter) for one in moved.assigns] == [("column", "to_column")]
    comments = [field.name for field in spec.entity("comments").fields]
    assert comments == ["id", "card_id", "text", "created_at"]
