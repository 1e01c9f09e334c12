"""`envfactory export`: training data from tasks and trajectories."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import RenderableType

from envfactory.cli.options import AsJson, Environments, OutFolder, Quiet, Trust
from envfactory.cli.screen import Screen, table

EXAMPLE: Final = (
    "Example: envfactory export out/tasks.jsonl out/trajectories.jsonl -e out/environments "
    "--out out/dataset"
)


def export(
    tasks: Annotated[Path, typer.Argument(metavar="TASKS", help="What `tasks` wrote.")],
    trajectories: Annotated[
        Path, typer.Argument(metavar="TRAJECTORIES", help="What `trajectories` wrote.")
    ],
    environments: Environments,
    out: OutFolder,
    name: Annotated[str, typer.Option(help="The dataset's name.")] = "envfactory dataset",
    trust: Trust = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write SFT and RL rows as JSON Lines and Parquet, and a card that counts them."""
    from envfactory.pipeline import export_dataset

    screen = Screen(as_json=as_json, quiet=quiet)
    with screen.progress() as listener:
        summary = export_dataset(
            tasks, trajectories, environments, out, name=name, trust=trust, listener=listener
        )
    dropped = [
        (part, reason, count)
        for part, reasons in summary.dropped.items()
        for reason, count in reasons.items()
    ]
    tables: list[RenderableType] = [table("table", "rows", rows=list(summary.rows.items()))]
    if dropped:
        tables += ["", table("table", "dropped because", "rows", rows=dropped)]
    screen.result(
        {"folder": str(out), "rows": summary.rows, "dropped": summary.dropped},
        lambda: [*tables, "", f"Dataset:  {out}"],
    )
