"""`repair`: propose, try, keep what mends without breaking; stop with the best there is."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from envfactory.environment.package import CERTIFICATE, CODE
from envfactory.errors import EnvFactoryError, InputError, one_line
from envfactory.records import write_atomic
from envfactory.sandbox import Limits, Sandbox
from envfactory.verify.check import Check
from envfactory.verify.checks import CHECKS, GATES
from envfactory.verify.confined import Confined
from envfactory.verify.model import Certificate, Finding
from envfactory.verify.repair.feedback import Feedback, feedback_of
from envfactory.verify.repair.writer import Proposal, Writer
from envfactory.verify.rules import violations

ROUNDS = 12
"""How many candidates are kept at most, one after the other."""

TRIES = 40
"""How many candidates are verified in all."""

CALL_SECONDS = 5.0
"""How long one call of a candidate may take in the sandbox."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A candidate that was tried.

    Attributes:
        finding: The finding it answers, by id in the certificate of its time.
        change: What is different, in the writer's words.
        kept: Whether it was kept.
        reason: Why not, or what it mended.
    """

    finding: str
    change: str
    kept: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Repair:
    """What became of a package.

    Attributes:
        before: What was found at first.
        after: What is found in the best version.
        source: That version's code.
        attempts: All candidates, in the order in which they were tried.
        left: What is still wrong.
    """

    before: Certificate
    after: Certificate
    source: str
    attempts: tuple[Attempt, ...]
    left: tuple[Feedback, ...]

    @property
    def changed(self) -> bool:
        """Whether any candidate was kept."""
        return any(attempt.kept for attempt in self.attempts)

    def save(self, package: Path) -> None:
        """Write the best version and its certificate into a package's folder.

        Raises:
            OutputError: If they cannot be written.
        """
        write_atomic(package / CODE, self.source.encode())
        self.after.save(package)


def repair(
    package: Path,
    writer: Writer,
    *,
    seed: int = 0,
    checks: Sequence[Check] = CHECKS,
    rounds: int = ROUNDS,
    tries: int = TRIES,
    trust: bool = False,
) -> Repair:
    """Return the best version of a package that a writer finds; the folder stays as it is.

    A candidate is first held against the static rules, then loaded and led through the failing
    calls in a sandbox, and only then verified, in the sandbox too unless the compiler has written
    it. It is kept if something that was found is found no
    more, and nothing that must hold has broken.

    Args:
        package: A package of the kernel's own kind.
        writer: Answers feedback with candidates.
        seed: Where all chance of the checks comes from.
        checks: What is looked at.
        rounds: How many candidates may be kept.
        tries: How many candidates are verified.
        trust: Whether everything is verified in this process, whoever wrote it.

    Raises:
        InputError: If the folder is no package.
    """
    with tempfile.TemporaryDirectory(prefix="repair-") as scratch:
        bench = _Bench(package, Path(scratch) / "package", seed, checks, trust)
        source = (package / CODE).read_text(encoding="utf-8")
        before = best = bench.certificate(source)
        attempts: list[Attempt] = []
        seen = {source}
        for _ in range(rounds):
            kept = None
            for feedback in feedback_of(best, source):
                for proposal in writer.propose(source, feedback):
                    if proposal.source in seen or len(attempts) >= tries:
                        continue
                    seen.add(proposal.source)
                    found, reason = bench.tried(proposal, feedback, best)
                    attempts.append(
                        Attempt(feedback.id, proposal.change, found is not None, reason)
                    )
                    if found is not None:
                        kept, source = found, proposal.source
                        break
                if kept is not None:
                    break
            if kept is None:
                break
            best = kept
        return Repair(before, best, source, tuple(attempts), feedback_of(best, source))


class _Bench:
    """A copy of a package in which candidates are tried."""

    def __init__(
        self, package: Path, copy: Path, seed: int, checks: Sequence[Check], trust: bool
    ) -> None:
        if not (package / CODE).is_file():
            raise InputError(str(package / CODE), "no such file", "name an environment package")
        ignored = shutil.ignore_patterns(CERTIFICATE, "__pycache__")
        shutil.copytree(package, copy, ignore=ignored)
        self._folder, self._seed, self._checks = copy, seed, checks
        self._confined = Confined(trust=trust)

    def certificate(self, source: str) -> Certificate:
        """Return what is found in the package with that code."""
        (self._folder / CODE).write_text(source, encoding="utf-8")
        return self._confined.verify(self._folder, seed=self._seed, checks=self._checks)

    def tried(
        self, proposal: Proposal, feedback: Feedback, best: Certificate
    ) -> tuple[Certificate | None, str]:
        """Return the certificate of a candidate that is better, or None, and why."""
        broken = violations(proposal.source.encode())
        if broken and feedback.check != "static":
            return None, f"breaks a static rule: {broken[0].message}"
        (self._folder / CODE).write_text(proposal.source, encoding="utf-8")
        if not broken:
            problem = self._sandboxed(feedback)
            if problem is not None:
                return None, problem
        found = self.certificate(proposal.source)
        worse = _broken_by(best, found)
        if worse:
            return None, f"breaks {worse[0]}"
        mended = _mended_by(best, found)
        return (found, f"mends {', '.join(mended)}") if mended else (None, "mends nothing")

    def _sandboxed(self, feedback: Feedback) -> str | None:
        """Load a candidate and make the failing calls where it can do no harm."""
        limits = Limits(call_seconds=CALL_SECONDS)
        try:
            with Sandbox(self._folder, limits=limits, spares=0) as sandbox:
                session = sandbox.start(feedback.scenario)
                for call in feedback.calls:
                    if isinstance(call.arguments, dict):  # others are no JSON: nothing can send it
                        session.call(call.tool, call.arguments)
        except EnvFactoryError as error:
            return f"does not work in the sandbox: {one_line(str(error), 200)}"
        return None


def _places(certificate: Certificate, severities: tuple[str, ...]) -> set[tuple[str, str]]:
    return {
        (result.id, _place(finding))
        for result in certificate.results
        if result.outcome in ("failed", "trouble") and result.severity in severities
        for finding in result.findings
    }


def _place(finding: Finding) -> str:
    """Return where a finding is, without line numbers, which move; what is wrong tells instead."""
    return finding.message if finding.place.startswith(CODE) else finding.place


def _ran(certificate: Certificate) -> set[str]:
    return {r.id for r in certificate.results if r.outcome not in ("not_run", "trouble")}


def _broken_by(best: Certificate, found: Certificate) -> list[str]:
    """Return what must hold, held or was not the problem before, and does not any more."""
    lost = sorted(_ran(best) - _ran(found))
    known = _places(best, ("must",))
    worse = [
        f"{check}: {place}"
        for check, place in sorted(_places(found, ("must",)))
        if check in _ran(best) and (check, place) not in known
    ]
    return [*(f"{check}: it cannot be run any more" for check in lost), *worse]


def _mended_by(best: Certificate, found: Certificate) -> list[str]:
    """Return what was wrong and is not any more; nothing that is merely not looked at counts."""
    was, now = _places(best, ("must", "should")), _places(found, ("must", "should"))
    gates = {gate.id for gate in GATES}
    return [
        f"{check}: {place}"
        for check, place in sorted(was - now)
        if check in _ran(found) or check in gates
    ]
