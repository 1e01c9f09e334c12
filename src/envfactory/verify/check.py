"""What a check is, and how it says what it found."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any, Protocol

from envfactory.errors import InputError, one_line
from envfactory.records import Json
from envfactory.verify.explore import Episode
from envfactory.verify.hostile import HUGE
from envfactory.verify.model import Call, CheckResult, Detail, Evidence, Finding, Severity
from envfactory.verify.replay import Outcome
from envfactory.verify.subject import Subject

MAX_FINDINGS = 20
"""How many findings of one check a certificate lists; the rest is counted."""

MAX_TEXT = 2_000
"""Longest JSON of arguments or values that is kept whole."""

_DEEPEST = 100
"""Deepest JSON that is kept as it is: records refuse what is nested more than 255 deep."""


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
    details: Sequence[Detail] = (),
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
        details=tuple(details),
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
    if len(outcome.text) > MAX_TEXT or not _is_json(outcome.value):
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
    return "object" if value is object else repr(value)


def read_expression(text: str) -> Any:
    """Return the value of an expression that `expression` wrote; nothing is executed.

    Raises:
        InputError: If it is anything else.
    """
    try:
        return _evaluated(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise InputError(
            "arguments", f"no expression for them: {one_line(text, 80)}", "verify the package again"
        ) from error


def _evaluated(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id="object"):
            return object
        case ast.Dict(keys=keys, values=values) if None not in keys:
            pairs = zip(keys, values, strict=True)
            return {_evaluated(k): _evaluated(v) for k, v in pairs if k is not None}
        case ast.List(elts=items):
            return [_evaluated(item) for item in items]
        case ast.Set(elts=items):
            return {_evaluated(item) for item in items}
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.BinOp(
            left=ast.Constant(value=str(unit)), op=ast.Mult(), right=ast.Constant(value=int(times))
        ) if 0 <= times <= 10 * HUGE:
            return unit * times
        case ast.Call(func=ast.Name(id="float"), args=[ast.Constant(value=str(number))]):
            return float(number)
        case ast.Call(func=ast.Name(id="deep"), args=[ast.Constant(value=int(depth)), inner]) if (
            0 <= depth <= 10_000
        ):
            nested = _evaluated(inner)
            for _ in range(depth):
                nested = [nested]
            return nested
        case _:
            raise ValueError(ast.unparse(node))


def _is_json(value: Any, depth: int = 0) -> bool:
    """Tell whether a stored record can hold a value as it is."""
    if isinstance(value, dict | list) and depth == _DEEPEST:
        return False
    if isinstance(value, dict):
        return all(isinstance(k, str) and _is_json(v, depth + 1) for k, v in value.items())
    if isinstance(value, list):
        return all(_is_json(item, depth + 1) for item in value)
    if isinstance(value, float):
        return value == value and abs(value) != float("inf")
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= c <= "\udfff" for c in value)
    if isinstance(value, int):
        return abs(value) < 2**63
    return value is None
