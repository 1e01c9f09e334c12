"""Descriptions get just as specific as near-duplicates make them, and no proof holds without."""

import random

import pytest

from envfactory.task import Dropped
from envfactory.task.convey.item import items_of
from envfactory.task.convey.options import Options
from envfactory.task.convey.prover import Prover
from envfactory.task.grounding.arrange import arrange
from envfactory.task.grounding.ground import ground
from envfactory.task.grounding.mention import Extreme, Mention
from envfactory.task.grounding.records import Records
from envfactory.task.grounding.sources import Sources
from envfactory.task.meanings.spoken import speaker_at

ASK = (
    ("errands__list_todo_lists", {}, False),
    ("errands__list_todos", {"/list_id": (0, "/*/list_id")}, False),
    ("errands__get_todo", {"/todo_id": (1, "/*/todo_id")}, True),
)
DUE = "2026-03-04T09:30:00Z"
STAMPS = "todo_2"


def told(setting, key: str, *planted: dict[str, str]):
    """Return the item for a record and the options for it, with other records put beside it."""
    world = setting.world("home")
    for record in planted:
        assert world.call("errands__create_todo", record).ok
    records = Records.of(world)
    speaker = speaker_at([records.now("errands")])
    for seed in range(60):
        rng = random.Random(seed)
        glossary = setting.glossary
        calls = ground(
            setting.chain(*ASK), setting.graph, glossary, world, records, setting.larder, rng
        )
        plan = (
            calls
            if isinstance(calls, Dropped)
            else arrange(calls, setting.graph, glossary, world, records, rng)
        )
        if isinstance(plan, Dropped):
            continue
        items = items_of(plan)
        for item in items:
            if item.mention is not None and item.mention.key == key:
                prover = Prover(plan, Sources(setting.graph), speaker, world.fork)
                return item, Options(plan, items, glossary, speaker, prover), prover
    raise AssertionError(f"no solution is about {key}")


def described(setting, *planted: dict[str, str]):
    item, options, prover = told(setting, STAMPS, *planted)
    return options.way(item, "description", random.Random(1)), prover.tally


def test_a_description_names_no_more_than_it_takes(errands) -> None:
    way, tally = described(errands)
    assert [said.field for said in way.manner.mention.properties] == ["due"]
    assert way.manner.mention.title is None
    assert way.manner.mention.parent is None
    assert (tally.proofs, tally.failed) == (1, 0)


def test_a_near_duplicate_makes_the_vague_description_fail_and_the_next_more_specific(
    errands,
) -> None:
    elsewhere = {"list_id": "list_2", "title": "Post the parcel", "due": DUE, "notes": "Twice."}
    way, tally = described(errands, elsewhere)
    mention = way.manner.mention
    assert [said.field for said in mention.properties] == ["due"]
    assert mention.parent is not None
    assert tally.failed >= 1


def test_a_twin_leaves_no_description_at_all(errands) -> None:
    way, tally = described(errands, {"list_id": "list_1", "title": "Post it", "due": DUE})
    assert way is None
    assert tally.proofs == tally.failed > 0


def test_a_vague_description_has_no_proof(errands) -> None:
    item, _, prover = told(errands, STAMPS)
    vague = Mention(item.mention.entity, STAMPS)
    assert prover.told_by(item, vague) is None


@pytest.mark.parametrize("most", [True, False])
def test_an_extreme_is_proven_among_all_or_not_at_all(errands, most: bool) -> None:
    """The latest task is on the list that is looked at; the earliest is on another one."""
    key = "todo_6" if most else STAMPS
    item, options, prover = told(errands, key)
    entity = item.mention.entity
    everywhere = Mention(entity, key, extreme=Extreme("due", most))
    assert prover.told_by(item, everywhere) is None  # one list is not all of them
    way = options.way(item, "constraint", random.Random(1))
    assert way.manner.mention.extreme == Extreme("due", most)
    assert way.manner.mention.parent is not None
    assert way.proof.criteria[-1].test == ("most" if most else "least")


def test_the_record_that_everything_is_about_is_explicit_by_its_name(errands) -> None:
    item, options, _ = told(errands, STAMPS)
    way = options.way(item, "explicit", random.Random(1))
    assert way.proof is None
    assert way.manner.mention.title == "Buy stamps"
    assert options.way(item, "reference", random.Random(1)) is None
