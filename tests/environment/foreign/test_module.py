import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from envfactory.environment import Session, World, diff
from envfactory.environment.foreign.module import ForeignModule
from envfactory.environment.scenario import ScenarioError
from envfactory.errors import EnvironmentFault, InputError
from tests.environment.foreign.modules import CLEAN, HEAD, HIDDEN, SCENARIO, TAIL, hidden


def adapted(folder: Path, text: str, *scenarios: dict[str, Any]) -> ForeignModule:
    path = folder / "module.py"
    path.write_text(text)
    return ForeignModule(path, path.read_bytes(), scenarios)


@pytest.fixture
def shop(tmp_path: Path) -> ForeignModule:
    return adapted(tmp_path, CLEAN, SCENARIO)


def test_a_module_is_an_environment(shop: ForeignModule) -> None:
    session = shop.from_scenario(SCENARIO)
    assert [tool.name for tool in session.tools()] == ["create_order", "get_order", "list_orders"]
    assert session.to_scenario() == SCENARIO
    made = session.call("create_order", {"user_id": "u1", "total": 3})
    assert made.value == {"order_id": "ord_3", "user_id": "u1", "total": 3.0}
    assert len(session.call("list_orders", {"user_id": "u1"}).value) == 2
    assert session.about == "Orders of a shop."


def test_schemas_describe_parameters_and_say_what_identifies_records(shop: ForeignModule) -> None:
    create, get, _ = shop.tools()
    assert create.description == "Create an order."
    assert create.input_schema["additionalProperties"] is False
    assert create.input_schema["properties"] == {
        "user_id": {"type": "string", "description": "Who orders.", "x-entity": "users"},
        "total": {"type": "number", "description": "What it costs."},
    }
    assert get.input_schema["properties"]["order_id"]["x-entity"] == "orders"
    assert create.output_schema["properties"]["order_id"]["x-key"] is True
    assert shop.key_fields() == {"users": "user_id", "orders": "order_id"}


@pytest.mark.parametrize(
    ("tool", "arguments", "code"),
    [
        ("create_order", {"user_id": "u9", "total": 1}, "not_found"),
        ("create_order", {"user_id": "u1", "total": -1}, "invalid_argument"),
        ("create_order", {"user_id": "u1"}, "invalid_argument"),
        ("create_order", {"user_id": "u1", "total": 1, "more": 2}, "invalid_argument"),
        ("create_order", {"user_id": "u1", "total": "1"}, "invalid_argument"),
        ("create_order", {"user_id": "u1", "total": float("nan")}, "invalid_argument"),
        ("create_order", ["u1"], "invalid_argument"),
        ("load_scenario", {"scenario": {}}, "unknown_tool"),
        ("no_such", {}, "unknown_tool"),
    ],
)
def test_refusals_have_codes_and_change_nothing(
    shop: ForeignModule, tool: str, arguments: Any, code: str
) -> None:
    session = shop.from_scenario(SCENARIO)
    mark = session.snapshot()
    result = session.call(tool, arguments)
    assert result.error is not None
    assert result.error.code == code
    assert session.snapshot() is mark


def test_nothing_stays_behind_where_modules_are_found(shop: ForeignModule) -> None:
    before = set(sys.modules)
    shop.from_scenario(SCENARIO).call("list_orders", {})
    assert not {name for name in set(sys.modules) - before if "foreign_" in name}


def counted(session: Session, text: str) -> Any:
    return session.call("add", {"text": text}).value


@pytest.mark.parametrize("how", HIDDEN)
def test_sessions_share_nothing_wherever_a_module_keeps_its_state(tmp_path: Path, how: str) -> None:
    module = adapted(tmp_path, hidden(how))
    start = {"items": []}
    alone = module.from_scenario(start)
    expected = [counted(alone, text) for text in "abc"]
    one, other = module.from_scenario(start), module.from_scenario(start)
    answers: list[list[Any]] = [[], []]
    for text in "abc":
        for session, said in ((one, answers[0]), (other, answers[1])):
            said.append(counted(session, text))
    assert answers == [expected, expected]

    again = module.from_scenario(start)
    assert counted(again, "a") == expected[0]
    mark, twin = again.snapshot(), again.fork()
    assert [counted(again, text) for text in "bc"] == expected[1:]
    assert [counted(twin, text) for text in "bc"] == expected[1:]
    again.restore(mark)
    assert [counted(again, text) for text in "bc"] == expected[1:]
    assert again.state_hash == twin.state_hash == alone.state_hash


