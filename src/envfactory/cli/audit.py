"""`envfactory audit`: whether right ways pass on tasks, and adversaries fail."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Final

import typer

from envfactory.cli.options import AsJson, Environments, Quiet, Seed, Workers
from envfactory.cli.screen import Screen, table
from envfactory.executor import local_executor

EXAMPLE: Final = (
    "Example: envfactory audit out/tasks.jsonl -e out/environments --out out/audited.jsonl"
)


def audit(
    tasks: Annotated[Path, typer.Argument(metavar="TASKS", help="What `tasks` wrote.")],
    environments: Environments,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="Where to write the tasks that stand.",
            show_default="nowhere",
        ),
    ] = None,
    seed: Seed = 0,
    workers: Workers = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Try right ways and adversaries on tasks; exit with 1 if one does not stand.

    The solution, its calls in another order, and other ways to the same end have to reach the
    goal. Doing nothing, less, something else, too much or everything must not.
    """
    from envfactory.pipeline import audit_tasks

    screen = Screen(as_json=as_json, quiet=quiet)
    with local_executor(workers) as executor, screen.progress() as listener:
        result = audit_tasks(
            tasks, environments, out, seed=seed, executor=executor, listener=listener
        )
    tried: Counter[tuple[str, str]] = Counter()
    passed: Counter[tuple[str, str]] = Counter()
    for each in result.audits:
        for attempt in each.task.robustness.attempts if each.task.robustness else ():
            tried[attempt.name, attempt.expected] += attempt.tried
            passed[attempt.name, attempt.expected] += attempt.passed
    reasons = Counter(drop.reason for drop in result.drops)
    rows = [
        (name, expected, count, passed[name, expected]) for (name, expected), count in tried.items()
    ]
    screen.result(
        {
            "tasks": len(result.audits),
            "stand": len(result.kept),
            "attempts": [
                {"name": name, "expected": expected, "tried": count, "passed": won}
                for name, expected, count, won in rows
            ],
            "dropped": [drop.model_dump(mode="json") for drop in result.drops],
        },
        lambda: [
            table("attempt", "is to", "tried", "passed", rows=rows),
            "",
            table("tasks dropped because", "count", rows=reasons.most_common()),
            "",
            f"{len(result.kept)} of {len(result.audits)} tasks stand",
            f"Tasks:  {out if out is not None else 'not written (use --out)'}",
        ],
    )
    if result.drops:
        raise typer.Exit(1)
