"""Drawing arguments, searching, shrinking, replaying."""

import random
import re
import subprocess
import sys

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envfactory.environment import Package
from envfactory.verify import Subject
from envfactory.verify.check import expression
from envfactory.verify.explore import shorten
from envfactory.verify.hostile import hostile
from envfactory.verify.pool import Pool
from envfactory.verify.replay import Recording, Replay, ReplayError, replay
from envfactory.verify.sampler import Sampler

EMPTY = Pool("2026-03-02T09:00:00Z", {}, {}, {})

scalars = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "minLength": 20},
        {"type": "string", "maxLength": 3},
        {"type": "string", "format": "date-time"},
        {"type": "string", "format": "uuid"},
        {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{2,4}$"},
        {"type": "string", "pattern": "^[^/ ]+@[a-z]+$"},
        {"type": "integer", "minimum": 3, "maximum": 9},
        {"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 5},
        {"type": "integer", "multipleOf": 7, "minimum": 0},
        {"type": "number", "exclusiveMinimum": 0},
        {"type": "number", "maximum": -5},
        {"type": "boolean"},
        {"enum": ["a", 3, None]},
        {"const": "only"},
        {"$ref": "#/$defs/node"},
    ]
)
schemas = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.builds(lambda i: {"type": "array", "items": i, "minItems": 1}, inner),
        st.builds(lambda a: {"anyOf": [a, {"type": "null"}]}, inner),
        st.builds(
            lambda p: {
                "type": "object",
                "properties": p,
                "required": sorted(p)[:2],
                "additionalProperties": False,
            },
            st.dictionaries(st.sampled_from(["name", "email", "size", "tags"]), inner),
        ),
    ),
    max_leaves=6,
)
inputs = st.dictionaries(st.sampled_from(["id", "name", "limit", "items"]), schemas).map(
    lambda properties: {
        "type": "object",
        "properties": properties,
        "required": sorted(properties)[:2],
        "additionalProperties": False,
        "$defs": {
            "node": {
                "type": "object",
                "properties": {
                    "label": {"type": "string"},
                    "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
                },
                "required": ["label"],
            }
        },
    }
)


@given(schema=inputs, seed=st.integers(0, 99), number=st.integers(0, 12))
@settings(deadline=None)
def test_draws_fit_their_schema(schema: dict, seed: int, number: int) -> None:
    arguments = Sampler(schema, random.Random(seed)).draw(EMPTY, number)
    jsonschema_rs.Draft202012Validator(schema).validate(arguments)


@given(schema=inputs, seed=st.integers(0, 99))
@settings(deadline=None, max_examples=30)
def test_hostile_arguments_start_from_a_base_and_can_be_written_down(
    schema: dict, seed: int
) -> None:
    base = Sampler(schema, random.Random(seed)).draw(EMPTY, 2)
    before = repr(base)
    found = hostile(schema, base)
    assert repr(base) == before
    assert any(item.what == "an unknown parameter" for item in found)
    assert all(len(expression(item.arguments)) < 5_000 for item in found)


def test_of_records_that_fit_alike_those_that_a_tool_returns_are_tried_first() -> None:
    tables = ("bars", "quotes", "trades")
    scenario = {
        table: [{"id": f"{table}_{n}", "symbol": f"{table} {n}", "date": n} for n in range(40)]
        for table in tables
    }
    pool = Pool.of(scenario, dict.fromkeys(tables, "id"))
    inputs = {
        "type": "object",
        "properties": {"symbol": {"type": "string"}, "date": {"type": "integer"}},
        "required": ["symbol", "date"],
    }
    key = {"type": "string", "x-key": True}

    def hits(table: str) -> int:
        row = {"type": "object", "properties": {"id": {**key, "x-entity": table}}}
        returns = {"type": "array", "items": row}
        sampler = Sampler(inputs, random.Random(0), returns=returns)
        drawn = (sampler.draw(pool, number) for number in range(40))
        return sum(f"{table} {d['date']}" == d["symbol"] for d in drawn)

    assert all(hits(table) > 2 for table in tables)


