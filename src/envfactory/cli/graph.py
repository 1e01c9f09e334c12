"""`envfactory graph`: which tool's results feed which tool's inputs."""

from __future__ import annotations

from collections import Counter
from typing import Final

from envfactory.cli.options import AsJson, OutFile, PackagePaths, Quiet
from envfactory.cli.screen import Screen, table

EXAMPLE: Final = "Example: envfactory graph out/environments --out out/graph.json"


def graph(
    packages: PackagePaths, out: OutFile, as_json: AsJson = False, quiet: Quiet = False
) -> None:
    """Find how the tools of environments feed each other, and write the graph as JSON."""
    from envfactory.pipeline import graph_of, load_packages

    screen = Screen(as_json=as_json, quiet=quiet)
    with screen.progress() as listener:
        built = graph_of(load_packages(packages), listener)
    built.save(out)
    kinds = Counter(kind for edge in built.edges for kind in {e.kind for e in edge.evidence})
    between = sum(
        built.tool(edge.producer).environment != built.tool(edge.consumer).environment
        for edge in built.edges
    )
    numbers = {
        "tools": len(built.tools),
        "edges": len(built.edges),
        "edges between environments": between,
        **{f"edges with {kind} evidence": kinds[kind] for kind in sorted(kinds)},
    }
    screen.result(
        {"file": str(out), **{key.replace(" ", "_"): n for key, n in numbers.items()}},
        lambda: [table("", "", rows=list(numbers.items())), "", f"Graph:  {out}"],
    )
