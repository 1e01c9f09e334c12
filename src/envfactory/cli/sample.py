"""`envfactory sample`: tool chains drawn along a graph."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from envfactory.cli.options import AsJson, OutFile, Quiet, Seed
from envfactory.cli.screen import Screen, table

EXAMPLE: Final = "Example: envfactory sample out/graph.json --count 100 --out out/chains.jsonl"


def sample(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="What `envfactory graph` wrote.")],
    out: OutFile,
    count: Annotated[int, typer.Option(min=0, help="How many chains to draw.")] = 100,
    seed: Seed = 0,
    sampler: Annotated[
        Literal["topology", "walk"],
        typer.Option(help="Along dependencies, or a random walk as a baseline."),
    ] = "topology",
    max_steps: Annotated[int, typer.Option(min=1, help="Longest chain.")] = 8,
    max_environments: Annotated[
        int, typer.Option(min=1, help="Most environments in one chain.")
    ] = 3,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Draw tool chains along a graph; equal chains are kept once."""
    from envfactory.chain import Limits
    from envfactory.graph import ToolGraph
    from envfactory.pipeline import draw_chains, make_sampler, unreachable
    from envfactory.records import write_lines

    screen = Screen(as_json=as_json, quiet=quiet)
    limits = Limits(max_steps=max_steps, max_environments=max_environments)
    drawing = make_sampler(ToolGraph.load(graph), sampler, limits)
    chains, drops = draw_chains(drawing, seed, count)
    write_lines(out, chains)
    lengths = Counter(len(chain.steps) for chain in chains)
    left_out = unreachable(drawing)
    screen.result(
        {
            "file": str(out),
            "chains": len(chains),
            "steps": {str(length): lengths[length] for length in sorted(lengths)},
            "dropped": [drop.model_dump(mode="json") for drop in (*drops, *left_out)],
        },
        lambda: [
            table("steps", "chains", rows=sorted(lengths.items())),
            "",
            f"{len(chains)} chains; {len(drops)} were drawn twice; "
            f"{len({drop.item for drop in left_out})} inputs are out of reach",
            f"Chains:  {out}",
        ],
    )
