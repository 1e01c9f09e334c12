"""What sessions of a foreign module cost, beside a process per session and beside executing anew.

    python benchmarks/foreign.py

Prints milliseconds, and how many times less than a process per session.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from envfactory.environment.foreign.host import Host
from envfactory.environment.foreign.module import ForeignModule

MODULE = '''
"""A shop."""
import uuid
from datetime import datetime
from typing import Any
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("Shop")

class Shop:
    def __init__(self) -> None:
        self.users: dict[str, Any] = {}
        self.orders: dict[str, Any] = {}

shop = Shop()

@mcp.tool()
def load_scenario(scenario: dict) -> str:
    shop.users, shop.orders = scenario["users"], scenario["orders"]
    return "ok"

@mcp.tool()
def save_scenario() -> dict:
    return {"users": shop.users, "orders": shop.orders}

@mcp.tool()
def create_order(user_id: str, total: float) -> dict:
    """Create an order."""
    order_id = str(uuid.uuid4())
    at = datetime.now().isoformat()
    shop.orders[order_id] = {"order_id": order_id, "user_id": user_id, "total": total, "at": at}
    return shop.orders[order_id]

@mcp.tool()
def get_order(order_id: str) -> dict:
    """Get an order."""
    return shop.orders[order_id]
'''


def scenario(rows: int) -> dict[str, Any]:
    """Return a scenario of that many records of six fields."""
    users = {
        f"u{n}": {"user_id": f"u{n}", "name": f"User {n}", "mail": f"u{n}@example.com", "age": n}
        for n in range(rows // 5)
    }
    orders = {
        f"o{n}": {
            "order_id": f"o{n}",
            "user_id": f"u{n % max(len(users), 1)}",
            "total": n / 4,
            "status": "open",
            "at": "2026-03-01T09:00:00",
            "note": "leave at the door",
        }
        for n in range(rows - len(users))
    }
    return {"users": users, "orders": orders}


def milliseconds(work: Callable[[], Any], times: int) -> float:
    """Return the median time of some repetitions."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.py"
        path.write_text(MODULE)
        source = path.read_bytes()
        command = [sys.executable, "-c", MODULE.replace("mcp.server.fastmcp", "fastmcp")]
        process = milliseconds(lambda: subprocess.run(command, check=True), 3)
        print(f"{'a process per session (import of the SDK included)':<58}{process:9.2f} ms")
        again = milliseconds(lambda: Host(path, source), 10)
        print(f"{'executing the module anew':<58}{again:9.2f} ms{process / again:8.0f}x")
        for rows in (20, 100, 550):
            state = scenario(rows)
            module = ForeignModule(path, source, (state,))
            base = module.from_scenario(state)
            assert not module.opaque
            for what, work, times in (
                ("start from the scenario", lambda m=module, s=state: m.from_scenario(s), 30),
                ("fork", base.fork, 200),
                ("fork, then a call that reads", lambda b=base: read(b), 30),
                ("fork, then a call that writes", lambda b=base: write(b), 30),
            ):
                taken = milliseconds(work, times)
                line = f"{rows} records: {what}"
                print(f"{line:<58}{taken:9.3f} ms{process / taken:8.0f}x")


def read(session: Any) -> None:
    """Fork and read once."""
    assert session.fork().call("get_order", {"order_id": "o3"}).ok


def write(session: Any) -> None:
    """Fork and write once."""
    assert session.fork().call("create_order", {"user_id": "u1", "total": 3.5}).ok


if __name__ == "__main__":
    main()
