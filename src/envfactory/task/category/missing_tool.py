"""Missing tool: what is asked for in the last turn cannot be done, and the agent has to say so.

The tool that would do it is kept back, and so is every other that would do the same or get nearer
to it, as the tools' meaning and a search by execution say. What was done before, still has to be.
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
from envfactory.task.category.inability import unable
from envfactory.task.category.missing_read import asks_only, miss_read
from envfactory.task.category.refused import only_tool, refused
from envfactory.task.category.search import Search
from envfactory.task.goal import judge
from envfactory.task.grounding.dropped import Dropped
from envfactory.task.meanings.meaning import ToolMeaning
from envfactory.task.model import Check, StateChange, Task, Turn

_MOST_HIDDEN = 4
_SAME = {
    "create": frozenset({"create", "order", "other"}),
    "order": frozenset({"create", "order", "other"}),
    "update": frozenset({"update", "action", "relate", "adjust", "other"}),
    "action": frozenset({"update", "action", "adjust", "other"}),
    "adjust": frozenset({"update", "action", "adjust", "other"}),
    "delete": frozenset({"delete", "other"}),
    "relate": frozenset({"relate", "update", "other"}),
    "other": frozenset(
        {"other", "create", "update", "action", "delete", "relate", "adjust", "order"}
    ),
}
"""Kinds of tools that might do what one of a kind does to the same table."""


def miss_tool(task: Task, bench: Bench, rng: random.Random) -> Task | Dropped:
    """Return the task up to a turn whose one wish cannot be granted, for lack of a tool.

    Proven by execution: no tool on offer gets nearer to what is asked for, doing it by the tools
    that are kept back misses the goal, and so does claiming that it was done. Something else has to
    be done before, so that whoever refuses everything is wrong.
    """
    later = range(1, len(task.turns))
    reason = Dropped("no later turn asks for one change alone", f"{len(task.turns)} turns")
    for number in rng.sample(later, len(later)):
        tool = only_tool(task.turns[number])
        if tool is None and not asks_only(task.turns[number]):
            continue
        if tool is None:
            made = miss_read(task, number, bench, rng)
        else:
            made = _without(task, number, bench.glossary.tools[tool], bench, rng)
        if isinstance(made, Task):
            return made
        reason = made
    return reason


def _without(
    task: Task, number: int, tool: ToolMeaning, bench: Bench, rng: random.Random
) -> Task | Dropped:
    before = [call for turn in task.turns[:number] for call in turn.calls]
    if any(fact.turn == number for fact in task.goal.facts):
        return Dropped("the turn asks a question as well", tool.tool)
    turn = task.turns[number]
    world = bench.world(task.environments)
    done = play(world, before).changes
    mark = world.snapshot()
    wanted = play(world, turn.calls).changes
    world.restore(mark)
    hidden = _hidden(task, tool, wanted, bench)
    search = Search(world, bench.glossary, turn.calls, wanted)
    while len(hidden) <= _MOST_HIDDEN:
        offered = [name for name in _offered(task, bench, tool.environment) if name not in hidden]
        nearer = search.nearer(offered)
        if nearer is None:
            break
        hidden.append(nearer)
    if len(hidden) > _MOST_HIDDEN:
        return Dropped("too many tools do the same", ", ".join(hidden))
    if any(call.tool in hidden for call in before):
        return Dropped("an earlier turn needs the tool", tool.tool)
    made = _refused(task, number, tool, hidden, done, bench, rng)
    checks = _checks(made, turn, bench, f"{search.tried} calls tried without {len(hidden)} tools")
    for check in checks:
        if not check.passed:
            return Dropped(f"check failed: {check.name}", check.detail)
    return sealed(made.model_copy(update={"checks": checks}))


def _hidden(
    task: Task, tool: ToolMeaning, wanted: Sequence[StateChange], bench: Bench
) -> list[str]:
    """Return a tool and those that do the same to the same table, as far as it is known."""
    same = _SAME.get(tool.kind, frozenset())
    fields = {change.field for change in wanted if change.kind == "update"}
    found = [tool.tool]
    for name in _offered(task, bench, tool.environment):
        other = bench.glossary.tools[name]
        if name == tool.tool or other.table != tool.table or other.kind not in same:
            continue
        if other.kind == "other" and not other.sets and other.key is None:
            continue  # a search or a count
        touched = set(other.sets.values()) | ({other.status} if other.status else set())
        if not fields or not touched or touched & fields:
            found.append(name)
    return found


def _offered(task: Task, bench: Bench, environment: str) -> list[str]:
    return [
        tool.tool
        for tool in bench.glossary.tools.values()
        if tool.environment == environment
        and tool.actor == "agent"
        and tool.tool not in task.hidden_tools
    ]


def _refused(
    task: Task,
    number: int,
    tool: ToolMeaning,
    hidden: Sequence[str],
    done: tuple[StateChange, ...],
    bench: Bench,
    rng: random.Random,
) -> Task:
    """Return the task up to the turn, with an answer that says no."""
    said = unable(tool, bench.glossary, rng)
    refusal = said.refusal(number, "missing_tool")
    kept = tuple(sorted({*task.hidden_tools, *hidden}))
    offered = task.model_copy(update={"category": "missing_tool", "hidden_tools": kept})
    return refused(offered, refusal, said.answer, 0, done, bench)


def _checks(made: Task, turn: Turn, bench: Bench, searched: str) -> tuple[Check, ...]:
    answers = answers_of(made)
    acted = play(bench.world(made.environments), (*calls_of(made), *turn.calls)).changes
    pretended = (*answers[:-1], turn.answer)
    done = play(bench.world(made.environments), calls_of(made)).changes
    return (
        check_gold(made, bench),
        check_nothing(made),
        Check(name="no tool on offer gets nearer", passed=True, detail=searched),
        Check(
            name="doing it all the same misses the goal",
            passed=not judge(made.goal, acted, answers).reached,
        ),
        Check(
            name="claiming that it was done misses the goal",
            passed=not judge(made.goal, done, pretended).reached,
            detail=turn.answer,
        ),
        Check(
            name="the tools before are on offer",
            passed=not {call.tool for call in calls_of(made)} & set(made.hidden_tools),
        ),
    )
