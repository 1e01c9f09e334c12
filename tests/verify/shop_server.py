"""A clean shop in the paper's format that declares no more than `dict`; adapted by tests."""

from typing import Any

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("Shop", instructions="Customers, products and orders of a shop.")
state: dict[str, Any] = {"customers": {}, "products": {}, "orders": {}}


@mcp.tool()
def load_scenario(scenario: dict) -> str:
    """Load a state."""
    state.clear()
    state.update({"customers": {}, "products": {}, "orders": {}, **scenario})
    return "loaded"


@mcp.tool()
def save_scenario() -> dict:
    """Save the state."""
    return state


@mcp.tool()
def list_customers() -> list:
    """List all customers."""
    return [{"customer_id": c["customer_id"], "name": c["name"]} for c in _of("customers")]


@mcp.tool()
def get_customer(customer_id: str) -> dict:
    """Get a customer.

    Args:
        customer_id: Which customer.
    """
    return _one("customers", customer_id)


@mcp.tool()
def list_products() -> list[dict]:
    """List all products."""
    return _of("products")


@mcp.tool()
def search_products(query: str) -> dict:
    """Search products by title.

    Args:
        query: Words of the title.
    """
    found = [p for p in _of("products") if query.casefold() in p["title"].casefold()]
    return {"products": found, "count": len(found)}


@mcp.tool()
def create_order(customer_id: str, product_id: str, quantity: int = 1) -> dict:
    """Order a product.

    Args:
        customer_id: Who orders.
        product_id: Which product.
        quantity: How many, from 1 to 100.
    """
    _one("customers", customer_id)
    _one("products", product_id)
    if not 0 < quantity <= 100:
        raise ValueError("quantity must be from 1 to 100")
    order_id = f"ord_{len(state['orders']) + 1}"
    state["orders"][order_id] = {
        "order_id": order_id,
        "customer_id": customer_id,
        "product_id": product_id,
        "quantity": quantity,
        "status": "pending",
    }
    return state["orders"][order_id]


@mcp.tool()
def list_orders(customer_id: str) -> dict:
    """List the orders of a customer.

    Args:
        customer_id: Whose orders.
    """
    _one("customers", customer_id)
    return {"orders": [o for o in _of("orders") if o["customer_id"] == customer_id]}


@mcp.tool()
def cancel_order(order_id: str) -> dict:
    """Cancel a pending order.

    Args:
        order_id: Which order.
    """
    order = _one("orders", order_id)
    if order["status"] != "pending":
        raise ValueError(f"order {order_id} is {order['status']}")
    order["status"] = "cancelled"
    return {"order_id": order_id, "status": "cancelled"}


def _of(table: str) -> list[dict[str, Any]]:
    return list(state[table].values())


def _one(table: str, key: str) -> dict[str, Any]:
    if key not in state[table]:
        raise ValueError(f"{table} {key} not found")
    found: dict[str, Any] = state[table][key]
    return found
