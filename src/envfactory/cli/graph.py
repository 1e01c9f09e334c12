"""`envfactory graph`: which tool's results feed which tool's inputs, and how anyone knows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from envfactory.cli.embedding import embedder_of
from envfactory.cli.options import AsJson, CacheFolder, OutFile, PackagePaths, Quiet, Trust, Workers
from envfactory.cli.screen import Screen, table

if TYPE_CHECKING:
    from envfactory.graph import ToolGraph

EXAMPLE: Final = "Example: envfactory graph out/environments --executed --out out/graph.json"


def graph(
    packages: PackagePaths,
    out: OutFile,
    executed: Annotated[
        bool, typer.Option("--executed", help="Call the tools to see which edges really work.")
    ] = False,
    evidence: Annotated[
        str,
        typer.Option(
            metavar="KINDS",
            help="Keep edges with this evidence, as in 'type, semantic>=0.8+executed'.",
        ),
    ] = "type, semantic, model, executed",
    refuted: Annotated[
        bool, typer.Option(help="Keep edges that were tried and did not work.")
    ] = True,
    keep: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder for results by content: what is added costs only itself."
        ),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write a web page to explore it.")
    ] = None,
    graphml: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write it as GraphML.")
    ] = None,
    cache: CacheFolder = None,
    workers: Workers = None,
    trust: Trust = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Find how the tools of environments feed each other, and write the graph as JSON."""
    from envfactory.executor import local_executor
    from envfactory.graph import Accept, graph_html, graphml_of
    from envfactory.pipeline import graph_of, load_packages, with_executed
    from envfactory.records import write_atomic

    screen = Screen(as_json=as_json, quiet=quiet)
    accept = Accept.parse(evidence, refuted=refuted)
    loaded = load_packages(packages, trust=trust)
    with screen.progress() as listener, local_executor(workers) as executor:
        built = graph_of(loaded, listener, embedder_of(cache), keep)
        if executed:
            built = with_executed(built, loaded, executor=executor, keep=keep, listener=listener)
    built = built.accepted(accept)
    built.save(out)
    files = {"Graph": out}
    if html is not None:
        write_atomic(html, graph_html(built).encode())
        files["Page"] = html
    if graphml is not None:
        write_atomic(graphml, graphml_of(built))
        files["GraphML"] = graphml
    _show(screen, built, files)


def _show(screen: Screen, built: ToolGraph, files: dict[str, Path]) -> None:
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
    outcomes: Counter[str] = Counter()
    for tried in built.tried:
        outcomes.update(tried.outcomes)
    if built.tried:
        numbers["edges that were tried and do not work"] = sum(e.refuted for e in built.edges)
        numbers["candidates tried"] = outcomes.total()
    shown = outcomes.most_common()
    value = {name.replace(" ", "_"): number for name, number in numbers.items()}
    tables = [table("", "", rows=list(numbers.items()))]
    if shown:
        tables.append(table("what trying came to", "", rows=shown))
    screen.result(
        {
            "file": str(files["Graph"]),
            **value,
            **({"outcomes": dict(shown)} if shown else {}),
        },
        lambda: [
            *(part for one in tables for part in (one, "")),
            *(f"{name + ':':<8} {path}" for name, path in files.items()),
        ],
    )
