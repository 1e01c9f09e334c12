"""Whether clock or chance decides what a foreign module returns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from envfactory.environment.foreign.chance import Chance
from envfactory.environment.foreign.module import ForeignModule
from envfactory.environment.package import CODE, TOOLS, read_tools
from envfactory.errors import InputError
from envfactory.verify.check import calls, not_applicable, outcome_json, result
from envfactory.verify.explore import Episode
from envfactory.verify.model import CheckResult, Finding, Severity
from envfactory.verify.replay import perform
from envfactory.verify.subject import Subject

_ELSEWHERE = timedelta(days=1234, hours=5, minutes=6, seconds=7)


@dataclass(frozen=True)
class ByChance:
    """Other random numbers and another time give the same results.

    Sessions decide clock and chance by the state, so calls replay here in any case. Without that,
    what this finds is another result in every process.
    """

    id: str = "chance"
    title: str = "Neither clock nor chance decides what tools return"
    severity: Severity = "should"

    def run(self, subject: Subject) -> CheckResult:
        """Make all recorded calls in a module with another clock and other random numbers."""
        if subject.module is None:
            return not_applicable(self, subject)
        package = subject.package
        other = ForeignModule(
            subject.path / CODE,
            subject.source,
            tuple(package.scenario(name) for name in package.scenarios),
            read_tools(subject.path) if (subject.path / TOOLS).is_file() else None,
            lambda: Chance("elsewhere", _ELSEWHERE),
        )
        findings: dict[str, Finding] = {}
        for episode in subject.exploration.recorded:
            for finding in _differences(subject, other, episode):
                known = findings.get(finding.place)
                if known is None or len(finding.calls) < len(known.calls):
                    findings[finding.place] = finding
        episodes = subject.exploration.recorded
        tried = {"sessions": len(episodes), "calls": sum(len(e.steps) for e in episodes)}
        return result(self, subject, tried, list(findings.values()))


def _differences(subject: Subject, other: ForeignModule, episode: Episode) -> Iterator[Finding]:
    """Yield the first difference of an episode: what comes after it follows from it."""
    name = episode.scenario
    try:
        session = other.from_scenario(subject.package.scenario(name))
    except InputError:
        return  # what loads here and not there is found where it is called
    if session.state_hash != subject.starts[name].state_hash:
        message = "loads as another state with another clock and other random numbers"
        yield Finding(place=f"scenario {name}", message=message, scenario=name)
        return
    for number, step in enumerate(episode.steps, 1):
        outcome = perform(session, step.tool, step.arguments)
        if (outcome, session.state_hash) == (step.outcome, step.state_hash):
            continue
        same = outcome == step.outcome
        yield Finding(
            place=f"tool {step.tool}",
            message=f"{'leaves' if same else 'returns'} something else with another clock and "
            "other random numbers; here both follow from the state",
            scenario=name,
            calls=calls(Episode(name, episode.steps[:number])),
            expected=step.state_hash if same else outcome_json(step.outcome),
            actual=session.state_hash if same else outcome_json(outcome),
        )
        return
