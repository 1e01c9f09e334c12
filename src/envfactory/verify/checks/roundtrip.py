"""Whether what a scenario says is in the state that it loads as."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from envfactory.records import Json
from envfactory.verify.check import not_applicable, result
from envfactory.verify.model import CheckResult, Finding, Severity
from envfactory.verify.subject import Subject

_Leaf = tuple[str, object]


@dataclass(frozen=True)
class RoundTrip:
    """Saving gives back all that a scenario said; in another form, and with more, if need be."""

    id: str = "round-trip"
    title: str = "What a scenario says is saved once it was loaded"
    severity: Severity = "must"

    def run(self, subject: Subject) -> CheckResult:
        """Load each scenario, save it, and look for every value under its name."""
        if not subject.foreign:
            return not_applicable(self, subject)  # loading validates everything
        findings: list[Finding] = []
        values = 0
        for name, session in subject.starts.items():
            given = subject.package.scenario(name)
            values += sum(1 for _ in _leaves(given, "", ""))
            lost = list(_lost(given, session.to_scenario()))
            if lost:
                more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
                findings.append(
                    Finding(
                        place=f"scenario {name}",
                        message=f"is not saved as it was loaded: {lost[0]} is lost{more}",
                        scenario=name,
                    )
                )
        return result(self, subject, {"scenarios": len(subject.starts), "values": values}, findings)


def _lost(given: Json, saved: Json) -> Iterator[str]:
    """Yield the places of the values of one JSON value that another one does not hold."""
    there = Counter(leaf for _, leaf in _leaves(saved, "", ""))
    for place, leaf in _leaves(given, "", ""):
        if there[leaf] == 0:
            yield place
        there[leaf] -= 1


def _leaves(value: Json, place: str, name: str) -> Iterator[tuple[str, _Leaf]]:
    """Yield the place of each value that is no list or object, with its name and itself."""
    if isinstance(value, dict):
        for field, item in value.items():
            yield from _leaves(item, f"{place}/{field}", field)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _leaves(item, f"{place}/{number}", name)
    elif value is not None:
        yield place, (name, _plain(value))


def _plain(value: str | int | float | bool) -> object:
    """Return a value so that two ways to write one moment, or one number, are equal."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, str) and len(value) >= len("2026-01-01T00:00"):
        try:
            return datetime.fromisoformat(value).timestamp()
        except (ValueError, OverflowError):
            return value
    return value
