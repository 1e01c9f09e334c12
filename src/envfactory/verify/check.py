"""What a check is, and how it says what it found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from envfactory.errors import one_line
from envfactory.records import Json
from envfactory.verify.explore import Episode
from envfactory.verify.hostile import HUGE
from envfactory.verify.model import Call, CheckResult, Evidence, Finding, Severity
from envfactory.verify.replay import Outcome
from envfactory.verify.subject import Subject

MAX_FINDINGS = 20
"""How many findings of one check a certificate lists; the rest is counted."""

MAX_TEXT = 2_000
"""Longest JSON of arguments or values that is kept whole."""


class Check(Protocol):
    """One question about a package, with an id that stays the same from version to version."""

    @property
    def id(self) -> str:
        """A short stable name."""

    @property
    def title(self) -> str:
        """What holds when the check passes, as a sentence."""

    @property
    def severity(self) -> Severity:
        """Whether a failure makes the package fail."""

    def run(self, subject: Subject) -> CheckResult:
        """Look, and return what was tried and found."""


def result(
    check: Check,
    subject: Subject,
    tried: dict[str, int],
    findings: Sequence[Finding] = (),
    evidence: Sequence[Evidence] = (),
) -> CheckResult:
    """Return the result of a check: failed where it found something."""
    ordered = sorted(findings, key=lambda finding: len(finding.calls))
    return CheckResult(
        id=check.id,
        title=check.title,
        severity=check.severity,
        outcome="failed" if findings else "passed",
        tried=tried,
        findings=tuple(ordered[:MAX_FINDINGS]),
        left_out=max(len(ordered) - MAX_FINDINGS, 0),
        evidence=tuple(evidence),
        seed=subject.seed,
    )


def not_applicable(check: Check, subject: Subject) -> CheckResult:
    """Return the result of a check that has nothing to look at in a package."""
    return result(check, subject, {}).model_copy(update={"outcome": "not_applicable"})


def call(tool: str, arguments: Any) -> Call:
    """Return a call for a certificate; arguments that JSON cannot say are written in Python."""
    text = expression(arguments)
    if len(text) <= MAX_TEXT and _is_json(arguments):
        return Call(tool=tool, arguments=arguments)
    return Call(tool=tool, python=text)


def calls(episode: Episode, *more: tuple[str, Any]) -> tuple[Call, ...]:
    """Return the calls of an episode, and further ones."""
    made = [(step.tool, step.arguments) for step in episode.steps]
    return tuple(call(tool, arguments) for tool, arguments in (*made, *more))


def outcome_json(outcome: Outcome) -> Json:
    """Return what a call came to, shortened, for a finding."""
    if len(outcome.text) > MAX_TEXT:
        return {outcome.kind: one_line(outcome.text, MAX_TEXT)}
    return {outcome.kind: outcome.value}


def expression(value: Any) -> str:
    """Return a Python expression for arguments, huge texts and deep lists folded."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k!r}: {expression(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        depth, inner = 0, value
        while isinstance(inner, list) and len(inner) == 1:
            depth, inner = depth + 1, inner[0]
        if depth > 20:
            return f"deep({depth}, {expression(inner)})"
        return "[" + ", ".join(expression(item) for item in value) + "]"
    if isinstance(value, str) and len(value) >= HUGE and value == value[0] * len(value):
        return f"{value[0]!r} * {len(value)}"
    if isinstance(value, float):
        return f'float("{value}")' if value != value or abs(value) == float("inf") else repr(value)
    return repr(value)


def _is_json(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(k, str) and _is_json(v) for k, v in value.items())
    if isinstance(value, list):
        return all(_is_json(item) for item in value)
    if isinstance(value, float):
        return value == value and abs(value) != float("inf")
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= c <= "\udfff" for c in value)
    if isinstance(value, int):
        return abs(value) < 2**63
    return value is None
