"""`envfactory show`: an environment, a run, a task, a trajectory or a chain, for people to read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer
from pydantic_core import from_json
from rich.console import RenderableType

from envfactory.chain import Chain
from envfactory.cli import reading
from envfactory.cli.options import AsJson
from envfactory.cli.run import summary_parts
from envfactory.cli.screen import Screen
from envfactory.environment import Package
from envfactory.environment.package import MANIFEST
from envfactory.errors import InputError
from envfactory.pipeline import RunFolder
from envfactory.records import Stored
from envfactory.task.model import Task
from envfactory.trajectory import Trajectory

EXAMPLE: Final = "Example: envfactory show out/demo/tasks.jsonl --number 3"
_KINDS: Final[dict[str, type[Stored]]] = {"turns": Task, "messages": Trajectory, "sampler": Chain}


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
    value, parts = _read(path, number)
    Screen(as_json=as_json).result(value, lambda: parts)


def _read(path: Path, number: int) -> tuple[Any, list[RenderableType]]:
    if path.is_dir() and (path / MANIFEST).exists():
        package = Package.load(path)
        return reading.package_json(package), reading.package_parts(package)
    if path.is_dir():
        summary = RunFolder(path).summary()
        return summary.model_dump(mode="json"), summary_parts(summary)
    record = _line(path, number)
    if isinstance(record, Task):
        parts = reading.task_parts(record)
    elif isinstance(record, Trajectory):
        parts = reading.trajectory_parts(record)
    else:
        assert isinstance(record, Chain)
        parts = reading.chain_parts(record)
    return record.model_dump(mode="json"), parts


def _line(path: Path, number: int) -> Stored:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise InputError(str(path), error.strerror or str(error)) from error
    if number > len(lines):
        raise InputError(str(path), f"has {len(lines)} lines, not {number}", "choose another")
    try:
        content = from_json(lines[number - 1])
        kind = next(kind for key, kind in _KINDS.items() if key in content)
        return kind.model_validate(content)
    except (ValueError, TypeError, StopIteration) as error:
        raise InputError(
            f"{path}:{number}", "is no task, trajectory or chain", "name a file that a stage wrote"
        ) from error
