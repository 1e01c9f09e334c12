"""Policy forbids: what is asked for in the last turn could be done, but a rule is against it.

The rules are made for the task, from what its environments hold: a status, a kind or an amount that
bars records from being created, changed or deleted. The agent reads them in its system prompt; one
of them is broken by what the user asks for, as execution shows, and by nothing before.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from envfactory.environment.world import SEPARATOR
from envfactory.records import Json
from envfactory.task.category.bench import (
    Bench,
    answers_of,
    calls_of,
    check_gold,
    check_nothing,
    play,
    sealed,
)
from envfactory.task.category.inability import forbidden
from envfactory.task.category.refused import only_tool, refused
from envfactory.task.category.rule import broken_by, rules_about
from envfactory.task.dropped import Dropped
from envfactory.task.goal import judge
from envfactory.task.meaning import EntityMeaning, ToolMeaning
from envfactory.task.model import Check, GoldCall, HouseRule, Task, Turn

_DECOYS = 2


def forbid(task: Task, bench: Bench, rng: random.Random) -> Task | Dropped:
    """Return the task up to a turn that asks for what a rule forbids.

    Proven by execution: what the turn does breaks the rule, and no call before breaks any; the rule
    spares other records; doing it all the same misses the goal, and so does claiming to have.
    """
    reason = Dropped("no turn asks for one change alone", f"{len(task.turns)} turns")
    for number in rng.sample(range(len(task.turns)), len(task.turns)):
        tool = only_tool(task.turns[number])
        if tool is None or any(fact.turn == number for fact in task.goal.facts):
            continue
        if _withholds_record(task.turns[number], bench.glossary.tools[tool]):
            reason = Dropped("the record is told only when asked for", tool)
            continue
        reason = Dropped("no rule to make of the record", tool)
        for rule, entity in _candidates(task, number, bench, rng):
            made = _with_rule(task, number, rule, entity, bench, rng)
            if isinstance(made, Task):
                return made
            reason = made
    return reason


def _candidates(
    task: Task, number: int, bench: Bench, rng: random.Random
) -> Iterator[tuple[HouseRule, EntityMeaning]]:
    """Yield rules that the turn breaks, of what the agent can see before it acts."""
    turn = task.turns[number]
    world = bench.world(task.environments)
    for call in (each for before in task.turns[:number] for each in before.calls):
        world.call(call.tool, call.arguments)
    for call in turn.calls:
        tool = bench.glossary.tools[call.tool]
        entity = bench.glossary.entity(tool.environment, tool.table)
        if call.changes_state and entity is not None:
            for rule in rules_about(call, entity, world, rng):
                yield rule, entity
        world.call(call.tool, call.arguments)


def _with_rule(
    task: Task,
    number: int,
    rule: HouseRule,
    entity: EntityMeaning,
    bench: Bench,
    rng: random.Random,
) -> Task | Dropped:
    turn = task.turns[number]
    before = [call for each in task.turns[:number] for call in each.calls]
    world = bench.world(task.environments)
    if broken_by(rule, before, world.fork(), bench.glossary):
        return Dropped("an earlier turn breaks the rule", rule.text)
    done = play(world, before).changes
    if not broken_by(rule, turn.calls, world, bench.glossary):
        return Dropped("the turn breaks no rule", rule.text)
    lookups = _lookups(turn)
    seen = (*before, *turn.calls[:lookups])
    if not (_said(task, number, rule, bench) or _seen(rule, entity, seen, turn)):
        return Dropped("the agent cannot see that the rule applies", rule.text)
    decoys = _decoys(task, rule, (*before, *turn.calls), bench, rng)
    rules = [rule, *decoys]
    rng.shuffle(rules)
    held = task.model_copy(update={"category": "policy_forbids", "rules": tuple(rules)})
    said = forbidden(rule, entity, bench.glossary, rng)
    made = refused(held, said.refusal(number, "policy"), said.answer, lookups, done, bench)
    checks = _checks(made, turn, lookups, rule, bench)
    for check in checks:
        if not check.passed:
            return Dropped(f"check failed: {check.name}", check.detail)
    return sealed(made.model_copy(update={"checks": checks}))


def _lookups(turn: Turn) -> int:
    """Return how many calls of a turn come before its first change."""
    return next((n for n, call in enumerate(turn.calls) if call.changes_state), len(turn.calls))


def _withholds_record(turn: Turn, tool: ToolMeaning) -> bool:
    """Return whether the user says which record is meant only when asked."""
    named = {f"/{name}" for name in (tool.key, *tool.scope) if name is not None}
    return any(each.kind == "withheld" and each.path in named for each in turn.conveyed)


def _said(task: Task, number: int, rule: HouseRule, bench: Bench) -> bool:
    """Return whether the request says what the field of a new record is to hold."""
    calls = calls_of(task)
    for each in task.turns[number].conveyed:
        tool = bench.glossary.tools[calls[each.call].tool]
        field = tool.sets.get(each.path.removeprefix("/"))
        if each.kind == "explicit" and (tool.kind, field) == ("create", rule.field):
            return rule.action == "create"
    return False


def _seen(rule: HouseRule, entity: EntityMeaning, calls: tuple[GoldCall, ...], turn: Turn) -> bool:
    """Return whether some result shows the field of the record that would be changed."""
    if rule.action == "create":
        return False
    keys = [
        value
        for call in turn.calls
        if call.changes_state
        for value in call.arguments.values()
        if isinstance(value, str | int)
    ]
    return any(
        row.get(entity.key) in keys and rule.field in row
        for call in calls
        if call.tool.startswith(f"{rule.environment}{SEPARATOR}")
        for row in _rows(call.value)
    )


def _rows(value: Json) -> Iterator[dict[str, Json]]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from _rows(part)
    elif isinstance(value, list):
        for part in value:
            yield from _rows(part)


def _decoys(
    task: Task, rule: HouseRule, calls: tuple[GoldCall, ...], bench: Bench, rng: random.Random
) -> list[HouseRule]:
    """Return rules of the same environments that nothing in the task breaks."""
    world = bench.world(task.environments)
    found: list[HouseRule] = []
    tools = [
        tool
        for tool in bench.glossary.tools.values()
        if tool.environment == rule.environment and tool.kind in ("update", "delete", "action")
    ]
    rng.shuffle(tools)
    for tool in tools:
        entity = bench.glossary.entity(tool.environment, tool.table)
        if entity is None or entity.table in {each.table for each in (rule, *found)}:
            continue
        for key in _keys(world.to_scenario()[entity.environment], entity):
            sample = GoldCall(
                tool=tool.tool,
                arguments={tool.key or entity.key: key},
                origins={},
                value=None,
                changes_state=True,
            )
            other = next(rules_about(sample, entity, world, rng), None)
            if other and not broken_by(other, calls, world.fork(), bench.glossary):
                found.append(other)
                break
        if len(found) == _DECOYS:
            break
    return found


def _keys(state: Json, entity: EntityMeaning) -> list[Json]:
    table = state.get(entity.table) if isinstance(state, dict) else None
    rows = table if isinstance(table, list) else []
    return [row[entity.key] for row in rows[:3] if isinstance(row, dict)]


def _checks(
    made: Task, turn: Turn, lookups: int, rule: HouseRule, bench: Bench
) -> tuple[Check, ...]:
    answers = answers_of(made)
    rest = turn.calls[lookups:]
    acted = play(bench.world(made.environments), (*calls_of(made), *rest)).changes
    done = play(bench.world(made.environments), calls_of(made)).changes
    broken = [
        each.text
        for each in made.rules
        if broken_by(each, calls_of(made), bench.world(made.environments), bench.glossary)
    ]
    return (
        check_gold(made, bench),
        check_nothing(made),
        Check(name="the solution keeps every rule", passed=not broken, detail="; ".join(broken)),
        Check(name="what is asked for breaks a rule", passed=True, detail=rule.text),
        Check(
            name="doing it all the same misses the goal",
            passed=not judge(made.goal, acted, answers).reached
            and not judge(made.goal, acted, (*answers[:-1], turn.answer)).reached,
        ),
        Check(
            name="claiming that it was done misses the goal",
            passed=not judge(made.goal, done, (*answers[:-1], turn.answer)).reached,
            detail=turn.answer,
        ),
    )