def test_what_has_no_image_is_noticed_and_nothing_else_is(tmp_path: Path) -> None:
    reasons = {how: adapted(tmp_path, hidden(how)).opaque for how in HIDDEN}
    assert [how for how, reason in reasons.items() if reason] == [
        "a generator, of which no image can be taken"
    ]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    moves=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(["add", "fork", "back", "fail"])), max_size=20
    )
)
def test_any_interleaving_comes_out_as_each_session_alone(tmp_path: Path, moves: Any) -> None:
    module = adapted(tmp_path, hidden("containers of all kinds"))
    sessions: list[Session] = [module.from_scenario({"items": []})]
    histories: list[list[str]] = [[]]
    for number, move in moves:
        at = number % len(sessions)
        if move == "add":
            counted(sessions[at], f"t{len(histories[at])}")
            histories[at] = [*histories[at], f"t{len(histories[at])}"]
        elif move == "fork":
            sessions.append(sessions[at].fork())
            histories.append(histories[at])
        elif move == "back":
            sessions[at].restore(sessions[0].snapshot())
            histories[at] = histories[0]
        else:
            assert not sessions[at].call("add", {"text": 1}).ok
    for session, history in zip(sessions, histories, strict=True):
        assert session.to_scenario() == {"items": history}
        alone = module.from_scenario({"items": []})
        for text in history:
            counted(alone, text)
        assert counted(session, "last") == counted(alone, "last")


FAILING = (
    HEAD
    + """
import asyncio
state: dict[str, Any] = {"n": 0, "items": {}}

def change() -> None:
    state["n"] += 1
    state["items"][str(state["n"])] = state["n"]

@mcp.tool()
def crash(key: str) -> Any:
    change()
    return state["items"][key]

@mcp.tool()
def refuse_by_key(key: str) -> Any:
    change()
    raise KeyError(f"no such key {key}")

@mcp.tool()
def say_error() -> dict:
    change()
    return {"success": False, "error": "item already exists"}

@mcp.tool()
def none_for_text() -> str:
    change()
    return None

@mcp.tool()
def not_a_number() -> float:
    change()
    return float("nan")

@mcp.tool()
def spoil_state() -> int:
    state["n"] = float("nan")
    return 1

@mcp.tool()
def leave() -> int:
    change()
    raise SystemExit(1)

@mcp.tool()
def keep_a_generator() -> int:
    state["n"] += 1
    globals()["kept"] = (n for n in range(3))
    return 1

@mcp.tool()
async def wait(seconds: float) -> int:
    await asyncio.sleep(seconds)
    state["n"] += 1
    return state["n"]

@mcp.tool()
def alive() -> dict:
    return state

@mcp.tool()
def broken_assertion() -> int:
    change()
    assert state["n"] < 0, "never"
    return 1
"""
    + TAIL
)


@pytest.mark.parametrize(
    "tool",
    ["crash", "none_for_text", "not_a_number", "spoil_state", "leave", "keep_a_generator"]
    + ["broken_assertion"],
)
def test_what_was_not_meant_is_a_fault_and_undone(tmp_path: Path, tool: str) -> None:
    session = adapted(tmp_path, FAILING).from_scenario({"n": 0, "items": {}})
    mark = session.snapshot()
    with pytest.raises(EnvironmentFault):
        session.call(tool, {"key": "k"} if tool == "crash" else {})
    assert session.snapshot() is mark
    assert session.call("alive", {}).value == {"n": 0, "items": {}}


