"""`retrace`: a finding of a certificate, made once more and shown call by call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from envfactory.environment import Change
from envfactory.environment.package import CODE
from envfactory.environment.world import diff
from envfactory.errors import InputError, one_line
from envfactory.records import Json
from envfactory.verify.check import outcome_json, read_expression
from envfactory.verify.checks import GATES
from envfactory.verify.model import Call, Certificate, Finding
from envfactory.verify.replay import Outcome, perform
from envfactory.verify.subject import Subject

_AROUND = 3
"""How many lines of code are shown before and after the one that a finding names."""


@dataclass(frozen=True, slots=True)
class Retraced:
    """One call of a finding, made once more.

    Attributes:
        call: The call.
        outcome: What it came to.
        changes: What it changed.
        state_hash: The state after it.
    """

    call: Call
    outcome: Outcome
    changes: tuple[Change, ...]
    state_hash: str


@dataclass(frozen=True, slots=True)
class Retrace:
    """A finding, and what it looks like today.

    Attributes:
        finding: The finding.
        steps: Its calls, made once more; none where it is about the code or the package.
        code: The lines that it names, with their numbers.
    """

    finding: Finding
    steps: tuple[Retraced, ...] = ()
    code: tuple[tuple[int, str], ...] = ()

    @property
    def same(self) -> bool | None:
        """Whether the last call came to what was found; None where the finding does not say."""
        if not self.steps or self.finding.actual is None:
            return None
        last, actual = self.steps[-1], self.finding.actual
        if isinstance(actual, str):
            return last.state_hash == actual
        return outcome_json(last.outcome) == actual


def retrace(path: Path, certificate: Certificate, finding: str) -> Retrace:
    """Return a finding with its calls made once more, from the scenario that it starts from.

    Args:
        path: The package's folder; its code is executed only if it keeps the static rules.
        certificate: What was found.
        finding: The id, for example `behaviour.1`.

    Raises:
        InputError: If there is no such finding, or its calls cannot be made.
    """
    found = finding_of(certificate, finding)
    with Subject(path, certificate.seed) as subject:
        code = _lines(subject, found)
        if not found.calls or found.scenario is None:
            return Retrace(found, (), code)
        if not all(gate.run(subject).clear for gate in GATES):
            raise InputError(
                str(path), "breaks the static rules, so it is not executed", "see static.1"
            )
        return Retrace(found, tuple(follow(subject, found.scenario, found.calls)), code)


def follow(subject: Subject, scenario: str, calls: Sequence[Call]) -> list[Retraced]:
    """Make calls from a scenario and return what each came to.

    Raises:
        InputError: If the scenario does not load, or arguments cannot be read.
    """
    session = subject.package.start(scenario)
    steps = []
    for made in calls:
        before = session.snapshot()
        outcome = perform(session, made.tool, arguments_of(made))
        changes = diff(before, session.snapshot())
        steps.append(Retraced(made, outcome, changes, session.state_hash))
    return steps


def arguments_of(call: Call) -> Json:
    """Return the arguments of a call, whichever way a certificate holds them.

    Raises:
        InputError: If they are written in a way that is not read.
    """
    if call.python is None:
        return call.arguments
    value: Json = read_expression(call.python)
    return value


def finding_of(certificate: Certificate, name: str) -> Finding:
    """Return the finding with that id.

    Raises:
        InputError: If there is none.
    """
    ids = [finding.id for result in certificate.results for finding in result.findings]
    for result in certificate.results:
        for finding in result.findings:
            if finding.id == name:
                return finding
    known = one_line(", ".join(ids), 300) if ids else "none: nothing was found"
    raise InputError(f"finding {name!r}", "is not in the certificate", f"there are {known}")


def _lines(subject: Subject, finding: Finding) -> tuple[tuple[int, str], ...]:
    """Return the code around the line that a finding names."""
    named = re.fullmatch(rf"{re.escape(CODE)}:(\d+)", finding.place)
    if named is None:
        return ()
    at = int(named[1])
    lines = subject.source.decode(errors="replace").splitlines()
    first = max(1, at - _AROUND)
    return tuple(enumerate(lines[first - 1 : at + _AROUND], first))
