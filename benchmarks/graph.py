"""What building a graph and drawing chains cost, each beside a baseline measured in the same run.

    python benchmarks/graph.py             # about four minutes
    python benchmarks/graph.py --largest 2500
    python benchmarks/graph.py --json

The tools are those of the API descriptions in examples/apis, compiled, in copies under other names
whose descriptions each get two further words, so that no two ports read the same and nothing is
saved by comparing equal texts once: twice as many tools are twice as many texts. Times are
processor time, of builds on one thread (threads that wait for each other count as work) and the
least of some rounds, since other work on the machine can only add to it.

Build: ratio is the time for twice as many tools; 2 is linear, 4 quadratic. Peak is the most memory
of a process that does nothing else, the tools and the embedder included.

Again: the same graph afresh; while its vectors are being cached; with the vectors cached; with
what is known of each environment kept, too; and with that of all but one: what adding one costs.

Compare: the part that could be quadratic, alone; the baseline compares every input with every
output ("in full"), and `found` is the share of the pairs it finds that comparing by cells finds,
too. Chains: validity by `envfactory.chain.validate`; the baseline is the random walk.

Measured on two very busy cores: 1,250 tools in 5.8 s and 2,500 in 11.4 s, 1.97 times as long (the
least of four rounds); 5,000 in 32 s and 10,000 with 299,660 ports in 54 s and 767 MB (one round).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from envfactory.chain import RandomWalkSampler, Sampler, TopologySampler, sample_chains, validate
from envfactory.compiler import write_codes
from envfactory.environment import ToolSpec
from envfactory.environment.package import execute
from envfactory.graph import GraphPart, KeepPart, Port, Similarity, ToolGraph, build_graph
from envfactory.graph.nearest import Cells, nearest
from envfactory.graph.similar import Meanings, port_text
from envfactory.llm import CachedEmbedder, Embedder, VectorCache, WordLlamaEmbedder
from envfactory.source import read_source
from envfactory.spec import infer

APIS = Path(__file__).parents[1] / "examples" / "apis"
_KILOBYTES = 1_024 if sys.platform != "darwin" else 1_024**2  # what `ru_maxrss` counts, in MB

Tools = Mapping[str, Sequence[ToolSpec]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Build:
    """One size of graph."""

    tools: int
    ports: int
    edges: int
    seconds: float
    peak_mb: int
    ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """The same graph, built with less and less left to do; times in seconds."""

    tools: int
    environments: int
    fresh: float
    filling: float
    vectors: float
    kept: float
    added: float
    same: bool


@dataclass(frozen=True, slots=True)
class Compare:
    """One size of the comparison of inputs with outputs, by cells and in full."""

    inputs: int
    outputs: int
    seconds: float
    ratio: float | None
    full_seconds: float
    full_ratio: float | None
    found: float


@dataclass(frozen=True, slots=True)
class Draw:
    """One sampler on one graph."""

    sampler: str
    tools: int
    per_second: float
    valid: float
    mean_steps: float
    tools_drawn: int
    distinct: float
    problems: dict[str, int]


def main() -> int:
    """Measure, print, and return the exit code."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--json", action="store_true", help="print JSON instead of tables")
    options.add_argument("--largest", type=int, default=10_000, help="tools (default 10000)")
    options.add_argument("--rounds", type=int, default=2, help="of build (default 2)")
    options.add_argument("--doublings", type=int, default=2, help="of compare (default 2)")
    options.add_argument("--chains", type=int, default=2_000, help="chains per sampler")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read by the processes that are started below
    sizes = [chosen.largest // part for part in (8, 4, 2, 1)]
    builds = measure_builds(sizes, chosen.rounds, chosen.seed)
    again = measure_alone(measure_again, [(sizes[1], chosen.seed)])
    tools, embedder = compiled(APIS), WordLlamaEmbedder()
    compares: list[Compare] = []
    graphs: list[ToolGraph] = []
    for doubling in range(chosen.doublings + 1):
        graph = build_graph(copies(tools, 2**doubling, chosen.seed), embedder)
        compares.append(measure_compare(graph, embedder, compares[-1] if compares else None))
        graphs.append(graph)
    draws = [
        measure_draw(kind(graph), graph, chosen.seed, chosen.chains)
        for graph in (graphs[0], graphs[-1])
        for kind in (TopologySampler, RandomWalkSampler)
    ]
    if chosen.json:
        tables: dict[str, Sequence[Any]] = {
            "build": builds,
            "again": again,
            "compare": compares,
            "draw": draws,
        }
        rows = {name: [asdict(row) for row in table] for name, table in tables.items()}
        print(json.dumps(rows, indent=2))
    else:
        show(builds, again[0], compares, draws)
    return 0


def compiled(folder: Path) -> dict[str, Sequence[ToolSpec]]:
    """Return the tools of the environments that the API descriptions in a folder give."""
    specs = [infer(read_source(path)) for path in sorted(folder.glob("*.json"))]
    return {
        spec.name: execute(code.encode(), spec.name, Path(f"{spec.name}.py")).tools()
        for spec, code in zip(specs, write_codes(specs), strict=True)
    }


def copies(tools: Tools, times: int, seed: int) -> dict[str, Sequence[ToolSpec]]:
    """Return so many reworded copies of the tools."""
    words = sorted(set(re.findall(r"[a-z]{4,}", json.dumps([asdict(t) for t in _all(tools)]))))
    result: dict[str, Sequence[ToolSpec]] = {}
    for number in range(1, times + 1):
        for environment, some in tools.items():
            rng = random.Random(f"{seed}/{environment}/{number}")
            result[f"{environment}_{number}"] = [
                replace(
                    tool,
                    input_schema=_reworded(tool.input_schema, words, rng),
                    output_schema=_reworded(tool.output_schema, words, rng),
                )
                for tool in some
            ]
    return result


def _all(tools: Tools) -> list[ToolSpec]:
    return [tool for some in tools.values() for tool in some]


def _reworded(schema: Any, words: Sequence[str], rng: random.Random) -> Any:
    if isinstance(schema, list):
        return [_reworded(item, words, rng) for item in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {key: _reworded(value, words, rng) for key, value in schema.items()}
    if isinstance(schema.get("description"), str):
        changed["description"] = f"{schema['description']} {' '.join(rng.sample(words, 2))}"
    return changed


def measure_alone(measure: Callable[..., T], calls: Iterable[tuple[int, int]]) -> list[T]:
    """Measure, each call in a process of its own, since peaks never sink."""
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as processes:
        return [processes.submit(measure, *call).result() for call in calls]


def measure_builds(sizes: Sequence[int], rounds: int, seed: int) -> list[Build]:
    """Build graphs of these sizes some times, and keep the quickest of each."""
    done = measure_alone(measure_build, [(size, seed) for _ in range(rounds) for size in sizes])
    builds = [
        min((build for build in done if build.tools == size), key=lambda build: build.seconds)
        for size in sizes
    ]
    ratios = [round(twice.seconds / build.seconds, 2) for build, twice in pairwise(builds)]
    return [
        replace(build, ratio=ratio) for build, ratio in zip(builds, (None, *ratios), strict=True)
    ]


def measure_build(size: int, seed: int) -> Build:
    """Build a graph of so many tools."""
    tools, embedder = first(size, compiled(APIS), seed), WordLlamaEmbedder()
    start = time.process_time()
    graph = build_graph(tools, embedder)
    seconds = time.process_time() - start
    return Build(
        tools=len(graph.tools),
        ports=sum(len(node.inputs) + len(node.outputs) for node in graph.tools),
        edges=len(graph.edges),
        seconds=round(seconds, 2),
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _KILOBYTES,
    )


def measure_again(size: int, seed: int) -> Again:
    """Build a graph afresh, and then with more and more of what can be known before."""
    tools = first(size, compiled(APIS), seed)
    parts: dict[str, bytes] = {}
    graphs: list[bytes] = []

    def keep(key: str, make: Callable[[], GraphPart]) -> GraphPart:
        if key not in parts:
            parts[key] = make().to_line()
        return GraphPart.model_validate_json(parts[key])

    def timed(embedder: Embedder, keeping: KeepPart | None) -> float:
        start = time.process_time()
        graph = build_graph(tools, embedder, keep=keeping)
        seconds = time.process_time() - start
        graphs.append(graph.to_line())
        return round(seconds, 2)

    with TemporaryDirectory() as folder:
        cached = CachedEmbedder(WordLlamaEmbedder(), VectorCache(Path(folder)))
        fresh = timed(WordLlamaEmbedder(), None)
        filling = timed(cached, None)
        vectors = timed(cached, None)
        timed(cached, keep)
        kept = timed(cached, keep)
        parts.popitem()
        added = timed(cached, keep)
    same = len(set(graphs)) == 1
    return Again(size, len(tools), fresh, filling, vectors, kept, added, same)


def first(size: int, tools: Tools, seed: int) -> Tools:
    """Return so many of the tools and their copies, whole environments but for the last."""
    some: dict[str, Sequence[ToolSpec]] = {}
    for environment, its in copies(tools, -(-size // len(_all(tools))), seed).items():
        some[environment] = its[:size]
        size -= len(some[environment])
    return {environment: its for environment, its in some.items() if its}


def measure_compare(graph: ToolGraph, embedder: Embedder, before: Compare | None) -> Compare:
    """Find the nearest outputs of all inputs, by cells and in full."""
    meanings = Meanings(embedder)
    inputs = meanings.vectors(_texts(port for node in graph.tools for port in node.inputs))
    outputs = meanings.vectors(_texts(port for node in graph.tools for port in node.outputs))
    least = Similarity().least
    start = time.process_time()
    found = list(nearest(inputs, outputs, 16, least))
    middle = time.process_time()
    full = list(nearest(inputs, outputs, 16, least, Cells(size=10**9)))
    end = time.process_time()
    seconds, full_seconds = middle - start, end - middle
    shared = sum(len(set(a) & set(b)) for a, b in zip(found, full, strict=True))
    return Compare(
        inputs=len(inputs),
        outputs=len(outputs),
        seconds=round(seconds, 2),
        ratio=round(seconds / before.seconds, 2) if before else None,
        full_seconds=round(full_seconds, 2),
        full_ratio=round(full_seconds / before.full_seconds, 2) if before else None,
        found=round(shared / sum(map(len, full)), 3),
    )


def _texts(ports: Iterable[Port]) -> list[str]:
    return sorted({port_text(port) for port in ports})


def measure_draw(sampler: Sampler, graph: ToolGraph, seed: int, count: int) -> Draw:
    """Draw chains and check them."""
    start = time.process_time()
    chains = list(sample_chains(sampler, seed, count))
    seconds = time.process_time() - start
    problems = [validate(chain, graph) for chain in chains]
    return Draw(
        sampler=sampler.name,
        tools=len(graph.tools),
        per_second=round(count / seconds),
        valid=round(sum(not found for found in problems) / count, 3),
        mean_steps=round(sum(len(chain.steps) for chain in chains) / count, 2),
        tools_drawn=len({step.tool for chain in chains for step in chain.steps}),
        distinct=round(len({chain.id for chain in chains}) / count, 3),
        problems=dict(Counter(p.kind for found in problems for p in found).most_common()),
    )


def show(
    builds: Sequence[Build], again: Again, compares: Sequence[Compare], draws: Sequence[Draw]
) -> None:
    """Print the tables."""
    print("build     tools   ports   edges  seconds  ratio  peak MB")
    for b in builds:
        print(
            f"{b.tools:>15}{b.ports:>8}{b.edges:>8}{b.seconds:>9}{b.ratio or '':>7}{b.peak_mb:>9}"
        )
    print("\nagain     tools  environments  fresh  filling  vectors   kept  one more  same bytes")
    print(
        f"{again.tools:>15}{again.environments:>14}{again.fresh:>7}{again.filling:>9}"
        f"{again.vectors:>9}{again.kept:>7}{again.added:>10}{again.same!s:>12}"
    )
    print("\ncompare  inputs outputs  seconds  ratio  in full  ratio  found")
    for c in compares:
        print(
            f"{c.inputs:>15}{c.outputs:>8}{c.seconds:>9}{c.ratio or '':>7}"
            f"{c.full_seconds:>9}{c.full_ratio or '':>7}{c.found:>7}"
        )
    print("\nchains        tools  per second  valid  steps  tools drawn  distinct")
    for d in draws:
        print(
            f"{d.sampler:<12}{d.tools:>7}{d.per_second:>12}{d.valid:>7}{d.mean_steps:>7}"
            f"{d.tools_drawn:>13}{d.distinct:>10}  {d.problems or ''}"
        )


if __name__ == "__main__":
    sys.exit(main())