@pytest.mark.parametrize(
    ("tool", "arguments", "code"),
    [("refuse_by_key", {"key": "k"}, "not_found"), ("say_error", {}, "conflict")],
)
def test_what_was_meant_is_a_refusal_and_undone(
    tmp_path: Path, tool: str, arguments: Any, code: str
) -> None:
    session = adapted(tmp_path, FAILING).from_scenario({"n": 0, "items": {}})
    result = session.call(tool, arguments)
    assert result.error is not None
    assert result.error.code == code
    assert session.to_scenario() == {"n": 0, "items": {}}


def test_waiting_takes_no_time_and_values_are_copies(tmp_path: Path) -> None:
    session = adapted(tmp_path, FAILING).from_scenario({"n": 0, "items": {}})
    assert session.call("wait", {"seconds": 3600}).value == 1
    handed = session.call("alive", {}).value
    handed["n"] = 99
    session.to_scenario()["items"]["x"] = 1
    given = {"n": 5, "items": {"a": 1}}
    other = session._environment.from_scenario(given)
    given["items"]["a"] = 2
    assert session.to_scenario()["n"] == 1
    assert other.to_scenario() == {"n": 5, "items": {"a": 1}}


CHANCE = (
    HEAD
    + """
import random, secrets, time, uuid
from datetime import datetime, date
from random import choice
state: dict[str, Any] = {"items": []}

@mcp.tool()
def draw() -> list:
    item = [str(uuid.uuid4()), random.random(), secrets.token_hex(4), time.time(),
            datetime.now().isoformat(), str(date.today()), choice("abc"),
            isinstance(datetime.now(), datetime), random.Random().random()]
    state["items"].append(item)
    return item

@mcp.tool()
def look() -> list:
    return [str(uuid.uuid4()), time.time()]
"""
    + TAIL
)


def test_clock_and_chance_follow_from_the_state(tmp_path: Path) -> None:
    module = adapted(tmp_path, CHANCE)
    one, other = module.from_scenario({"items": []}), module.from_scenario({"items": []})
    first = one.call("draw", {}).value
    assert first == other.call("draw", {}).value
    second = one.call("draw", {}).value
    assert all(first[n] != second[n] for n in (0, 1, 2, 3, 4, 8))
    assert second[3] - first[3] >= 1
    assert one.call("look", {}).value == one.call("look", {}).value
    loaded = module.from_scenario(one.to_scenario())
    assert loaded.state_hash == one.state_hash
    assert loaded.call("draw", {}).value == one.call("draw", {}).value


def test_another_process_draws_the_same(tmp_path: Path) -> None:
    module = adapted(tmp_path, CHANCE)
    session = module.from_scenario({"items": []})
    here = [session.call("draw", {}).value for _ in range(3)]
    script = (
        "import json, sys; from pathlib import Path\n"
        "from envfactory.environment.foreign.module import ForeignModule\n"
        "p = Path(sys.argv[1]); s = ForeignModule(p, p.read_bytes()).from_scenario({'items': []})\n"
        "print(json.dumps([s.call('draw', {}).value for _ in range(3)]))"
    )
    found = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "module.py")],
        capture_output=True,
        text=True,
        env={"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
    )
    assert json.loads(found.stdout) == here, found.stderr


IMPORTS = [
    "from mcp.server.fastmcp import FastMCP",
    "from fastmcp import FastMCP",
    "from mcp.server.mcpserver import MCPServer as FastMCP",
    "from mcp.server import MCPServer as FastMCP",
    "import mcp.server.fastmcp as sdk\nFastMCP = sdk.FastMCP",
    "import fastmcp\nFastMCP = fastmcp.FastMCP",
]


@pytest.mark.parametrize("line", IMPORTS)
def test_every_generation_of_the_sdk_is_stood_for(tmp_path: Path, line: str) -> None:
    text = CLEAN.replace("from mcp.server.fastmcp import FastMCP", line)
    assert len(adapted(tmp_path, text).tools()) == 3


