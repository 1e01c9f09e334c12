"""Whether another process, under another hash seed, zone and locale, gets the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from envfactory.verify.check import calls, outcome_json, result
from envfactory.verify.explore import Episode
from envfactory.verify.model import CheckResult, Finding, Severity
from envfactory.verify.replay import Answer, Outcome, ReplayError
from envfactory.verify.subject import Subject


@dataclass(frozen=True)
class Determinism:
    """The same calls give the same results and states in any process."""

    id: str = "determinism"
    title: str = "Calls replay to the same bytes in another process"
    severity: Severity = "must"

    def run(self, subject: Subject) -> CheckResult:
        """Collect the answers of the processes that replay the exploration."""
        episodes = subject.exploration.replayed
        findings: list[Finding] = []
        replays = subject.start_replays()
        for replay in replays:
            where = ", ".join(f"{name}={value}" for name, value in replay.setting.items())
            try:
                answers = replay.answers()
            except ReplayError as error:
                findings.append(Finding(place="package", message=f"under {where}: {error}"))
                continue
            findings += _differences(episodes, answers, where)
        tried = {
            "processes": len(replays),
            "sessions": len(episodes),
            "calls": sum(len(episode.steps) for episode in episodes),
        }
        return result(self, subject, tried, findings)


def _differences(
    episodes: Sequence[Episode], answers: list[list[Answer]], where: str
) -> list[Finding]:
    """Return the first difference of each tool."""
    found: dict[str, Finding] = {}
    for episode, steps in zip(episodes, answers, strict=True):
        for number, (step, answer) in enumerate(zip(episode.steps, steps, strict=True), 1):
            there = Outcome(answer.kind, answer.text)
            if there == step.outcome and answer.state_hash == step.state_hash:
                continue
            same = there == step.outcome
            finding = Finding(
                place=f"tool {step.tool}",
                message=f"comes to something else in a process with {where}",
                scenario=episode.scenario,
                calls=calls(Episode(episode.scenario, episode.steps[:number])),
                expected=step.state_hash if same else outcome_json(step.outcome),
                actual=answer.state_hash if same else outcome_json(there),
            )
            known = found.get(step.tool)
            if known is None or number < len(known.calls):
                found[step.tool] = finding
            break
    return list(found.values())
