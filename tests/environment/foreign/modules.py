"""Small modules in the paper's format: a clean one, and one for each way to keep state."""


def head(title: str, about: str) -> str:
    """The beginning of a module: its server; `state` and tools follow, and `TAIL`."""
    return f'''"""{about}"""
from typing import Any
from mcp.server.fastmcp import FastMCP

mcp = FastMCP({title!r}, instructions={about!r})
'''


HEAD = head("Shop", "Orders of a shop.")

TAIL = '''
@mcp.tool()
def load_scenario(scenario: dict) -> str:
    """Load a state."""
    state.clear()
    state.update(scenario)
    return "ok"

@mcp.tool()
def save_scenario() -> dict:
    """Save the state."""
    return state
'''

CLEAN = (
    HEAD
    + '''
from pydantic import BaseModel

class Order(BaseModel):
    """An order."""
    order_id: str
    user_id: str
    total: float

state: dict[str, Any] = {"users": {}, "orders": []}

@mcp.tool()
def create_order(user_id: str, total: float) -> Order:
    """Create an order.

    Args:
        user_id: Who orders.
        total: What it costs.
    """
    if user_id not in state["users"]:
        raise ValueError(f"user {user_id} not found")
    if total < 0:
        raise ValueError("total must not be negative")
    order = {"order_id": f"ord_{len(state['orders']) + 1}", "user_id": user_id, "total": total}
    state["orders"].append(order)
    return Order(**order)

@mcp.tool()
def get_order(order_id: str) -> Order:
    """Get an order.

    Args:
        order_id: Which order.
    """
    for order in state["orders"]:
        if order["order_id"] == order_id:
            return Order(**order)
    raise ValueError(f"order {order_id} not found")

@mcp.tool()
def list_orders(user_id: str | None = None) -> list[Order]:
    """List orders.

    Args:
        user_id: Only those of this user.
    """
    return [Order(**o) for o in state["orders"] if user_id in (None, o["user_id"])]
'''
    + TAIL
)

SCENARIO = {
    "users": {
        "u1": {"user_id": "u1", "name": "Ada"},
        "u2": {"user_id": "u2", "name": "Bob"},
        "u3": {"user_id": "u3", "name": "Cy"},
    },
    "orders": [
        {"order_id": "o1", "user_id": "u1", "total": 4.5},
        {"order_id": "o2", "user_id": "u2", "total": 12.0},
    ],
}

_LIST = '''
state: dict[str, Any] = {"items": []}

@mcp.tool()
def add(text: str) -> int:
    """Add."""
    state["items"].append(text)
    return remember(text)
'''

HIDDEN = {
    "a global counter": (
        "count = 0\ndef remember(t):\n    global count\n    count += 1\n    return count\n"
    ),
    "a class attribute": (
        "class Kept:\n    seen = []\n    total = 0\n"
        "def remember(t):\n    Kept.seen.append(t)\n    Kept.total += 1\n"
        "    return len(Kept.seen) + Kept.total\n"
    ),
    "a default argument": "def remember(t, seen=[]):\n    seen.append(t)\n    return len(seen)\n",
    "an attribute of a function": (
        "def remember(t):\n    remember.n = getattr(remember, 'n', 0) + 1\n    return remember.n\n"
    ),
    "a closure": (
        "def make():\n    n = 0\n    def inner(t):\n        nonlocal n\n        n += 1\n"
        "        return n\n    return inner\nremember = make()\n"
    ),
    "a method's object": (
        "class Log:\n    __slots__ = ('n',)\n    def __init__(self):\n        self.n = 0\n"
        "    def add(self, t):\n        self.n += 1\n        return self.n\nremember = Log().add\n"
    ),
    "a cache": (
        "import functools, itertools\nids = itertools.count(1)\n"
        "@functools.lru_cache\ndef number(t):\n    return next(ids)\n"
        "def remember(t):\n    number(t)\n    return number(t + '!')\n"
    ),
    "a random generator": (
        "import random\nrng = random.Random(4)\ndef remember(t):\n    return rng.randrange(10**6)\n"
    ),
    "a context variable": (
        "import contextvars\nvar = contextvars.ContextVar('v', default=0)\n"
        "def remember(t):\n    var.set(var.get() + 1)\n    return var.get()\n"
    ),
    "containers of all kinds": (
        "from collections import OrderedDict, defaultdict, deque, Counter\n"
        "from types import SimpleNamespace\nfrom dataclasses import dataclass, field\n"
        "@dataclass\nclass Box:\n    items: list = field(default_factory=list)\n"
        "od, dd, dq, c, s = OrderedDict(), defaultdict(list), deque(maxlen=9), Counter(), set()\n"
        "ns, box, ba = SimpleNamespace(n=0), Box(), bytearray()\n"
        "def remember(t):\n    od[len(od)] = t\n    dd[t].append(t)\n    dq.append(t)\n"
        "    c[t] += 1\n    s.add(len(s))\n    ns.n += 1\n"
        "    box.items.append(t)\n    ba.append(1)\n"
        "    return [len(od), len(dd[t]), len(dq), c[t], len(s), ns.n, len(box.items), len(ba)]\n"
    ),
    "a generator, of which no image can be taken": (
        "def counting():\n    n = 0\n    while True:\n        n += 1\n        yield n\n"
        "numbers = counting()\ndef remember(t):\n    return next(numbers)\n"
    ),
}


def hidden(how: str) -> str:
    """A module that counts calls in a place that it does not save."""
    return HEAD + HIDDEN[how] + _LIST.replace("-> int", "-> Any") + TAIL
