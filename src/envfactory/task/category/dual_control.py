"""Dual control: a step that only the user can take, with a tool that the agent does not have.

Which steps are the user's own, the tool's name says: what people do in person, such as to pay, to
approve or to sign. The agent has to find out the values, tell the user what to do, and go on.
"""

from __future__ import annotations

import random

from envfactory.environment.world import SEPARATOR
from envfactory.task.category.bench import (
    Bench,
    answers_of,
    calls_of,
    check_gold,
    check_nothing,
    play,
    sealed,
)
from envfactory.task.category.refused import only_tool
from envfactory.task.dropped import Dropped
from envfactory.task.goal import judge
from envfactory.task.model import Check, Task

IN_PERSON = frozenset(
    {"accept", "acknowledge", "activate", "agree", "approve", "authorise", "authorize", "capture"}
    | {"charge", "checkout", "confirm", "consent", "decline", "enroll", "pay", "publish", "refund"}
    | {"register", "reject", "respond", "sign", "submit", "subscribe", "transfer", "verify"}
)
"""Verbs of tools that people use themselves, because it is their money, word or identity."""
_ANSWERS = (
    "Thank you, that's done now.",
    "Thanks for doing that. Everything is as you wanted it.",
    "Perfect, thank you. That completes it.",
)


def is_in_person(tool: str) -> bool:
    """Return whether a tool, by its qualified name, is one that people use themselves."""
    return not IN_PERSON.isdisjoint(tool.partition(SEPARATOR)[2].split("_"))


def hand_over(task: Task, bench: Bench, rng: random.Random) -> Task | Dropped:
    """Return the task with a tool that only the user has.

    Proven by execution: without what the user does, the goal is missed.
    """
    reason = Dropped("no act that people do in person", f"{len(calls_of(task))} calls")
    for number in rng.sample(range(len(task.turns)), len(task.turns)):
        tool = only_tool(task.turns[number])
        if tool is None or not is_in_person(tool):
            continue
        made = _handed(task, number, tool, bench, rng)
        if isinstance(made, Task):
            return made
        reason = made
    return reason


def _handed(task: Task, number: int, tool: str, bench: Bench, rng: random.Random) -> Task | Dropped:
    calls = calls_of(task)
    if any(tool == call.tool for call in calls if call not in task.turns[number].calls):
        return Dropped("the tool is used in other turns as well", tool)
    given = [value for call in calls if call.tool == tool for value in call.arguments.values()]
    if not all(isinstance(value, str | int | float) for value in given):
        return Dropped("nobody could say the values", tool)
    places = {place for place, call in enumerate(calls) if call.tool == tool}
    if any(o.kind == "result" and o.call in places for c in calls for o in c.origins.values()):
        return Dropped("its result is needed", tool)
    if any(fact.turn == number for fact in task.goal.facts):
        return Dropped("the turn asks a question as well", tool)
    turn = task.turns[number].model_copy(update={"answer": rng.choice(_ANSWERS)})
    turns = (*task.turns[:number], turn, *task.turns[number + 1 :])
    made = task.model_copy(
        update={"category": "dual_control", "user_tools": (tool,), "turns": turns}
    )
    tools = made.difficulty.model_copy(update={"tools_offered": bench.offered(made)})
    alone = play(
        bench.world(made.environments), [call for call in calls if call.tool != tool]
    ).changes
    gold, nothing = check_gold(made, bench), check_nothing(made)
    checks = (
        *(check for check in task.checks if check.name not in (gold.name, nothing.name)),
        gold,
        nothing,
        Check(
            name="the agent alone misses the goal",
            passed=not judge(made.goal, alone, answers_of(made)).reached,
            detail=f"only the user has {tool}",
        ),
    )
    for check in checks:
        if not check.passed:
            return Dropped(f"check failed: {check.name}", check.detail)
    return sealed(made.model_copy(update={"difficulty": tools, "checks": checks}))
