"""Recovery: one call does not get through at first, and making it again is all that it takes."""

from __future__ import annotations

import random

from envfactory.task.category.bench import Bench, answers_of, calls_of, play, sealed
from envfactory.task.goal import judge
from envfactory.task.grounding.dropped import Dropped
from envfactory.task.model import Check, GoldCall, Injection, Task

_MESSAGES = (
    "the service is temporarily unavailable; try again",
    "the request timed out before it was handled; nothing was changed",
    "too many requests at the moment; try again shortly",
    "the connection was reset before the request was handled; try again",
)
_APOLOGY = "I'm sorry, that did not work because of a technical problem."


def recover(task: Task, bench: Bench, rng: random.Random) -> Task | Dropped:
    """Return the task with a transient failure in the place of one of its gold calls.

    Proven by execution: whoever gives that call up, and with it the calls that need its result,
    misses the goal, whether this is admitted in the answer or not.
    """
    calls = calls_of(task)
    for number in rng.sample(range(len(calls)), len(calls)):
        tried = _giving_up_fails(task, number, bench)
        if tried is None:
            continue
        tool = calls[number].tool
        injection = Injection(
            tool=tool,
            occurrence=sum(call.tool == tool for call in calls[:number]),
            message=rng.choice(_MESSAGES),
        )
        checks = (*task.checks, Check(name="giving up misses the goal", passed=True, detail=tried))
        changed = {"category": "recovery", "injections": (injection,), "checks": checks}
        return sealed(task.model_copy(update=changed))
    return Dropped("giving up reaches the goal", f"after any of {len(calls)} calls")


def _giving_up_fails(task: Task, number: int, bench: Bench) -> str | None:
    """Return what is left out without a call, or None where the goal is reached without it."""
    lost = _dependent(calls_of(task), number)
    kept = [call for place, call in enumerate(calls_of(task)) if place not in lost]
    played = play(bench.world(task.environments), kept)
    admitted, silent = list(answers_of(task)), list(answers_of(task))
    place = 0
    for turn, each in enumerate(task.turns):
        if lost & set(range(place, place + len(each.calls))):
            admitted[turn] = _APOLOGY
        place += len(each.calls)
    reached = judge(task.goal, played.changes, admitted).reached
    if any(calls_of(task)[each].changes_state for each in lost):
        reached = reached or judge(task.goal, played.changes, silent).reached
    return None if reached else f"{len(lost)} calls left out"


def _dependent(calls: tuple[GoldCall, ...], number: int) -> set[int]:
    """Return a call and those that take values from its result, directly or not."""
    lost = {number}
    for place, call in enumerate(calls):
        if any(o.kind == "result" and o.call in lost for o in call.origins.values()):
            lost.add(place)
    return lost