def test_schemas_are_those_of_the_sdk(tmp_path: Path) -> None:
    server = pytest.importorskip("mcp.server.mcpserver")
    names: dict[str, Any] = {}
    text = CLEAN.replace(
        "mcp.server.fastmcp import FastMCP", "mcp.server.mcpserver import MCPServer as FastMCP"
    )
    exec(compile(text, "module", "exec"), names)
    assert isinstance(names["mcp"], server.MCPServer)
    real = {tool.name: tool for tool in names["mcp"]._tool_manager.list_tools()}
    for tool in adapted(tmp_path, CLEAN).tools():
        theirs = real[tool.name].parameters
        assert set(theirs["properties"]) == set(tool.input_schema["properties"])
        assert theirs.get("required") == tool.input_schema.get("required")
        for name, part in theirs["properties"].items():
            ours = tool.input_schema["properties"][name]
            kept = {k: v for k, v in ours.items() if k not in ("description", "x-entity")}
            assert kept == {k: v for k, v in part.items() if k != "title"}


def test_modules_beside_it_belong_to_the_session(tmp_path: Path) -> None:
    (tmp_path / "store.py").write_text("items = []\n")
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "__init__.py").write_text("from .inner import bump\n")
    (tmp_path / "parts" / "inner.py").write_text(
        "n = 0\ndef bump():\n    global n\n    n += 1\n    return n\n"
    )
    text = (
        HEAD
        + "import store\nfrom parts import bump\n"
        + "state: dict[str, Any] = {'a': 1}\n"
        + "@mcp.tool()\ndef add() -> list:\n    store.items.append(1)\n"
        + "    return [len(store.items), bump()]\n"
        + TAIL
    )
    module = adapted(tmp_path, text)
    one, other = module.from_scenario({"a": 1}), module.from_scenario({"a": 1})
    assert [one.call("add", {}).value for _ in range(2)] == [[1, 1], [2, 2]]
    assert other.call("add", {}).value == [1, 1]
    assert "store" not in sys.modules


BAD = {
    "no Python": ("def (", "no Python"),
    "no server": ("x = 1", "no server called mcp"),
    "no tools for states": (HEAD, "has no load_scenario"),
    "nothing else": (HEAD + "state = {}\n" + TAIL, "no tools beside"),
    "breaks": (HEAD + "1 / 0", "does not run: ZeroDivisionError"),
    "ends the process": (HEAD + "raise SystemExit(3)", "does not run: SystemExit"),
    "no schema": (
        HEAD + "state = {}\n@mcp.tool()\ndef f(*args) -> int:\n    return 1\n" + TAIL,
        "name every parameter",
    ),
}


@pytest.mark.parametrize("example", BAD)
def test_what_cannot_be_adapted_is_refused(tmp_path: Path, example: str) -> None:
    text, expected = BAD[example]
    with pytest.raises(InputError, match=expected):
        adapted(tmp_path, text)


def test_a_scenario_that_does_not_load_is_refused(shop: ForeignModule) -> None:
    bad: Any = {"users": {}, "orders": [], "seen": 1}
    assert shop.from_scenario(bad).to_scenario() == bad
    with pytest.raises(ScenarioError):
        shop.from_scenario({"orders": float("nan")})


def test_changes_are_told_by_table_and_key(shop: ForeignModule) -> None:
    session = shop.from_scenario(SCENARIO)
    before = session.snapshot()
    session.call("create_order", {"user_id": "u1", "total": 3})
    (change,) = diff(before, session.snapshot())
    assert (change.kind, change.table, change.key) == ("insert", "orders", "ord_3")


def test_modules_are_part_of_worlds(shop: ForeignModule) -> None:
    world = World({"one": shop.from_scenario(SCENARIO), "two": shop.from_scenario(SCENARIO)})
    twin, mark = world.fork(), world.snapshot()
    assert world.call("one__create_order", {"user_id": "u1", "total": 1}).ok
    (change,) = diff(mark, world.snapshot())
    assert change.environment == "one"
    assert twin.state_hash != world.state_hash
    world.restore(mark)
    assert twin.state_hash == world.state_hash
