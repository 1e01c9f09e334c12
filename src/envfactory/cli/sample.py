"""`envfactory sample`: tool chains drawn along a graph, or few that cover it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from envfactory.cli.options import AsJson, OutFile, Quiet, Seed
from envfactory.cli.screen import Screen, table

if TYPE_CHECKING:
    from envfactory.chain import Chain
    from envfactory.pipeline import Drop

EXAMPLE: Final = """Examples:
  envfactory sample out/graph.json --count 100 --out out/chains.jsonl
  envfactory sample out/graph.json --sampler coverage --out out/cover.jsonl"""
_COUNT: Final = 100

SamplerChoice = Literal["topology", "goal", "coverage", "walk"]


def sample(
    graph: Annotated[Path, typer.Argument(metavar="GRAPH", help="What `envfactory graph` wrote.")],
    out: OutFile,
    count: Annotated[
        int | None,
        typer.Option(
            min=0, show_default="100; coverage: all", help="How many chains to draw at most."
        ),
    ] = None,
    seed: Seed = 0,
    sampler: Annotated[
        SamplerChoice,
        typer.Option(
            help="Along dependencies; the same, ending in a change of state; few chains that use "
            "every tool and edge; or a random walk as a baseline."
        ),
    ] = "topology",
    max_steps: Annotated[int, typer.Option(min=1, help="Longest chain.")] = 8,
    max_depth: Annotated[
        int, typer.Option(min=1, help="Longest path of values from step to step.")
    ] = 5,
    max_branching: Annotated[
        int, typer.Option(min=1, help="Most earlier steps whose results one step uses.")
    ] = 6,
    max_environments: Annotated[
        int, typer.Option(min=1, help="Most environments in one chain.")
    ] = 3,
    max_goals: Annotated[int, typer.Option(min=1, help="Most goals in one chain.")] = 3,
    repeats: Annotated[
        int, typer.Option(min=0, help="Steps that may call a tool again, on something else.")
    ] = 0,
    balance: Annotated[
        float,
        typer.Option(
            min=0.0, max=1.0, help="How far rare tools are weighed up: 0 not at all, 1 fully."
        ),
    ] = 0.5,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Draw tool chains along a graph; equal chains are kept once."""
    from envfactory.chain import Habits, Limits, cover
    from envfactory.graph import ToolGraph
    from envfactory.pipeline import draw_chains, make_sampler, not_covered, unreachable
    from envfactory.records import write_lines

    screen = Screen(as_json=as_json, quiet=quiet)
    limits = Limits(
        max_steps=max_steps,
        max_depth=max_depth,
        max_branching=max_branching,
        max_environments=max_environments,
        max_goals=max_goals,
        repeats=repeats,
    )
    loaded = ToolGraph.load(graph)
    if sampler == "coverage":
        with screen.progress() as listener:
            covering = cover(loaded, limits, seed=seed, listener=listener)
        chains, drops = list(covering.chains[:count]), not_covered(covering)
        said = (
            f"{len(covering.chains)} chains call {covering.tools} tools and use {covering.edges} "
            f"edges; one by one it would take {covering.apart}; {len(covering.unused)} edges fit "
            "into none"
        )
    else:
        drawing = make_sampler(loaded, sampler, limits, Habits(balance=balance))
        with screen.progress() as listener:
            chains, doubles = draw_chains(
                drawing, seed, _COUNT if count is None else count, listener
            )
        left_out = unreachable(drawing)
        drops = [*doubles, *left_out]
        said = (
            f"{len(chains)} chains; {len(doubles)} were drawn twice; "
            f"{len({drop.item for drop in left_out})} inputs are out of reach"
        )
    write_lines(out, chains)
    _show(screen, out, chains, drops, said)


def _show(
    screen: Screen, out: Path, chains: Sequence[Chain], drops: Sequence[Drop], said: str
) -> None:
    lengths = Counter(len(chain.steps) for chain in chains)
    screen.result(
        {
            "file": str(out),
            "chains": len(chains),
            "steps": {str(length): lengths[length] for length in sorted(lengths)},
            "dropped": [drop.model_dump(mode="json") for drop in drops],
        },
        lambda: [
            table("steps", "chains", rows=sorted(lengths.items())),
            "",
            said,
            f"Chains:  {out}",
        ],
    )
