"""A small shop, written as a person would, that uses every feature of the kernel."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from envfactory.environment import (
    Conflict,
    Environment,
    FailedPrecondition,
    InvalidArgument,
    Key,
    NotFound,
    Record,
    Ref,
    Table,
    Unique,
    given,
    tool,
)


class Tier(StrEnum):
    basic = "basic"
    gold = "gold"


class Address(Record):
    """Where parcels go."""

    street: Annotated[str, Field(min_length=1, description="Street and number")]
    city: str


class User(Record):
    """Somebody who buys."""

    user_id: Annotated[str, Key("usr")]
    name: Annotated[str, Field(min_length=1, max_length=80, description="Full name")]
    email: Annotated[str, Unique(), "Where receipts are sent"]
    tier: Tier = Tier.basic
    addresses: list[Address] = []
    invited_by: Annotated[str, Ref("users", on_delete="set_null")] | None = None
    born: date | None = None
    preferences: dict[str, JsonValue] = {}


class Product(Record):
    """Something to buy."""

    sku: Annotated[str, Key(style="natural")]
    title: str
    price: Annotated[float, Field(ge=0)]
    stock: Annotated[int, Field(ge=0)] = 0


class Line(Record):
    """One product of an order."""

    sku: Annotated[str, Ref("products")]
    quantity: Annotated[int, Field(ge=1, le=99)] = 1


class Order(Record):
    """A purchase."""

    order_id: Annotated[int, Key()]
    user_id: Annotated[str, Ref("users", on_delete="cascade")]
    lines: list[Line]
    status: Literal["pending", "shipped", "cancelled"] = "pending"
    placed_at: datetime


class Watch(Record):
    """A user's wish list."""

    watch_id: Annotated[str, Key(style="uuid")]
    user_id: Annotated[str, Ref("users", on_delete="cascade"), Unique()]
    skus: list[Annotated[str, Ref("products", on_delete="set_null")]] = []


class Shop(Environment):
    """An online shop: users, products, orders and wish lists."""

    users: Table[User]
    products: Table[Product]
    orders: Table[Order]
    watches: Table[Watch]
    currency: str = "EUR"
    revenue: Annotated[float, Field(ge=0)] = 0.0

    @tool
    def get_user(self, user_id: Annotated[str, Ref("users"), "Who"]) -> User:
        """Return a user."""
        return self.users.get(user_id)

    @tool
    def create_user(
        self,
        name: Annotated[str, Field(min_length=1, max_length=80), "Full name"],
        email: Annotated[str, "Where receipts are sent"],
        tier: Annotated[Tier, "What the user pays for"] = Tier.basic,
        addresses: Annotated[list[Address] | None, "Where parcels go"] = None,
        invited_by: Annotated[str, Ref("users"), "Who invited"] | None = None,
        preferences: Annotated[dict[str, JsonValue] | None, "Anything"] = None,
    ) -> User:
        """Add a user."""
        return self.users.insert(
            name=name,
            email=email,
            tier=tier,
            addresses=addresses or [],
            invited_by=invited_by,
            preferences=preferences or {},
        )

    @tool
    def update_user(
        self,
        user_id: Annotated[str, Ref("users"), "Who"],
        name: Annotated[str | None, "Full name"] = None,
        email: Annotated[str | None, "Where receipts are sent"] = None,
    ) -> User:
        """Change a user's name or address."""
        return self.users.update(user_id, **given(name=name, email=email))

    @tool
    def delete_user(self, user_id: Annotated[str, Ref("users"), "Who"]) -> None:
        """Remove a user with all orders."""
        self.users.delete(user_id)

    @tool
    def create_product(
        self,
        sku: Annotated[str, "Stock-keeping unit"],
        title: Annotated[str, "What it is"],
        price: Annotated[float, "Price of one"],
        stock: Annotated[int, Field(ge=0), "How many there are"] = 0,
    ) -> Product:
        """Add a product."""
        return self.products.insert(Product(sku=sku, title=title, price=price, stock=stock))

    @tool
    def delete_product(self, sku: Annotated[str, Ref("products"), "Which"]) -> Product:
        """Remove a product that nobody has ordered."""
        return self.products.delete(sku)

    @tool
    def place_order(
        self,
        user_id: Annotated[str, Ref("users"), "Who buys"],
        lines: Annotated[list[Line], Field(min_length=1), "What"],
        placed_at: Annotated[datetime | None, "When, if not now"] = None,
    ) -> Order:
        """Buy products; all of them or none."""
        order = self.orders.insert(user_id=user_id, lines=lines, placed_at=placed_at or self.now())
        for line in lines:
            product = self.products.get(line.sku)
            if product.stock < line.quantity:
                raise FailedPrecondition(f"only {product.stock} of {line.sku} are left")
            self.products.update(line.sku, stock=product.stock - line.quantity)
            self.revenue = self.revenue + product.price * line.quantity
        return order

    @tool
    def list_orders(
        self,
        user_id: Annotated[str, Ref("users"), "Whose"] | None = None,
        status: Annotated[
            Literal["pending", "shipped", "cancelled"] | None, "In which state"
        ] = None,
        newest_first: Annotated[bool, "Sort by time"] = False,
        limit: Annotated[int, Field(ge=1, le=100), "At most"] = 20,
    ) -> list[Order]:
        """List orders."""
        if user_id is not None:
            self.users.get(user_id)
        return self.orders.filter(
            order_by="placed_at" if newest_first else None,
            descending=newest_first,
            limit=limit,
            **given(user_id=user_id, status=status),
        )

    @tool
    def cancel_order(self, order_id: Annotated[int, Ref("orders"), "Which"]) -> Order:
        """Cancel a pending order."""
        order = self.orders.get(order_id)
        if order.status != "pending":
            raise Conflict(
                f"order {order_id} is {order.status}; only pending ones can be cancelled"
            )
        return self.orders.update(order_id, status="cancelled")

    @tool
    def watch(
        self,
        user_id: Annotated[str, Ref("users"), "Who"],
        sku: Annotated[str, Ref("products"), "Which"],
    ) -> Watch:
        """Put a product on a user's wish list."""
        found = self.watches.find(user_id=user_id)
        if found is None:
            return self.watches.insert(user_id=user_id, skus=[sku])
        if sku in found.skus:
            raise Conflict(f"{sku} is on the list already")
        return self.watches.update(found.watch_id, skus=[*found.skus, sku])

    @tool
    def draw_winner(self) -> User:
        """Pick a user by lot."""
        users = self.users.all()
        if not users:
            raise NotFound("there are no users")
        return self.random().choice(users)

    @tool
    def wait(self, hours: Annotated[int, Field(ge=0, le=48), "How long"]) -> datetime:
        """Let time pass."""
        return self.advance(timedelta(hours=hours))

    @tool(actor="user")
    def set_currency(self, currency: Annotated[str, "ISO code"]) -> str:
        """Change the currency; only the user can."""
        if len(currency) != 3:
            raise InvalidArgument("a currency code has three letters")
        self.currency = currency.upper()
        return self.currency

    @tool
    def break_halfway(self, user_id: Annotated[str, Ref("users"), "Who"]) -> None:
        """Change something, then fall over: a fault for tests."""
        self.users.update(user_id, name="changed")
        raise RuntimeError("disk on fire")
