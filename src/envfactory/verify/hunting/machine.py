"""`state_machine`: an environment as one of Hypothesis's rule-based state machines.

There is one rule per tool, and one invariant per question that can be asked about any call. A
sequence starts in one of the scenarios. What the state holds, and what earlier calls returned, is
remembered by the machine and drawn from: bundles, Hypothesis's own way to hand results on, hold
what one kind of rule returns, and not which keys there are in a table that any tool may change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from envfactory.environment import Environment, Package, ToolSpec
from envfactory.environment.world import Blueprint
from envfactory.errors import InputError
from envfactory.records import Json
from envfactory.verify.ground import Ground
from envfactory.verify.hunting.arguments import Arguments
from envfactory.verify.hunting.memory import Met
from envfactory.verify.leads import lead_of
from envfactory.verify.model import Finding, Lead
from envfactory.verify.moment import Course, Moment
from envfactory.verify.questions import QUESTIONS, Question
from envfactory.verify.subject import Subject

CALL_SECONDS = 2.0
"""How long a call may take, by the clock, until it counts as one that does not return."""


class Falsified(AssertionError):
    """A call did what no call may do; says what, and how to get there.

    Attributes:
        lead: The calls.
        finding: What the last one shows.
    """

    def __init__(self, lead: Lead, finding: Finding) -> None:
        super().__init__(f"{lead.check}: {finding.place} {finding.message}")
        self.lead, self.finding = lead, finding


class Tally:
    """What the examples of one machine have come to so far.

    Attributes:
        examples: Sequences that were begun until the first failure.
        failed: Checks that a call has failed. What follows a failure shortens it, and has to show
            the same; so nothing else is asked then.
    """

    def __init__(self) -> None:
        self.examples = 0
        self.failed: set[str] = set()
        self._kinds: dict[tuple[str, str], type[Falsified]] = {}

    def failure(self, check: str, place: str) -> type[Falsified]:
        """Return the class of a failure: Hypothesis holds failures of two classes for two."""
        self.failed.add(check)
        return self._kinds.setdefault((check, place), type("Falsified", (Falsified,), {}))


class ToolMachine(RuleBasedStateMachine):
    """Calls of one environment's tools; see `state_machine`, which adds the rules."""

    ground: ClassVar[Ground]
    tally: ClassVar[Tally]
    passed_over: ClassVar[Collection[tuple[str, str]]] = ()

    def __init__(self) -> None:
        """Begin a sequence."""
        super().__init__()
        self.ground.forget()
        if not self.tally.failed:
            self.tally.examples += 1
        self._moments: list[Moment] = []

    def begin(self, scenario: str) -> None:
        """Start in a scenario; the first of all rules."""
        self._scenario = scenario
        self._course = Course(self.ground, scenario, CALL_SECONDS)
        self._met = Met(self.ground.key_fields, self._course.session)

    def make(self, tool: str, arguments: Mapping[str, Json]) -> None:
        """Make the next call."""
        moment = self._course.make(tool, arguments)
        self._moments.append(moment)
        self._met.note(moment.step, moment.after)

    def check(self, name: str, question: Question) -> None:
        """Ask a question about the last call.

        Raises:
            Falsified: If it shows something that is not known.
        """
        if not self._moments or (self.tally.failed and name not in self.tally.failed):
            return
        moment = self._moments[-1]
        if (name, f"tool {moment.step.tool}") in self.passed_over:
            return
        finding = question(moment)
        if finding is not None:
            made = [(one.step.tool, one.step.arguments) for one in self._moments]
            failure = self.tally.failure(name, finding.place)
            raise failure(lead_of(name, self._scenario, made), finding)

    # ------------------------------------------------------------------ memory
    def keys(self, table: str) -> Sequence[Json]:
        """Return keys of a table; see `arguments.Memory`."""
        return self._met.keys(table)

    def recent_keys(self, table: str) -> Sequence[Json]:
        """Return the keys that the last calls named; see `arguments.Memory`."""
        return self._met.recent_keys(table)

    def values(self, name: str) -> Sequence[Json]:
        """Return values of a field; see `arguments.Memory`."""
        return self._met.values(name)


def state_machine(
    environment: type[Environment] | Package | Path | str | Ground,
    scenarios: Mapping[str, Mapping[str, Json]] | None = None,
    *,
    passed_over: Collection[tuple[str, str]] = (),
) -> type[ToolMachine]:
    """Return a state machine of an environment: its `TestCase` is a test, its subclasses may add.

    Args:
        environment: A class, a package or its folder.
        scenarios: States to start from, by name; for a package those that it ships, for a class
            the empty one.
        passed_over: Failures that are known: the check's id and the place, as `("faults",
            "tool cancel_order")`.

    Raises:
        InputError: If the folder holds no package, a live server, or no scenario that loads.
    """
    ground = environment if isinstance(environment, Ground) else _ground(environment, scenarios)
    if not ground.starts:
        raise InputError("state machine", "has no scenario to start from", "give it one")
    arguments = Arguments()
    rules: dict[str, Any] = {
        f"call_{tool.name}": _rule(tool, arguments.of(tool)) for tool in ground.tools
    }
    asked = {f"ask_{name}": _invariant(name, question) for name, question in QUESTIONS.items()}
    begin = initialize(scenario=st.sampled_from(sorted(ground.starts)))(ToolMachine.begin)
    members = {"__doc__": ToolMachine.__doc__, "ground": ground, "begin": begin, **rules, **asked}
    return passing_over(type("ToolMachine", (ToolMachine,), members), passed_over)


def passing_over(
    machine: type[ToolMachine], known: Collection[tuple[str, str]]
) -> type[ToolMachine]:
    """Return a state machine like another that says nothing of failures that are known."""
    return type(machine.__name__, (machine,), {"passed_over": frozenset(known), "tally": Tally()})


def _ground(
    environment: type[Environment] | Package | Path | str,
    scenarios: Mapping[str, Mapping[str, Json]] | None,
) -> Ground:
    spec, foreign, starts = None, False, None
    made: Blueprint
    if isinstance(environment, Package | Path | str):
        package = environment if isinstance(environment, Package) else None
        path = package.path if package is not None else Path(str(environment))
        with Subject(path, package=package) as subject:
            if subject.live:
                problem = "is a live server, each of whose states is a process"
                raise InputError(str(path), problem, "verify it instead")
            made, spec, foreign = subject.package.environment, subject.spec, subject.foreign
            starts = subject.starts if scenarios is None else None
    else:
        made = environment
        starts = {"empty": made()} if scenarios is None else None
    if starts is None:
        starts = {name: made.from_scenario(given) for name, given in (scenarios or {}).items()}
    return Ground(made, starts, spec, foreign=foreign)


def _rule(tool: ToolSpec, arguments: st.SearchStrategy[Any]) -> Any:
    def call(self: ToolMachine, arguments: dict[str, Json]) -> None:
        self.make(tool.name, arguments)

    call.__name__ = tool.name
    return rule(arguments=arguments)(call)


def _invariant(name: str, question: Question) -> Any:
    def holds(self: ToolMachine) -> None:
        self.check(name, question)

    holds.__name__ = name
    return invariant()(holds)
