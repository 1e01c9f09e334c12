"""Orders of what is in a cart: totals, stocks and empty carts; and check-outs that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from envfactory.compiler import compile_environment
from envfactory.compiler.code.codegen import write_code
from envfactory.environment import Environment, Package
from envfactory.environment.package import execute
from envfactory.spec.model import OrderRecords
from envfactory.verify.laws import LAWS, Judge
from tests.spec.sketches import sketched, tool_of

STORE = '''
"""A bookstore."""
from pydantic import BaseModel
from typing import List, Literal

class Book(BaseModel):
    book_id: str
    title: str
    price: float
    stock: int

class OrderLine(BaseModel):
    book_id: str
    quantity: int
    price: float

class Order(BaseModel):
    order_id: str
    lines: List[OrderLine]
    total: float
    address: str
    status: Literal["placed", "shipped"] = "placed"

def list_books() -> list[Book]: ...
def get_book(book_id: str) -> Book: ...
def add_to_cart(book_id: str, quantity: int = 1) -> None: ...
def view_cart() -> list: ...
def checkout(address: str) -> Order: ...
def list_orders() -> list[Order]: ...
'''
STATE = {
    "books": [
        {"book_id": "boo_1", "title": "Emma", "price": 7.1, "stock": 3},
        {"book_id": "boo_2", "title": "Persuasion", "price": 5, "stock": 1},
    ]
}


@pytest.fixture(scope="module")
def store_class() -> type[Environment]:
    return execute(write_code(sketched(STORE)).encode(), "store", Path("environment.py"))


@pytest.fixture
def store(store_class: type[Environment]) -> Environment:
    return store_class.from_scenario(STATE)


def test_an_order_holds_what_was_in_the_cart_and_what_it_costs(store: Environment) -> None:
    assert store.call("add_to_cart", {"book_id": "boo_1", "quantity": 3}).ok
    assert store.call("add_to_cart", {"book_id": "boo_2"}).ok
    order = store.call("checkout", {"address": "1 Mill Lane"}).value
    assert (order["total"], order["status"]) == (26.3, "placed")
    assert order["lines"] == [
        {"book_id": "boo_1", "quantity": 3, "price": 7.1},
        {"book_id": "boo_2", "quantity": 1, "price": 5},
    ]
    assert store.call("view_cart", {}).value == []
    assert [one["stock"] for one in store.call("list_books", {}).value] == [0, 0]


def test_what_is_not_there_is_not_ordered(store: Environment) -> None:
    empty = store.call("checkout", {"address": "1 Mill Lane"})
    assert empty.error.code == "failed_precondition"
    assert store.call("add_to_cart", {"book_id": "boo_1", "quantity": 3}).ok
    assert store.call("add_to_cart", {"book_id": "boo_2", "quantity": 2}).ok
    before = store.state_hash
    short = store.call("checkout", {"address": "1 Mill Lane"})
    assert (short.error.code, "less than 2" in short.error.message) == ("failed_precondition", True)
    assert store.state_hash == before


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("total += book.price * cart_item.quantity", "total += book.price"),
        ("stock=book.stock - cart_item.quantity", "stock=book.stock - 1"),
        ("self.cart_items.delete(cart_item.id)", "self.cart_items.get(cart_item.id)"),
        ("if book.stock < cart_item.quantity:", "if book.stock <= cart_item.quantity:"),
        ("price=book.price", "price=1.0"),
    ],
)
def test_the_law_catches_an_order_that_is_wrong(right: str, wrong: str) -> None:
    spec = sketched(STORE)
    source = write_code(spec)
    assert right in source
    code = source.replace(right, wrong).encode()
    session = execute(code, "store", Path("environment.py")).from_scenario(STATE)
    assert session.call("add_to_cart", {"book_id": "boo_1", "quantity": 3}).ok
    found = Judge(spec, LAWS).call(session, "checkout", {"address": "1 Mill Lane"})
    assert [law.id for law, _ in found.problems] == ["order"]


def test_an_order_that_nothing_describes_gets_a_total(tmp_path: Path) -> None:
    text = '''
"""A shop."""
def list_products(max_price: float | None = None) -> list[dict]: ...
def get_product(product_id: str) -> dict: ...
def add_to_cart(product_id: str, quantity: int = 1) -> dict: "Add a product to the cart."
def view_cart() -> dict: "Show what is in the cart."
def place_order(address: str) -> dict: "Place an order for everything in the cart."
def list_orders() -> list[dict]: "List the user's orders."
'''
    shop = Package.load(compile_environment(sketched(text), tmp_path / "shop", 7)).start()
    cart = {one["product_id"]: one["quantity"] for one in shop.call("view_cart", {}).value}
    prices = {one["product_id"]: one["price"] for one in shop.call("list_products", {}).value}
    if not cart:
        cart = {next(iter(prices)): 2}
        assert shop.call("add_to_cart", {"product_id": next(iter(prices)), "quantity": 2}).ok
    order = shop.call("place_order", {"address": "1 Mill Lane"}).value
    assert order["total"] == pytest.approx(sum(prices[key] * n for key, n in cart.items()))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('"""Git."""\ndef list_branches() -> list: ...\n'
         'def checkout(branch: str) -> str: "Switch to a branch."\n', "checkout"),
        (STORE.replace("checkout(address: str) -> Order: ...",
                       'place_order(address: str) -> Order: "Order a gift card by post."'),
         "place_order"),
    ],
)  # fmt: skip
def test_what_says_nothing_of_a_cart_leaves_it_alone(text: str, name: str) -> None:
    spec = sketched(text)
    kinds = {tool.name: tool.behaviour.kind for tool in spec.tools}
    assert kinds.get(name) != "order"


def test_the_order_knows_where_everything_comes_from() -> None:
    behaviour = tool_of(sketched(STORE), "checkout").behaviour
    assert isinstance(behaviour, OrderRecords)
    assert (behaviour.held, behaviour.item, behaviour.product) == ("cart_items", "book_id", "books")
    assert (behaviour.price, behaviour.stock, behaviour.total) == ("price", "stock", "total")
