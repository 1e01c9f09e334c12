"""Carts, wishlists and the like: what the one user has put together of other records."""

from pathlib import Path

import pytest

from envfactory.compiler import compile_environment
from envfactory.environment import Package
from envfactory.spec.model import (
    CreateRecord,
    DeleteRecord,
    DeleteRecords,
    ListRecords,
    UpdateRecord,
)
from tests.spec.sketches import left_out, sketched, tool_of

SHOP = '''
"""A small shop."""
def list_products(category: str | None = None) -> list[dict]: ...
def get_product(product_id: str) -> dict: ...
def add_to_cart(product_id: str, quantity: int = 1) -> dict:
    """Add a product to the cart."""
def view_cart() -> dict:
    """Show what is in the cart."""
def remove_from_cart(product_id: str) -> bool: ...
def update_cart_item(product_id: str, quantity: int) -> dict: ...
def clear_cart() -> None: ...
'''


def test_a_cart_is_a_table_of_items() -> None:
    spec = sketched(SHOP)
    items = spec.entity("cart_items")
    assert [field.name for field in items.fields] == ["id", "product_id", "quantity"]
    product = items.field("product_id")
    assert product.unique
    assert product.reference is not None
    assert (product.reference.table, product.reference.on_delete) == ("products", "cascade")
    kinds = {
        "add_to_cart": CreateRecord,
        "view_cart": ListRecords,
        "remove_from_cart": DeleteRecord,
        "update_cart_item": UpdateRecord,
        "clear_cart": DeleteRecords,
    }
    for name, kind in kinds.items():
        assert isinstance(tool_of(spec, name).behaviour, kind)
        assert tool_of(spec, name).behaviour.table == "cart_items"
    assert not left_out(spec)


def test_what_is_in_the_cart_can_be_followed(tmp_path: Path) -> None:
    path = compile_environment(sketched(SHOP), tmp_path, 0)

    session = Package.load(path).start()
    assert session.call("clear_cart", {}).ok
    first, second = (one["product_id"] for one in session.call("list_products", {}).value[:2])
    assert session.call("add_to_cart", {"product_id": first, "quantity": 2}).ok
    assert session.call("add_to_cart", {"product_id": second}).ok

    def refused(tool: str, **arguments: str | int) -> str:
        error = session.call(tool, arguments).error
        return error.code if error is not None else "accepted"

    assert refused("add_to_cart", product_id=first) == "conflict"
    assert refused("add_to_cart", product_id="nothing") == "not_found"
    assert refused("update_cart_item", product_id=first, quantity=-1) == "invalid_argument"
    assert session.call("update_cart_item", {"product_id": first, "quantity": 5}).ok
    assert session.call("remove_from_cart", {"product_id": second}).ok
    assert refused("remove_from_cart", product_id=second) == "not_found"
    held = session.call("view_cart", {}).value
    assert [(one["product_id"], one["quantity"]) for one in held] == [(first, 5)]


@pytest.mark.parametrize(
    "tools",
    [
        "def add_to_wishlist(movie_id: str): ...\ndef get_wishlist() -> list: ...",
        "def add_favorite(movie_id: str): ...\ndef list_favorites() -> list: ...",
        "def add_movie_to_watchlist(movie_id: str): ...\ndef show_watchlist(): ...",
    ],
)
def test_wishlists_and_favorites_are_like_carts(tools: str) -> None:
    spec = sketched(f"def get_movie(movie_id: str) -> dict: ...\n{tools}")
    (items,) = (one for one in spec.entities if one.table != "movies")
    assert items.field("movie_id").unique
    assert len(spec.tools) == 3


def test_a_cart_that_nobody_sees_or_that_has_a_key_is_none() -> None:
    unseen = sketched(SHOP.replace("def view_cart() -> dict:", "def f(x) -> dict:"))
    assert not any(one.table == "cart_items" for one in unseen.entities)
    keyed = sketched(SHOP + "def get_cart(cart_id: str) -> dict: ...")
    assert not any(one.table == "cart_items" for one in keyed.entities)


def test_what_else_is_made_of_everything_in_the_cart_says_why_it_is_left_out() -> None:
    quote = '''
def create_quote(name: str) -> dict:
    """Make a quote of everything in the cart."""
def list_quotes(): ...
'''
    assert "another record" in left_out(sketched(SHOP + quote))["CALL /create_quote"]
