"""`envfactory report`: how the requests of tasks read, beside those of others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import RenderableType

from envfactory.cli.options import AsJson, Quiet, Seed
from envfactory.cli.screen import Screen, table

if TYPE_CHECKING:
    from envfactory.task import Task
    from envfactory.task.report import Figures

EXAMPLE: Final = "Example: envfactory report out/tasks.jsonl --sample 50"
REPORTED: Final = 50
Against = Annotated[
    list[Path] | None,
    typer.Option(
        "--against",
        metavar="FILE",
        show_default="BFCL's multi-turn tasks, where bfcl-eval is installed",
        help="JSON Lines with what other users say. May be given several times.",
    ),
]


def report(
    tasks: Annotated[Path, typer.Argument(metavar="TASKS", help="What `envfactory tasks` wrote.")],
    against: Against = None,
    sample: Annotated[
        int,
        typer.Option(min=2, help="How many messages of each are compared with each other."),
    ] = REPORTED,
    model: Annotated[
        bool, typer.Option("--model/--no-model", help="Measure likelihood with the small model.")
    ] = True,
    seed: Seed = 0,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Measure how natural, varied and under-specified requests are, beside those of others."""
    from envfactory.records import read_lines
    from envfactory.task import Task

    screen = Screen(as_json=as_json, quiet=quiet)
    figures = measured(
        list(read_lines(tasks, Task)), tasks.name, against or (), sample, seed, screen, model=model
    )
    screen.result([each.model_dump(mode="json") for each in figures], lambda: parts(figures))


def measured(
    tasks: Sequence[Task],
    name: str,
    against: Sequence[Path],
    sample: int,
    seed: int,
    screen: Screen,
    *,
    model: bool,
) -> tuple[Figures, ...]:
    """Return the figures of tasks and of what they are held against; say what is left out."""
    from envfactory.events import ItemFinished, StageStarted
    from envfactory.task.report import (
        SmallModel,
        bfcl,
        compare,
        figures,
        likelihood,
        of_tasks,
        read_bfcl,
        read_utterances,
    )

    sets = [of_tasks(name, tasks), *(read_utterances(path) for path in against)]
    if not against:
        known = read_bfcl()
        if known is None:
            screen.note(f"BFCL is left out: {bfcl.INSTALL} adds it")
        else:
            sets.append(known)
    loaded = SmallModel.load() if model else None
    if model and loaded is None:
        screen.note(f"likelihood is left out: {likelihood.INSTALL} adds it")
    if loaded is None:
        found = compare(sets, seed=seed, sample=sample)
    else:
        with loaded, screen.progress() as listener:
            listener(StageStarted("likelihood"))
            found = compare(
                sets,
                seed=seed,
                sample=sample,
                surprise=lambda texts: loaded.surprise(
                    texts, lambda count: listener(ItemFinished("likelihood", str(count)))
                ),
            )
    if found[0].self_bleu is None:
        screen.note(f"self-BLEU is left out: {figures.SACREBLEU} adds it")
    return found


def parts(found: Sequence[Figures]) -> list[RenderableType]:
    """Return the figures as a table, a data set a column."""
    rows: list[tuple[str, str]] = [
        ("messages", "messages"),
        ("argument values said literally", "verbatim"),
        ("words a message", "tokens"),
        ("distinct words", "distinct_1"),
        ("distinct pairs of words", "distinct_2"),
        ("its spread over samples", "spread"),
        ("words in each sample", "window"),
        ("self-BLEU", "self_bleu"),
        ("nats a token, small model", "surprise"),
        ("messages with ids or snake_case", "jargon"),
    ]
    cells = [
        (label, *("–" if (value := getattr(each, name)) is None else value for each in found))
        for label, name in rows
    ]
    return [table("", *(each.name for each in found), rows=cells)]
