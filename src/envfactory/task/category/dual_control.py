"""Dual control: a step that only the user can take, with a tool that the agent does not have.

Which steps are the user's own, `own.why_own` says: what people do in person, such as to pay or to
sign; what works on things of their own; what costs money or cannot be undone. The agent has to find
out what is meant, tell the user what to do in words that a person understands, and go on.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from envfactory.task.category.bench import (
    Bench,
    answers_of,
    calls_of,
    check_gold,
    check_nothing,
    play,
    sealed,
)
from envfactory.task.category.instruct import instruction
from envfactory.task.category.own import why_own
from envfactory.task.category.refused import only_tool
from envfactory.task.goal import judge
from envfactory.task.grounding.dropped import Dropped
from envfactory.task.judging.answering import contains
from envfactory.task.model import Check, GoldCall, Handover, Task

_ANSWERS = (
    "Thank you, that's done now.",
    "Thanks for doing that. Everything is as you wanted it.",
    "Perfect, thank you. That completes it.",
)


def hand_over(task: Task, bench: Bench, rng: random.Random) -> Task | Dropped:
    """Return the task with a tool that only the user has.

    Of several such tools that is taken whose being the user's own is best evidenced. Proven by
    execution: without what the user does, the goal is missed.
    """
    reason = Dropped("no act that people do in person", f"{len(calls_of(task))} calls")
    found: list[tuple[int, int, str, str]] = []
    for number in rng.sample(range(len(task.turns)), len(task.turns)):
        tool = only_tool(task.turns[number])
        why = None if tool is None else why_own(bench.glossary.tools[tool], bench.glossary)
        if tool is not None and why is not None:
            found.append((why[0], number, tool, why[1]))
    for _, number, tool, evidence in sorted(found, key=lambda each: each[0]):
        made = _handed(task, number, tool, evidence, bench, rng)
        if isinstance(made, Task):
            return made
        reason = made
    return reason


def _handed(
    task: Task, number: int, tool: str, why: str, bench: Bench, rng: random.Random
) -> Task | Dropped:
    calls = calls_of(task)
    if any(tool == call.tool for call in calls if call not in task.turns[number].calls):
        return Dropped("the tool is used in other turns as well", tool)
    places = [place for place, call in enumerate(calls) if call.tool == tool]
    if any(o.kind == "result" and o.call in places for c in calls for o in c.origins.values()):
        return Dropped("its result is needed", tool)
    if any(fact.turn == number for fact in task.goal.facts):
        return Dropped("the turn asks a question as well", tool)
    handovers: list[Handover] = []
    for place in places:
        told = instruction(task, place, why, bench, rng)
        if isinstance(told, Dropped):
            return told
        handovers.append(told)
    turn = task.turns[number].model_copy(update={"answer": rng.choice(_ANSWERS)})
    made = task.model_copy(
        update={
            "category": "dual_control",
            "user_tools": (tool,),
            "handovers": tuple(handovers),
            "turns": (*task.turns[:number], turn, *task.turns[number + 1 :]),
        }
    )
    tools = made.difficulty.model_copy(update={"tools_offered": bench.offered(made)})
    checks = (*_kept(task, made, bench), *_checks(made, handovers, bench))
    for check in checks:
        if not check.passed:
            return Dropped(f"check failed: {check.name}", check.detail)
    return sealed(made.model_copy(update={"difficulty": tools, "checks": checks}))


def _kept(task: Task, made: Task, bench: Bench) -> tuple[Check, ...]:
    """Return the checks of the task that it was, with those that have to be made again."""
    again = (check_gold(made, bench), check_nothing(made))
    names = {check.name for check in again}
    return (*(check for check in task.checks if check.name not in names), *again)


def _checks(made: Task, handovers: Sequence[Handover], bench: Bench) -> tuple[Check, ...]:
    calls, own = calls_of(made), {each.tool for each in handovers}
    alone = play(bench.world(made.environments), [call for call in calls if call.tool not in own])
    keys = [
        key
        for each in handovers
        for name in each.known_by
        if (key := str(calls[each.call].arguments[name])) and _opaque(calls[each.call], name, bench)
    ]
    told = [key for key in keys for each in handovers if contains(each.text, (key,))]
    return (
        Check(
            name="the agent alone misses the goal",
            passed=not judge(made.goal, alone.changes, answers_of(made)).reached,
            detail=f"only the user has {', '.join(sorted(own))}, since {handovers[0].why}",
        ),
        Check(name="the user is told in words", passed=not told, detail="; ".join(told)),
    )


def _opaque(call: GoldCall, name: str, bench: Bench) -> bool:
    """Return whether an argument is a key that means nothing to anybody."""
    tool = bench.glossary.tools[call.tool]
    entity = bench.glossary.entity(tool.environment, tool.arguments.fields[name].entity)
    return entity is not None and entity.generated
