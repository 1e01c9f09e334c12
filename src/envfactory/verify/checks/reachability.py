"""Whether every tool can succeed at all."""

from __future__ import annotations

from dataclasses import dataclass

from envfactory.verify.check import calls, outcome_json, result
from envfactory.verify.model import CheckResult, Evidence, Finding, Severity
from envfactory.verify.subject import Subject


@dataclass(frozen=True)
class Reachability:
    """From some shipped scenario some sequence of calls ends in the tool's success."""

    id: str = "reachability"
    title: str = "Every tool succeeds from a shipped scenario"
    severity: Severity = "must"

    def run(self, subject: Subject) -> CheckResult:
        """Search; see `envfactory.verify.explore`."""
        found = subject.exploration
        evidence, findings = [], []
        for tool in subject.tools:
            place, tries = f"tool {tool.name}", found.tries.get(tool.name, 0)
            reached, faulted = found.reached.get(tool.name), found.faulted.get(tool.name)
            if reached is not None:
                evidence.append(
                    Evidence(
                        place=place, scenario=reached.scenario, calls=calls(reached), tries=tries
                    )
                )
                continue
            why = found.refusals.get(tool.name)
            reason = (
                f"most often {why}" if why else "it broke" if faulted else "nothing to start from"
            )
            findings.append(
                Finding(
                    place=place,
                    message=f"did not succeed in {tries} tries; {reason}",
                    scenario=faulted.scenario if faulted else None,
                    calls=calls(faulted) if faulted else (),
                    expected="a value",
                    actual=outcome_json(faulted.steps[-1].outcome) if faulted else why,
                )
            )
        tried = {"tools": len(subject.tools), "calls": sum(found.tries.values())}
        return result(self, subject, tried, findings, evidence)
