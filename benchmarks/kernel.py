"""What the kernel's operations cost, each beside a baseline that is measured in the same run.

    python benchmarks/kernel.py            # about a minute
    python benchmarks/kernel.py --json

Times are the best of several rounds of processor time of one thread, so other work on the machine
disturbs them little. Every row names what it is compared with; `bar` is what the row must reach.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import json
import sys
import time
import timeit
import tracemalloc
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import count
from typing import Annotated, Any, Literal

from pydantic import Field

from envfactory.environment import Conflict, Environment, Key, Record, Ref, Table, diff, tool

SMALL, LARGE = 10, 100_000


class User(Record):
    """Somebody who buys."""

    user_id: Annotated[str, Key("usr")]
    name: str
    email: str


class Order(Record):
    """An order placed by a user."""

    order_id: Annotated[str, Key("ord")]
    user_id: Annotated[str, Ref("users")]
    status: Literal["pending", "shipped", "cancelled"] = "pending"
    total: Annotated[float, Field(ge=0, description="Order total in euros")]
    note: str | None = None


class Shop(Environment):
    """An online shop: users and their orders."""

    users: Table[User]
    orders: Table[Order]

    @tool
    def get_order(self, order_id: Annotated[str, Ref("orders"), "The order"]) -> Order:
        """Return an order."""
        return self.orders.get(order_id)

    @tool
    def set_note(
        self,
        order_id: Annotated[str, Ref("orders"), "The order"],
        note: Annotated[str, Field(max_length=200), "What to remember"],
    ) -> Order:
        """Write a note on a pending order."""
        order = self.orders.get(order_id)
        if order.status != "pending":
            raise Conflict(f"order {order_id} is {order.status}")
        return self.orders.update(order_id, note=note)

    @tool
    def list_orders(self, user_id: Annotated[str, Ref("users"), "Whose"]) -> list[Order]:
        """List a user's orders."""
        return self.orders.filter(user_id=user_id)


@dataclass(frozen=True)
class Line:
    """One measurement, what it is compared with, and the bar it has to reach."""

    what: str
    value: float
    unit: str
    baseline: str
    ratio: float
    bar: str
    reached: bool


