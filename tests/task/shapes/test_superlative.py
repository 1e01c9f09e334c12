"""Superlatives leave one record, and none where several lead together."""

from __future__ import annotations

import random

from envfactory.environment import World
from envfactory.task.category.bench import calls_of
from envfactory.task.convey.proof import outcomes
from envfactory.task.grounding.mention import Extreme, leading
from envfactory.task.grounding.records import Records
from envfactory.task.shapes.place import Place
from envfactory.task.shapes.sketch import Sketch
from envfactory.task.shapes.superlative import superlative
from envfactory.task.shapes.view import Views
from tests.task.shapes.made import alone

WORDS = ("Water", "Cut", "Tie", "Plant", "Buy", "Sell")


def led_by(errands, *days: str) -> list[Sketch]:
    """Return what superlatives there are where open tasks are due on these days."""
    late, done = "2026-03-30T10:00:00Z", "2026-03-01T10:00:00Z"
    todos = [
        {
            "todo_id": f"todo_{number}",
            "list_id": "list_1",
            "title": f"{word} the roses",
            "due": f"2026-03-{day}T10:00:00Z",
            "status": "open",
        }
        for number, (word, day) in enumerate(zip(WORDS, days, strict=False))
    ]
    for number, due in ((8, late), (9, done)):
        title = f"{WORDS[number - 4]} the roses"
        held = {"todo_id": f"todo_{number}", "list_id": "list_1", "title": title}
        todos.append({**held, "due": due, "status": "done"})
    scenario = {**errands.packages["errands"].scenario("home"), "todos": todos}
    session = errands.packages["errands"].environment.from_scenario(scenario)
    world = World({"errands": session})
    views = Views(errands.graph, errands.glossary)
    records = Records.of(world)
    rng = random.Random(4)
    place = Place(world, records, errands.glossary, errands.larder, views, rng)
    return list(superlative(place))


def test_a_superlative_takes_what_is_left_out_into_account(shaped) -> None:
    for task, bench in alone(shaped, "superlative"):
        (key,) = [each for each in task.turns[0].conveyed if each.kind == "constraint"]
        assert key.proof is not None
        *common, extreme = key.proof.criteria
        assert common
        assert {each.test for each in common} == {"is"}
        assert extreme.test in ("most", "least")
        (act,) = [call for call in calls_of(task) if call.changes_state]
        wanted = act.arguments[key.path[1:]]
        world = bench.world(task.environments)
        assert outcomes(key.proof, world, ()) == [wanted]
        hasty = key.proof.model_copy(update={"criteria": (extreme,)})
        assert outcomes(hasty, world, ()) != [wanted]


def test_of_several_that_lead_together_none_is_the_first(errands) -> None:
    rows = [{"key": n, "size": size} for n, size in enumerate((3, 5, 5, 1))]
    assert [row["key"] for row in leading(rows, Extreme("size", most=True))] == [1, 2]
    assert [row["key"] for row in leading(rows, Extreme("size", most=False))] == [3]
    assert led_by(errands, "10", "11", "12")
    assert not led_by(errands, "10", "10", "10")
    proofs = [
        each.proof
        for sketch in led_by(errands, "10", "12", "12")
        for each in sketch.conveyed
        if each.proof is not None
    ]
    assert {proof.criteria[-1].test for proof in proofs} == {"least"}
