"""Executed evidence for the graph of packages: each environment's tools are called.

Environments are independent of each other, so they are shared among workers. What an environment
comes to depends on its package, on the edges that are suggested inside it, and on the effort; a
folder may keep it under the hash of these, and what is added later costs only itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import ValidationError

from envfactory.environment import Package, Session
from envfactory.errors import EnvFactoryError, InputError
from envfactory.events import (
    ItemDropped,
    ItemFinished,
    Listener,
    StageFinished,
    StageStarted,
    ignore,
)
from envfactory.executor import Executor, Lost, SerialExecutor, Unit
from envfactory.graph import Edge, ToolGraph, ToolNode
from envfactory.graph.executed import Effort, Site, Trials, try_edges
from envfactory.records import content_hash, json_hash, write_atomic
from envfactory.sandbox import SandboxedEnvironment
from envfactory.verify import is_confined

TRYING = "executed evidence"
_VERSION = 5
"""Raised whenever the same environment would come to something else."""


@dataclass(frozen=True, slots=True)
class _Work:
    """The tools of one environment, what is suggested between them, and where its package lies."""

    path: Path
    nodes: tuple[ToolNode, ...]
    edges: tuple[Edge, ...]
    confined: bool


@dataclass(frozen=True, slots=True)
class _Try:
    """Tries the edges of one environment; what is raised comes back as text."""

    effort: Effort

    def __call__(self, work: _Work) -> Trials | str:
        try:
            package = Package.load(work.path, SandboxedEnvironment if work.confined else None)
            return try_edges(work.nodes, work.edges, site_of(package), self.effort)
        except EnvFactoryError as error:
            return str(error)


def site_of(package: Package) -> Site:
    """Return where the tools of a package can be called; scenarios that do not load are left out.

    Raises:
        InfrastructureError: If the environment is a server and does not answer.
    """
    starts: dict[str, Session] = {}
    for name in package.scenarios:
        try:
            starts[name] = package.start(name)
        except InputError:
            continue  # verification says so; here it is one scenario less
    return Site(
        package.manifest.name,
        starts or {"empty": package.environment()},
        package.environment.key_fields(),
        guesses=package.manifest.kind != "native",
        live=package.manifest.kind == "server",
    )


def with_executed(
    graph: ToolGraph,
    packages: Mapping[str, Package],
    *,
    effort: Effort | None = None,
    executor: Executor | None = None,
    keep: Path | None = None,
    listener: Listener = ignore,
) -> ToolGraph:
    """Return a graph with executed evidence for the edges inside each environment.

    Args:
        graph: The graph of the tools of these packages, with other evidence.
        packages: The packages by the name of their environment.
        effort: How much to try.
        executor: Where to work; in this process by default. Results do not depend on it.
        keep: A folder in which results are kept, and looked for.
        listener: Told of each environment, and of each that could not be tried.
    """
    effort = effort or Effort()
    listener(StageStarted(TRYING, len(packages)))
    works = _works(graph, packages)
    keys = {name: _key(packages[name], work, effort) for name, work in works.items()}
    done: dict[str, Trials] = {}
    for name, key in keys.items():
        if keep is not None and (known := _read(keep / f"{key}.json")) is not None:
            done[name] = known
            listener(ItemFinished(TRYING, name, resumed=True))
    units = [Unit(name, work) for name, work in works.items() if name not in done]
    failed: dict[str, str] = {}
    for result in (executor or SerialExecutor()).map(_Try(effort), units):
        value = str(result.error) if isinstance(result, Lost) else result.value
        if isinstance(value, str):
            failed[result.name] = value
            continue
        done[result.name] = value
        if keep is not None:
            write_atomic(keep / f"{keys[result.name]}.json", value.to_line() + b"\n")
        listener(ItemFinished(TRYING, result.name))
    for name in sorted(failed):
        listener(ItemDropped(TRYING, name, "tools could not be called", failed[name]))
    listener(StageFinished(TRYING, kept=len(done), dropped=len(failed)))
    trials = [done[name] for name in sorted(done)]
    return graph.with_edges(
        [edge for some in trials for edge in some.edges], [some.tried for some in trials]
    )


def _works(graph: ToolGraph, packages: Mapping[str, Package]) -> dict[str, _Work]:
    """Split a graph into environments. Linear in tools and edges."""
    nodes: dict[str, list[ToolNode]] = {name: [] for name in sorted(packages)}
    edges: dict[str, list[Edge]] = {name: [] for name in nodes}
    for node in graph.tools:
        if node.environment in nodes:
            nodes[node.environment].append(node)
    for edge in graph.edges:
        environment = graph.tool(edge.producer).environment
        if environment in edges and environment == graph.tool(edge.consumer).environment:
            edges[environment].append(edge)
    return {
        name: _Work(
            packages[name].path, tuple(some), tuple(edges[name]), is_confined(packages[name])
        )
        for name, some in nodes.items()
    }


def _key(package: Package, work: _Work, effort: Effort) -> str:
    parts = [
        str(_VERSION),
        package.identity,
        json_hash(asdict(effort)),
        *(content_hash(node.to_line()) for node in work.nodes),
        json_hash(work.edges),
    ]
    return content_hash("\n".join(parts).encode()).partition(":")[2]


def _read(path: Path) -> Trials | None:
    """Return what is kept; None where nothing is, or it is damaged."""
    try:
        return Trials.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
