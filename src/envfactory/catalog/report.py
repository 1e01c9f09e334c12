"""`CorpusReport`: a corpus build in numbers, and `markdown`, the same for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, ValidationError

from envfactory.errors import InputError
from envfactory.records import Stored

REPORT: Final = "report.json"
ENOUGH_TOOLS: Final = 4
"""An environment with at least as many tools gives tasks of several steps."""


class Asked(Stored):
    """What the build was asked to do, as far as it explains the numbers."""

    version: str
    seed: int
    per_provider: int | None
    sample: int | None
    min_operations: int
    max_operations: int
    seconds: float
    memory: int


class Reason(Stored):
    """Why something was left out, how often, and a few examples."""

    reason: str
    count: int
    examples: tuple[str, ...] = ()


class Spread(Stored):
    """The middle of some numbers, and their quartiles."""

    median: float
    low: float = Field(description="A quarter of the numbers are at most this.")
    high: float = Field(description="A quarter of the numbers are at least this.")
    count: int

    @classmethod
    def of(cls, numbers: Sequence[float]) -> Spread | None:
        """Return the spread of numbers, rounded to four places; None where there are none."""
        if not numbers:
            return None
        return cls(
            median=_quantile(numbers, 0.5),
            low=_quantile(numbers, 0.25),
            high=_quantile(numbers, 0.75),
            count=len(numbers),
        )


class CorpusReport(Stored):
    """How many sources went in, what became of them, and why the others were left out."""

    schema_version: Literal[1] = 1
    asked: Asked
    # ---- sources
    given: int = Field(description="Files that were given.")
    doubles: int = Field(description="Those of them with the same content as another.")
    no_source: int = Field(description="Files that hold no API description.")
    outside: int = Field(description="Sources whose number of operations was not asked for.")
    sources: int = Field(description="Sources that the build is about; the rest is of these.")
    providers: int
    understood: int = Field(description="Sources that gave a specification.")
    verified: int = Field(description="Environments that passed verification.")
    with_enough_tools: int = Field(description=f"Those with {ENOUGH_TOOLS} tools or more.")
    distinct_apis: int = Field(description="Verified environments, versions of one API once.")
    left_out: tuple[Reason, ...] = Field(description="Sources without a verified environment.")
    # ---- operations
    operations: int = Field(description="Of all sources, also those that cannot be read.")
    covered: int = Field(description="Those that are part of a verified environment.")
    coverage: Spread | None = Field(
        description=f"Share of operations covered, in those with {ENOUGH_TOOLS} tools or more."
    )
    coverage_of_verified: Spread | None = Field(description="The same, in all verified ones.")
    operations_left_out: tuple[Reason, ...] = Field(
        description="Operations of understood sources that no tool covers."
    )
    parts_left_out: tuple[Reason, ...] = Field(description="Parameters, fields and other parts.")
    # ---- writes
    stating_writes: int = Field(description="Sources with an operation stated to change something.")
    writing: int = Field(description="Those that gave a verified environment with a write tool.")
    # ---- environments
    tools: int
    write_tools: int
    tools_each: Spread | None
    tables_each: Spread | None
    domains: dict[str, int] = Field(description="Verified environments by domain.")
    formats: dict[str, int] = Field(description="Verified environments by kind of source.")
    licences: dict[str, int] = Field(description="Verified environments by licence.")

    def to_bytes(self) -> bytes:
        """Return the file content: indented JSON that ends with a line end."""
        return self.model_dump_json(indent=2).encode() + b"\n"

    @classmethod
    def load(cls, folder: Path) -> CorpusReport:
        """Read the report of the corpus build in a folder.

        Raises:
            InputError: If there is none, or it is none.
        """
        path = folder / REPORT
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise InputError(
                str(path),
                error.strerror or str(error),
                "name the folder of a corpus build that has ended",
            ) from error
        except ValidationError as error:
            raise InputError(str(path), "is no report of a corpus build", "build again") from error

    def figures(self) -> list[tuple[str, str]]:
        """Return the figures that say how good the build is, with what each one means."""
        lost = {reason.reason: reason.count for reason in self.left_out}
        coverage = "–" if self.coverage is None else f"{self.coverage.median:.0%}"
        return [
            ("sources", f"{self.sources} of {self.providers} providers"),
            ("crashed", str(lost.get("worker died", 0) + lost.get("envfactory broke", 0))),
            ("took too long", str(lost.get("time limit", 0))),
            ("took too much memory", str(lost.get("memory limit", 0))),
            ("left out without a reason", str(lost.get("", 0))),
            ("verified environments", _share(self.verified, self.sources)),
            (f"… with {ENOUGH_TOOLS} tools or more", _share(self.with_enough_tools, self.sources)),
            ("… operations covered in those, median", coverage),
            (
                "… with a write tool, of the sources that have writes",
                _share(self.writing, self.stating_writes),
            ),
            ("different APIs among the verified", str(self.distinct_apis)),
            ("tools", f"{self.tools}, {self.write_tools} of them write"),
        ]


def markdown(report: CorpusReport) -> str:
    """Return a report as a Markdown page."""
    asked = report.asked
    drawn = "all" if asked.sample is None else f"a random sample of {asked.sample}"
    each = "" if asked.per_provider is None else f", at most {asked.per_provider} per provider"
    parts = [
        "# Corpus build",
        f"{drawn.capitalize()} of the sources with {asked.min_operations} to "
        f"{asked.max_operations} operations{each}; seed {asked.seed}, envfactory {asked.version}. "
        f"Each source had {asked.seconds:g} s and {asked.memory / (1 << 30):g} GiB to be read, "
        "and as much to be made and verified.",
        _table(("what", "figure"), report.figures()),
        "## Sources",
        _table(
            ("", "count"),
            [
                ("files given", report.given),
                ("of the same content as another", report.doubles),
                ("that hold no API description", report.no_source),
                ("with more or fewer operations than asked for", report.outside),
                ("in this build", report.sources),
                ("understood", report.understood),
                ("verified", report.verified),
            ],
        ),
        "### Left out, by reason",
        _reasons(report.left_out, "sources"),
        "## Operations",
        f"{report.covered} of {report.operations} operations are covered by verified environments.",
        _table(
            ("share covered", "lower quartile", "median", "upper quartile", "environments"),
            [
                _spread(f"environments with {ENOUGH_TOOLS} tools or more", report.coverage),
                _spread("all verified environments", report.coverage_of_verified),
            ],
        ),
        "### Left out, by reason",
        _reasons(report.operations_left_out, "operations"),
        "### Parameters, fields and other parts left out, by reason",
        _reasons(report.parts_left_out, "parts"),
        "## Environments",
        *(
            f"### By {title}\n\n" + _table((title, "environments"), list(counts.items()))
            for title, counts in (
                ("domain", report.domains),
                ("source", report.formats),
                ("licence", report.licences),
            )
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _reasons(reasons: Sequence[Reason], what: str) -> str:
    if not reasons:
        return "Nothing."
    rows = [(r.reason, r.count, ", ".join(f"`{e}`" for e in r.examples)) for r in reasons]
    return _table(("reason", what, "for example"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def _spread(name: str, spread: Spread | None) -> tuple[object, ...]:
    if spread is None:
        return (name, "–", "–", "–", 0)
    return (name, f"{spread.low:.0%}", f"{spread.median:.0%}", f"{spread.high:.0%}", spread.count)


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.1%})" if whole else f"{part} of {whole}"


def _quantile(numbers: Sequence[float], share: float) -> float:
    """Return the number below which that share of the numbers lies, interpolated."""
    ordered = sorted(numbers)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return round(ordered[below] + (ordered[above] - ordered[below]) * (place - below), 4)


def counted(counts: Mapping[str, int]) -> dict[str, int]:
    """Return counts with the most frequent first, then by name."""
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
