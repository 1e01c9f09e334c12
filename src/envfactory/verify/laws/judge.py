"""Judge: makes recorded calls again and asks the laws about each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from envfactory.compiler.code.counters import counters
from envfactory.environment.world import Session, diff
from envfactory.records import Json
from envfactory.spec.model import EnvironmentSpec, ToolDesign
from envfactory.verify.explore import Step
from envfactory.verify.laws.boundaries import boundary_calls, next_page
from envfactory.verify.laws.law import Law
from envfactory.verify.laws.transition import Tables, Transition
from envfactory.verify.replay import Outcome, perform

MOST_PAGES = 60
"""How many calls at the edges of one tool are followed to the next page."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a call came to, and what it contradicts: each law with the problem."""

    outcome: Outcome
    problems: tuple[tuple[Law, str], ...] = ()


class Judge:
    """Judges the calls of one environment's tools.

    Args:
        spec: What the tools are meant to do.
        laws: What to ask.

    Attributes:
        calls: How many calls were judged.
        asked: How many times a law was asked.
        spoken: How often which law was asked about which tool, by (tool, law).
    """

    def __init__(self, spec: EnvironmentSpec, laws: Sequence[Law]) -> None:
        self._spec = spec
        self._designs: Mapping[str, ToolDesign] = {tool.name: tool for tool in spec.tools}
        self._laws = {
            tool.name: tuple(law for law in laws if tool.behaviour.kind in law.kinds)
            for tool in spec.tools
        }
        self._counters = {entity.table: counters(spec, entity) for entity in spec.entities}
        self._tables: dict[str, Tables] = {}
        self.calls = self.asked = 0
        self.spoken: Counter[tuple[str, str]] = Counter()

    def call(self, session: Session, tool: str, arguments: Mapping[str, Json]) -> Judgement:
        """Make a call, and ask every law that speaks of the tool."""
        transition = self.transition(session, tool, arguments)
        if transition is None:
            return Judgement(perform(session, tool, arguments))
        outcome = transition.outcome
        self.calls += 1
        problems = []
        for law in self._laws[tool]:
            self.asked += 1
            self.spoken[tool, law.id] += 1
            problem = law.broken(transition)
            if problem is not None:
                problems.append((law, problem))
        return Judgement(outcome, tuple(problems))

    def transition(
        self, session: Session, tool: str, arguments: Mapping[str, Json]
    ) -> Transition | None:
        """Make a call and return all that laws look at; None (and no call) for unknown tools."""
        design = self._designs.get(tool)
        if design is None:
            return None
        before, tables = session.snapshot(), self._state(session)
        outcome = perform(session, tool, arguments)
        changes = diff(before, session.snapshot())
        return Transition(self._spec, design, arguments, outcome, tables, changes, self._counters)

    def boundaries(self, session: Session, step: Step) -> Iterator[Step]:
        """Yield calls at the edges of a tool, in a state in which a call of it succeeded."""
        first = self.transition(session.fork(), step.tool, step.arguments)
        if first is None:
            return
        pending = list(boundary_calls(first))
        for number, arguments in enumerate(pending):
            fork = session.fork()
            made = self.transition(fork, step.tool, arguments)
            assert made is not None
            yield Step(step.tool, arguments, made.outcome, fork.state_hash)
            if made.outcome.ok and number < MOST_PAGES and isinstance(made.value, dict):
                following = next_page(made, made.value)
                if following is not None:
                    pending.append(following)

    def _state(self, session: Session) -> Tables:
        found = self._tables.get(session.state_hash)
        if found is None:
            found = self._tables[session.state_hash] = Tables(session.to_scenario(), self._spec)
        return found
