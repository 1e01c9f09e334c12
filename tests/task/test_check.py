import random
from dataclasses import replace

from envfactory.task import Dropped
from envfactory.task.check import GOLD, NEEDED, NOTHING, REPLAY, UNIQUE, check_task
from envfactory.task.goal import recorded
from envfactory.task.grounding.arrange import arrange
from envfactory.task.grounding.ground import ground
from envfactory.task.grounding.mention import Mention
from envfactory.task.grounding.sources import Sources
from envfactory.task.model import Goal, Origin
from envfactory.task.phrasing.phrase import phrase

CHAIN = (
    ("errands__list_todo_lists", {}, False),
    ("errands__list_todos", {"/list_id": (0, "/*/list_id")}, False),
    ("errands__update_todo", {"/todo_id": (1, "/*/todo_id")}, True),
)


def solved(setting, *steps):
    chain = setting.chain(*steps)
    world, records, rng = setting.world("home"), setting.records("home"), random.Random(3)
    calls = ground(chain, setting.graph, setting.glossary, world, records, setting.larder, rng)
    assert not isinstance(calls, Dropped)
    plan = arrange(calls, setting.graph, setting.glossary, world, records, rng)
    assert not isinstance(plan, Dropped)
    turns = phrase(plan, setting.glossary, rng)
    assert not isinstance(turns, Dropped)
    facts = tuple(fact for turn in turns for fact in turn.facts)
    return plan, turns, Goal(changes=recorded(plan.net), facts=facts)


def failed(setting, plan, turns, goal) -> set[str]:
    checks = check_task(plan, turns, goal, Sources(setting.graph), lambda: setting.world("home"))
    return {check.name for check in checks if not check.passed}


def test_a_sound_task_passes(errands) -> None:
    assert failed(errands, *solved(errands, *CHAIN)) == set()


def test_another_goal_is_not_reached(errands) -> None:
    plan, turns, goal = solved(errands, *CHAIN)
    wrong = goal.changes[0].model_copy(update={"after": "something else"})
    assert GOLD in failed(errands, plan, turns, Goal(changes=(wrong,)))


def test_a_goal_that_holds_already_is_found(errands) -> None:
    plan, turns, _ = solved(errands, *CHAIN)
    assert NOTHING in failed(errands, plan, turns, Goal())


def test_a_call_that_is_not_needed_is_found(errands) -> None:
    plan, turns, goal = solved(errands, *CHAIN)
    other = next(
        row["list_id"]
        for row in plan.calls[0].value
        if row["list_id"] != plan.calls[1].arguments["list_id"]
    )
    idle = replace(plan.calls[1], arguments={"list_id": other})
    value = errands.world("home").call(idle.meaning.tool, idle.arguments).value
    padded = replace(
        plan,
        calls=(plan.calls[0], plan.calls[1], replace(idle, value=value), plan.calls[2]),
        origins=(*plan.origins[:2], {"/list_id": Origin(kind="user")}, plan.origins[2]),
        turns=((0, 1, 2, 3),),
    )
    assert NEEDED in failed(errands, padded, turns, goal)


def test_a_value_that_is_not_what_the_call_returns_is_found(errands) -> None:
    plan, turns, goal = solved(errands, *CHAIN)
    calls = (replace(plan.calls[0], value=[]), *plan.calls[1:])
    assert REPLAY in failed(errands, replace(plan, calls=calls), turns, goal)


def test_a_vague_mention_is_found(errands) -> None:
    plan, turns, goal = solved(errands, *CHAIN)
    vague = Mention(errands.glossary.entities["errands", "todos"], "todo_5", title="Call Maya")
    worded = (replace(turns[0], mentions=(vague,)),)
    assert UNIQUE in failed(errands, plan, worded, goal)
