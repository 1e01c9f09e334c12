"""`check_task`: the claims that a task makes, each tried by execution.

A task passes only if all of them hold: the reference solution reaches the goal, doing nothing does
not, no call of the solution can be dropped, a second run in a new world gives the same values and
the same state, each record that the user points out is the only one that fits, and whoever sees
only requests and results can tell which records are meant and which values are wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from envfactory.environment import World, WorldState, diff
from envfactory.graph import values_at
from envfactory.records import Json
from envfactory.task.goal import judge, recorded
from envfactory.task.grounding.arrange import Plan, record_in
from envfactory.task.grounding.call import Call
from envfactory.task.grounding.mention import Mention, candidates
from envfactory.task.grounding.records import Records
from envfactory.task.grounding.sources import Sources
from envfactory.task.meanings.spoken import Speaker
from envfactory.task.model import Check, Fact, Goal, StateChange
from envfactory.task.phrasing.phrase import Worded
from envfactory.task.phrasing.saying import argument
from envfactory.task.recognise import Witness

GOLD = "gold reaches the goal"
NOTHING = "doing nothing misses the goal"
NEEDED = "every call is needed"
REPLAY = "replay gives the same"
UNIQUE = "mentions are unique"
RECOGNISED = "records can be recognised"
SUPPLIED = "every value is supplied"


@dataclass(frozen=True, slots=True)
class _Run:
    """What executing some calls came to; `before` holds the state that each call found."""

    values: tuple[Json, ...]
    before: tuple[WorldState, ...]
    changes: tuple[StateChange, ...]
    state_hash: str


def check_task(
    plan: Plan,
    turns: Sequence[Worded],
    goal: Goal,
    sources: Sources,
    world: Callable[[], World],
) -> tuple[Check, ...]:
    """Try every claim of a task.

    Args:
        plan: The reference solution.
        turns: Its words.
        goal: What it is to reach.
        sources: Finds which results hold which values.
        world: Makes a world in the initial state; a new one each time.
    """
    answers = [turn.answer for turn in turns]
    here = world()
    run = _run(plan.calls, here)
    if run is None:
        return (Check(name=GOLD, passed=False, detail="a call is refused"),)
    return (
        _gold(run, goal, answers),
        _nothing(goal, len(turns)),
        _needed(plan, goal, sources, run, here),
        _replay(plan, run, world()),
        _unique(plan, turns),
        *_knowable(plan, turns, sources, run),
    )


def _gold(run: _Run, goal: Goal, answers: Sequence[str]) -> Check:
    verdict = judge(goal, run.changes, answers)
    return Check(name=GOLD, passed=verdict.reached, detail=f"{len(run.changes)} changes")


def _nothing(goal: Goal, turns: int) -> Check:
    verdict = judge(goal, (), [""] * turns)
    return Check(name=NOTHING, passed=not verdict.reached)


def _needed(plan: Plan, goal: Goal, sources: Sources, run: _Run, world: World) -> Check:
    """Drop each call in turn: an argument or a fact loses its source, or the goal is missed.

    The calls before the one that is dropped were made in `run`, in the same world.
    """
    state = goal.model_copy(update={"facts": ()})
    asked = {fact.call for fact in goal.facts if not _told_before(plan, fact)}
    for number, call in enumerate(plan.calls):
        if number in asked:
            continue
        rest = [other for place, other in enumerate(plan.calls) if place != number]
        if _loses_source(plan, number, rest, sources):
            continue
        world.restore(run.before[number])
        changes = _changes(rest[number:], world, run.before[0])
        if changes is not None and judge(state, changes, ()).reached:
            detail = f"call {number} ({call.meaning.tool}) can be dropped"
            return Check(name=NEEDED, passed=False, detail=detail)
    return Check(name=NEEDED, passed=True, detail=f"{len(plan.calls)} calls dropped in turn")


def _told_before(plan: Plan, fact: Fact) -> bool:
    """Return whether an earlier call's result holds the record of a fact with the same value."""
    about = plan.calls[fact.call].about
    if about is None:
        return False
    field = fact.path.rpartition("/")[2]
    for call in plan.calls[: fact.call]:
        path = record_in(call, about)
        if path is not None and (f"{path}/{field}", fact.value) in values_at(
            call.value, f"{path}/{field}"
        ):
            return True
    return False


