"""`envfactory trajectories`: the gold solution of each task, played and recorded."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Final

import typer

from envfactory.cli.options import AsJson, Environments, OutFile, Quiet, Seed, Trust, Workers
from envfactory.cli.screen import Screen, table
from envfactory.executor import local_executor

EXAMPLE: Final = (
    "Example: envfactory trajectories out/tasks.jsonl -e out/environments "
    "--out out/trajectories.jsonl"
)


def trajectories(
    tasks: Annotated[Path, typer.Argument(metavar="TASKS", help="What `tasks` wrote.")],
    environments: Environments,
    out: OutFile,
    seed: Seed = 0,
    workers: Workers = None,
    trust: Trust = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Play the gold solution of each task, and record what happened."""
    from envfactory.pipeline import play_gold

    screen = Screen(as_json=as_json, quiet=quiet)
    with local_executor(workers) as executor, screen.progress() as listener:
        result = play_gold(
            tasks, environments, out, seed=seed, trust=trust, executor=executor, listener=listener
        )
    outcomes = Counter((t.outcome.stop.value, t.outcome.reached) for t in result.kept).most_common()
    words = {True: "yes", False: "no", None: "unknown"}
    rows = [(stop, words[reached], count) for (stop, reached), count in outcomes]
    screen.result(
        {
            "file": str(out),
            "trajectories": len(result.kept),
            "outcomes": [
                {"stop": stop, "goal_reached": reached, "count": count}
                for (stop, reached), count in outcomes
            ],
        },
        lambda: [
            table("ended", "goal reached", "trajectories", rows=rows),
            "",
            f"Trajectories:  {out}",
        ],
    )
