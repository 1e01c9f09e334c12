"""Whether what tools declare and what they do agree, in both directions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from envfactory.errors import one_line
from envfactory.verify.check import calls, outcome_json, result
from envfactory.verify.explore import Episode
from envfactory.verify.ground import Ground
from envfactory.verify.model import CheckResult, Finding, Severity
from envfactory.verify.replay import Outcome
from envfactory.verify.subject import Subject


@dataclass(frozen=True)
class Schemas:
    """Values fit the output schema; arguments are taken only if they fit the input schema.

    Arguments outside the schema have to be refused as invalid, whatever the state is. The reverse
    does not hold: a tool may know more than its schema says. An output schema that was read off
    values declares nothing, so no value breaks it.
    """

    id: str = "schemas"
    title: str = "Declared and actual schemas agree"
    severity: Severity = "must"

    def run(self, subject: Subject) -> CheckResult:
        """Validate everything that the exploration and the hostile calls sent and received."""
        findings = list(_broken_schemas(subject))
        if findings:
            return result(self, subject, {"tools": len(subject.tools)}, findings)
        seen: set[tuple[str, str]] = set()
        checked = 0
        for before, tool, arguments, outcome in _calls(subject):
            checked += 1
            kind, message = disagreement(subject.ground, tool, arguments, outcome)
            if message and (tool, kind) not in seen:
                seen.add((tool, kind))
                findings.append(
                    Finding(
                        place=f"tool {tool}",
                        message=message,
                        scenario=before.scenario,
                        calls=calls(before, (tool, arguments)),
                        expected=kind,
                        actual=outcome_json(outcome),
                    )
                )
        return result(self, subject, {"tools": len(subject.tools), "calls": checked}, findings)


def _broken_schemas(subject: Subject) -> Iterator[Finding]:
    for tool in subject.tools:
        for name in ("input_schema", "output_schema"):
            try:
                Draft202012Validator(getattr(tool, name))
            except ValidationError as error:
                yield Finding(
                    place=f"tool {tool.name}",
                    message=f"{name} is no JSON Schema: {one_line(error.message, 200)}",
                )


def _calls(subject: Subject) -> Iterator[tuple[Episode, str, Any, Outcome]]:
    """Yield every call with JSON arguments: how its state was reached, and what it came to."""
    for episode in subject.exploration.recorded:
        for number, step in enumerate(episode.steps):
            before = Episode(episode.scenario, episode.steps[:number])
            yield before, step.tool, step.arguments, step.outcome
    for probe in subject.probes:
        if probe.hostile.plain and not probe.outcome.faulted:
            yield probe.episode, probe.tool, probe.hostile.arguments, probe.outcome


def disagreement(ground: Ground, tool: str, arguments: Any, outcome: Outcome) -> tuple[str, str]:
    """Return what was expected and what is wrong, or two empty texts."""
    takes, returns = ground.validators[tool]
    fits = takes.is_valid(arguments)
    if not fits and outcome.kind != "invalid_argument":
        problem = _problem(takes, arguments)
        did = "was accepted" if outcome.ok else f"was refused as {outcome.kind}"
        return "invalid_argument", f"{did} though outside the input schema: {problem}"
    if outcome.ok and tool not in ground.observed and not returns.is_valid(outcome.value):
        problem = _problem(returns, outcome.value)
        return "a value of the output schema", f"returned what it does not declare: {problem}"
    return "", ""


def _problem(validator: Draft202012Validator, value: Any) -> str:
    """Return the deepest thing that is wrong: of `anyOf` it says more than that no arm fits."""
    errors = list(validator.iter_errors(value))
    error = max(errors, key=lambda e: len(e.instance_path))
    place = "/".join(str(part) for part in error.instance_path)
    return one_line(f"{place}: {error.message}".removeprefix(": "), 200)
