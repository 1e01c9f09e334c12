"""What chains are worth by how they are drawn: topology-aware against a random walk, and covers.

    python benchmarks/chains.py            # about two minutes
    python benchmarks/chains.py --json

The environments are those of the API descriptions in a folder (examples/apis), compiled. The walk
is the baseline: it goes from tool to tool along the same edges, under the same limits. Speed is
the best of three rounds of processor time of one thread, so that other work disturbs it little.

valid: share without a problem by `envfactory.chain.validate`. executed: share of the first
`--executed` chains for which values are found with which every call succeeds and every writing one
changes something. useful: mean number of steps that can be carried out, and that a goal needs that
can; what is drawn beyond that is waste. tools, edges, pairs: how many different ones are drawn.
The cover's row says with how many chains everything is drawn that can be; `one by one` is what it
takes with a chain for each edge and each tool that has none.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from envfactory.chain import (
    Chain,
    FromStep,
    Habits,
    RandomWalkSampler,
    Sampler,
    TopologySampler,
    cover,
    sample_chains,
    validate,
)
from envfactory.compiler import compile_environment
from envfactory.environment import Package, World
from envfactory.graph import ToolGraph, build_graph
from envfactory.llm import WordLlamaEmbedder
from envfactory.source import read_source
from envfactory.spec import infer
from envfactory.task.grounding.dropped import Dropped
from envfactory.task.grounding.ground import Effort, ground
from envfactory.task.grounding.larder import Larder
from envfactory.task.grounding.records import Records
from envfactory.task.meanings.glossary import read_glossary

APIS = Path(__file__).parents[1] / "examples" / "apis"
BAR_PER_SECOND = 3_000
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One sampler, or the cover."""

    sampler: str
    chains: int
    per_second: int
    valid: float
    executed: float | None
    steps: float
    useful: float
    tools: int
    edges: int
    pairs: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and end with 1 if a bar is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--apis", type=Path, default=APIS, help="folder of API descriptions")
    parser.add_argument("--chains", type=int, default=3_000, help="chains per sampler")
    parser.add_argument("--executed", type=int, default=150, help="chains to execute, per sampler")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        packages = compiled(given.apis, Path(folder))
        tools = {name: package.environment.tools() for name, package in packages.items()}
        graph = build_graph(tools, WordLlamaEmbedder())
        execution = Execution(graph, packages)
        samplers: list[tuple[str, Sampler]] = [
            ("topology", TopologySampler(graph)),
            ("  not balanced", TopologySampler(graph, habits=Habits(balance=0.0))),
            ("  goal-directed", TopologySampler(graph, ending="change")),
            ("random walk", RandomWalkSampler(graph)),
        ]
        rows = []
        for name, sampler in samplers:
            chains, seconds = drawn(sampler, given.seed, given.chains)
            executed = execution.share(chains[: given.executed])
            rows.append(row(name, graph, chains, seconds, executed))
        start = time.process_time()
        covering = cover(graph, seed=given.seed)
        spent = time.process_time() - start
        rows.append(row("cover", graph, covering.chains, spent, None))
    if given.json:
        table = {"draw": [asdict(each) for each in rows], "one_by_one": covering.apart}
        print(json.dumps(table, indent=2))
    else:
        show(rows)
        print(f"\none by one: {covering.apart} chains; {len(covering.unused)} edges fit into none")
    return 0 if rows[0].per_second >= BAR_PER_SECOND and rows[0].valid == 1.0 else 1


def compiled(apis: Path, folder: Path) -> dict[str, Package]:
    """Compile the API descriptions of a folder into packages."""
    packages = {}
    for path in sorted(apis.glob("*.json")):
        package = Package.load(compile_environment(infer(read_source(path)), folder, 0))
        packages[package.manifest.name] = package
    return packages


class Execution:
    """Finds values for chains by carrying them out."""

    def __init__(self, graph: ToolGraph, packages: Mapping[str, Package]) -> None:
        self._graph, self._packages = graph, packages
        self._glossary, self._larder = read_glossary(packages), Larder(packages)

    def share(self, chains: Sequence[Chain]) -> float:
        """Return the share of chains that can be carried out from the first scenario."""
        done = sum(self._is_done(chain) for chain in chains)
        return round(done / len(chains), 3)

    def _is_done(self, chain: Chain) -> bool:
        if validate(chain, self._graph):
            return False
        packages = {name: self._packages[name] for name in chain.environments}
        world = World({name: each.start(each.scenarios[0]) for name, each in packages.items()})
        calls = ground(
            chain,
            self._graph,
            self._glossary,
            world,
            Records.of(world),
            self._larder,
            random.Random(chain.id),
            Effort(cuts=0),
        )
        return not isinstance(calls, Dropped)


def drawn(sampler: Sampler, seed: int, count: int) -> tuple[list[Chain], float]:
    """Draw chains, and say how many seconds it took, in the best of some rounds."""
    spent = []
    for _ in range(ROUNDS):
        start = time.process_time()
        chains = list(sample_chains(sampler, seed, count))
        spent.append(time.process_time() - start)
    return chains, min(spent)


def row(
    name: str, graph: ToolGraph, chains: Sequence[Chain], seconds: float, executed: float | None
) -> Row:
    """Measure chains."""
    edges = {
        (step.tool, b.input, chain.steps[b.source.step].tool, b.source.path)
        for chain in chains
        for step in chain.steps
        for b in step.bindings
        if isinstance(b.source, FromStep)
    }
    return Row(
        sampler=name,
        chains=len(chains),
        per_second=round(len(chains) / seconds),
        valid=round(sum(not validate(chain, graph) for chain in chains) / len(chains), 3),
        executed=executed,
        steps=round(sum(len(chain.steps) for chain in chains) / len(chains), 2),
        useful=round(sum(useful(chain, graph) for chain in chains) / len(chains), 2),
        tools=len({step.tool for chain in chains for step in chain.steps}),
        edges=len(edges),
        pairs=len({(consumer, producer) for consumer, _, producer, _ in edges}),
    )


def useful(chain: Chain, graph: ToolGraph) -> int:
    """Return how many steps can be carried out and serve a goal that can."""
    sound: set[int] = set()
    needs: list[set[int]] = []
    for number, step in enumerate(chain.steps):
        needs.append({b.source.step for b in step.bindings if isinstance(b.source, FromStep)})
        given = {binding.input for binding in step.bindings}
        if needs[-1] <= sound and all(
            port.path in given for port in graph.tool(step.tool).required_inputs
        ):
            sound.add(number)
    wanted = [number for number in sound if chain.steps[number].goal]
    serving: set[int] = set()
    while wanted:
        number = wanted.pop()
        if number not in serving:
            serving.add(number)
            wanted.extend(needs[number])
    return len(serving)


def show(rows: Sequence[Row]) -> None:
    """Print the table."""
    columns = ("chains", "per second", "valid", "executed", "steps", "useful", "tools", "edges")
    print("sampler         " + "".join(f"{name:>12}" for name in (*columns, "pairs")))
    for each in rows:
        cells = list(asdict(each).values())
        print(f"{each.sampler:<16}" + "".join(f"{_cell(cell):>12}" for cell in cells[1:]))


def _cell(value: object) -> str:
    return "" if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main())
