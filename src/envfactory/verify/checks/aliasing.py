"""Whether anything handed out or taken in is still connected to the state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from envfactory.environment import ToolResult
from envfactory.environment.world import Session
from envfactory.errors import EnvironmentFault
from envfactory.records import canonical_json
from envfactory.verify.check import calls, result
from envfactory.verify.explore import Episode
from envfactory.verify.model import CheckResult, Finding, Severity
from envfactory.verify.replay import perform
from envfactory.verify.subject import Subject


@dataclass(frozen=True)
class Aliasing:
    """Changing arguments, values or scenarios in place afterwards changes no state."""

    id: str = "aliasing"
    title: str = "What goes in and comes out is a copy"
    severity: Severity = "must"

    def run(self, subject: Subject) -> CheckResult:
        """Spoil everything that crosses the boundary, and look at the state."""
        findings: list[Finding] = []
        for name in subject.starts:
            findings += _scenarios(subject, name)
        for episode in subject.exploration.reached.values():
            findings += _calls(subject, episode)
        tried = {"scenarios": len(subject.starts), "calls": len(subject.exploration.reached)}
        return result(self, subject, tried, findings)


def _scenarios(subject: Subject, name: str) -> Iterator[Finding]:
    given = subject.package.scenario(name)
    try:
        session = subject.load(given)
    except EnvironmentFault:
        return
    before = seen(session)
    spoil(given)
    if seen(session) != before:
        yield _finding(name, "the scenario that was loaded is still part of the state")
        return
    spoil(session.to_scenario())
    if seen(session) != before:
        yield _finding(name, "the scenario that was saved is still part of the state")


def _calls(subject: Subject, episode: Episode) -> Iterator[Finding]:
    last = episode.steps[-1]
    session = subject.at(Episode(episode.scenario, episode.steps[:-1]))
    untouched = session.fork()
    arguments = copy_of(last.arguments)
    try:
        answer: ToolResult = session.call(last.tool, arguments)
    except EnvironmentFault:
        return
    before = seen(session)
    for what, value in (("arguments", arguments), ("value", answer.value)):
        spoil(value)
        again = perform(untouched.fork(), last.tool, last.arguments)
        if seen(session) != before or again != last.outcome:
            yield _finding(
                episode.scenario,
                f"its {what} can be changed afterwards, and the state follows",
                episode,
            )
            return


def spoil(value: Any) -> None:
    """Change a JSON value in place, to any depth."""
    if isinstance(value, dict):
        for item in value.values():
            spoil(item)
        value.clear()
        value["spoiled"] = True
    elif isinstance(value, list):
        for item in value:
            spoil(item)
        value.append("spoiled")


def copy_of(value: Any) -> Any:
    """Return a copy of a JSON value that shares nothing with it."""
    if isinstance(value, dict):
        return {key: copy_of(item) for key, item in value.items()}
    return [copy_of(item) for item in value] if isinstance(value, list) else value


def seen(session: Session) -> tuple[str, bytes]:
    """Return all that a state shows of itself."""
    return session.state_hash, canonical_json(session.to_scenario())


def _finding(scenario: str, message: str, episode: Episode | None = None) -> Finding:
    place = f"scenario {scenario}" if episode is None else f"tool {episode.steps[-1].tool}"
    made = () if episode is None else calls(episode)
    return Finding(place=place, message=message, scenario=scenario, calls=made)