def _loses_source(plan: Plan, number: int, rest: Sequence[Call], sources: Sources) -> bool:
    """Return whether an argument that came from a result now comes from nowhere, or a subject."""
    for here, call in enumerate(rest):
        place = here + (here >= number)
        for pointer, origin in plan.origins[place].items():
            leaf = call.leaves[pointer]
            if origin.kind == "result" and (
                sources.find(rest, here, leaf, argument(call, pointer)) is None
            ):
                return True
        if call.about is not None and not sources.recognises(rest, here + 1, call.about):
            return True
    return False


def _replay(plan: Plan, first: _Run, world: World) -> Check:
    second = _run(plan.calls, world)
    values = tuple(call.value for call in plan.calls)
    same = (
        second is not None
        and first.values == second.values == values
        and (first.changes, first.state_hash) == (second.changes, second.state_hash)
    )
    return Check(name=REPLAY, passed=same, detail=first.state_hash)


def _unique(plan: Plan, turns: Sequence[Worded]) -> Check:
    """Select from the state at the start of each turn what each mention fits."""
    count = 0
    for number, turn in enumerate(turns):
        states = [plan.calls[place].before for place in plan.turns[number]]
        for mention in turn.mentions:
            found = [_fitting(mention, state) for state in states]
            # What the same message has just renamed or made is called by its new name.
            first = next((keys for keys in found if keys), [])
            if first not in ([], [mention.key]) or (not first and _existed(mention, states[0])):
                detail = f"{mention.entity.noun} {mention.title!r} fits {len(first)}"
                return Check(name=UNIQUE, passed=False, detail=detail)
            count += 1
    return Check(name=UNIQUE, passed=True, detail=f"{count} mentions")


def _knowable(
    plan: Plan, turns: Sequence[Worded], sources: Sources, run: _Run
) -> tuple[Check, Check]:
    """Follow the conversation with what an agent sees."""
    calls = [replace(call, value=v) for call, v in zip(plan.calls, run.values, strict=True)]
    witness = Witness(plan, calls, turns, sources)
    unknown, missing = witness.unrecognised(), witness.unsupplied()
    return (
        Check(name=RECOGNISED, passed=unknown is None, detail=unknown or f"{len(calls)} calls"),
        Check(name=SUPPLIED, passed=missing is None, detail=missing or f"{len(calls)} calls"),
    )


def _fitting(mention: Mention, records: Records) -> list[Json]:
    return candidates(mention, records, Speaker(records.now(mention.entity.environment)))


def _existed(mention: Mention, records: Records) -> bool:
    return records.get(mention.entity, mention.key) is not None


def _run(calls: Sequence[Call], world: World) -> _Run | None:
    """Make calls in a world; None where one is refused."""
    before: list[WorldState] = []
    values: list[Json] = []
    start = world.snapshot()
    for call in calls:
        before.append(world.snapshot())
        result = world.call(call.meaning.tool, call.arguments)
        if not result.ok:
            return None
        values.append(result.value)
    changes = recorded(diff(start, world.snapshot()))
    return _Run(tuple(values), tuple(before), changes, world.state_hash)


def _changes(
    calls: Sequence[Call], world: World, start: WorldState
) -> tuple[StateChange, ...] | None:
    """Return what differs from a state after calls in a world; None where one is refused."""
    if all(world.call(call.meaning.tool, call.arguments).ok for call in calls):
        return recorded(diff(start, world.snapshot()))
    return None
