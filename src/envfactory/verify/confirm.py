"""`confirm`: whether a certificate says what verifying the package again would say.

A certificate is *void* where it speaks of another content or of other checks: then nothing is run.
It is *contradicted* where its own parts do not fit together, or where something that is run once
more comes to something else. It is *confirmed* otherwise, which says as much as was run: by default
the rules for code, the loading of everything, every sequence that it gives as evidence, and a
sample of checks in full; or all checks.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from envfactory.errors import InputError
from envfactory.verify.certify import level_of, verify
from envfactory.verify.check import Check
from envfactory.verify.checks import CHECKS, GATES, THOROUGH
from envfactory.verify.model import CHECKS_VERSION, Certificate, CheckResult
from envfactory.verify.replay import Replays
from envfactory.verify.retrace import Retrace, follow
from envfactory.verify.subject import Subject

SAMPLE = 3
"""How many checks are run again in full; those of the code and of loading always are."""

MOST_SEQUENCES = 40
"""How many sequences of evidence and findings are run again."""

_SHOWN_BY_CALLS = ("schemas", "behaviour", "faults", "atomicity")
"""Checks whose findings say what the last call comes to; others compare processes or sessions."""

Verdict = Literal["confirmed", "void", "contradicted"]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What became of a certificate when it was put to the test.

    Attributes:
        verdict: The outcome.
        reasons: Why it is not confirmed.
        checks: The checks that were run again, by id.
        sequences: How many sequences of calls were run again.
        quick: Whether the certificate leaves out how much the checks see.
    """

    verdict: Verdict
    reasons: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    sequences: int = 0
    quick: bool = False


def confirm(
    path: Path, *, seed: int = 0, everything: bool = False, replays: Replays | None = None
) -> Confirmation:
    """Put the certificate in a package's folder to the test.

    Args:
        path: The package's folder.
        seed: Chooses the sample. Whoever writes a certificate does not know it.
        everything: Run all checks again and not a sample.
        replays: Starts the processes that replay; new ones by default.

    Raises:
        InputError: If the folder is no package, or holds no certificate.
    """
    certificate = Certificate.load(path)
    with Subject(path, certificate.seed, effort=certificate.effort) as subject:
        void = _void(certificate, subject.identity)
        if void:
            return Confirmation("void", void)
        reasons = list(inconsistent(certificate))
        if reasons:
            return Confirmation("contradicted", tuple(reasons))
        chosen = _chosen(certificate, random.Random(f"{seed}:{subject.identity}"), everything)
        reasons, sequences = _sequences(certificate, subject, random.Random(f"{seed}:sequences"))
    again = verify(
        path,
        seed=certificate.seed,
        checks=chosen,
        effort=certificate.effort,
        replays=replays,
        hunt=certificate.hunt,
    )
    for result in again.results:
        reasons += _differences(certificate.result(result.id), result)
    verdict: Verdict = "contradicted" if reasons else "confirmed"
    return Confirmation(
        verdict, tuple(reasons), tuple(r.id for r in again.results), sequences, certificate.quick
    )


def _void(certificate: Certificate, identity: str) -> tuple[str, ...]:
    reasons = []
    if certificate.identity != identity:
        reasons.append("the package has changed since: its content has another hash")
    if certificate.checks_version != CHECKS_VERSION:
        reasons.append(
            f"made by version {certificate.checks_version} of the checks; this is {CHECKS_VERSION}"
        )
    return tuple(reasons)


def inconsistent(certificate: Certificate) -> Sequence[str]:
    """Return what a certificate says that cannot have come from these checks."""
    known: dict[str, Check] = {check.id: check for check in (*GATES, *THOROUGH)}
    ids = [result.id for result in certificate.results]
    missing = [check.id for check in (*GATES, *CHECKS) if check.id not in ids]
    reasons = [f"has no result of the check {name}" for name in missing]
    if len(set(ids)) < len(ids):
        reasons.append("has two results of one check")
    for result in certificate.results:
        check = known.get(result.id)
        if check is None:
            reasons.append(f"there is no check {result.id}")
        elif (result.title, result.severity) != (check.title, check.severity):
            reasons.append(f"states another question or severity for {result.id}")
        if result.seed != certificate.seed:
            reasons.append(f"{result.id} was made with another seed")
        if result.outcome == "passed" and result.severity == "must" and result.findings:
            reasons.append(f"{result.id} passed in spite of findings")
    reasons += _unfit_leads(certificate)
    due = level_of(certificate.results)
    if certificate.level != due:
        reasons.append(f"says {certificate.level} where its results come to {due}")
    return reasons


def _unfit_leads(certificate: Certificate) -> Iterator[str]:
    """Yield the leads of which no finding tells: those that show nothing are not kept."""
    failed = {result.id for result in certificate.results if result.outcome == "failed"}
    for lead in certificate.hunt.leads if certificate.hunt is not None else ():
        if lead.check not in failed:
            yield f"keeps a lead for {lead.check}, which has found nothing"


def _chosen(certificate: Certificate, rng: random.Random, everything: bool) -> list[Check]:
    """Return the checks to be run again, in their order."""
    made = {result.id for result in certificate.results}
    possible = [check for check in THOROUGH if check.id in made]
    if everything:
        return possible
    always = {"scenarios", "descriptions"}
    rest = [check.id for check in possible if check.id not in always]
    drawn = {*always, *rng.sample(rest, min(SAMPLE, len(rest)))}
    return [check for check in possible if check.id in drawn]


def _sequences(
    certificate: Certificate, subject: Subject, rng: random.Random
) -> tuple[list[str], int]:
    """Make a sample of the recorded sequences again."""
    if not all(certificate.result(gate.id).clear for gate in GATES):
        return [], 0
    if not all(gate.run(subject).clear for gate in GATES):
        return ["the code breaks the static rules, or does not load"], 0
    evidence = [(r.id, e) for r in certificate.results for e in r.evidence if e.calls]
    findings = [(r.id, f) for r in certificate.results for f in r.findings if f.calls]
    evidence = rng.sample(evidence, min(MOST_SEQUENCES, len(evidence)))
    findings = rng.sample(findings, min(MOST_SEQUENCES, len(findings)))
    reasons = []
    for check, shown in evidence:
        try:
            if follow(subject, shown.scenario, shown.calls)[-1].outcome.ok:
                continue
            reasons.append(f"{check}: {shown.place} does not succeed by the calls that are given")
        except InputError as error:
            reasons.append(f"{check}: {shown.place}: {error}")
    for check, finding in findings:
        try:
            steps = follow(subject, finding.scenario or "", finding.calls)
        except InputError as error:
            reasons.append(f"{finding.id}: {error}")
            continue
        if check in _SHOWN_BY_CALLS and not Retrace(finding, tuple(steps)).same:
            reasons.append(f"{finding.id}: its calls come to something else")
    return reasons, len(evidence) + len(findings)


def _differences(was: CheckResult, now: CheckResult) -> list[str]:
    """Return how two results of one check differ, if they do."""
    if was == now:
        return []
    if was.outcome != now.outcome:
        return [f"{was.id} {now.outcome}, the certificate says {was.outcome}"]
    for name in ("findings", "evidence", "tried", "details", "left_out"):
        if getattr(was, name) != getattr(now, name):
            return [f"{was.id}: other {name.replace('_', ' ')} than the certificate states"]
    return [f"{was.id}: another result than the certificate states"]
