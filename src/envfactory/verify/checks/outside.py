"""What foreign code reaches for outside its state; our own code may not do so at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from envfactory.verify.check import not_applicable, result
from envfactory.verify.model import CheckResult, Finding, Severity
from envfactory.verify.reaching import AROUND, OUTSIDE, reaches
from envfactory.verify.subject import Subject


@dataclass(frozen=True)
class Outside:
    """A foreign module uses no network, no processes, and executes nothing that it is given."""

    id: str = "outside"
    title: str = "Foreign code keeps to itself: no network, no processes, no code from elsewhere"
    severity: Severity = "must"

    def run(self, subject: Subject) -> CheckResult:
        """Parse the module and those beside it; nothing is executed."""
        return _found(self, subject, OUTSIDE)


@dataclass(frozen=True)
class Surroundings:
    """A foreign module uses no files, environment variables or threads."""

    id: str = "surroundings"
    title: str = "Foreign code uses nothing that belongs to no session: files, variables, threads"
    severity: Severity = "should"

    def run(self, subject: Subject) -> CheckResult:
        """Parse the module and those beside it; nothing is executed."""
        return _found(self, subject, AROUND)


def _found(check: Outside | Surroundings, subject: Subject, what: Mapping[str, str]) -> CheckResult:
    if not subject.is_module:
        return not_applicable(check, subject)
    files = sorted(path for path in subject.path.rglob("*.py") if "__pycache__" not in path.parts)
    findings, lines = [], 0
    for file in files:
        source = file.read_bytes()
        lines += len(source.splitlines())
        place = file.relative_to(subject.path).as_posix()
        findings += [
            Finding(place=f"{place}:{reach.line}", message=f"{reach.reason}: {reach.name}")
            for reach in reaches(source, what)
        ]
    return result(check, subject, {"files": len(files), "lines": lines}, findings)
