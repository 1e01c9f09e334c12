"""`envfactory audit`: whether right ways pass on tasks, and adversaries fail."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Final

import typer

from envfactory.cli.options import AsJson, Environments, Quiet, Seed, Trust, Workers
from envfactory.cli.screen import Screen, reasons, table
from envfactory.executor import local_executor

EXAMPLE: Final = (
    "Example: envfactory audit out/tasks.jsonl -e out/environments --out out/audited.jsonl "
    "--html out/audit.html"
)


Tasks = Annotated[Path, typer.Argument(metavar="TASKS", help="What `tasks` wrote.")]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        metavar="FILE",
        help="Where to write the tasks that stand.",
        show_default="nowhere",
    ),
]
Html = Annotated[
    Path | None,
    typer.Option(
        "--html",
        metavar="FILE",
        help="Where to write a page that shows what was tried on each task.",
        show_default="nowhere",
    ),
]


def audit(
    tasks: Tasks,
    environments: Environments,
    out: Out = None,
    html: Html = None,
    seed: Seed = 0,
    workers: Workers = None,
    trust: Trust = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Try right ways and adversaries on tasks; exit with 1 if one does not stand.

    The solution, its calls in another order, and other ways to the same end have to reach the
    goal. Doing nothing, less, something else, too much or everything must not.
    """
    from envfactory.audit.page import attempts_of, html_report
    from envfactory.pipeline import audit_tasks
    from envfactory.records import write_atomic

    screen = Screen(as_json=as_json, quiet=quiet)
    with local_executor(workers) as executor, screen.progress() as listener:
        result = audit_tasks(
            tasks, environments, out, seed=seed, trust=trust, executor=executor, listener=listener
        )
    why = Counter(drop.reason for drop in result.drops)
    if html is not None:
        write_atomic(html, html_report(result.audits).encode())
    attempts = [attempt for attempt, _ in attempts_of(result.audits)]
    rows = [(each.name, each.expected, each.tried, each.passed) for each in attempts]
    screen.result(
        {
            "tasks": len(result.audits),
            "stand": len(result.kept),
            "attempts": [attempt.model_dump(mode="json") for attempt in attempts],
            "dropped": [drop.model_dump(mode="json") for drop in result.drops],
        },
        lambda: [
            table("attempt", "is to", "tried", "passed", rows=rows),
            "",
            *reasons("tasks dropped because", why),
            f"{len(result.kept)} of {len(result.audits)} tasks stand",
            f"Tasks:  {out if out is not None else 'not written (use --out)'}",
            *([] if html is None else [f"Page:   {html}"]),
        ],
    )
    if result.drops:
        raise typer.Exit(1)
