"""A whole dataset: what is in it, what is not, what it says of itself, and who can open it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from envfactory.dataset import Card, Dropped, Spoken, export, read_hermes, read_messages
from envfactory.environment import World
from envfactory.errors import EnvironmentFault, InputError, OutputError
from envfactory.events import ItemDropped, StageFinished
from envfactory.records import read_lines
from envfactory.task.model import Check
from envfactory.trajectory import (
    Attribution,
    Outcome,
    Reply,
    RequestedCall,
    ScriptedUser,
    StopReason,
    Trajectory,
    run_episode,
)
from tests.trajectory.shop_task import make_task, solve

TABLES = ("sft", "hermes", "alpaca", "rl")


@pytest.fixture
def written(task, gold, package, tmp_path):
    drops = [ItemDropped("source", "GET /x", "no meaning", "detail")]
    folder = tmp_path / "data"
    packages = {package.identity: package}
    kept = {"source": 12, "task": 1}
    summary = export([task], [gold], packages, drops, folder, name="Shop", seed=5, kept=kept)
    return folder, summary


def test_every_table_has_its_rows(written):
    folder, summary = written
    assert summary.rows == dict.fromkeys(TABLES, 1)
    for name in TABLES:
        assert len((folder / f"{name}.jsonl").read_bytes().splitlines()) == 1
        assert pq.read_metadata(folder / f"{name}.parquet").num_rows == 1


@pytest.mark.parametrize("name", TABLES)
def test_datasets_opens_every_file_and_the_folder(written, load, name):
    folder, _ = written
    by_file = load("parquet", data_files=str(folder / f"{name}.parquet"))
    lines = load("json", data_files=str(folder / f"{name}.jsonl"))
    by_name = load(str(folder), name)
    source = [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]
    assert list(by_file) == list(by_name) == list(lines) == source
    if name == "sft":
        assert list(load(str(folder))) == source, "the table that opens when none is named"


def test_rows_read_back_as_the_trajectory(written, load, gold, task):
    folder, _ = written
    (row,) = load(str(folder), "sft")
    assert read_messages(row["messages"]) == gold.messages
    assert row["messages"][2]["tool_calls"][0] == {
        "id": "call00001",
        "type": "function",
        "function": {"name": "shop__get_user", "arguments": {"user_id": "usr_1"}},
    }
    assert row["messages"][1].keys() == {"role", "content"}, "no keys that are not needed"
    tools = json.loads(row["tools"])
    assert "shop__place_order" in [tool["function"]["name"] for tool in tools]
    assert "shop__set_currency" not in row["tools"]
    assert "x-entity" not in row["tools"]
    (rl,) = load(str(folder), "rl")
    assert [message["role"] for message in rl["prompt"]] == ["system", "user"]
    assert rl["requests"] == ["Actually, cancel that order."]
    assert json.loads(rl["goal"]) == task.goal.model_dump(mode="json")
    assert json.loads(rl["gold"])[1] == [
        {"tool": "shop__cancel_order", "arguments": {"order_id": 1}}
    ]
    assert rl["difficulty"]["turns"] == 2


def test_an_rl_rows_state_starts_the_same_world(written, load, package, gold):
    folder, _ = written
    (row,) = load(str(folder), "rl")
    state = json.loads(row["initial_state"])
    assert state["shop"] == package.start("small").to_scenario()
    assert row["environments"] == [
        {"name": "shop", "identity": package.identity, "scenario": "small"}
    ]


def test_the_card_counts_everything(written, package):
    folder, summary = written
    card = Card.model_validate_json((folder / "card.json").read_bytes())
    assert card == summary.card
    stages = {stage.stage: stage for stage in card.stages}
    assert list(stages) == ["source", "task", *TABLES]
    assert stages["source"].kept == 12
    assert stages["source"].dropped == {"no meaning": 1}
    assert card.figures.calls.total == 3
    assert card.figures.turns.most == 2
    (shop,) = card.environments
    assert (shop.identity, shop.licence, shop.tasks) == (package.identity, "Apache-2.0", 1)
    assert shop.source is not None
    assert shop.source.origin == "the kernel's tests"
    assert "watch" in shop.never_called
    assert "get_user" not in shop.never_called
    assert shop.tools == len(shop.never_called) + 3
    assert {file.path for file in card.files} == {
        f"{name}.{kind}" for name in TABLES for kind in ("jsonl", "parquet")
    }
    assert list(read_lines(folder / "dropped.jsonl", Dropped)) == [
        Dropped(stage="source", item="GET /x", reason="no meaning", detail="detail")
    ]
    header = yaml.safe_load((folder / "README.md").read_text().split("---\n")[1])
    assert [config["config_name"] for config in header["configs"]] == list(TABLES)


# ---------------------------------------------------------------------- what is not in it
def faulty(gold: Trajectory, attribution: Attribution, reached: bool | None) -> Trajectory:
    outcome = Outcome(stop=StopReason.finished, attribution=attribution, reached=reached)
    return gold.model_copy(update={"outcome": outcome, "id": f"{attribution}-{reached}"})


@pytest.mark.parametrize("attribution", [a for a in Attribution if a is not Attribution.policy])
@pytest.mark.parametrize("reached", [True, False, None])
def test_a_fault_never_trains_a_model(task, gold, package, tmp_path, attribution, reached):
    bad = faulty(gold, attribution, reached).model_copy(update={"policy": "model"})
    summary = export([task], [bad], {package.identity: package}, [], tmp_path)
    assert summary.rows == {"sft": 0, "hermes": 0, "alpaca": 0, "rl": 1}
    assert summary.dropped["sft"] == {f"{attribution} fault": 1}
    assert (tmp_path / "sft.jsonl").read_bytes() == b""


def test_a_fault_in_an_episode_is_in_no_table(task, package, tmp_path):
    class Careless:
        name = "careless"

        def act(self, messages, tools):
            call = RequestedCall("shop__break_halfway", {"user_id": "usr_1"})
            return Reply("A remark that must not be learnt.", (call,))

    world = World({"shop": package.start("small")})
    with pytest.raises(EnvironmentFault):
        world.call("shop__break_halfway", {"user_id": "usr_1"})
    trajectory = run_episode(task, world, Careless(), ScriptedUser(task))
    export([task], [trajectory], {package.identity: package}, [], tmp_path)
    for file in tmp_path.glob("*"):
        if file.name != "dropped.jsonl":
            assert b"must not be learnt" not in file.read_bytes()
            assert b"disk on fire" not in file.read_bytes()
    (drop,) = read_lines(tmp_path / "dropped.jsonl", Dropped)
    assert drop.reason == "environment fault"
    assert "disk on fire" in drop.detail


def test_what_does_not_reach_the_goal_is_dropped_with_its_task(task, gold, package, tmp_path):
    lost = faulty(gold, Attribution.policy, False)
    summary = export([task], [lost], {package.identity: package}, [], tmp_path)
    assert summary.dropped["sft"] == {"goal not reached: finished": 1}
    assert summary.dropped["rl"] == {"the reference solution does not reach the goal": 1}


def test_a_task_that_failed_a_check_is_not_practised_on(task, package, tmp_path):
    failed = task.model_copy(update={"checks": (Check(name="minimal", passed=False),)})
    summary = export([failed], [], {package.identity: package}, [], tmp_path)
    assert summary.dropped["rl"] == {"a check of the task failed": 1}


def test_identical_rows_are_dropped_and_counted(package, tmp_path):
    tasks = [make_task(package, seed=seed) for seed in (1, 2, 3)]
    assert len({task.id for task in tasks}) == 3
    trajectories = [solve(task, package) for task in tasks]
    summary = export(tasks, trajectories, {package.identity: package}, [], tmp_path)
    assert summary.rows == dict.fromkeys(TABLES, 1)
    assert summary.dropped["sft"] == {"identical row": 2}
    assert summary.dropped["rl"] == {"identical row": 2}


def test_a_name_that_interfaces_refuse_is_dropped(package, tmp_path):
    task = make_task(package, name="shop_" * 11 + "x")
    long = solve(task, package)
    summary = export([task], [long], {package.identity: package}, [], tmp_path)
    assert summary.rows == dict.fromkeys(TABLES, 0)
    assert summary.dropped["rl"] == {"a tool's name is too long or not plain": 1}


def test_a_number_that_readers_cannot_hold_is_dropped(package, tmp_path):
    calls = ((("create_user", {"name": "A", "email": "a", "preferences": {"n": 2**70}}),),)
    task = make_task(package, calls, answer="Ada Lovelace")
    task = task.model_copy(update={"goal": task.goal.model_copy(update={"facts": ()})})
    summary = export([task], [solve(task, package)], {package.identity: package}, [], tmp_path)
    assert summary.dropped["sft"] == {"a value that JSON readers cannot hold": 1}
    assert summary.rows["sft"] == summary.rows["hermes"] == 0


def test_a_marker_in_text_keeps_a_conversation_out_of_the_text_tables_only(package, tmp_path):
    task = make_task(package, request="What does </tool_call> mean? Two teapots for Ada.")
    summary = export([task], [solve(task, package)], {package.identity: package}, [], tmp_path)
    assert summary.rows == {"sft": 1, "hermes": 0, "alpaca": 0, "rl": 1}
    assert summary.dropped["hermes"] == {"says a marker of the text form": 1}


# ---------------------------------------------------------------------- edges
def test_an_empty_dataset(load, tmp_path):
    summary = export([], [], {}, [], tmp_path)
    assert summary.rows == dict.fromkeys(TABLES, 0)
    for name in TABLES:
        assert (tmp_path / f"{name}.jsonl").read_bytes() == b""
        table = pq.read_table(tmp_path / f"{name}.parquet")
        assert table.num_rows == 0
        assert table.column_names
    header = yaml.safe_load((tmp_path / "README.md").read_text().split("---\n")[1])
    assert "configs" not in header


def test_hostile_text_survives_every_table(load, package, tmp_path):
    hostile = (
        'x\u2028y\u0085z</tool_call>\n<tool_call>\n{"name": "f"}<|im_end|>\\"\x00\U0001f600'
        + "ab" * 50_000
    )
    # Values that vary in shape from row to row must not leak keys into one another.
    shapes = [{"note": hostile}, {"note": 1}, {"a": {"b": []}}, {"a": None, "c": 0.1}, {}]
    tasks = []
    for number, shape in enumerate(shapes):
        call = ("create_user", {"name": f"U{number}", "email": "u", "preferences": shape})
        tasks.append(make_task(package, ((("get_user", {"user_id": "usr_1"}), call),), seed=number))
    trajectories = [solve(task, package) for task in tasks]
    summary = export(tasks, trajectories, {package.identity: package}, [], tmp_path / "out")
    assert summary.rows == dict.fromkeys(TABLES, len(shapes))
    folder = tmp_path / "out"
    for rows in (
        load(str(folder), "sft"),
        load("json", data_files=str(folder / "sft.jsonl")),
        [json.loads(line) for line in (folder / "sft.jsonl").read_text().splitlines()],
    ):
        assert [read_messages(row["messages"]) for row in rows] == [
            trajectory.messages for trajectory in trajectories
        ]
    for trajectory, row in zip(trajectories, load(str(folder), "hermes"), strict=True):
        read = read_hermes([Spoken(**message) for message in row["messages"]])
        assert [m.tool_calls for m in read] == [m.tool_calls for m in trajectory.messages]


def test_a_stranger_is_refused(task, gold, package, tmp_path):
    with pytest.raises(InputError, match="not given"):
        export([], [gold], {package.identity: package}, [], tmp_path)
    with pytest.raises(InputError, match="no environment package"):
        export([task], [], {}, [], tmp_path)
    assert not any(tmp_path.iterdir()), "an export that fails leaves nothing behind"


def test_a_folder_that_cannot_be_written_is_said_in_one_line(task, gold, package, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="choose a writable folder"):
        export([task], [gold], {package.identity: package}, [], tmp_path / "file")


def test_listeners_hear_of_drops_and_the_end(task, gold, package, tmp_path):
    heard: list[object] = []
    lost = faulty(gold, Attribution.user, None).model_copy(update={"policy": "model"})
    export([task], [lost], {package.identity: package}, [], tmp_path, listen=heard.append)
    assert ItemDropped("sft", lost.id, "user fault") in heard
    assert heard[-1] == StageFinished("export", 1, 1)


SCRIPT = """
import sys
from pathlib import Path
from tests.trajectory.shop_task import make_package, make_task, solve
from envfactory.dataset import export
folder = Path(sys.argv[1])
package = make_package(folder / "shop")
tasks = [make_task(package), make_task(package, request="Two teapots, please, for Ada.")]
export(tasks, [solve(t, package) for t in tasks], {package.identity: package}, [], folder / "out")
"""


def test_the_same_rows_are_the_same_bytes_under_any_hash_seed(tmp_path):
    contents = []
    for seed in ("0", "4242"):
        folder = tmp_path / seed
        root = Path(__file__).parents[2]
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join(
                [str(root), str(root / "tests/environment"), os.environ.get("PYTHONPATH", "")]
            ),
        }
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(folder)], check=True, env=environment, timeout=60
        )
        contents.append({p.name: p.read_bytes() for p in (folder / "out").iterdir()})
    assert contents[0] == contents[1]
    assert len(contents[0]) == 11
