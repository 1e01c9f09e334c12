"""Whether tools do what the specification that they were written from says they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from envfactory.verify.check import calls, not_applicable, outcome_json, result
from envfactory.verify.explore import Episode
from envfactory.verify.laws import LAWS, Judge, Judgement, Law
from envfactory.verify.model import CheckResult, Detail, Finding, Severity
from envfactory.verify.subject import Subject


@dataclass(frozen=True)
class Behaviour:
    """Every recorded call keeps the laws that follow from the package's specification."""

    id: str = "behaviour"
    title: str = "Tools do what the specification says"
    severity: Severity = "must"
    laws: Sequence[Law] = LAWS

    def run(self, subject: Subject) -> CheckResult:
        """Go through everything that was recorded once more, and judge each call."""
        if subject.spec is None:
            return not_applicable(self, subject)
        judge = Judge(subject.spec, self.laws)
        found: dict[tuple[str, str], Finding] = {}
        for episode in subject.judged:
            session = subject.starts[episode.scenario].fork()
            for number, step in enumerate(episode.steps, 1):
                judgement = judge.call(session, step.tool, step.arguments)
                made = Episode(episode.scenario, episode.steps[:number])
                for law, problem in judgement.problems:
                    known = found.get((step.tool, law.id))
                    if known is None or number < len(known.calls):
                        found[step.tool, law.id] = behaviour_finding(law, problem, made, judgement)
        tried = {"laws": len(judge.spoken), "calls": judge.calls, "judgements": judge.asked}
        says = {law.id: law.says for law in self.laws}
        details = [
            Detail(place=tool, says=says[law], counts={"judged": times})
            for (tool, law), times in sorted(judge.spoken.items())
        ]
        return result(self, subject, tried, list(found.values()), details=details)


def behaviour_finding(law: Law, problem: str, episode: Episode, judgement: Judgement) -> Finding:
    """Return the finding that the last call of an episode breaks a law."""
    tool = episode.steps[-1].tool
    return Finding(
        place=f"tool {tool}",
        message=f"{tool} {law.says}: {problem}",
        scenario=episode.scenario,
        calls=calls(episode),
        expected=law.id,
        actual=outcome_json(judgement.outcome),
    )
