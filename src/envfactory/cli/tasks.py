"""`envfactory tasks`: verified tasks from tool chains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import RenderableType

from envfactory.cli.options import (
    USUAL_IMPLICITNESS,
    USUAL_PERSONAS,
    AsJson,
    Environments,
    ImplicitnessText,
    MixText,
    OutFile,
    PersonasText,
    Quiet,
    Seed,
    Trust,
    Typos,
    Workers,
)
from envfactory.cli.report import REPORTED, measured, parts
from envfactory.cli.screen import Screen, reasons, table
from envfactory.executor import local_executor

if TYPE_CHECKING:
    from envfactory.pipeline.stage import Result
    from envfactory.task import Task
    from envfactory.task.convey import ConveyReport
    from envfactory.task.model import Category, PlanShape
    from envfactory.task.report import Figures

EXAMPLE: Final = (
    "Example: envfactory tasks out/chains.jsonl --graph out/graph.json "
    "-e out/environments --out out/tasks.jsonl"
)
_SHAPES: Final = 0.2


Chains = Annotated[Path, typer.Argument(metavar="CHAINS", help="What `sample` wrote.")]
Graph = Annotated[Path, typer.Option("--graph", "-g", metavar="FILE", help="What `graph` wrote.")]
Count = Annotated[
    int | None, typer.Option(min=0, help="Stop after so many tasks.", show_default="all")
]
Shapes = Annotated[
    float,
    typer.Option(
        min=0.0,
        max=1.0,
        help="Share of chains to try another shape of plan for: something done to each of "
        "several records, to the one with the most of something, one thing or another by what "
        "a record holds, or a question for a total; in one turn, or again in a second one.",
    ),
]
Strata = Annotated[
    int,
    typer.Option(min=1, help="With --count: take as many tasks from each of so many difficulties."),
]
Reported = Annotated[
    bool, typer.Option("--report", help="Measure how the requests read, as `report` does.")
]


def tasks(
    chains: Chains,
    graph: Graph,
    environments: Environments,
    out: OutFile,
    seed: Seed = 0,
    count: Count = None,
    mix: MixText = "base",
    personas: PersonasText = USUAL_PERSONAS,
    typos: Typos = 0,
    implicitness: ImplicitnessText = USUAL_IMPLICITNESS,
    shapes: Shapes = _SHAPES,
    strata: Strata = 1,
    report: Reported = False,
    workers: Workers = None,
    trust: Trust = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Turn chains into tasks: execute them, phrase the requests, and check the result."""
    from envfactory.pipeline import make_tasks
    from envfactory.task.category import MAKEABLE, Mix
    from envfactory.task.convey import Implicitness
    from envfactory.task.surface import PersonaMix

    wanted = Mix.read(mix, MAKEABLE)
    screen = Screen(as_json=as_json, quiet=quiet)
    with local_executor(workers) as executor, screen.progress() as listener:
        result = make_tasks(
            chains,
            graph,
            environments,
            out,
            seed=seed,
            wanted=count,
            mix=wanted,
            personas=PersonaMix.parse(personas, typos),
            implicitness=Implicitness.parse(implicitness),
            shapes=shapes,
            strata=strata,
            trust=trust,
            executor=executor,
            listener=listener,
        )
    figures: tuple[Figures, ...] | None = None
    if report:
        kept = result.kept
        figures = measured(kept, out.name, (), REPORTED, seed, screen, model=True) if kept else ()
    asked = {} if count is None or strata > 1 else wanted.wanted(count)
    _show(screen, out, result, list(wanted.weights), asked, figures)


def _show(
    screen: Screen,
    out: Path,
    result: Result[Task],
    categories: Sequence[Category],
    asked: Mapping[Category, int],
    figures: Sequence[Figures] | None,
) -> None:
    from envfactory.task.convey import ConveyReport

    made = Counter(task.category for task in result.kept)
    shaped = Counter(task.shape for task in result.kept)
    why = Counter(drop.reason for drop in result.drops)
    conveyed = ConveyReport.of(result.kept)
    reported = {} if figures is None else {"report": [f.model_dump(mode="json") for f in figures]}
    screen.result(
        {
            "file": str(out),
            "tasks": len(result.kept),
            "mix": {name: made[name] for name in categories},
            "shapes": {name: shaped[name] for name in sorted(shaped)},
            "implicitness": conveyed.model_dump(mode="json"),
            **reported,
            "dropped": [drop.model_dump(mode="json") for drop in result.drops],
        },
        lambda: [
            *reasons("chains dropped because", why),
            f"{len(result.kept)} tasks: "
            + ", ".join(f"{made[name]} {name}" for name in categories),
            *_short(made, asked, why),
            *_plans(shaped),
            *(conveyed_parts(conveyed) if result.kept else []),
            f"Tasks:  {out}",
            *(["", *parts(figures)] if figures else []),
        ],
    )


def _plans(shaped: Counter[PlanShape]) -> list[str]:
    """Return how many tasks have plans of each shape, where there are any."""
    told = ", ".join(f"{shaped[name]} {name}" for name in sorted(shaped))
    return [f"Plans: {told}"] if told else []


def _short(
    made: Counter[Category], asked: Mapping[Category, int], why: Counter[str]
) -> Iterator[str]:
    """Yield which categories have fewer tasks than were asked for, and why."""
    from envfactory.pipeline.tasks import why_short

    for name, number in asked.items():
        if made[name] < number:
            yield (
                f"Short of {name}: {made[name]} of {number}, and no chain is left that could give "
                f"more; most often: {why_short(name, why)}"
            )


def conveyed_parts(report: ConveyReport) -> list[RenderableType]:
    """Return what was reached against the implicitness that was asked for."""
    values = sum(report.kinds.values())
    return [
        "",
        table(
            "values in requests",
            "count",
            "share",
            rows=[(k, n, f"{n / values:.2f}") for k, n in report.kinds.items()],
        ),
        f"Implicitness {report.reached:.2f} on average, target {report.target:.2f}; "
        f"{report.proofs} proofs executed, {report.failed} failed and told otherwise; "
        f"{report.short} tasks off by more than one value, {report.untargeted} without a target",
        "",
    ]
