"""Whether there is anything to do in a foreign environment but to look."""

from __future__ import annotations

from dataclasses import dataclass

from envfactory.verify.check import not_applicable, result
from envfactory.verify.model import CheckResult, Finding, Severity
from envfactory.verify.subject import Subject


@dataclass(frozen=True)
class Writes:
    """Some tool changes the state."""

    id: str = "writes"
    title: str = "Some tool changes the state"
    severity: Severity = "note"

    def run(self, subject: Subject) -> CheckResult:
        """Look at every state that was recorded."""
        if not subject.foreign:
            return not_applicable(self, subject)
        episodes = subject.exploration.recorded
        changed = any(
            step.outcome.ok and step.state_hash != subject.hash_before(episode, number)
            for episode in episodes
            for number, step in enumerate(episode.steps)
        )
        message = "no call of any tool changed the state; there is nothing to do but to look"
        findings = [] if changed else [Finding(place="package", message=message)]
        return result(self, subject, {"tools": len(subject.tools)}, findings)
