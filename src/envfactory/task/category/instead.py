"""`permitted`: a task in which a rule forbids what is asked for, and permits something milder.

The agent may offer that, and has to do it where the user agrees, and to leave it where not.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from envfactory.environment import World
from envfactory.environment.world import SEPARATOR
from envfactory.graph.path import escape
from envfactory.records import Json
from envfactory.task.category.bench import Bench, calls_of, play
from envfactory.task.category.inability import Inability
from envfactory.task.meanings.meaning import EntityMeaning, ToolMeaning
from envfactory.task.meanings.words import spaced
from envfactory.task.model import Ask, Goal, GoldCall, HouseRule, Origin, Task, Turn
from envfactory.task.user import Consent

_OFFERS = (
    "I may not {do}, because of this rule: {rule}. Shall I {instead} instead?",
    "The house rules do not allow me to {do}: {rule}. May I {instead} instead?",
    "I'm not allowed to {do}: {rule}. Would you like me to {instead} instead?",
)
_DONE = (
    "I could not {do}, because a house rule forbids it. As agreed, I did this: {instead}.",
    "The rules do not allow me to {do}, so this is what I did, with your consent: {instead}.",
)
_YES = ("Yes, do that then.", "All right, that will do.", "Okay, please do.")
_NO = ("No, then leave it as it is.", "No, thank you. Leave everything as it is, please.")


@dataclass(frozen=True, slots=True)
class Offer:
    """Something milder than what a rule forbids.

    Attributes:
        call: What does it.
        text: What it is, in words.
    """

    call: GoldCall
    text: str


def offer(rule: HouseRule, call: GoldCall, number: int, world: World, bench: Bench) -> Offer | None:
    """Return what a rule permits in the place of a call, tried in a fork of a world.

    Args:
        rule: What forbids the call.
        call: The call.
        number: Its number in the whole task.
        world: The state before it.
        bench: Knows what tools mean.
    """
    if rule.instead is None:
        return None
    tool = bench.glossary.tools[call.tool]
    entity = bench.glossary.entity(rule.environment, rule.table)
    if entity is None:
        return None
    if rule.instead.tool is None:
        made = _told_otherwise(rule, call, tool)
    else:
        other = bench.glossary.tools[f"{rule.environment}{SEPARATOR}{rule.instead.tool}"]
        made = _by_another(rule, call, tool, other, entity, world)
    if made is None:
        return None
    played = play(world.fork(), [made])
    if not played.changes:
        return None
    return Offer(made.model_copy(update={"value": played.values[0]}), rule.instead.text)


def _told_otherwise(rule: HouseRule, call: GoldCall, tool: ToolMeaning) -> GoldCall | None:
    """Return the same call with the values that the rule permits."""
    assert rule.instead is not None
    arguments, origins = dict(call.arguments), dict(call.origins)
    for field, value in rule.instead.arguments.items():
        name = next((name for name in call.arguments if tool.sets.get(name) == field), None)
        if name is None:
            return None
        arguments[name], origins[f"/{escape(name)}"] = value, Origin(kind="constant")
    if arguments == call.arguments:
        return None
    return call.model_copy(update={"arguments": arguments, "origins": origins})


def _by_another(
    rule: HouseRule,
    call: GoldCall,
    tool: ToolMeaning,
    other: ToolMeaning,
    entity: EntityMeaning,
    world: World,
) -> GoldCall | None:
    """Return a call of the tool that the rule names, on the record that the call is about."""
    if tool.key is None or other.key is None or rule.instead is None:
        return None
    key = call.arguments.get(tool.key)
    state = world.environments[rule.environment].to_scenario().get(rule.table)
    rows = [r for r in state if isinstance(r, dict)] if isinstance(state, list) else []
    row = next((row for row in rows if row.get(entity.key) == key), None)
    if row is None:
        return None
    arguments: dict[str, Json] = {other.key: key}
    origins = {f"/{escape(other.key)}": _origin(call, key)}
    for name, field in other.scope.items():
        arguments[name] = row.get(field)
        origins[f"/{escape(name)}"] = _origin(call, row.get(field))
    for name, value in rule.instead.arguments.items():
        arguments[name] = value
        origins[f"/{escape(name)}"] = Origin(kind="constant")
    if not other.arguments.required <= arguments.keys():
        return None
    return GoldCall(
        tool=other.tool, arguments=arguments, origins=origins, value=None, changes_state=True
    )


def _origin(call: GoldCall, value: Json) -> Origin:
    """Return where a call has a value from; one that it does not have can be looked up."""
    for name, held in call.arguments.items():
        if held == value and f"/{escape(name)}" in call.origins:
            return call.origins[f"/{escape(name)}"]
    return Origin(kind="scenario")


def permitted(
    made: Task,
    given: Offer,
    turn: Turn,
    said: Inability,
    rule: str,
    bench: Bench,
    rng: random.Random,
) -> Task:
    """Return a task of a refusal as one in which something else is offered first.

    Args:
        made: The task with its refusal, cut off after the last look-up of its last turn.
        given: What is offered.
        turn: The turn with what is asked for.
        said: How the refusal is put.
        rule: What forbids it, in words.
        bench: Executes what is offered.
        rng: Decides whether the user agrees, and wordings.
    """
    number, agrees = len(made.turns) - 1, rng.random() < _AGREES and not turn.asks
    last = made.turns[number]
    words = {"do": said.do, "rule": rule, "instead": given.text}
    ask = Ask(text=rng.choice(_OFFERS).format(**words), about="", after=len(last.calls))
    consent = Consent(
        turn=number,
        words=(given.text, spaced(given.text)),
        agrees=agrees,
        said=rng.choice(_YES if agrees else _NO),
    )
    user = made.user.model_copy(update={"consents": (consent,)})
    last = last.model_copy(update={"asks": (ask,)})
    task = made.model_copy(update={"turns": (*made.turns[:number], last), "user": user})
    if not agrees:
        return task
    return _done_instead(task, given, turn, rng.choice(_DONE).format(**words), bench)


def _done_instead(task: Task, given: Offer, turn: Turn, answer: str, bench: Bench) -> Task:
    """Return a task whose last turn ends in an offer as one in which that is done.

    Args:
        task: The task, up to the offer.
        given: What is offered.
        turn: The last turn with what is asked for.
        answer: What the agent says once it is done.
        bench: Executes it.
    """
    last, count = task.turns[-1], len(calls_of(task))
    told = tuple(
        each
        for each in turn.conveyed
        if each.call < count or (each.call == count and _is_kept(each.path, given.call))
    )
    done = last.model_copy(
        update={"calls": (*last.calls, given.call), "answer": answer, "conveyed": told}
    )
    changed = task.model_copy(update={"turns": (*task.turns[:-1], done)})
    same = given.call.tool == turn.calls[len(last.calls)].tool
    refusal = task.goal.refusals[0].model_copy(
        update={"beside": True, **({"claims": ()} if same else {})}
    )
    goal = Goal(
        changes=play(bench.world(task.environments), calls_of(changed)).changes,
        facts=task.goal.facts,
        refusals=(refusal,),
        identifiers=task.goal.identifiers,
    )
    difficulty = task.difficulty.model_copy(
        update={"calls": count + 1, "writes": task.difficulty.writes + 1}
    )
    return changed.model_copy(update={"goal": goal, "difficulty": difficulty})


_AGREES = 0.7
"""How often users agree to something else than what they asked for."""


def _is_kept(path: str, call: GoldCall) -> bool:
    """Return whether what the user conveys is still given to the call that is made instead."""
    origin = call.origins.get(path)
    return origin is not None and origin.kind != "constant"
