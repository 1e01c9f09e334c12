"""What became of each source, and the report that these outcomes add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pydantic import Field

from envfactory.catalog import Asked, CatalogEntry, CorpusReport, Reason, Spread
from envfactory.catalog.report import ENOUGH_TOOLS, counted
from envfactory.pipeline.corpus.reading import OUTSIDE, Facts, Reading
from envfactory.pipeline.corpus.settings import CorpusSettings
from envfactory.pipeline.drop import Drop
from envfactory.source.finder import NO_SOURCE

_EXAMPLES = 3


class SourceOutcome(Facts):
    """One line of `sources.jsonl`: what a source holds, and what became of it.

    `reason` is empty where it has become a verified environment.
    """

    environment: str = Field(default="", description="Name of the verified environment.")


def outcomes(
    readings: Iterable[Reading], entries: Iterable[CatalogEntry], drops: Iterable[Drop]
) -> list[SourceOutcome]:
    """Return what became of each source, in the order of the readings."""
    made = {entry.source: entry for entry in entries}
    dropped: dict[str, list[Drop]] = {}
    for drop in drops:
        dropped.setdefault(drop.item, []).append(drop)
    found = []
    for reading in readings:
        facts = reading.facts()
        entry, told = made.get(reading.source), dropped.get(reading.source, [])
        if entry is not None:
            left_out = Counter(reading.left_out) + Counter(drop.reason for drop in told)
            facts |= {
                "tools": len(entry.tools),
                "write_tools": _writes(entry),
                "covered": entry.covered or 0,
                "left_out": counted(left_out),
            }
        elif told:
            facts |= {"reason": told[0].reason, "detail": told[0].detail}
        found.append(SourceOutcome(**facts, environment="" if entry is None else entry.name))
    return found


def report_on(
    settings: CorpusSettings,
    doubles: int,
    passed: Sequence[Reading],
    found: Sequence[SourceOutcome],
    entries: Sequence[CatalogEntry],
) -> CorpusReport:
    """Return the report on a build.

    Args:
        settings: What was asked for.
        doubles: How many sources have the same content as another.
        passed: Files that were read and are no sources that were asked for.
        found: What became of the others.
        entries: The verified environments.
    """
    understood = [outcome for outcome in found if outcome.tools]
    useful = [entry for entry in entries if len(entry.tools) >= ENOUGH_TOOLS]
    made = {entry.source: entry for entry in entries}
    apis = {(o.provider, o.title) for o in found if o.environment}
    return CorpusReport(
        asked=Asked(**{name: getattr(settings, name) for name in Asked.model_fields}),
        given=len(settings.sources),
        doubles=doubles,
        no_source=sum(reading.reason == NO_SOURCE for reading in passed),
        outside=sum(reading.reason == OUTSIDE for reading in passed),
        sources=len(found),
        providers=len({outcome.provider for outcome in found}),
        understood=len(understood),
        verified=len(entries),
        with_enough_tools=len(useful),
        distinct_apis=len(apis),
        left_out=_reasons((o.source, {o.reason: 1}) for o in found if not o.environment),
        operations=sum(outcome.operations for outcome in found),
        covered=sum(entry.covered or 0 for entry in entries),
        coverage=Spread.of([entry.coverage or 0.0 for entry in useful]),
        coverage_of_verified=Spread.of([entry.coverage or 0.0 for entry in entries]),
        operations_left_out=_reasons((o.source, o.left_out) for o in found),
        parts_left_out=_reasons((o.source, o.parts_left_out) for o in found),
        stating_writes=sum(outcome.writes > 0 for outcome in found),
        writing=sum(o.writes > 0 and _writes(made.get(o.source)) > 0 for o in found),
        tools=sum(len(entry.tools) for entry in entries),
        write_tools=sum(map(_writes, entries)),
        tools_each=Spread.of([len(entry.tools) for entry in entries]),
        tables_each=Spread.of([len(entry.entities) for entry in entries]),
        domains=counted(Counter(entry.domain for entry in entries)),
        formats=counted(Counter(entry.format for entry in entries)),
        licences=counted(Counter(entry.licence or "not stated" for entry in entries)),
    )


def _writes(entry: CatalogEntry | None) -> int:
    return 0 if entry is None else entry.writes or 0


def _reasons(given: Iterable[tuple[str, Mapping[str, int]]]) -> tuple[Reason, ...]:
    """Sum up reasons over sources; the examples are the first sources that have each one."""
    counts: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    for source, reasons in given:
        for reason, count in reasons.items():
            counts[reason] += count
            examples.setdefault(reason, []).append(source)
    return tuple(
        Reason(reason=reason, count=count, examples=tuple(examples[reason][:_EXAMPLES]))
        for reason, count in counted(counts).items()
    )
