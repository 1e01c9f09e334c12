"""Whether sessions can see each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from envfactory.verify.check import calls, outcome_json, result
from envfactory.verify.explore import Episode, Step
from envfactory.verify.model import CheckResult, Finding, Severity
from envfactory.verify.replay import perform
from envfactory.verify.subject import Subject


@dataclass(frozen=True)
class Isolation:
    """Interleaved sessions do what they did alone, and one after another too."""

    id: str = "isolation"
    title: str = "Sessions do not see each other"
    severity: Severity = "must"

    def run(self, subject: Subject) -> CheckResult:
        """Repeat every episode on a new fork, then pairs of episodes in turns."""
        findings, steps = [], 0
        pairs = list(_pairs(subject.exploration.episodes))
        for episodes in (*((e,) for e in subject.exploration.episodes), *pairs):
            steps += sum(len(episode.steps) for episode in episodes)
            found = _different(subject, episodes)
            if found is not None:
                findings.append(found)
        tried = {
            "sessions repeated": len(subject.exploration.episodes),
            "pairs interleaved": len(pairs),
            "calls": steps,
        }
        return result(self, subject, tried, findings)


def _pairs(episodes: Sequence[Episode]) -> Iterator[tuple[Episode, ...]]:
    by_scenario: dict[str, list[Episode]] = {}
    for episode in episodes:
        by_scenario.setdefault(episode.scenario, []).append(episode)
    for together in by_scenario.values():
        yield from pairwise(together)


def _different(subject: Subject, episodes: tuple[Episode, ...]) -> Finding | None:
    """Make the calls of the episodes in turns; return the first that comes out otherwise."""
    sessions = [subject.starts[episode.scenario].fork() for episode in episodes]
    for turn in range(max(len(episode.steps) for episode in episodes)):
        for episode, session in zip(episodes, sessions, strict=True):
            if turn >= len(episode.steps):
                continue
            step = episode.steps[turn]
            outcome = perform(session, step.tool, step.arguments)
            if (outcome, session.state_hash) != (step.outcome, step.state_hash):
                return _finding(episode, turn, Step("", {}, outcome, session.state_hash), episodes)
    return None


def _finding(episode: Episode, turn: int, now: Step, episodes: tuple[Episode, ...]) -> Finding:
    was = episode.steps[turn]
    same = now.outcome == was.outcome
    beside = " beside another session" if len(episodes) > 1 else ""
    return Finding(
        place=f"tool {was.tool}",
        message=f"comes to something else when it is repeated on a new fork{beside}",
        scenario=episode.scenario,
        calls=calls(Episode(episode.scenario, episode.steps[: turn + 1])),
        expected=was.state_hash if same else outcome_json(was.outcome),
        actual=now.state_hash if same else outcome_json(now.outcome),
    )
