"""How much of the tools' code the recorded calls go through."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from envfactory.environment import Environment
from envfactory.environment.package import CODE
from envfactory.verify.check import not_applicable, result
from envfactory.verify.model import CheckResult, Detail, Finding, Severity
from envfactory.verify.replay import perform
from envfactory.verify.subject import Subject

ENOUGH = 90
"""The share of branches, in percent, that has to be taken."""


@dataclass(frozen=True)
class Coverage:
    """Nearly every branch of every tool is taken by some call, as coverage.py measures it."""

    id: str = "coverage"
    title: str = "Calls take nearly every branch of the tools' code"
    severity: Severity = "should"

    def run(self, subject: Subject) -> CheckResult:
        """Make all calls again under measurement; the findings are what no call went through."""
        environment = subject.own_class
        if environment is None:
            return not_applicable(self, subject)
        functions = _measured(subject, environment)
        counts = {"lines": 0, "lines run": 0, "branches": 0, "branches taken": 0}
        findings: list[Finding] = []
        details: list[Detail] = []
        for name, function in sorted(functions.items()):
            summary = function["summary"]
            own = {
                "lines": summary["num_statements"],
                "lines run": summary["covered_lines"],
                "branches": summary["num_branches"],
                "branches taken": summary["covered_branches"],
            }
            counts = {what: counts[what] + own[what] for what in counts}
            details.append(Detail(place=name, counts=own))
            findings += _findings(name, function)
        found = result(self, subject, counts, findings, details=details)
        enough = counts["branches taken"] * 100 >= ENOUGH * counts["branches"]
        enough = enough and counts["lines run"] * 100 >= ENOUGH * counts["lines"]
        return found.model_copy(update={"outcome": "passed" if enough else "failed"})


def _measured(subject: Subject, environment: type[Environment]) -> dict[str, Any]:
    """Return what coverage.py says of each method of the environment."""
    import coverage

    prefix = f"{environment.__name__}."
    code = str((subject.path / CODE).absolute())
    measure = coverage.Coverage(
        data_file=None, branch=True, include=[code], config_file=False, messages=False
    )
    measure.start()
    try:
        for session, tool, arguments in _calls(subject):
            perform(session, tool, arguments)
    finally:
        measure.stop()
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()):
        report = Path(folder) / "coverage.json"
        measure.json_report(outfile=str(report))
        files = json.loads(report.read_bytes())["files"]
    functions: dict[str, Any] = next(iter(files.values()))["functions"] if files else {}
    return {n.removeprefix(prefix): f for n, f in functions.items() if n.startswith(prefix)}


def _calls(subject: Subject) -> Iterator[tuple[Any, str, Any]]:
    for episode in subject.judged:
        session = subject.starts[episode.scenario].fork()
        for step in episode.steps:
            yield session, step.tool, step.arguments
    for probe in subject.probes:
        yield subject.at(probe.episode), probe.tool, probe.hostile.arguments


def _findings(name: str, function: dict[str, Any]) -> Iterator[Finding]:
    for line in function["missing_lines"]:
        yield Finding(place=f"{CODE}:{line}", message=f"no call of {name} gets here")
    for line, other in function["missing_branches"]:
        if line not in function["missing_lines"] and other not in function["missing_lines"]:
            yield Finding(place=f"{CODE}:{line}", message=f"no call of {name} goes on to {other}")
