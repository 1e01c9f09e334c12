"""Whether the package loads, and every scenario in it."""

from __future__ import annotations

from dataclasses import dataclass

from envfactory.errors import InputError
from envfactory.verify.check import result
from envfactory.verify.model import CheckResult, Detail, Finding, Severity
from envfactory.verify.subject import Subject


def _without_path(error: InputError, subject: Subject) -> str:
    """Return what an error says; certificates hold no paths of the machine."""
    return str(error).replace(f"{subject.path}/", "")


@dataclass(frozen=True)
class Loads:
    """The manifest is valid and the code defines one environment with tools."""

    id: str = "load"
    title: str = "The package loads"
    severity: Severity = "must"

    def run(self, subject: Subject) -> CheckResult:
        """Load the package, which executes its code for the first time."""
        findings = []
        try:
            if not subject.package.environment.tools():
                findings = [Finding(place="environment.py", message="defines no tools")]
        except InputError as error:
            findings = [Finding(place="package", message=_without_path(error, subject))]
        return result(self, subject, {"packages": 1}, findings)


@dataclass(frozen=True)
class Scenarios:
    """There is a scenario, and each one fits the environment."""

    id: str = "scenarios"
    title: str = "Every shipped scenario loads"
    severity: Severity = "must"

    def run(self, subject: Subject) -> CheckResult:
        """Load each scenario."""
        findings = []
        for name in subject.package.scenarios:
            try:
                subject.package.start(name)
            except InputError as error:
                findings.append(
                    Finding(
                        place=f"scenario {name}",
                        message=_without_path(error, subject),
                        scenario=name,
                    )
                )
        if not subject.package.scenarios:
            findings = [
                Finding(place="scenarios", message="the package ships none; add scenarios/*.json")
            ]
        tried = {"scenarios": len(subject.package.scenarios)}
        return result(self, subject, tried, findings, details=_sizes(subject))


def _sizes(subject: Subject) -> list[Detail]:
    """Return the number of rows per table, for each scenario that can be read."""
    details = []
    for name in subject.package.scenarios:
        try:
            scenario = subject.package.scenario(name)
        except InputError:
            continue
        rows = {table: len(held) for table, held in scenario.items() if isinstance(held, list)}
        details.append(Detail(place=name, counts=dict(sorted(rows.items()))))
    return details