def shop(rows: int) -> Shop:
    """Return a shop with that many orders, five per user."""
    users = [
        {"user_id": f"usr_{i}", "name": f"Person {i}", "email": f"person{i}@example.com"}
        for i in range(1, max(rows // 5, 1) + 1)
    ]
    orders = [
        {"order_id": f"ord_{i}", "user_id": f"usr_{i % len(users) + 1}", "total": i / 4}
        for i in range(1, rows + 1)
    ]
    return Shop.from_scenario({"users": users, "orders": orders})  # type: ignore[dict-item]


def microseconds(function: Callable[[], object], number: int, rounds: int = 7) -> float:
    """Return what one call costs in the best of several rounds."""
    best = min(timeit.repeat(function, number=number, repeat=rounds, timer=time.process_time))
    return best / number * 1e6


def fastmcp_read(environment: Shop) -> float:
    """Return what FastMCP's in-memory client needs for the same point read."""
    from fastmcp import Client, FastMCP

    def get_order(order_id: str) -> dict[str, Any]:
        """Return an order."""
        return environment.get_order(order_id).model_dump(mode="json")

    server = FastMCP("shop")
    server.tool(get_order)

    async def measure() -> float:
        async with Client(server) as client:
            for _ in range(20):
                await client.call_tool("get_order", {"order_id": "ord_5"})
            rounds = []
            for _ in range(5):
                start = time.process_time()
                for _ in range(40):
                    await client.call_tool("get_order", {"order_id": "ord_5"})
                rounds.append((time.process_time() - start) / 40 * 1e6)
            return min(rounds)

    return asyncio.run(measure())


def writer(environment: Shop) -> Callable[[], str]:
    """Return a function that writes something new and hashes the state."""
    numbers = count()
    key = f"ord_{len(environment.orders) // 2}"

    def write() -> str:
        environment.call("set_note", {"order_id": key, "note": f"note {next(numbers)}"})
        return environment.state_hash

    return write


def session(start: Shop, writes: int) -> Callable[[], object]:
    """Return a function that runs a whole session: fork, five calls (so many writes), save."""
    reads: list[tuple[str, dict[str, object]]] = [
        ("get_order", {"order_id": "ord_1"}),
        ("list_orders", {"user_id": "usr_1"}),
        ("get_order", {"order_id": "ord_2"}),
        ("get_order", {"order_id": "ord_3"}),
        ("list_orders", {"user_id": "usr_2"}),
    ]
    calls = [
        ("set_note", {"order_id": f"ord_{number}", "note": "ring twice"}) if number <= writes else r
        for number, r in zip(range(5, 0, -1), reads, strict=True)
    ]

    def run() -> object:
        fork = start.fork()
        for name, arguments in calls:
            fork.call(name, arguments)
        return fork.to_scenario()

    return run


def measure() -> list[Line]:
    """Run every measurement."""
    small, large = shop(SMALL), shop(LARGE)
    lines: list[Line] = []

    for name in ("fork", "snapshot"):
        at_small = microseconds(getattr(small, name), 200_000)
        at_large = microseconds(getattr(large, name), 200_000)
        ratio = at_large / at_small
        lines.append(
            Line(
                f"{name} at {LARGE:,} rows", at_large, "µs", f"at {SMALL} rows", ratio,
                "≤ 1.5×, < 1 µs", ratio <= 1.5 and max(at_large, at_small) < 1,
            )
        )  # fmt: skip

    call = microseconds(lambda: small.call("get_order", {"order_id": "ord_5"}), 20_000)
    plain = microseconds(lambda: small.get_order("ord_5"), 50_000)
    served = fastmcp_read(small)
    lines.append(
        Line("point read, called", call, "µs", f"FastMCP in-memory client ({served:.0f} µs)",
             served / call, "≥ 25×", served / call >= 25)
    )  # fmt: skip
    lines.append(
        Line("… over the plain method", call - plain, "µs", f"plain method ({plain:.2f} µs)",
             call / plain, "< 10 µs", call - plain < 10)
    )  # fmt: skip

    for size, environment in ((SMALL, small), (LARGE, large)):
        write = microseconds(writer(environment.fork()), 5_000)
        naive = microseconds(lambda e=environment: copy.deepcopy(e.to_scenario()), 1)  # type: ignore[misc]
        lines.append(
            Line(f"write and state hash at {size:,} rows", write, "µs",
                 f"copy.deepcopy of the scenario ({naive:,.0f} µs)", naive / write,
                 "< 30 µs", write < 30)
        )  # fmt: skip

    start = shop(33)
    scenario_bytes = len(json.dumps(start.to_scenario()))
    reload = microseconds(lambda: Shop.from_scenario(start.to_scenario()), 200)
    for writes, bar in ((1, 15_000), (5, 0)):
        per_session = microseconds(session(start, writes), 150, rounds=100)
        lines.append(
            Line(f"5 calls ({writes} writes) + save, {scenario_bytes / 1000:.1f} kB",
                 1e6 / per_session, "/s", f"save and load alone ({1e6 / reload:,.0f}/s)",
                 reload / per_session, f"> {bar:,}/s" if bar else "none",
                 1e6 / per_session > bar)
        )  # fmt: skip

    changed = large.fork()
    writer(changed)()
    before, after = large.snapshot(), changed.snapshot()
    step = microseconds(lambda: diff(before, after), 2_000)
    whole = microseconds(lambda: large.to_scenario() == changed.to_scenario(), 1)
    lines.append(
        Line(f"diff after one change at {LARGE:,} rows", step, "µs",
             f"comparing the scenarios ({whole:,.0f} µs)", whole / step, "< 50 µs", step < 50)
    )  # fmt: skip
    both = writer(large.fork())
    only_write = large.fork()
    numbers = count()

    def write_alone() -> None:
        only_write.call("set_note", {"order_id": "ord_50000", "note": f"note {next(numbers)}"})

    hashing = microseconds(both, 5_000) - microseconds(write_alone, 5_000)
    anew = microseconds(lambda: Shop.from_scenario(large.to_scenario()).state_hash, 1)
    lines.append(
        Line(f"state hash after one change at {LARGE:,} rows", hashing, "µs",
             f"loading and hashing anew ({anew:,.0f} µs)", anew / hashing, "< 100 µs",
             hashing < 100)
    )  # fmt: skip

    lines.append(live_forks())
    return lines


def live_forks() -> Line:
    """Measure the memory of 100,000 forks of one state of 70 kB."""
    start = shop(630)
    size = len(json.dumps(start.to_scenario()))
    tracemalloc.start()
    forks = [start.fork() for _ in range(100_000)]
    megabytes = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    copies = len(forks) * size / 1e6
    return Line(f"100,000 live forks of {size / 1000:.0f} kB", megabytes, "MB",
                f"their scenarios as JSON ({copies:,.0f} MB)", copies / megabytes,
                "< 100 MB", megabytes < 100)  # fmt: skip


def main() -> int:
    """Print the table; the exit code says whether every bar was reached."""
    parser = argparse.ArgumentParser(description="Measure the kernel against its bars.")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args()
    lines = measure()
    if arguments.json:
        print(json.dumps([asdict(line) for line in lines], indent=2, ensure_ascii=False))
    else:
        for line in lines:
            value = f"{line.value:,.2f}" if line.value < 1000 else f"{line.value:,.0f}"
            print(
                f"{'ok  ' if line.reached else 'MISS'} {line.what:<42} {value:>9} {line.unit:<3}"
                f" {line.ratio:>10,.1f}×  {line.baseline}   (bar {line.bar})"
            )
    return 0 if all(line.reached for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
