"""`envfactory run`: the whole way, from API descriptions to a dataset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import RenderableType

from envfactory.cli.options import (
    USUAL_IMPLICITNESS,
    USUAL_PERSONAS,
    AllowNetwork,
    AsJson,
    Fresh,
    ImplicitnessText,
    McpCommands,
    McpUrls,
    MixText,
    OutFolder,
    PersonasText,
    Quiet,
    Seed,
    SourcesIfAny,
    Typos,
    Workers,
    all_sources,
)
from envfactory.cli.screen import Screen, table
from envfactory.executor import local_executor

if TYPE_CHECKING:
    from envfactory.pipeline import Report, Summary
    from envfactory.pipeline.summary import Share
    from envfactory.task.model import Category

EXAMPLE: Final = "Example: envfactory run examples/apis/google-tasks.json --out out/demo --tasks 20"
_REASONS_SHOWN = 8


def run(
    out: OutFolder,
    sources: SourcesIfAny = None,
    mcp: McpCommands = None,
    mcp_url: McpUrls = None,
    seed: Seed = 0,
    tasks: Annotated[int, typer.Option(min=0, help="How many tasks are wanted.")] = 50,
    mix: MixText = "base",
    personas: PersonasText = USUAL_PERSONAS,
    typos: Typos = 0,
    implicitness: ImplicitnessText = USUAL_IMPLICITNESS,
    workers: Workers = None,
    fresh: Fresh = False,
    allow_network: AllowNetwork = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make environments, tasks and a dataset from API descriptions.

    A run that was stopped goes on with the same command. A finished one is left as it is.
    """
    from envfactory.pipeline import run as run_pipeline
    from envfactory.task.category import MAKEABLE, Mix
    from envfactory.task.convey import Implicitness
    from envfactory.task.surface import PersonaMix

    screen = Screen(as_json=as_json, quiet=quiet)
    with local_executor(workers) as executor, screen.progress() as listener:
        report = run_pipeline(
            all_sources(sources, mcp, mcp_url),
            out,
            seed=seed,
            tasks=tasks,
            mix=Mix.read(mix, MAKEABLE),
            personas=PersonaMix.parse(personas, typos),
            implicitness=Implicitness.parse(implicitness),
            executor=executor,
            fresh=fresh,
            listener=listener,
            allow_network=allow_network,
        )
    if report.nothing_to_do:
        screen.note(f"{out} holds this run already; nothing was left to do")
    screen.result(
        {"folder": str(out), **report.summary.model_dump(mode="json")},
        lambda: [*summary_parts(report.summary), *_where(report)],
    )


def summary_parts(summary: Summary) -> list[RenderableType]:
    """Return the tables that show a run in numbers."""
    wanted = f" (of {summary.tasks_wanted} wanted)" if summary.tasks < summary.tasks_wanted else ""
    rows: list[Sequence[object]] = [
        ("sources", str(summary.sources)),
        ("environments", f"{summary.environments} written, {summary.verified} verified"),
        ("tools", f"{summary.tools}, {summary.edges} edges between them"),
        (
            "edges tried",
            f"{summary.edges_tried.tried}, {summary.edges_tried.proven} proven, "
            f"{summary.edges_tried.refuted} refuted",
        ),
        ("chains", str(summary.chains)),
        ("tasks", f"{summary.tasks}{wanted}"),
        *(
            [
                (f"  {name}", f"{share.made} of {share.wanted}{_short(name, share, summary)}")
                for name, share in summary.mix.items()
            ]
            if len(summary.mix) > 1
            else []
        ),
        ("implicitness", f"{summary.conveyed.reached:.2f} (target {summary.conveyed.target:.2f})"),
        ("trajectories", str(summary.trajectories)),
        ("rows", ", ".join(f"{count} {name}" for name, count in summary.rows.items())),
    ]
    parts: list[RenderableType] = [table("", "", rows=rows)]
    dropped = sorted(
        (
            (stage, reason, count)
            for stage, by in summary.dropped.items()
            for reason, count in by.items()
        ),
        key=lambda row: -row[2],
    )
    if dropped:
        shown = dropped[:_REASONS_SHOWN]
        parts += ["", table("dropped by", "reason", "count", rows=shown)]
        rest = dropped[_REASONS_SHOWN:]
        if rest:
            total = sum(count for *_, count in rest)
            parts.append(f"and {total} more for {len(rest)} other reasons; see dropped.jsonl")
    return parts


def _short(name: Category, share: Share, summary: Summary) -> str:
    """Return why there are fewer tasks of a category than wanted; nothing where there are not."""
    from envfactory.pipeline.tasks import why_short

    if share.made >= share.wanted:
        return ""
    return f"; most often: {why_short(name, summary.dropped.get('tasks', {}))}"


def _where(report: Report) -> list[RenderableType]:
    out = report.folder
    return [
        "",
        f"Environments:  {out / 'environments'}",
        f"Tasks:         {out / 'tasks.jsonl'}",
        f"Dataset:       {out / 'dataset'}",
        f"Left out:      {out / 'dropped.jsonl'}",
    ]
