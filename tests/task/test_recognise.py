"""Solutions that know what no agent could know, and what grounding does instead of them."""

import random
from dataclasses import replace

import pytest

from envfactory.task import Dropped, Task
from envfactory.task.check import RECOGNISED, SUPPLIED, check_task
from envfactory.task.goal import recorded
from envfactory.task.grounding.arrange import Plan, arrange
from envfactory.task.grounding.ground import ground
from envfactory.task.grounding.mention import Mention, Property
from envfactory.task.grounding.sources import Sources
from envfactory.task.model import Goal, Origin
from envfactory.task.phrasing.phrase import phrase

BY_REFERENCE = (
    ("services__list_services", {}, False),
    ("services__delete_role", {"/role_id": (0, "/*/default_role_id")}, True),
)
LISTS = ("errands__list_todo_lists", {}, False)
TODOS = ("errands__list_todos", {"/list_id": (0, "/*/list_id")}, False)
TODO = {"/todo_id": (1, "/*/todo_id")}
UPDATE = (LISTS, TODOS, ("errands__update_todo", TODO, True))
REPLACE = (LISTS, TODOS, ("errands__replace_todo", {**TODO, "/title": 0}, True))
ASK = (LISTS, TODOS, ("errands__get_todo", TODO, True))


def solved(setting, *steps, seed=3):
    world, records, rng = setting.world("home"), setting.records("home"), random.Random(seed)
    chain, glossary = setting.chain(*steps), setting.glossary
    calls = ground(chain, setting.graph, glossary, world, records, setting.larder, rng)
    assert not isinstance(calls, Dropped)
    plan = arrange(calls, setting.graph, glossary, world, records, rng)
    assert not isinstance(plan, Dropped)
    turns = phrase(plan, glossary, rng)
    assert not isinstance(turns, Dropped)
    return plan, turns


def failed(setting, plan, turns) -> set[str]:
    facts = tuple(fact for turn in turns for fact in turn.facts)
    goal = Goal(changes=recorded(plan.net), facts=facts)
    checks = check_task(plan, turns, goal, Sources(setting.graph), lambda: setting.world("home"))
    return {check.name for check in checks if not check.passed}


def without(plan, turns, gone: int):
    """Return a plan of one turn, and its words, without one of its calls."""

    def moved(place: int) -> int:
        return place - (place > gone)

    keep = [place for place in range(len(plan.calls)) if place != gone]
    origins = tuple(
        {
            pointer: origin if origin.kind == "user" or origin.call != gone else Origin(kind="user")
            for pointer, origin in plan.origins[place].items()
        }
        for place in keep
    )
    (turn,) = turns
    turn = replace(
        turn,
        said=tuple(replace(said, call=moved(said.call)) for said in turn.said),
        spoken=tuple((moved(place), mention) for place, mention in turn.spoken),
        facts=tuple(fact.model_copy(update={"call": moved(fact.call)}) for fact in turn.facts),
    )
    calls = tuple(plan.calls[place] for place in keep)
    return Plan(calls, origins, (tuple(range(len(keep))),), plan.net), (turn,)


def with_leaf(plan, number: int, pointer: str, **changes):
    call = plan.calls[number]
    leaves = {**call.leaves, pointer: replace(call.leaves[pointer], **changes)}
    calls = list(plan.calls)
    calls[number] = replace(call, leaves=leaves)
    return replace(plan, calls=tuple(calls))


# ------------------------------------------------------------------ what grounding does
@pytest.mark.parametrize("seed", range(12))
def test_a_record_behind_a_reference_is_looked_up(services, seed: int) -> None:
    plan, turns = solved(services, *BY_REFERENCE, seed=seed)
    shorts = [call.meaning.short for call in plan.calls]
    assert shorts == ["list_services", "list_roles", "delete_role"]
    assert plan.origins[2]["/role_id"].path.endswith("/role_id")
    assert failed(services, plan, turns) == set()


def test_what_is_not_on_the_page_is_not_chosen(services) -> None:
    deleted = {
        solved(services, *BY_REFERENCE, seed=seed)[0].calls[-1].arguments["role_id"]
        for seed in range(30)
    }
    assert deleted <= {"role_1", "role_2", "role_3", "role_4"}
    assert len(deleted) > 1


def test_the_checks_are_recorded(services) -> None:
    made = services.maker().make(services.chain(*BY_REFERENCE), 1)
    assert isinstance(made, Task)
    assert {RECOGNISED, SUPPLIED} <= {check.name for check in made.checks if check.passed}


