"""What a foreign module does without what its sessions do for it.

Our sessions undo what a failed call has done, copy what goes in and out, and keep each other's
state apart, so that a module's carelessness harms nobody here. Whoever runs it as a server of its
own gets it as it is: these checks say so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from envfactory.environment.foreign.calling import load
from envfactory.environment.foreign.module import ForeignModule
from envfactory.environment.foreign.unaided import Unaided
from envfactory.environment.scenario import ScenarioError
from envfactory.environment.world import Session
from envfactory.verify.check import call, calls, not_applicable, result
from envfactory.verify.checks.aliasing import spoil
from envfactory.verify.explore import Episode
from envfactory.verify.forward import LiveExploration
from envfactory.verify.model import CheckResult, Finding, Severity
from envfactory.verify.replay import perform
from envfactory.verify.subject import Subject

_PER_TOOL = 60
"""How many different failing calls of a tool are made; the first that leaves something ends it."""


@dataclass(frozen=True)
class Leftovers:
    """A call that fails leaves nothing behind, and none takes a number that is none."""

    id: str = "leftovers"
    title: str = "Without the adapter, too, a call that fails changes nothing"
    severity: Severity = "should"

    def run(self, subject: Subject) -> CheckResult:
        """Make the calls that failed once more, and compare what is saved before and after."""
        module = subject.module
        if isinstance(subject.exploration, LiveExploration):
            return _left_by_server(self, subject, subject.exploration)
        if module is None:
            return not_applicable(self, subject)
        findings: dict[str, Finding] = {}
        made: dict[str, int] = {}
        for session, before, tool, arguments in _failing(subject):
            if tool in findings or made.get(tool, 0) >= _PER_TOOL:
                continue
            if module.host.values(tool, arguments) is None:
                continue  # the function is never asked
            made[tool] = made.get(tool, 0) + 1
            left = _left(module, session, tool, arguments)
            if left:
                findings[tool] = _leaves(before, tool, arguments, left)
        numbers = 0
        for episode in subject.exploration.reached.values():
            for found in _no_numbers(subject, module, episode):
                numbers += 1
                if found is not None:
                    findings.setdefault(found.place.removeprefix("tool "), found)
        tried = {"failed calls": sum(made.values()), "calls with no number": numbers}
        return result(self, subject, tried, list(findings.values()))


def _left_by_server(check: Leftovers, subject: Subject, tried: LiveExploration) -> CheckResult:
    """Say which refusals of a live server its sessions had to undo, where its state can be seen."""
    findings = [
        Finding(
            place=f"tool {tool}",
            message="fails and leaves its change behind; here the session starts again",
            scenario=episode.scenario,
            calls=calls(episode),
        )
        for tool, episode in tried.left.items()
    ]
    failed = sum(not step.outcome.ok for episode in tried.sweeps for step in episode.steps)
    return result(check, subject, {"failed calls": failed}, findings)


def _failing(subject: Subject) -> Iterator[tuple[Session, Episode, str, Any]]:
    """Yield calls that failed, with a session in the state before each."""
    exploration = subject.exploration
    for episode in (*exploration.recorded, *exploration.faulted.values()):
        session = subject.starts[episode.scenario].fork()
        for number, step in enumerate(episode.steps):
            if not step.outcome.ok:
                before = Episode(episode.scenario, episode.steps[:number])
                yield session, before, step.tool, step.arguments
            if not step.outcome.endless:
                perform(session, step.tool, step.arguments)
    for probe in subject.probes:
        if probe.hostile.plain and not probe.outcome.ok:
            yield subject.at(probe.episode), probe.episode, probe.tool, probe.hostile.arguments


def _left(module: ForeignModule, session: Session, tool: str, arguments: Any) -> str:
    """Return the parts of the state that a failed call leaves changed; '' if there are none."""
    with module.unaided(_state(session)) as bare:
        before = bare.saved()
        outcome = bare.attempt(tool, arguments)
        after = bare.saved()
    if (outcome is not None and outcome.ok) or before == after or before is None:
        return ""
    if after is None:
        return "a state that cannot be saved"
    was, now = from_json(before), from_json(after)
    return ", ".join(name for name in {**was, **now} if was.get(name) != now.get(name))


def _leaves(before: Episode, tool: str, arguments: Any, left: str) -> Finding:
    return Finding(
        place=f"tool {tool}",
        message=f"fails and leaves its change behind, in {left}; here the session undoes it",
        scenario=before.scenario,
        calls=calls(before, (tool, arguments)),
        expected="the same state",
        actual=left,
    )


def _no_numbers(
    subject: Subject, module: ForeignModule, episode: Episode
) -> Iterator[Finding | None]:
    """Give NaN and infinity to each number of a call that succeeds."""
    last = episode.steps[-1]
    before = Episode(episode.scenario, episode.steps[:-1])
    session = subject.at(before)
    for name, value in last.arguments.items():
        if not isinstance(value, float | int) or isinstance(value, bool):
            continue
        for number in (math.nan, math.inf):
            with module.unaided(_state(session)) as bare:
                values = {**(module.host.values(last.tool, last.arguments) or {}), name: number}
                whole = bare.saved() is not None
                bare.attempt_values(last.tool, values)
                broken = whole and bare.saved() is None
            yield (
                Finding(
                    place=f"tool {last.tool}",
                    message=f"takes {number} for {name}, called directly, and keeps a state that "
                    "JSON cannot say; here it is refused",
                    scenario=episode.scenario,
                    calls=(*calls(before), call(last.tool, {**last.arguments, name: number})),
                )
                if broken
                else None
            )


@dataclass(frozen=True)
class HandedOut:
    """What saving and tools return is no part of the state."""

    id: str = "handed-out"
    title: str = "Without the adapter, too, what is handed out is a copy"
    severity: Severity = "should"

    def run(self, subject: Subject) -> CheckResult:
        """Spoil what saving and each tool return, and save again."""
        module = subject.module
        if module is None:
            return not_applicable(self, subject)
        findings: list[Finding] = []
        for name, start in subject.starts.items():
            with module.unaided(_state(start)) as bare:
                if _is_part(bare, bare.handed_out()):
                    message = "save_scenario hands out the state itself; here it is copied"
                    findings.append(
                        Finding(place=f"scenario {name}", message=message, scenario=name)
                    )
        for tool, episode in subject.exploration.reached.items():
            before = subject.at(Episode(episode.scenario, episode.steps[:-1]))
            with module.unaided(_state(before)) as bare:
                if _is_part(bare, bare.returned(tool, episode.steps[-1].arguments)):
                    findings.append(
                        Finding(
                            place=f"tool {tool}",
                            message="hands out a part of the state itself; here it is copied",
                            scenario=episode.scenario,
                            calls=calls(episode),
                        )
                    )
        tried = {"scenarios": len(subject.starts), "tools": len(subject.exploration.reached)}
        return result(self, subject, tried, findings)


def _is_part(bare: Unaided, value: object) -> bool:
    """Whether the state follows when a value is changed in place."""
    before = bare.saved()
    spoil(value)
    return bare.saved() != before


@dataclass(frozen=True)
class Sharing:
    """Callers of one process have a state each."""

    id: str = "sharing"
    title: str = "Without the adapter, too, sessions of one process do not see each other"
    severity: Severity = "note"

    def run(self, subject: Subject) -> CheckResult:
        """Have two callers load a scenario, let one change it, and look what the other saves."""
        module = subject.module
        if module is None or module.opaque:
            return not_applicable(self, subject)
        tried = 0
        for episode in subject.exploration.reached.values():
            if episode.steps[-1].state_hash == subject.hash_before(episode, len(episode.steps) - 1):
                continue
            tried += 1
            if _shared(subject, module, episode):
                finding = Finding(
                    place=f"tool {episode.steps[-1].tool}",
                    message="changes the one state that all sessions of a process have; here each "
                    "has its own",
                    scenario=episode.scenario,
                    calls=calls(episode),
                )
                return result(self, subject, {"tools": tried}, [finding])
        return result(self, subject, {"tools": tried})


def _shared(subject: Subject, module: ForeignModule, episode: Episode) -> bool:
    """Whether a caller sees what another one, in a context of its own, has done."""
    host, start = module.host, subject.starts[episode.scenario]
    with module.unaided(_state(start)) as one:
        other = Unaided(host, host.context.copy())
        try:
            load(host, start.to_scenario(), other.context)
            load(host, start.to_scenario(), one.context)
        except ScenarioError:
            return False  # the check of persistence says so
        before = other.saved()
        for step in episode.steps:
            one.attempt(step.tool, step.arguments)
        return other.saved() != before


def _state(session: Session) -> Any:
    return session.snapshot()
