"""`envfactory tasks`: verified tasks from tool chains."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Final

import typer

from envfactory.cli.options import (
    AsJson,
    Environments,
    MixText,
    OutFile,
    Quiet,
    Seed,
    Workers,
)
from envfactory.cli.screen import Screen, table
from envfactory.executor import local_executor

EXAMPLE: Final = (
    "Example: envfactory tasks out/chains.jsonl --graph out/graph.json "
    "-e out/environments --out out/tasks.jsonl"
)


def tasks(
    chains: Annotated[Path, typer.Argument(metavar="CHAINS", help="What `sample` wrote.")],
    graph: Annotated[
        Path, typer.Option("--graph", "-g", metavar="FILE", help="What `graph` wrote.")
    ],
    environments: Environments,
    out: OutFile,
    seed: Seed = 0,
    count: Annotated[
        int | None, typer.Option(min=0, help="Stop after so many tasks.", show_default="all")
    ] = None,
    mix: MixText = "base",
    workers: Workers = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Turn chains into tasks: execute them, phrase the requests, and check the result."""
    from envfactory.pipeline import make_tasks
    from envfactory.task.category import MAKEABLE, Mix

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
            executor=executor,
            listener=listener,
        )
    reasons = Counter(drop.reason for drop in result.drops)
    made = Counter(task.category for task in result.kept)
    screen.result(
        {
            "file": str(out),
            "tasks": len(result.kept),
            "mix": {name: made[name] for name in wanted.weights},
            "dropped": [drop.model_dump(mode="json") for drop in result.drops],
        },
        lambda: [
            table("chains dropped because", "count", rows=reasons.most_common()),
            "",
            f"{len(result.kept)} tasks: "
            + ", ".join(f"{made[name]} {name}" for name in wanted.weights),
            f"Tasks:  {out}",
        ],
    )
