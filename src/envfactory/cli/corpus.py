"""`envfactory corpus`: verified environments from whole corpora of API descriptions."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import RenderableType

from envfactory.cli.options import (
    AllowNetwork,
    AsJson,
    Fresh,
    OutFolder,
    Quiet,
    Seed,
    SourceNames,
    Workers,
)
from envfactory.cli.screen import Screen, table
from envfactory.errors import InputError

if TYPE_CHECKING:
    from envfactory.catalog import CorpusReport, Reason

EXAMPLE: Final = (
    "Example: envfactory corpus examples/apis --out out/corpus --per-provider 1 --sample 200"
)
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?", re.IGNORECASE)
_UNITS: Final = {"": 0, "k": 10, "m": 20, "g": 30, "t": 40}
_REASONS_SHOWN = 10


PerProvider = Annotated[
    int | None,
    typer.Option(
        min=1,
        show_default="all",
        help="Most sources from each provider: the topmost folder below the one given.",
    ),
]
Sample = Annotated[
    int | None, typer.Option(min=1, show_default="all", help="How many sources to draw at random.")
]
MinOperations = Annotated[int, typer.Option(min=0, help="Leave out sources with fewer operations.")]
MaxOperations = Annotated[int, typer.Option(min=1, help="Leave out sources with more operations.")]
Seconds = Annotated[
    float, typer.Option(min=0.1, help="Longest time for reading a source, and for making of it.")
]
Memory = Annotated[
    str, typer.Option(metavar="SIZE", help="Most memory for one source, as 2GB or 500MB.")
]


def corpus(
    sources: SourceNames,
    out: OutFolder,
    per_provider: PerProvider = None,
    sample: Sample = None,
    min_operations: MinOperations = 4,
    max_operations: MaxOperations = 60,
    seconds: Seconds = 60.0,
    memory: Memory = "2GB",
    seed: Seed = 0,
    workers: Workers = None,
    fresh: Fresh = False,
    allow_network: AllowNetwork = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make and verify an environment of each API description, and report on all of them.

    A source that hangs, crashes or takes too much memory is left out, and only that one. A build
    that was stopped goes on with the same command.
    """
    from envfactory.pipeline.corpus import CorpusSettings, CorpusSources, build_corpus

    screen = Screen(as_json=as_json, quiet=quiet)
    given = CorpusSources.find(sources, allow_network=allow_network)
    settings = CorpusSettings(
        seed=seed,
        per_provider=per_provider,
        sample=sample,
        min_operations=min_operations,
        max_operations=max_operations,
        seconds=seconds,
        memory=size(memory),
        sources=given.sources,
    )
    started = time.monotonic()
    with screen.progress() as listener:
        built = build_corpus(given, settings, out, workers=workers, fresh=fresh, listener=listener)
    minutes = (time.monotonic() - started) / 60
    if not built.worked_on:
        screen.note(f"{out} holds this build already; nothing was left to do")
    speed = round(built.worked_on / minutes, 1) if built.worked_on else None
    screen.result(
        {
            "folder": str(out),
            "worked_on": built.worked_on,
            "environments_per_minute": speed,
            **built.report.model_dump(mode="json"),
        },
        lambda: [*report_parts(built.report), *_ending(out, built.worked_on, speed, minutes)],
    )


def size(text: str) -> int:
    """Return the bytes that a text such as '2GB' means; units are powers of 1024.

    Raises:
        InputError: If it means none.
    """
    found = _SIZE.fullmatch(text.strip())
    count = 0 if found is None else int(float(found[1]) * (1 << _UNITS[found[2].lower()]))
    if count < 1:
        raise InputError("--memory", f"is {text!r}", "give a size such as 2GB or 500MB")
    return count


def report_parts(report: CorpusReport) -> list[RenderableType]:
    """Return the tables that show a corpus build in numbers."""
    parts: list[RenderableType] = [table("", "", rows=report.figures())]
    for title, reasons in (
        ("sources left out because", report.left_out),
        ("operations left out because", report.operations_left_out),
    ):
        parts += _reasons(title, reasons)
    domains = list(report.domains.items())
    return [*parts, "", table("domain", "environments", rows=domains)] if domains else parts


def _reasons(title: str, reasons: tuple[Reason, ...]) -> list[RenderableType]:
    if not reasons:
        return []
    shown, rest = reasons[:_REASONS_SHOWN], reasons[_REASONS_SHOWN:]
    rows = [(reason.reason, reason.count) for reason in shown]
    more = f"and {sum(r.count for r in rest)} more for {len(rest)} other reasons; see the report"
    return ["", table(title, "count", rows=rows), *([more] if rest else [])]


def _ending(out: Path, worked_on: int, speed: float | None, minutes: float) -> list[str]:
    told = f"{worked_on} made and verified in {minutes:.1f} minutes: {speed} a minute"
    return [
        "",
        *([told] if speed is not None else []),
        f"Environments:  {out / 'environments'}",
        f"Catalog:       {out / 'catalog.jsonl'}",
        f"Report:        {out / 'report.md'}",
        f"Each source:   {out / 'sources.jsonl'}",
    ]
