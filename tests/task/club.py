"""A members' shop: numbers that grow, shrink and move, and a cart that becomes an order."""

from dataclasses import dataclass


@dataclass
class Member:
    """Somebody who collects points."""

    member_id: str
    name: str
    points: int


@dataclass
class Account:
    """An account that money is kept in."""

    account_id: str
    name: str
    balance: float


@dataclass
class Product:
    """Something that is sold."""

    product_id: str
    name: str
    price: float
    stock: int


@dataclass
class CartItem:
    """A product in the cart."""

    item_id: str
    product_id: str
    quantity: int


@dataclass
class Order:
    """An order of what was in the cart."""

    order_id: str
    address: str
    total: float


@dataclass
class Option:
    """Something that can be voted for."""

    option_id: str
    title: str
    votes: int


def list_members() -> list[Member]:
    """List members."""


def redeem_points(member_id: str, points: int) -> Member:
    """Redeem points of a member.

    Args:
        member_id: Whose.
        points: How many.
    """


def list_accounts() -> list[Account]:
    """List accounts."""


def transfer(from_account: str, to_account: str, amount: float) -> Account:
    """Transfer money from one account to another.

    Args:
        from_account: The account that it is taken from.
        to_account: The account that gets it.
        amount: How much.
    """


def list_products() -> list[Product]:
    """List products."""


def restock_product(product_id: str, quantity: int) -> Product:
    """Add to the stock of a product.

    Args:
        product_id: Which product.
        quantity: How many.
    """


def list_options() -> list[Option]:
    """List options."""


def upvote_option(option_id: str) -> Option:
    """Vote for an option.

    Args:
        option_id: Which option.
    """


def add_to_cart(product_id: str, quantity: int) -> CartItem:
    """Add a product to the cart.

    Args:
        product_id: Which product.
        quantity: How many.
    """


def view_cart() -> list[CartItem]:
    """Show what is in the cart."""


def checkout(address: str) -> Order:
    """Order what is in the cart.

    Args:
        address: Where it is sent.
    """
