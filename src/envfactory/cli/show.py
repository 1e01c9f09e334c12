"""`envfactory show`: an environment, a run, a task, a trajectory or a chain, for people to read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from envfactory.cli.options import AsJson
from envfactory.cli.screen import Screen

EXAMPLE: Final = "Example: envfactory show out/demo/tasks.jsonl --number 3"


def show(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help="An environment package, the folder of a run, or a file of tasks, trajectories "
            "or chains.",
        ),
    ],
    number: Annotated[int, typer.Option("--number", "-n", min=1, help="Which line of a file.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Show an environment, a run, a task, a trajectory or a chain in readable form."""
    from envfactory.cli.reading import read

    value, parts = read(path, number)
    Screen(as_json=as_json).result(value, lambda: parts)
