"""What building environments of real APIs costs and covers, on a fixed random sample.

    python benchmarks/corpus.py                    # 40 sources; needs `make corpus` to have fetched
    python benchmarks/corpus.py --sample 200       # the sample that the bars are about
    python benchmarks/corpus.py --corpus DIR --json

The sample has one source per provider with 4 to 60 operations, drawn with seed 1. Speed is measured
on the clock with one worker per core, so it is a fair figure only where nothing else runs; the
processor seconds per environment beside it are disturbed less. Everything else is the same on
every machine.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from envfactory.catalog import CorpusReport
from envfactory.executor import available_cores
from envfactory.pipeline.corpus import CorpusSettings, CorpusSources, build_corpus

CORPUS = Path(__file__).parents[1] / "out" / "corpus-sources" / "package" / "api"
BAR_PER_MINUTE = 30
SEED = 1


def measure(corpus: Path, sample: int, out: Path) -> dict[str, Any]:
    """Build the sample and return its figures."""
    given = CorpusSources.find([corpus])
    settings = CorpusSettings(sources=given.sources, per_provider=1, sample=sample, seed=SEED)
    started, before = time.monotonic(), _processor_seconds()
    built = build_corpus(given, settings, out)
    minutes = (time.monotonic() - started) / 60
    return {
        "cores": available_cores(),
        "minutes": round(minutes, 2),
        "environments_per_minute": round(built.worked_on / minutes, 1),
        "processor_seconds_each": round((_processor_seconds() - before) / built.worked_on, 2),
        **built.report.model_dump(mode="json"),
    }


def _processor_seconds() -> float:
    """Return the processor time of this process and of all that it has waited for."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def show(figures: dict[str, Any]) -> None:
    """Print the figures beside the bars."""
    report = CorpusReport(**{name: figures[name] for name in CorpusReport.model_fields})
    rows = [
        (
            "environments a minute, read to verified",
            f"{figures['environments_per_minute']} (bar {BAR_PER_MINUTE} on two cores; "
            f"{figures['cores']} cores here)",
        ),
        ("processor seconds per environment", str(figures["processor_seconds_each"])),
        *report.figures(),
    ]
    width = max(len(name) for name, _ in rows)
    print("\n".join(f"{name:<{width}}  {figure}" for name, figure in rows))
    print("\nsources left out because")
    print("\n".join(f"{r.count:>6}  {r.reason}" for r in report.left_out))
    print("operations left out because")
    print("\n".join(f"{r.count:>6}  {r.reason}" for r in report.operations_left_out[:10]))


def main() -> None:
    """Measure, or say that there is nothing to measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="a folder of API descriptions")
    parser.add_argument("--sample", type=int, default=40, help="how many sources to draw")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    given = parser.parse_args()
    if not given.corpus.is_dir():
        print(f"skipped: {given.corpus} is not there; `make corpus` fetches it", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as out:
        figures = measure(given.corpus, given.sample, Path(out))
    if given.json:
        print(json.dumps(figures, indent=2))
    else:
        show(figures)


if __name__ == "__main__":
    main()
