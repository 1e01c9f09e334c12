"""`Auditor`: tries right ways and adversaries on tasks, and says which tasks stand.

Everything is executed from the task's initial state; what is tried follows from the task and a
seed alone. A few milliseconds a task, most of them in the environment's tools.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from pydantic import Field

from envfactory.audit import cheap, right, wrong
from envfactory.audit.alike import REPLAY
from envfactory.audit.holdings import Holdings
from envfactory.audit.rehearsal import Rehearsal
from envfactory.audit.remembered import Memory, Remembered
from envfactory.audit.room import Room
from envfactory.audit.ways import other_tools
from envfactory.audit.wrong import Bystander
from envfactory.environment import Package, Session, World
from envfactory.errors import EnvironmentFault
from envfactory.records import Stored
from envfactory.task.category.bench import sealed
from envfactory.task.model import Attempt, EnvironmentRef, Robustness, Task
from envfactory.trajectory.setting import package_of


class Audit(Stored):
    """What the audit of a task came to."""

    task: Task = Field(description="With its robustness record, and sealed anew.")
    weakness: str | None = Field(
        default=None, description="Why it does not stand, a short stable reason; None if it does."
    )
    detail: str = Field(default="", description="How often it went wrong.")


class Auditor:
    """Audits tasks in some environments; each scenario is loaded once."""

    def __init__(self, packages: Mapping[str, Package], seed: int = 0) -> None:
        """Take environment packages by identity hash.

        Args:
            packages: Those that the tasks name; others serve to do damage beside a task.
            seed: Decides what is tried of what cannot all be tried.
        """
        self._packages, self._seed = packages, seed
        self._started: dict[tuple[str, str], Session] = {}
        self._held: dict[tuple[str, str, str], Holdings] = {}
        self._readable: dict[tuple[str, str, str], Mapping[str, str]] = {}

    def audit(self, task: Task, others: Sequence[Task] = ()) -> Audit:
        """Audit a task.

        Args:
            task: The task; a record that it has from an earlier audit is replaced.
            others: Tasks in the same environments, whose solutions must not solve this one.

        Raises:
            InputError: If an environment of the task is not among the packages.
        """
        rng = random.Random(f"{task.chain}/{task.seed}/{self._seed}")
        try:
            rehearsal = Rehearsal(task, self._world(task.environments))
        except EnvironmentFault as fault:
            return Audit(task=task, weakness="environment fault", detail=str(fault))
        attempts = tuple(self._attempts(rehearsal, others, rng))
        record = Robustness(seed=self._seed, attempts=attempts)
        audited = sealed(task.model_copy(update={"robustness": record}))
        for attempt in attempts:
            if attempt.expected == "pass" and attempt.passed < attempt.tried:
                detail = f"{attempt.tried - attempt.passed} of {attempt.tried}"
                return Audit(
                    task=audited, weakness=f"a right way is refused: {attempt.name}", detail=detail
                )
            if attempt.expected == "fail" and attempt.passed:
                detail = f"{attempt.passed} of {attempt.tried}"
                return Audit(
                    task=audited, weakness=f"an adversary wins: {attempt.name}", detail=detail
                )
        return Audit(task=audited)

    def _attempts(
        self, rehearsal: Rehearsal, others: Sequence[Task], rng: random.Random
    ) -> Iterator[Attempt]:
        task = rehearsal.task
        gold = rehearsal.reached(rehearsal.played, rehearsal.answers)
        yield _attempt("gold", "pass", iter([gold]))
        rehearsal.world.restore(rehearsal.before[0])
        room = self._room(task.environments, rng, task)
        yield _attempt("reordered", "pass", right.reordered(rehearsal, rng))
        yield _attempt("alternative path", "pass", right.alternatives(rehearsal, room, rng))
        yield _attempt("another tool", "pass", other_tools(rehearsal, room))
        yield _attempt("trying again", "pass", right.retried(rehearsal))
        yield _attempt("other words", "pass", right.other_words(rehearsal))
        yield _attempt("no-op", "fail", wrong.nothing(rehearsal))
        yield _attempt("dropped call", "fail", wrong.dropped(rehearsal))
        yield _attempt("perturbed argument", "fail", wrong.perturbed(rehearsal, room, rng))
        yield _attempt("wrong entity", "fail", wrong.confused(rehearsal, room, rng))
        beside = self._bystander(task, rng)
        yield _attempt("extra damage", "fail", wrong.damaging(rehearsal, room, rng, beside))
        yield _attempt("read spray", "fail", wrong.read_spray(rehearsal, self._shown(task)))
        yield _attempt("write spray", "fail", wrong.write_spray(rehearsal, room, rng))
        yield _attempt(REPLAY, "fail", wrong.replayed(rehearsal, others))
        yield _attempt("answer everything", "fail", wrong.answering(rehearsal, room))
        yield _attempt("stopping half way", "fail", cheap.halfway(rehearsal))
        yield _attempt("giving up", "fail", cheap.giving_up(rehearsal))
        yield _attempt("everything twice", "fail", cheap.twice(rehearsal))
        yield _attempt("repeating the request", "fail", cheap.parroting(rehearsal))
        yield _attempt("asking for ever", "fail", cheap.asking(rehearsal))
        yield _attempt("first in sight", "fail", cheap.first_in_sight(rehearsal))
        yield _attempt("refusing everything", "fail", cheap.refusing(rehearsal))
        yield _attempt("guessing", "fail", cheap.guessing(rehearsal, room))

    def _world(self, environments: Sequence[EnvironmentRef]) -> World:
        """Return a new world in the initial state of a task."""
        return World(
            {
                ref.name: self._session(package_of(ref, self._packages), ref.scenario)
                for ref in environments
            }
        )

    def room(self, task: Task) -> Room:
        """Return what an agent has in a task, for trying things by hand."""
        return self._room(task.environments, random.Random(self._seed), task)

    def _room(
        self, environments: Sequence[EnvironmentRef], rng: random.Random, task: Task | None = None
    ) -> Room:
        """Return what an agent has in some environments, in a task or in general."""
        hidden = () if task is None else (*task.hidden_tools, *task.user_tools)
        return Room({ref.name: self._holdings(ref) for ref in environments}, rng, hidden)

    def _holdings(self, ref: EnvironmentRef) -> Holdings:
        """Return what there is in an environment; each scenario is read once."""
        place = _place(ref)
        if place not in self._held:
            session = self._session(package_of(ref, self._packages), ref.scenario)
            self._held[place] = Holdings(ref.name, session)
        return self._held[place]

    def _shown(self, task: Task) -> list[str]:
        """Return what reads show in the initial state; each scenario is read once.

        What is read depends on the scenario and the seed alone, not on which task came first.
        """
        shown: list[str] = []
        hidden = {*task.hidden_tools, *task.user_tools}
        for ref in task.environments:
            place = _place(ref)
            if place not in self._readable:
                rng = random.Random(f"{'/'.join(place)}/{self._seed}")
                room = self._room([ref], rng)
                self._readable[place] = wrong.readable(self._world([ref]), room)
            readable = self._readable[place]
            shown += [value for tool, value in readable.items() if tool not in hidden]
        return shown

    def _bystander(self, task: Task, rng: random.Random) -> Bystander | None:
        """Return an environment that a task has nothing to do with, if there is one."""
        used = {ref.identity for ref in task.environments}
        names = {ref.name for ref in task.environments}
        for identity, package in self._packages.items():
            name = package.manifest.name
            if identity not in used and name not in names and package.scenarios:
                ref = EnvironmentRef(name=name, identity=identity, scenario=package.scenarios[0])
                return Bystander(name, self._world([ref]), self._room([ref], rng, task))
        return None

    def _session(self, package: Package, scenario: str) -> Session:
        place = (package.identity, scenario)
        if place not in self._started:
            self._started[place] = Remembered(package.start(scenario), Memory())
        return self._started[place].fork()


def _place(ref: EnvironmentRef) -> tuple[str, str, str]:
    return ref.name, ref.identity, ref.scenario


def _attempt(name: str, expected: Literal["pass", "fail"], outcomes: Iterator[bool]) -> Attempt:
    passed = list(outcomes)
    return Attempt(name=name, expected=expected, tried=len(passed), passed=sum(passed))
