"""How near tasks come to the implicitness that is asked for, and what that costs.

    python benchmarks/convey.py            # about two minutes
    python benchmarks/convey.py --json

Every API in `examples/apis` is compiled, chains are drawn from each, and tasks made of the same
chains at several targets. Times are processor time. `ratio` is the rate at a target against that
of the same chains at target 0, where nothing has to be proven. The bar: on average within 0.05 of
the target, up to 0.8; beyond that as far as it goes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from envfactory.chain import Chain, TopologySampler, sample_chains
from envfactory.compiler import compile_environment
from envfactory.environment import Package
from envfactory.graph import ToolGraph, build_graph
from envfactory.source import read_source
from envfactory.spec import infer
from envfactory.task import Task, TaskMaker
from envfactory.task.convey import ConveyReport, Implicitness

APIS = Path(__file__).parent.parent / "examples" / "apis"
TARGETS = ("0", "0.2", "0.4", "0.6", "0.8", "1", "0.2:0.8")
CHAINS = 14
"""Drawn from each environment."""
BAR, FARTHEST = 0.05, 0.8


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of one target; `tasks_per_s` counts processor time."""

    target: str
    tasks: int
    reached: float
    off: float
    kinds: dict[str, int]
    proofs: int
    failed: int
    tasks_per_s: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Place:
    """One environment, with chains drawn from it."""

    graph: ToolGraph
    package: Package
    chains: tuple[Chain, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and end with 1 if a target is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    found: list[Figures] = []
    with tempfile.TemporaryDirectory() as folder:
        places = list(compiled(Path(folder)))
        for target in TARGETS:
            base = found[0].tasks_per_s if found else None
            found.append(measure(target, places, base))
            if not given.json:
                show(found[-1])
    if given.json:
        sys.stdout.write(json.dumps([asdict(each) for each in found], indent=2) + "\n")
    return 1 if any(each.off > BAR and _within_reach(each.target) for each in found) else 0


def compiled(folder: Path) -> Iterator[Place]:
    """Compile the examples, and draw chains from each."""
    for path in sorted(APIS.glob("*.json")):
        package = Package.load(compile_environment(infer(read_source(path)), folder, seed=1))
        graph = build_graph({package.manifest.name: package.environment.tools()}, None)
        chains = tuple(sample_chains(TopologySampler(graph), 5, CHAINS))
        yield Place(graph, package, chains)


def measure(target: str, places: Sequence[Place], base: float | None) -> Figures:
    """Make tasks of all chains at one target."""
    tasks: list[Task] = []
    seconds = 0.0
    for place in places:
        packages = {place.package.manifest.name: place.package}
        maker = TaskMaker(place.graph, packages, implicitness=Implicitness.parse(target))
        for chain in place.chains[:1]:
            maker.make(chain, 0)  # what is learnt about an environment is learnt once
        start = time.process_time()
        made = [maker.make(chain, number) for number, chain in enumerate(place.chains)]
        seconds += time.process_time() - start
        tasks += [task for task in made if isinstance(task, Task)]
    report = ConveyReport.of(tasks)
    rate = len(tasks) / seconds
    return Figures(
        target=target,
        tasks=report.tasks,
        reached=report.reached,
        off=round(abs(report.reached - report.target), 4),
        kinds={str(kind): count for kind, count in report.kinds.items()},
        proofs=report.proofs,
        failed=report.failed,
        tasks_per_s=round(rate, 1),
        ratio=round(rate / (base or rate), 2),
    )


def show(figures: Figures) -> None:
    """Print one line."""
    kinds: dict[str, Any] = dict(sorted(figures.kinds.items(), key=lambda pair: -pair[1]))
    told = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    sys.stdout.write(
        f"target {figures.target:>7}: {figures.reached:.3f} over {figures.tasks} tasks; {told}; "
        f"{figures.proofs} proofs, {figures.failed} failed; {figures.tasks_per_s} tasks/s, "
        f"{figures.ratio} of the rate at 0\n"
    )
    sys.stdout.flush()


def _within_reach(target: str) -> bool:
    return Implicitness.parse(target).high <= FARTHEST


if __name__ == "__main__":
    sys.exit(main())
