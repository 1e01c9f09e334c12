"""`envfactory sample`: tool chains drawn along a graph, or few that cover it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, NamedTuple

import typer

from envfactory.cli.options import AsJson, OutFile, Quiet, Seed
from envfactory.cli.screen import Screen, table

if TYPE_CHECKING:
    from envfactory.chain import Chain, Limits, Sampler
    from envfactory.graph import ToolGraph
    from envfactory.pipeline import Drop

EXAMPLE: Final = """Examples:
  envfactory sample out/graph.json --count 100 --out out/chains.jsonl
  envfactory sample out/graph.json --sampler coverage --out out/cover.jsonl"""
_COUNT: Final = 100

SamplerChoice = Literal["topology", "goal", "coverage", "walk"]

Graph = Annotated[Path, typer.Argument(metavar="GRAPH", help="What `envfactory graph` wrote.")]
Count = Annotated[
    int | None,
    typer.Option(min=0, show_default="100; coverage: all", help="How many chains to draw at most."),
]
SamplerName = Annotated[
    SamplerChoice,
    typer.Option(
        help="Along dependencies; the same, ending in a change of state; few chains that use "
        "every tool and edge; or a random walk as a baseline."
    ),
]
MaxSteps = Annotated[int, typer.Option(min=1, help="Longest chain.")]
MaxDepth = Annotated[int, typer.Option(min=1, help="Longest path of values from step to step.")]
MaxBranching = Annotated[
    int, typer.Option(min=1, help="Most earlier steps whose results one step uses.")
]
MaxEnvironments = Annotated[int, typer.Option(min=1, help="Most environments in one chain.")]
MaxGoals = Annotated[int, typer.Option(min=1, help="Most goals in one chain.")]
Repeats = Annotated[
    int, typer.Option(min=0, help="Steps that may call a tool again, on something else.")
]
Balance = Annotated[
    float,
    typer.Option(
        min=0.0, max=1.0, help="How far rare tools are weighed up: 0 not at all, 1 fully."
    ),
]


class _Drawn(NamedTuple):
    """Chains, what was left out, and a line that says what was drawn."""

    chains: Sequence[Chain]
    drops: Sequence[Drop]
    said: str


def sample(
    graph: Graph,
    out: OutFile,
    count: Count = None,
    seed: Seed = 0,
    sampler: SamplerName = "topology",
    max_steps: MaxSteps = 8,
    max_depth: MaxDepth = 5,
    max_branching: MaxBranching = 6,
    max_environments: MaxEnvironments = 3,
    max_goals: MaxGoals = 3,
    repeats: Repeats = 0,
    balance: Balance = 0.5,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Draw tool chains along a graph; equal chains are kept once."""
    from envfactory.chain import Habits, Limits
    from envfactory.graph import ToolGraph
    from envfactory.pipeline import make_sampler
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
        drawn = _covering(loaded, limits, count, seed, screen)
    else:
        drawing = make_sampler(loaded, sampler, limits, Habits(balance=balance))
        drawn = _sampled(drawing, _COUNT if count is None else count, seed, screen)
    write_lines(out, drawn.chains)
    _show(screen, out, drawn)


def _covering(
    graph: ToolGraph, limits: Limits, count: int | None, seed: int, screen: Screen
) -> _Drawn:
    from envfactory.chain import cover
    from envfactory.pipeline import not_covered

    with screen.progress() as listener:
        covering = cover(graph, limits, seed=seed, listener=listener)
    return _Drawn(
        covering.chains[:count],
        not_covered(covering),
        f"{len(covering.chains)} chains call {covering.tools} tools and use {covering.edges} "
        f"edges; one by one it would take {covering.apart}; {len(covering.unused)} edges fit "
        "into none",
    )


def _sampled(sampler: Sampler, count: int, seed: int, screen: Screen) -> _Drawn:
    from envfactory.pipeline import draw_chains, unreachable

    with screen.progress() as listener:
        chains, doubles = draw_chains(sampler, seed, count, listener)
    left_out = unreachable(sampler)
    return _Drawn(
        chains,
        [*doubles, *left_out],
        f"{len(chains)} chains; {len(doubles)} were drawn twice; "
        f"{len({drop.item for drop in left_out})} inputs are out of reach",
    )


def _show(screen: Screen, out: Path, drawn: _Drawn) -> None:
    lengths = Counter(len(chain.steps) for chain in drawn.chains)
    screen.result(
        {
            "file": str(out),
            "chains": len(drawn.chains),
            "steps": {str(length): lengths[length] for length in sorted(lengths)},
            "dropped": [drop.model_dump(mode="json") for drop in drawn.drops],
        },
        lambda: [
            table("steps", "chains", rows=sorted(lengths.items())),
            "",
            drawn.said,
            f"Chains:  {out}",
        ],
    )