def test_every_table_lends_its_values() -> None:
    """Organizers can be deleted by their address, though many more people have one."""
    scenario = {
        "attendees": [{"id": f"att_{n}", "email": f"guest{n}@example.com"} for n in range(60)],
        "organizers": [{"id": f"org_{n}", "email": f"host{n}@example.com"} for n in range(60)],
    }
    emails = Pool.of(scenario, {"attendees": "id", "organizers": "id"}).by_name("email")
    assert {f"host{n}@example.com" for n in range(4)} <= set(emails)
    assert len(emails) <= 48


def test_keys_come_from_the_state_and_belong_together() -> None:
    scenario = {
        "lists": [{"list_id": f"list_{n}"} for n in range(9)],
        "notes": [{"note_id": f"note_{n}", "list_id": f"list_{n % 9}"} for n in range(40)],
    }
    pool = Pool.of(scenario, {"lists": "list_id", "notes": "note_id"})
    schema = {
        "type": "object",
        "properties": {
            "list_id": {"type": "string", "x-entity": "lists"},
            "note_id": {"type": "string", "x-entity": "notes"},
        },
        "required": ["list_id", "note_id"],
    }
    sampler = Sampler(schema, random.Random(0))
    drawn = [sampler.draw(pool, number) for number in range(3)]
    notes = {note["note_id"]: note["list_id"] for note in scenario["notes"]}
    assert all(notes[d["note_id"]] == d["list_id"] for d in drawn)


def test_what_was_just_made_comes_first() -> None:
    scenario = {"notes": [{"note_id": f"note_{n}"} for n in range(9)]}
    pool = Pool.of(scenario, {"notes": "note_id"}, [{"note_id": "note_7"}])
    assert pool.keys["notes"][0] == "note_7"
    assert pool.by_name("id")[0] == "note_7"


@pytest.mark.parametrize("pattern", ["[^/ ]{6}", "[^abc]+", "^[A-F0-9]{8}$"])
def test_patterns_are_drawn_alike_under_any_hash_seed(pattern: str) -> None:
    script = (
        "import random, sys; from envfactory.verify.pool import Pool\n"
        "from envfactory.verify.sampler import Sampler\n"
        "schema = {'properties': {'x': {'type': 'string', 'pattern': sys.argv[1]}},"
        " 'required': ['x']}\n"
        "print(Sampler(schema, random.Random(4)).draw(Pool('', {}, {}, {})))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", script, pattern],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1
    assert re.search(pattern.strip("^$"), texts.pop())


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12), st.sets(st.integers(0, 9)))
def test_shortening_keeps_what_is_needed_and_nothing_else(
    numbers: list[int], needed: set[int]
) -> None:
    calls = [(str(number), None) for number in numbers]
    wanted = {str(n) for n in needed} & {name for name, _ in calls}
    kept = shorten(calls, lambda some: wanted <= {name for name, _ in some})
    assert wanted <= {name for name, _ in kept}
    assert kept[-1] == calls[-1]
    assert len(kept) <= len(wanted) + 1


def test_a_process_answers_what_this_one_does(write) -> None:
    path = write()
    recordings = [
        Recording("base", (("get_note", {"note_id": "note_1"}), ("nothing", {}))),
        Recording("base", (("delete_list", {"list_id": "list_2"}),)),
    ]
    process = Replay(path, recordings, {"PYTHONHASHSEED": "9", "TZ": "UTC"})
    try:
        assert process.answers() == replay(Package.load(path), recordings)
    finally:
        process.close()
        process.close()


def test_a_process_that_ends_badly_says_so(write) -> None:
    path = write()
    process = Replay(path, [Recording("no_such_scenario", ())], {})
    with pytest.raises(ReplayError, match="no such scenario"):
        process.answers()
    process.close()


def test_the_search_is_the_same_for_the_same_seed(write) -> None:
    path = write()
    one, other = (Subject(path, seed=4).exploration for _ in range(2))
    assert one == other
    assert one != Subject(path, seed=5).exploration


def test_no_process_is_left_running(write) -> None:
    with Subject(write()) as subject:
        replays = subject.start_replays()
    assert all(process._process.poll() is not None for process in replays)
