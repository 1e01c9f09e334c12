"""`Bench`: where variants of a task are tried, in worlds in its initial state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from envfactory.environment import Package, Session, World, diff
from envfactory.records import Json, record_hash
from envfactory.task.goal import judge, recorded
from envfactory.task.meanings.meaning import Glossary
from envfactory.task.model import (
    Check,
    EnvironmentRef,
    Goal,
    GoldCall,
    StateChange,
    Task,
)


@dataclass(frozen=True, slots=True)
class Played:
    """What executing some calls came to.

    Attributes:
        values: What each call returned; None where it was refused.
        changes: What differs from the state before the first of them.
    """

    values: tuple[Json, ...]
    changes: tuple[StateChange, ...]


@dataclass(frozen=True)
class Bench:
    """The environments, and what their records and tools mean.

    Attributes:
        packages: By the names that tasks give them.
        glossary: What is known of them.
    """

    packages: Mapping[str, Package]
    glossary: Glossary
    _started: dict[tuple[str, str], Session] = field(default_factory=dict, repr=False)

    def world(self, environments: Sequence[EnvironmentRef]) -> World:
        """Return a new world in the initial state of a task; each scenario is loaded once."""
        sessions = {}
        for ref in environments:
            place = (ref.name, ref.scenario)
            if place not in self._started:
                self._started[place] = self.packages[ref.name].start(ref.scenario)
            sessions[ref.name] = self._started[place].fork()
        return World(sessions)

    def offered(self, task: Task) -> int:
        """Return how many tools an agent is offered in a task."""
        return sum(
            spec.actor == "agent"
            and f"{ref.name}__{spec.name}" not in (*task.hidden_tools, *task.user_tools)
            for ref in task.environments
            for spec in self.packages[ref.name].environment.tools()
        )


def play(world: World, calls: Sequence[GoldCall]) -> Played:
    """Make calls in a world, which is changed by them; what is refused returns None."""
    start = world.snapshot()
    values = tuple(world.call(call.tool, call.arguments).value for call in calls)
    return Played(values, recorded(diff(start, world.snapshot())))


def calls_of(task: Task) -> tuple[GoldCall, ...]:
    """Return the gold calls of all turns."""
    return tuple(call for turn in task.turns for call in turn.calls)


def answers_of(task: Task) -> tuple[str, ...]:
    """Return what a good agent answers in each turn."""
    return tuple(turn.answer for turn in task.turns)


def asserted(goal: Goal) -> str:
    """Return in a few words what a goal asks for."""
    parts = {
        "changes": len(goal.changes),
        "facts": len(goal.facts),
        "refusals": len(goal.refusals),
    }
    return ", ".join(f"{count} {name}" for name, count in parts.items() if count)


def check_gold(task: Task, bench: Bench) -> Check:
    """Try whether the gold calls and answers reach the goal, with the results that were noted."""
    played = play(bench.world(task.environments), calls_of(task))
    name = "gold reaches the goal"
    if played.values != tuple(call.value for call in calls_of(task)):
        return Check(name=name, passed=False, detail="a call returns something else")
    reached = judge(task.goal, played.changes, answers_of(task)).reached
    return Check(name=name, passed=reached, detail=asserted(task.goal))


def check_nothing(task: Task) -> Check:
    """Try whether an agent that does and says nothing misses the goal."""
    reached = judge(task.goal, (), [""] * len(task.turns)).reached
    return Check(name="doing nothing misses the goal", passed=not reached)


def sealed(task: Task) -> Task:
    """Return a task with the id that its other fields give it."""
    draft = task.model_copy(update={"id": ""})
    return draft.model_copy(update={"id": record_hash(draft)})
