"""Whether the checks would notice if a tool were wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from envfactory.verify.check import not_applicable, result
from envfactory.verify.laws import LAWS, Law
from envfactory.verify.model import CheckResult, Detail, Finding, Severity
from envfactory.verify.mutants import Mutant, Trial, breed
from envfactory.verify.subject import Subject

EACH_SECOND = 2
"""How many mutants are tried for each nominal second of effort; beyond that a sample is, with every
operator in it."""

FEWEST = 20
"""How many mutants are tried however small the effort: fewer say nothing."""

ENOUGH = 80
"""The share of mutants, in percent, that has to be caught."""


@dataclass(frozen=True)
class Mutation:
    """Faults that are seeded into the code are caught."""

    id: str = "mutants"
    title: str = "Seeded faults are caught"
    severity: Severity = "should"
    laws: Sequence[Law] = LAWS
    most: int | None = None

    def run(self, subject: Subject) -> CheckResult:
        """Try mutants; the findings are the survivors, whether or not they are too many."""
        environment = subject.own_class
        if environment is None:
            return not_applicable(self, subject)
        most = self.most or max(FEWEST, EACH_SECOND * subject.effort)
        mutants, there_are = breed(subject.source.decode(), subject.random("mutants"), most)
        trial = Trial(subject, environment, self.laws)
        survivors: list[Mutant] = []
        caught: Counter[str] = Counter()
        kinds: dict[str, Counter[str]] = {}
        for mutant in mutants:
            check = trial.caught_by(mutant)
            kinds.setdefault(mutant.operator, Counter())["tried"] += 1
            if check is None:
                survivors.append(mutant)
            else:
                caught[f"caught by {check}"] += 1
                kinds[mutant.operator]["caught"] += 1
        tried = {"there are": there_are, "tried": len(mutants), "caught": caught.total()}
        tried |= dict(sorted(caught.items()))
        details = [Detail(place=kind, counts=dict(kinds[kind])) for kind in sorted(kinds)]
        findings = [_finding(mutant) for mutant in survivors]
        found = result(self, subject, tried, findings, details=details)
        enough = caught.total() * 100 >= ENOUGH * len(mutants)
        return found.model_copy(update={"outcome": "passed" if enough else "failed"})


def _finding(mutant: Mutant) -> Finding:
    change = f"{mutant.before} -> {mutant.after}" if mutant.after else f"{mutant.before} left out"
    return Finding(
        place=f"environment.py:{mutant.line}",
        message=f"not noticed in {mutant.method}, {mutant.operator}: {change}",
        expected=mutant.before,
        actual=mutant.after,
    )
