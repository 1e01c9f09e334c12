"""Whether failures are failures of the call alone: nothing breaks, nothing changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from envfactory.verify.check import calls, outcome_json, result
from envfactory.verify.explore import Episode, run
from envfactory.verify.model import CheckResult, Finding, Severity
from envfactory.verify.subject import Subject


@dataclass(frozen=True)
class Faults:
    """No arguments whatever make a tool break."""

    id: str = "faults"
    title: str = "No call breaks the environment"
    severity: Severity = "must"

    def run(self, subject: Subject) -> CheckResult:
        """Look at every call that was made, hostile ones included; one finding per tool."""
        findings: dict[str, Finding] = {}
        for tool, episode in subject.exploration.faulted.items():
            findings[tool] = _fault(tool, "", episode, subject)
        for probe in subject.probes:
            if probe.outcome.faulted and probe.tool not in findings:
                findings[probe.tool] = Finding(
                    place=f"tool {probe.tool}",
                    message=f"breaks when {probe.hostile.what}: {probe.outcome.value}",
                    scenario=probe.episode.scenario,
                    calls=calls(probe.episode, (probe.tool, probe.hostile.arguments)),
                    expected="a value or a typed refusal",
                    actual=outcome_json(probe.outcome),
                )
        tried = {"tools": len(subject.tools), "hostile calls": len(subject.probes)}
        return result(self, subject, tried, list(findings.values()))


def _fault(tool: str, what: str, episode: Episode, subject: Subject) -> Finding:
    shortest = _shortest(episode, subject)
    outcome = shortest.steps[-1].outcome
    return Finding(
        place=f"tool {tool}",
        message=f"breaks{what}: {outcome.value}",
        scenario=shortest.scenario,
        calls=calls(shortest),
        expected="a value or a typed refusal",
        actual=outcome_json(outcome),
    )


def _shortest(episode: Episode, subject: Subject) -> Episode:
    """Leave out calls that a fault does not need; where calls do not return, try that just once."""
    last = episode.steps[-1]
    if not last.outcome.endless:
        return subject.shortened(episode, lambda steps: steps[-1].outcome.faulted)
    alone = run(subject.starts[episode.scenario], [(last.tool, last.arguments)])
    return Episode(episode.scenario, alone) if alone[-1].outcome.endless else episode


@dataclass(frozen=True)
class Atomicity:
    """A call that fails leaves the very state that it found."""

    id: str = "atomicity"
    title: str = "A failed call changes nothing"
    severity: Severity = "must"

    def run(self, subject: Subject) -> CheckResult:
        """Compare the state before and after every failure, by identity and by hash."""
        findings: dict[str, Finding] = {}
        failures = 0
        for episode, number in _failures(subject):
            failures += 1
            step = episode.steps[number]
            before = subject.hash_before(episode, number)
            if step.state_hash != before and step.tool not in findings:
                cut = Episode(episode.scenario, episode.steps[: number + 1])
                findings[step.tool] = Finding(
                    place=f"tool {step.tool}",
                    message=f"fails with {step.outcome.kind} and changes the state",
                    scenario=cut.scenario,
                    calls=calls(cut),
                    expected=before,
                    actual=step.state_hash,
                )
        for probe in subject.probes:
            failures += not probe.outcome.ok
            if not (probe.outcome.ok or probe.untouched) and probe.tool not in findings:
                findings[probe.tool] = Finding(
                    place=f"tool {probe.tool}",
                    message=f"fails when {probe.hostile.what}, and changes the state",
                    scenario=probe.episode.scenario,
                    calls=calls(probe.episode, (probe.tool, probe.hostile.arguments)),
                    expected="the same state",
                    actual=outcome_json(probe.outcome),
                )
        tried = {"failed calls": failures, "hostile calls": len(subject.probes)}
        return result(self, subject, tried, list(findings.values()))


def _failures(subject: Subject) -> Iterator[tuple[Episode, int]]:
    exploration = subject.exploration
    for episode in (*exploration.recorded, *exploration.faulted.values()):
        for number, step in enumerate(episode.steps):
            if not step.outcome.ok:
                yield episode, number
