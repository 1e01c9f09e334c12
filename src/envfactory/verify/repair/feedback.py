"""Feedback: a finding, with all that somebody needs who is to mend the code."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from envfactory.environment.package import CODE
from envfactory.records import Json
from envfactory.verify.model import Call, Certificate, Finding, Severity

_SEVERITIES: tuple[Severity, ...] = ("must", "should")


@dataclass(frozen=True, slots=True)
class Feedback:
    """One finding, for a writer.

    Attributes:
        id: The finding's id in the certificate.
        check: The id of the check that found it.
        question: What holds when that check passes.
        severity: Whether the package fails because of it.
        place: Where, as in the certificate.
        message: What is wrong.
        tool: The tool that it is about; empty where it is about none.
        scenario: Where the calls start.
        calls: The shortest failing sequence; the last call shows it.
        expected: What should have come of it.
        actual: What came of it.
        lines: The lines of code concerned, with their numbers.
    """

    id: str
    check: str
    question: str
    severity: Severity
    place: str
    message: str
    tool: str
    scenario: str | None
    calls: tuple[Call, ...]
    expected: Json
    actual: Json
    lines: tuple[tuple[int, str], ...]


def feedback_of(certificate: Certificate, source: str) -> tuple[Feedback, ...]:
    """Return a certificate's findings as feedback, those that make the package fail first.

    Args:
        certificate: What was found.
        source: The code it was found in.
    """
    found = []
    for severity in _SEVERITIES:
        for result in certificate.results:
            if result.severity != severity or result.outcome != "failed":
                continue
            for finding in result.findings:
                tool, lines = _concerned(finding, source)
                found.append(
                    Feedback(
                        id=finding.id,
                        check=result.id,
                        question=result.title,
                        severity=severity,
                        place=finding.place,
                        message=finding.message,
                        tool=tool,
                        scenario=finding.scenario,
                        calls=finding.calls,
                        expected=finding.expected,
                        actual=finding.actual,
                        lines=lines,
                    )
                )
    return tuple(found)


def _concerned(finding: Finding, source: str) -> tuple[str, tuple[tuple[int, str], ...]]:
    """Return the tool that a finding is about, and the lines of its method or the line named."""
    text = source.splitlines()
    named = re.fullmatch(rf"{re.escape(CODE)}:(\d+)", finding.place)
    tool = finding.place.removeprefix("tool ") if finding.place.startswith("tool ") else ""
    if not tool and finding.calls:
        tool = finding.calls[-1].tool
    for method in _methods(source):
        first = min([method.lineno, *(d.lineno for d in method.decorator_list)])
        last = method.end_lineno or first
        if method.name == tool or (named and first <= int(named[1]) <= last):
            return tool or method.name, tuple(enumerate(text[first - 1 : last], first))
    if named and int(named[1]) <= len(text):
        return tool, ((int(named[1]), text[int(named[1]) - 1]),)
    return tool, ()


def _methods(source: str) -> list[ast.FunctionDef]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return []
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
