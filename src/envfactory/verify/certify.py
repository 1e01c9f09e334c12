"""`verify`: run the checks on a package and state what was found."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from envfactory.errors import one_line
from envfactory.limits import Readiness
from envfactory.verify.check import Check
from envfactory.verify.checks import CHECKS, GATES, THOROUGH
from envfactory.verify.leads import with_leads
from envfactory.verify.live import LiveSubject
from envfactory.verify.model import (
    EFFORT,
    Certificate,
    CheckResult,
    Finding,
    Hunt,
    Lead,
    Level,
    Outcome,
)
from envfactory.verify.replay import Replays
from envfactory.verify.subject import Subject

_MEASURED = frozenset({"coverage", "mutants"})
"""What says how much the other checks see: without it no package is strong."""

_NOT_OF_SERVERS = frozenset({"usage", "aliasing"})
"""Checks that do not arise for a live server: it shares no objects, and each call is dear."""


def verify(
    path: Path,
    *,
    seed: int = 0,
    checks: Iterable[Check] = CHECKS,
    replays: Replays | None = None,
    effort: int = EFFORT,
    hunt: Hunt | None = None,
) -> Certificate:
    """Return the certificate of the environment package in a folder; see `Certificate.save`.

    The code is read first and executed only if it keeps the static rules. Work is bounded by
    counts, so the same package and seed give the same certificate. A call that does not return is
    interrupted (see `replay.CALL_SECONDS`) and held against its tool.

    Args:
        path: The package's folder.
        seed: Where all chance comes from.
        checks: What to look at once the package has passed the static rules and loads.
        replays: Starts the processes that replay; new ones by default. `WarmReplays` saves most of
            what they cost where many packages are verified.
        effort: How much is tried by checks that could go on for ever, in nominal seconds; see
            `EFFORT`. For a live server, so many calls, see `envfactory.verify.live`.
        hunt: What was found by other means, see `hunting.hunt`. Leads that show nothing when their
            calls are made here are dropped.

    Raises:
        InputError: If the folder is no environment package.
    """
    leads = hunt.leads if hunt is not None else ()
    held: list[Lead] = []
    with _subject(path, seed, replays, effort) as subject, _readiness(subject):
        results: list[CheckResult] = []
        for gate in GATES:
            blocked = any(not result.clear for result in results)
            results.append(_not_run(gate, seed) if blocked else _run(gate, subject))
        if all(result.clear for result in results):
            for check in checks:
                if subject.live and check.id in _NOT_OF_SERVERS:
                    results.append(_empty(check, seed, "not_applicable", ()))
                    continue
                results.append(_run(check, subject, leads, held))
                if subject.explored:
                    subject.start_replays()  # they work while the other checks run
        else:
            results += [_not_run(check, seed) for check in checks]
        seen = None if hunt is None else hunt.model_copy(update={"leads": tuple(held)})
        return _certificate(subject, results, seen)


def stopped(subject: Subject, checks: Iterable[Check], problem: str) -> Certificate:
    """Return the certificate of a package that was stopped while it was verified; runs nothing.

    Args:
        subject: The package.
        checks: What was to be looked at.
        problem: What it did.
    """
    static, load = GATES
    found = Finding(place="package", message=one_line(problem, 300))
    results = [static.run(subject), _empty(load, subject.seed, "trouble", (found,))]
    results += [_not_run(check, subject.seed) for check in checks]
    return _certificate(subject, results)


def _subject(path: Path, seed: int, replays: Replays | None, effort: int) -> Subject:
    subject = Subject(path, seed, replays=replays, effort=effort)
    return LiveSubject(path, seed, effort=effort) if subject.live else subject


def _readiness(subject: Subject) -> AbstractContextManager[None]:
    """Be ready to interrupt calls; modules that others wrote may take alarms for themselves."""
    return nullcontext() if subject.foreign else Readiness()


def _run(
    check: Check, subject: Subject, leads: Sequence[Lead] = (), held: list[Lead] | None = None
) -> CheckResult:
    """Run a check; if it breaks, that is trouble of the verifier and not of the package.

    Leads that show what it asks about, and has not found, are added to `held`.
    """
    try:
        result = check.run(subject)
        if not leads or held is None or result.outcome == "not_applicable" or subject.live:
            return result
        result, more = with_leads(result, subject.ground, leads)
        held += more
        return result
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}:{frame.lineno}"
        message = one_line(f"the check broke: {type(error).__name__}: {error}", 300)
        return _empty(check, subject.seed, "trouble", (Finding(place=where, message=message),))


def _not_run(check: Check, seed: int) -> CheckResult:
    return _empty(check, seed, "not_run", ())


def _empty(check: Check, seed: int, outcome: Outcome, findings: tuple[Finding, ...]) -> CheckResult:
    return CheckResult(
        id=check.id,
        title=check.title,
        severity=check.severity,
        outcome=outcome,
        findings=findings,
        seed=seed,
    )


def _certificate(
    subject: Subject, results: list[CheckResult], hunt: Hunt | None = None
) -> Certificate:
    summary = {
        outcome: sum(1 for result in results if result.outcome == outcome)
        for outcome in ("passed", "failed", "not_run", "trouble")
    }
    summary["findings"] = sum(len(result.findings) + result.left_out for result in results)
    if any(result.outcome == "not_applicable" for result in results):
        summary["not_applicable"] = sum(r.outcome == "not_applicable" for r in results)
    if all(result.clear for result in results[: len(GATES)]):
        summary["tools"] = len(subject.tools)
        summary["scenarios"] = len(subject.package.scenarios)
    return Certificate(
        package=subject.name,
        identity=subject.identity,
        seed=subject.seed,
        effort=subject.effort,
        level=level_of(results),
        results=tuple(_numbered(result, subject.name) for result in results),
        hunt=hunt,
        summary=summary,
    )


def _numbered(result: CheckResult, package: str) -> CheckResult:
    """Give every finding its id, and the command that replays it."""
    findings = []
    for number, finding in enumerate(result.findings, 1):
        name = f"{result.id}.{number}"
        command = f"envfactory verify {package or 'PACKAGE'} --replay {name}"
        findings.append(finding.model_copy(update={"id": name, "replay": command}))
    return result.model_copy(update={"findings": tuple(findings)})


def level_of(results: Sequence[CheckResult]) -> Level:
    """Return the level that results add up to; see `Certificate`."""
    outcomes = {result.outcome for result in results if result.severity == "must"}
    if "failed" in outcomes:
        return "failed"
    if outcomes - {"passed", "not_applicable"}:
        return "undecided"
    ran = {r.id for r in results if r.outcome != "not_applicable" or r.id not in _MEASURED}
    thorough = {check.id for check in THOROUGH} <= ran
    clear = all(result.clear for result in results if result.severity != "note")
    return "strong" if thorough and clear else "verified"
