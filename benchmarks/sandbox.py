"""What a sandboxed call costs, against the same call in this process and a process per session.

    python benchmarks/sandbox.py

The calls are four that agents make, in turn: a list of all records, one record, a change, and one
that is refused. The bar: a median of 150 us over 1,000 calls.

Cost: a call is two small messages, O(size of arguments and result); a fork or a snapshot is O(1)
and no message at all; a start is one message with the scenario.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from envfactory.compiler import compile_environment
from envfactory.environment import Package
from envfactory.environment.world import Session
from envfactory.sandbox import Sandbox
from envfactory.source import read_source
from envfactory.spec import infer

CALLS = 1000
API = Path(__file__).parent.parent / "examples" / "apis" / "google-tasks.json"


Call = tuple[str, dict[str, str]]


def main() -> None:
    """Print one line per figure."""
    with tempfile.TemporaryDirectory() as folder:
        measure(compile_environment(infer(read_source(API)), Path(folder), seed=1))


def calls_of(session: Session) -> dict[str, Call]:
    """Return a call of each sort, by what it is."""
    listed: Any = session.call("list_task_lists").value
    key = {"task_list_id": listed["items"][0]["id"]}
    return {
        f"list of {len(listed['items'])}": ("list_task_lists", {}),
        "one record": ("get_task_list", key),
        "change": ("update_task_list", {**key, "title": "Errands"}),
        "refused": ("get_task_list", {"task_list_id": "none"}),
    }


def measure(path: Path) -> None:
    """Measure one package."""
    plain = Package.load(path).start()
    calls = calls_of(plain)
    with Sandbox(path, spares=0) as sandbox:
        began = time.perf_counter()
        session = sandbox.start()
        worker = time.perf_counter() - began
        for layer in sandbox.layers:
            print(f"{layer.name:32}{'holds' if layer.active else 'does not hold: ' + layer.detail}")
        print(f"{'call':32}{'here':>9} us{'sandbox':>10} us")
        for name, call in calls.items():
            line(name, median(plain.call, *call), median(session.call, *call))
        mixed = list(islice(cycle(calls.values()), CALLS))
        here = statistics.median(timed(plain.call, *call) for call in mixed)
        line("all in turn", here, statistics.median(timed(session.call, *call) for call in mixed))
        sessions = [sandbox.start() for _ in range(CALLS)]
        pairs = zip(sessions, mixed, strict=True)
        spread = statistics.median(timed(one.call, *call) for one, call in pairs)
        line(f"all in turn, {CALLS:,} sessions", here, spread)
        forks, starts = median(session.fork), median(sandbox.start)
    print(f"worker, confined, with its code {worker * 1e3:9.1f} ms")
    for name, cost in (("fork", forks), ("start from a scenario", starts)):
        ratio = worker / cost
        print(f"{name:32}{cost * 1e6:9.1f} us {ratio:9,.0f}x below a worker per session")


def line(name: str, here: float, there: float) -> None:
    """Print what a call costs in this process and in the sandbox."""
    print(f"{name:32}{here * 1e6:9.1f} us{there * 1e6:10.1f} us{there / here:9.1f}x")


def median(work: Callable[..., object], *arguments: object) -> float:
    """Return the median seconds of a call."""
    return statistics.median(timed(work, *arguments) for _ in range(CALLS))


def timed(work: Callable[..., object], *arguments: object) -> float:
    """Return the seconds of one call."""
    began = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
