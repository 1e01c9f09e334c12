"""What a sandboxed call costs, against the same call in this process and a process per session.

    python benchmarks/sandbox.py [PACKAGE]

Cost: a call is two small messages, O(size of arguments and result); a fork or a snapshot is O(1)
and no message at all; a start is one message with the scenario.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from envfactory.compiler import compile_environment
from envfactory.environment import Package
from envfactory.sandbox import Sandbox
from envfactory.source import read_source
from envfactory.spec import infer

CALLS = 1000
API = Path(__file__).parent.parent / "examples" / "apis" / "google-tasks.json"


def main() -> None:
    """Print one line per figure."""
    with tempfile.TemporaryDirectory() as folder:
        given = sys.argv[1:]
        path = Path(given[0]) if given else compiled(Path(folder))
        measure(path)


def compiled(folder: Path) -> Path:
    """Return the package of an example."""
    return compile_environment(infer(read_source(API)), folder, seed=1)


def measure(path: Path) -> None:
    """Measure one package."""
    plain = Package.load(path).start()
    tool = next(spec.name for spec in plain.tools() if not spec.input_schema.get("required"))
    with Sandbox(path, spares=0) as sandbox:
        began = time.perf_counter()
        session = sandbox.start()
        worker = time.perf_counter() - began
        for layer in sandbox.layers:
            print(f"{layer.name:32}{'holds' if layer.active else 'does not hold: ' + layer.detail}")
        here = median(plain.call, [tool])
        there = median(session.call, [tool])
        sessions = [sandbox.start() for _ in range(CALLS)]
        spread = statistics.median(timed(one.call, [tool]) for one in sessions)
        forks, starts = median(session.fork, []), median(sandbox.start, [])
    print(f"worker, confined, with its code {worker * 1e3:9.1f} ms")
    print(f"call in this process            {here * 1e6:9.1f} us")
    print(f"call in the sandbox             {there * 1e6:9.1f} us {there / here:9.1f}x")
    print(f"the same over {CALLS:,} sessions    {spread * 1e6:9.1f} us {spread / here:9.1f}x")
    for name, cost in (("fork", forks), ("start from a scenario", starts)):
        ratio = worker / cost
        print(f"{name:32}{cost * 1e6:9.1f} us {ratio:9,.0f}x below a worker per session")


def median(work: Callable[..., object], arguments: list[str]) -> float:
    """Return the median seconds of a call."""
    return statistics.median(timed(work, arguments) for _ in range(CALLS))


def timed(work: Callable[..., object], arguments: list[str]) -> float:
    """Return the seconds of one call."""
    began = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