@pytest.mark.parametrize("steps", [UPDATE, REPLACE, ASK])
def test_sound_solutions_pass(errands, steps) -> None:
    assert failed(errands, *solved(errands, *steps)) == set()


# ------------------------------------------------------------------ seeded faults
def test_a_key_from_a_reference_is_found(services) -> None:
    plan, turns = solved(services, *BY_REFERENCE)
    bad, words = without(plan, turns, 1)
    assert [call.meaning.short for call in bad.calls] == ["list_services", "delete_role"]
    assert RECOGNISED in failed(services, bad, words)


def test_a_key_from_nowhere_is_found(errands) -> None:
    plan, turns = solved(errands, *UPDATE)
    assert RECOGNISED in failed(errands, *without(*without(plan, turns, 1), 0))


def test_an_owner_that_is_never_looked_up_is_found(errands) -> None:
    plan, turns = solved(errands, *UPDATE)
    assert RECOGNISED in failed(errands, *without(plan, turns, 0))


def test_a_mention_of_what_no_result_shows_is_found(errands) -> None:
    plan, (turn,) = solved(errands, *UPDATE)
    key = plan.calls[-1].arguments["todo_id"]
    entity = errands.glossary.entities["errands", "todos"]
    for wrong in (
        Mention(entity, key, title="Paint the fence"),
        Mention(entity, key, properties=(Property("notes", "Bring the drill."),)),
    ):
        others = tuple(m for m in turn.mentions if m.key != key)
        assert RECOGNISED in failed(errands, plan, (replace(turn, mentions=(*others, wrong)),))


def test_a_mention_that_fits_two_shown_records_is_found(errands) -> None:
    plan, (turn,) = next(
        made
        for seed in range(60)
        for made in [solved(errands, *UPDATE, seed=seed)]
        if made[0].calls[-1].arguments["todo_id"] in ("todo_5", "todo_6")
    )
    key = plan.calls[-1].arguments["todo_id"]
    vague = Mention(errands.glossary.entities["errands", "todos"], key, title="Call Maya")
    others = tuple(mention for mention in turn.mentions if mention.key != key)
    assert RECOGNISED in failed(errands, plan, (replace(turn, mentions=(*others, vague)),))


def test_a_record_that_was_never_mentioned_is_found(errands) -> None:
    plan, (turn,) = solved(errands, *UPDATE)
    key = plan.calls[-1].arguments["todo_id"]
    others = tuple(mention for mention in turn.mentions if mention.key != key)
    assert RECOGNISED in failed(errands, plan, (replace(turn, mentions=others),))


def test_a_value_passed_on_from_another_record_is_found(errands) -> None:
    plan, turns = next(
        made
        for seed in range(30)
        for made in [solved(errands, *REPLACE, seed=seed)]
        if any(leaf.kind == "copied" for leaf in made[0].calls[-1].leaves.values())
    )
    call = plan.calls[-1]
    pointer = next(p for p, leaf in call.leaves.items() if leaf.kind == "copied")
    other = next(
        row["todo_id"] for row in plan.calls[1].value if row["todo_id"] != call.arguments["todo_id"]
    )
    mention = replace(call.leaves[pointer].mention, key=other)
    assert RECOGNISED in failed(errands, with_leaf(plan, 2, pointer, mention=mention), turns)


def test_a_fact_about_another_record_is_found(errands) -> None:
    plan, (turn,) = solved(errands, *ASK)
    (fact, *_) = turn.facts
    _, place, field = fact.path.split("/")
    for number, row in enumerate(plan.calls[fact.call].value):
        if str(number) != place:
            path = f"/{number}/{field}"
            wrong = fact.model_copy(update={"path": path, "value": row[field]})
            assert RECOGNISED in failed(errands, plan, (replace(turn, facts=(wrong,)),))


def test_a_value_that_nobody_says_is_found(errands) -> None:
    plan, (turn,) = solved(errands, *UPDATE)
    assert turn.said
    assert SUPPLIED in failed(errands, plan, (replace(turn, said=()),))
    assert SUPPLIED in failed(errands, plan, (replace(turn, request="Please do it."),))


def test_an_argument_of_its_own_accord_is_found(errands) -> None:
    plan, turns = solved(errands, *UPDATE)
    call = plan.calls[1]
    calls = list(plan.calls)
    calls[1] = replace(call, arguments={**call.arguments, "status": "open"})
    assert SUPPLIED in failed(errands, replace(plan, calls=tuple(calls)), turns)


def test_a_record_that_the_request_does_not_speak_of_is_found(errands) -> None:
    plan, (turn,) = solved(errands, *UPDATE)
    assert SUPPLIED in failed(errands, plan, (replace(turn, spoken=()),))
