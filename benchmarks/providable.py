"""How often the graph says rightly whether a user could give an input, on inputs labelled by hand.

    python benchmarks/providable.py             # a moment
    python benchmarks/providable.py --json

The inputs are required ones of environments that were compiled of real descriptions, with what
these say of them in fewer words; one reader judged whether a person has the value without the
system's help. The rules were written with those of the first draw in sight; of the second, only
that images are data was learnt. Precision is the share of right ones among those said to be
sayable, recall the share of the sayable ones that were found. Baseline: the same rules without the
descriptions.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from envfactory.graph import Port
from envfactory.graph.providable import judge

LABELS = Path(__file__).parent.parent / "tests" / "graph" / "data" / "sayable.jsonl"


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of one draw."""

    draw: str
    inputs: int
    precision: float
    recall: float
    precision_without_descriptions: float
    recall_without_descriptions: float
    wrong: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    rows = labelled()
    found = [
        figures(draw, [row for row in rows if row["draw"] == draw])
        for draw in dict.fromkeys(row["draw"] for row in rows)
    ]
    if given.json:
        sys.stdout.write(json.dumps([asdict(each) for each in found], indent=2) + "\n")
        return 0
    for each in found:
        sys.stdout.write(
            f"{each.draw} draw, {each.inputs} inputs: precision {each.precision:.3f}, recall "
            f"{each.recall:.3f} (without descriptions {each.precision_without_descriptions:.3f} "
            f"and {each.recall_without_descriptions:.3f}); wrong: {', '.join(each.wrong)}\n"
        )
    return 0


def labelled() -> list[dict[str, Any]]:
    """Return the labelled inputs."""
    return [json.loads(line) for line in LABELS.read_text().splitlines()]


def figures(draw: str, rows: Sequence[dict[str, Any]]) -> Figures:
    """Judge some inputs with and without their descriptions."""
    told = [_allowed(row, row["description"]) for row in rows]
    plain = [_allowed(row, "") for row in rows]
    right = [bool(row["said"]) for row in rows]
    return Figures(
        draw,
        len(rows),
        *_shares(told, right),
        *_shares(plain, right),
        tuple(row["path"] for row, said in zip(rows, told, strict=True) if said != row["said"]),
    )


def _allowed(row: dict[str, Any], description: str) -> bool:
    port = Port(
        tool="t",
        side="input",
        path=row["path"],
        type=row["type"],
        format=row["format"],
        description=description,
    )
    return judge(port).allowed


def _shares(said: Sequence[bool], right: Sequence[bool]) -> tuple[float, float]:
    """Return precision and recall."""
    hits = sum(a and b for a, b in zip(said, right, strict=True))
    return round(hits / max(sum(said), 1), 3), round(hits / max(sum(right), 1), 3)


if __name__ == "__main__":
    sys.exit(main())
