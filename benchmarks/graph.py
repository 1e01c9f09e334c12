"""What building a graph and drawing chains cost, each beside a baseline measured in the same run.

    python benchmarks/graph.py             # about two minutes
    python benchmarks/graph.py --json

The tools are those of the API descriptions in examples/apis, compiled. Larger sets are made of
copies under other names whose descriptions each get two further words, so that no two ports read
the same and nothing is saved by comparing equal texts once. Times are processor time of all
threads, so other work on the machine disturbs them little.

Build: ratio is the time for twice as many tools; 2 is linear, 4 quadratic. Compare: the part of it
that could be quadratic, alone; the baseline compares every input with every output ("in full"), and
`found` is the share of the pairs it finds that comparing by cells finds, too. Chains: validity by
`envfactory.chain.validate`; the baseline is the random walk.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from envfactory.chain import RandomWalkSampler, Sampler, TopologySampler, sample_chains, validate
from envfactory.compiler import write_codes
from envfactory.environment import ToolSpec
from envfactory.environment.package import execute
from envfactory.graph import Port, Similarity, ToolGraph, build_graph
from envfactory.graph.nearest import Cells, nearest
from envfactory.graph.similar import distinctive, port_text
from envfactory.llm import Embedder, WordLlamaEmbedder
from envfactory.source import read_source
from envfactory.spec import infer

APIS = Path(__file__).parents[1] / "examples" / "apis"

Tools = Mapping[str, Sequence[ToolSpec]]


@dataclass(frozen=True, slots=True)
class Build:
    """One size of graph."""

    tools: int
    ports: int
    edges: int
    seconds: float
    ratio: float | None


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
    options.add_argument("--doublings", type=int, default=2, help="how often to double (default 2)")
    options.add_argument("--chains", type=int, default=2_000, help="chains per sampler")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    tools, embedder = compiled(APIS), WordLlamaEmbedder()
    builds: list[Build] = []
    compares: list[Compare] = []
    graphs: list[ToolGraph] = []
    for doubling in range(chosen.doublings + 1):
        some = copies(tools, 2**doubling, chosen.seed)
        graph, build = measure_build(some, embedder, builds[-1] if builds else None)
        builds.append(build)
        compares.append(measure_compare(graph, embedder, compares[-1] if compares else None))
        graphs.append(graph)
    draws = [
        measure_draw(kind(graph), graph, chosen.seed, chosen.chains)
        for graph in (graphs[0], graphs[-1])
        for kind in (TopologySampler, RandomWalkSampler)
    ]
    if chosen.json:
        tables: dict[str, Sequence[Any]] = {"build": builds, "compare": compares, "draw": draws}
        rows = {name: [asdict(row) for row in table] for name, table in tables.items()}
        print(json.dumps(rows, indent=2))
    else:
        show(builds, compares, draws)
    return 0


def compiled(folder: Path) -> dict[str, Sequence[ToolSpec]]:
    """Return the tools of the environments that the API descriptions in a folder give."""
    specs = [infer(read_source(path)) for path in sorted(folder.glob("*.json"))]
    return {
        spec.name: execute(code.encode(), spec.name, Path(f"{spec.name}.py")).tools()
        for spec, code in zip(specs, write_codes(specs), strict=True)
    }


def copies(tools: Tools, times: int, seed: int) -> dict[str, Sequence[ToolSpec]]:
    """Return the tools and reworded copies of them, `times` as many in all."""
    words = sorted(set(re.findall(r"[a-z]{4,}", json.dumps([asdict(t) for t in _all(tools)]))))
    result = dict(tools)
    for number in range(2, times + 1):
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


def measure_build(
    tools: Tools, embedder: Embedder, before: Build | None
) -> tuple[ToolGraph, Build]:
    """Build a graph."""
    start = time.process_time()
    graph = build_graph(tools, embedder)
    seconds = time.process_time() - start
    return graph, Build(
        tools=len(graph.tools),
        ports=sum(len(node.inputs) + len(node.outputs) for node in graph.tools),
        edges=len(graph.edges),
        seconds=round(seconds, 2),
        ratio=round(seconds / before.seconds, 2) if before else None,
    )


def measure_compare(graph: ToolGraph, embedder: Embedder, before: Compare | None) -> Compare:
    """Find the nearest outputs of all inputs, by cells and in full."""
    inputs = distinctive(embedder, _texts(port for node in graph.tools for port in node.inputs))
    outputs = distinctive(embedder, _texts(port for node in graph.tools for port in node.outputs))
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


def show(builds: Sequence[Build], compares: Sequence[Compare], draws: Sequence[Draw]) -> None:
    """Print the tables."""
    print("build     tools   ports   edges  seconds  ratio")
    for b in builds:
        print(f"{b.tools:>15}{b.ports:>8}{b.edges:>8}{b.seconds:>9}{b.ratio or '':>7}")
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
