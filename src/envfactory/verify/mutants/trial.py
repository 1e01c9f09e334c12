"""Trial: whether the checks catch a mutant, tried on the calls that the exploration recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import CodeType

from envfactory.environment import Environment
from envfactory.environment.package import CODE
from envfactory.verify.explore import Episode
from envfactory.verify.laws import Judge, Judgement, Law
from envfactory.verify.mutants.breed import Mutant
from envfactory.verify.replay import perform
from envfactory.verify.subject import Subject


class Trial:
    """Tries mutants of one package.

    A mutant is caught where a tool breaks or never succeeds any more, a value does not fit the
    schema, or a law is broken. Only one method of it differs from the package's own class, whose
    records and schemas take most of the time to make: so that class is used, with the code of that
    method exchanged for as long as the mutant is tried.

    Args:
        subject: The package, which passes its checks.
        environment: Its class.
        laws: What to ask, where the package has a specification.
    """

    def __init__(
        self, subject: Subject, environment: type[Environment], laws: Sequence[Law]
    ) -> None:
        self._subject, self._laws = subject, laws
        self._environment = environment
        self._episodes: dict[str, list[Episode]] = {}
        for episode in subject.judged:
            for tool in dict.fromkeys(step.tool for step in episode.steps):
                self._episodes.setdefault(tool, []).append(episode)

    def caught_by(self, mutant: Mutant) -> str | None:
        """Return the check that catches a mutant, or None where it survives."""
        spec = self._subject.spec
        judge = Judge(spec, self._laws) if spec is not None else None
        with _in_place(self._environment, mutant):
            for tool in sorted(mutant.tools):
                found = next(self._problems(judge, tool), None)
                if found is not None:
                    return found
        return None

    def _problems(self, judge: Judge | None, tool: str) -> Iterator[str]:
        """Yield the checks that find something in the recorded calls of a tool."""
        succeeded = False
        fits = self._subject.ground.validators[tool][1].is_valid
        for episode in self._episodes.get(tool, []):
            session = self._subject.starts[episode.scenario].fork()
            for step in episode.steps:
                if step.tool != tool:
                    perform(session, step.tool, step.arguments)
                    continue
                if judge is not None:
                    judgement = judge.call(session, tool, step.arguments)
                else:
                    judgement = Judgement(perform(session, tool, step.arguments))
                if judgement.outcome.faulted:
                    yield "faults"
                if judgement.problems:
                    yield "behaviour"
                if judgement.outcome.ok:
                    succeeded = True
                    if not fits(judgement.outcome.value):
                        yield "schemas"
        if not succeeded and tool in self._subject.exploration.reached:
            yield "reachability"


@contextmanager
def _in_place(environment: type[Environment], mutant: Mutant) -> Iterator[None]:
    """Give a method the code that it has in a mutant."""
    function = vars(environment)[mutant.method]
    original = function.__code__
    module = compile(mutant.source, CODE, "exec", dont_inherit=True)
    function.__code__ = _code(_code(module, environment.__name__), mutant.method)
    try:
        yield
    finally:
        function.__code__ = original


def _code(holder: CodeType, name: str) -> CodeType:
    return next(c for c in holder.co_consts if isinstance(c, CodeType) and c.co_name == name)
