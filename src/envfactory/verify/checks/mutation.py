"""Whether the checks would notice if a tool were wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from envfactory.verify.check import not_applicable, result
from envfactory.verify.laws import LAWS, Law
from envfactory.verify.model import CheckResult, Finding, Severity
from envfactory.verify.mutants import Mutant, Trial, breed
from envfactory.verify.subject import Subject

MOST = 120
"""How many mutants are tried; beyond that a sample is, with every operator in it."""

ENOUGH = 80
"""The share of mutants, in percent, that has to be caught."""


@dataclass(frozen=True)
class Mutation:
    """Faults that are seeded into the code are caught."""

    id: str = "mutants"
    title: str = "Seeded faults are caught"
    severity: Severity = "should"
    laws: Sequence[Law] = LAWS
    most: int = MOST

    def run(self, subject: Subject) -> CheckResult:
        """Try mutants; the findings are the survivors, whether or not they are too many."""
        environment = subject.own_class
        if environment is None:
            return not_applicable(self, subject)
        mutants, there_are = breed(subject.source.decode(), subject.random("mutants"), self.most)
        trial = Trial(subject, environment, self.laws)
        survivors: list[Mutant] = []
        caught: Counter[str] = Counter()
        for mutant in mutants:
            check = trial.caught_by(mutant)
            if check is None:
                survivors.append(mutant)
            else:
                caught[f"caught by {check}"] += 1
        tried = {"there are": there_are, "tried": len(mutants), "caught": caught.total()}
        tried |= dict(sorted(caught.items()))
        found = result(self, subject, tried, [_finding(mutant) for mutant in survivors])
        enough = caught.total() * 100 >= ENOUGH * len(mutants)
        return found.model_copy(update={"outcome": "passed" if enough else "failed"})


def _finding(mutant: Mutant) -> Finding:
    change = f"{mutant.before} -> {mutant.after}" if mutant.after else f"{mutant.before} left out"
    return Finding(
        place=f"environment.py:{mutant.line}",
        message=f"not noticed in {mutant.method}, {mutant.operator}: {change}",
    )
