"""What the code may do, read and not run."""

from __future__ import annotations

from dataclasses import dataclass

from envfactory.environment.package import CODE
from envfactory.verify.check import result
from envfactory.verify.model import CheckResult, Finding, Severity
from envfactory.verify.rules import violations
from envfactory.verify.subject import Subject


@dataclass(frozen=True)
class StaticRules:
    """The source keeps the rules of `envfactory.verify.rules`."""

    id: str = "static"
    title: str = "The code reaches for nothing outside its state"
    severity: Severity = "must"

    def run(self, subject: Subject) -> CheckResult:
        """Parse the source; nothing of it is executed. Foreign code keeps no rules of ours."""
        if subject.foreign:
            empty = result(self, subject, {"lines": len(subject.source.splitlines())})
            return empty.model_copy(update={"outcome": "not_applicable"})
        findings = [
            Finding(place=f"{CODE}:{found.line}", message=f"{found.rule}: {found.message}")
            for found in violations(subject.source)
        ]
        return result(self, subject, {"lines": len(subject.source.splitlines())}, findings)
