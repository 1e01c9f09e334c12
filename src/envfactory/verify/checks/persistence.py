"""Whether a state survives being saved and loaded, references included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from envfactory.environment.scenario import DanglingReference, ScenarioError
from envfactory.environment.world import Session
from envfactory.records import Json, canonical_json
from envfactory.verify.check import calls, outcome_json, result
from envfactory.verify.explore import Episode, Step
from envfactory.verify.model import CheckResult, Finding, Severity
from envfactory.verify.replay import perform
from envfactory.verify.subject import Subject

BEHAVES = 8
"""In how many states each tool is called on both sides; their saved forms are always compared.
Foreign environments may hide what they keep, so there it is all states."""


@dataclass(frozen=True)
class Persistence:
    """A saved state loads as the same state, which answers the same."""

    id: str = "persistence"
    title: str = "Saving and loading gives the same state"
    severity: Severity = "must"

    def run(self, subject: Subject) -> CheckResult:
        """Save and load every reached state; in some of them, call every tool on both."""
        findings: list[Finding] = []
        refused: list[tuple[Episode, ScenarioError]] = []
        compared = 0
        for number, (session, loaded, episode) in enumerate(subject.reloads):
            if isinstance(loaded, ScenarioError):
                if not isinstance(loaded, DanglingReference):  # References says so
                    refused.append((episode, loaded))
                continue
            findings += _differences(session, loaded, episode)
            if subject.foreign or number % max(len(subject.reloads) // BEHAVES, 1) == 0:
                compared += 1
                findings += _other_answers(subject, session, loaded, episode)
        findings += _refusals(subject, refused, "cannot be loaded")
        tried = {"states": len(subject.reloads), "states compared by calls": compared}
        return result(self, subject, tried, findings)


def _refusals(
    subject: Subject, refused: Sequence[tuple[Episode, ScenarioError]], message: str
) -> list[Finding]:
    """Return one finding, with the fewest calls, for each thing that keeps states from loading."""
    shortest: dict[str, tuple[Episode, ScenarioError]] = {}
    for episode, error in refused:
        known = shortest.get(error.where)
        if known is None or len(episode.steps) < len(known[0].steps):
            shortest[error.where] = episode, error
    findings = []
    for episode, error in shortest.values():
        fewer = subject.shortened(episode, partial(_still_refused, subject, episode, error.where))
        findings.append(_finding(fewer, f"{message}: {error}"))
    return findings


def _still_refused(subject: Subject, episode: Episode, where: str, steps: tuple[Step, ...]) -> bool:
    """Whether the state after these steps is refused in the same place."""
    try:
        subject.load(subject.at(Episode(episode.scenario, steps)).to_scenario())
    except ScenarioError as error:
        return error.where == where
    return False


def _differences(session: Session, loaded: Session, episode: Episode) -> list[Finding]:
    otherwise = saved_otherwise(session, loaded)
    if otherwise is None:
        return []
    hashes = (session.state_hash, loaded.state_hash)
    return [_finding(episode, otherwise, *(hashes if len({*hashes}) > 1 else ()))]


def saved_otherwise(session: Session, loaded: Session) -> str | None:
    """Return what differs between a state and the one that was loaded from its saved form."""
    if session.state_hash != loaded.state_hash:
        return "has another hash once loaded"
    before, after = session.to_scenario(), loaded.to_scenario()
    if canonical_json(before) != canonical_json(after):
        part = next((name for name in before if before[name] != after.get(name)), "")
        return f"is saved otherwise once loaded, in {part}"
    return None


def _other_answers(
    subject: Subject, session: Session, loaded: Session, episode: Episode
) -> list[Finding]:
    for reached in subject.compared:
        last = reached.steps[-1]
        one, other = session.fork(), loaded.fork()
        expected = perform(one, last.tool, last.arguments)
        actual = perform(other, last.tool, last.arguments)
        if expected != actual or one.state_hash != other.state_hash:
            return [
                Finding(
                    place=f"tool {last.tool}",
                    message="does something else once its state was saved and loaded",
                    scenario=episode.scenario,
                    calls=calls(episode, (last.tool, last.arguments)),
                    expected=outcome_json(expected),
                    actual=outcome_json(actual),
                )
            ]
    return []


@dataclass(frozen=True)
class References:
    """In every reached state, whatever a record refers to is there."""

    id: str = "references"
    title: str = "References are intact in every reached state"
    severity: Severity = "must"

    def run(self, subject: Subject) -> CheckResult:
        """Check the references of every saved state from scratch, by loading it."""
        refused = [
            (episode, loaded)
            for _, loaded, episode in subject.reloads
            if isinstance(loaded, DanglingReference)
        ]
        findings = _refusals(subject, refused, "has a dangling reference")
        return result(self, subject, {"states": len(subject.reloads)}, findings)


def _finding(episode: Episode, message: str, expected: Json = None, actual: Json = None) -> Finding:
    after = f"tool {episode.steps[-1].tool}" if episode.steps else f"scenario {episode.scenario}"
    return Finding(
        place=after,
        message=f"the state {message}",
        scenario=episode.scenario,
        calls=calls(episode),
        expected=expected,
        actual=actual,
    )
