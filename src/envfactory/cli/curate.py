"""`envfactory curate`: tasks without doubles and benchmark requests, in training and test parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from envfactory.cli.embedding import embedder_of
from envfactory.cli.options import AsJson, CacheFolder, OutFolder, Quiet, Seed, Trust
from envfactory.cli.report import Against
from envfactory.cli.screen import Screen, reasons, table

if TYPE_CHECKING:
    from envfactory.pipeline import Drop
    from envfactory.task.hygiene import Coverage, Tidied
    from envfactory.task.report import Utterances

EXAMPLE: Final = "Example: envfactory curate out/tasks.jsonl --out out/curated --test-share 0.2"
_SHOWN = 5

Tasks = Annotated[Path, typer.Argument(metavar="TASKS", help="What `envfactory tasks` wrote.")]
EnvironmentsIfAny = Annotated[
    list[Path] | None,
    typer.Option(
        "--environments",
        "-e",
        metavar="PACKAGE",
        help="Environment packages, or folders of them, to tell what no task uses.",
    ),
]
KeepOverlaps = Annotated[
    bool, typer.Option("--keep-overlaps", help="Only tell of overlaps with benchmarks.")
]
TestShare = Annotated[
    float,
    typer.Option(min=0, max=1, help="Share of the tasks to test on, in environments apart."),
]


def curate(
    tasks: Tasks,
    out: OutFolder,
    environments: EnvironmentsIfAny = None,
    against: Against = None,
    keep_overlaps: KeepOverlaps = False,
    test_share: TestShare = 0.1,
    seed: Seed = 0,
    cache: CacheFolder = None,
    trust: Trust = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Remove near-duplicates and benchmark requests, and split tasks by environment."""
    import random

    from envfactory.pipeline import Drop, load_packages
    from envfactory.records import read_lines, write_lines
    from envfactory.task import Task
    from envfactory.task.hygiene import coverage_of, tidy
    from envfactory.task.meanings.glossary import read_glossary

    screen = Screen(as_json=as_json, quiet=quiet)
    done = tidy(
        list(read_lines(tasks, Task)),
        embedder_of(cache),
        benchmarks=_benchmarks(against or (), screen),
        keep_overlaps=keep_overlaps,
        test_share=test_share,
        rng=random.Random(seed),
    )
    drops = [
        Drop(stage="curate", item=item, reason=why.reason, detail=why.detail)
        for item, why in done.dropped.items()
    ]
    split = done.split
    glossary = read_glossary(load_packages(environments, trust=trust)) if environments else None
    coverage = coverage_of((*split.train, *split.test), glossary)
    for name, rows in (("train", split.train), ("test", split.test), ("dropped", drops)):
        write_lines(out / f"{name}.jsonl", rows)
    _show(screen, out, done, drops, coverage)


def _benchmarks(against: Sequence[Path], screen: Screen) -> list[Utterances]:
    """Return what tasks must stay apart from; say what is not looked at."""
    from envfactory.task.report import bfcl, read_utterances

    found = [read_utterances(path) for path in against]
    known = bfcl.read_whole_bfcl()
    if known is None:
        screen.note(f"BFCL is not looked at: {bfcl.INSTALL} adds it")
    else:
        found.append(known)
    return found


def _show(
    screen: Screen, out: Path, done: Tidied, drops: Sequence[Drop], coverage: Coverage
) -> None:
    from dataclasses import asdict

    split = done.split
    screen.result(
        {
            "folder": str(out),
            "train": len(split.train),
            "test": len(split.test),
            "test_environments": split.environments,
            "overlaps": [asdict(each) for each in done.overlaps],
            "dropped": [drop.model_dump(mode="json") for drop in drops],
            "coverage": coverage.model_dump(mode="json"),
        },
        lambda: [
            table("", "", rows=_counts(coverage)),
            "",
            *reasons("tasks dropped because", Counter(drop.reason for drop in drops)),
            f"{len(split.train)} training tasks, {len(split.test)} test tasks"
            + (f" in {', '.join(split.environments)}" if split.environments else ""),
            f"{len({each.task for each in done.overlaps})} tasks come close to a benchmark",
            f"Tasks:  {out / 'train.jsonl'}, {out / 'test.jsonl'}",
        ],
    )


def _counts(coverage: Coverage) -> list[tuple[str, str]]:
    """Return what is used as rows, with the beginning of what is not."""
    rows = [
        ("tools used", str(len(coverage.tools))),
        ("kinds of records used", str(len(coverage.entities))),
        ("pairs of tools in a row", str(coverage.pairs)),
    ]
    for label, unused in (
        ("tools not used", coverage.unused_tools),
        ("kinds of records not used", coverage.unused_entities),
    ):
        if unused:
            more = ", …" if len(unused) > _SHOWN else ""
            rows.append((label, f"{len(unused)}: {', '.join(unused[:_SHOWN])}{more}"))
    return rows
