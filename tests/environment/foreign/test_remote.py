import sys
from pathlib import Path

import pytest

from envfactory.environment import Package, diff
from envfactory.environment.foreign.adapt import adapt_module, adapt_server, guess_settings
from envfactory.environment.foreign.remote import ForeignServer
from envfactory.environment.foreign.settings import ServerSettings
from envfactory.environment.scenario import ScenarioError
from envfactory.errors import InfrastructureError, InputError
from envfactory.source.server import ServerAddress, ServerTool
from tests.environment.foreign.modules import CLEAN, SCENARIO

pytest.importorskip("mcp")

COUNTER = """
import json, os, sys, time
folder = sys.argv[1] if len(sys.argv) > 1 else None
state = {"n": 0}
number = {"type": "object", "properties": {"result": {"type": "integer"}}}
tools = {"add": {"type": "object", "properties": {"by": {"type": "integer"}}, "required": ["by"]},
         "where": {"type": "object", "properties": {}}}

class Refused(Exception):
    pass

def add(by):
    if by == 13:
        os._exit(1)
    if by == 99:
        time.sleep(60)
    if by < 0:
        state["n"] += 100
        raise Refused("by must not be negative")
    if not folder:
        state["n"] += by
        return {"result": state["n"]}
    path = os.path.join(folder, "n.txt")
    n = (int(open(path).read()) if os.path.exists(path) else 0) + by
    with open(path, "w") as file:
        file.write(str(n))
    return {"result": n}

def where():
    return {"result": str(folder)}
"""
OWN = """
def load_scenario(scenario):
    if "n" not in scenario:
        raise Refused("no n")
    state.clear()
    state.update(scenario)
    return {}

def save_scenario():
    return dict(state)

tools["load_scenario"] = tools["save_scenario"] = {"type": "object"}
"""
RESET = """
def reset():
    state["n"] = 0
    return {}

tools["reset"] = {"type": "object"}
"""
RUN = """
for line in sys.stdin:
    message = json.loads(line)
    if "id" not in message:
        continue
    method, given = message["method"], message.get("params") or {}
    answer = {"jsonrpc": "2.0", "id": message["id"]}
    if method == "initialize":
        answer["result"] = {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
                            "serverInfo": {"name": "counter", "version": "1"}}
    elif method == "tools/list":
        answer["result"] = {"tools": [{"name": n, "inputSchema": s} for n, s in tools.items()]}
    elif method == "tools/call":
        try:
            value = globals()[given["name"]](**given.get("arguments", {}))
            answer["result"] = {"content": [], "structuredContent": value}
        except Refused as error:
            text = {"type": "text", "text": str(error)}
            answer["result"] = {"content": [text], "isError": True}
    else:
        answer["error"] = {"code": -32601, "message": "unknown"}
    print(json.dumps(answer), flush=True)
"""


def address(folder: Path, *parts: str, scratch: bool = False) -> ServerAddress:
    path = folder / "counter.py"
    path.write_text("".join((COUNTER, *parts, RUN)))
    return ServerAddress((sys.executable, str(path), *(["{scratch}"] if scratch else [])))


def added(session: object, by: int) -> object:
    return session.call("add", {"by": by}).value  # type: ignore[attr-defined]


KINDS: dict[str, tuple[tuple[str, ...], bool]] = {
    "calls": ((), False),
    "own": ((OWN,), False),
    "files": ((), True),
    "reset": ((RESET,), False),
}


@pytest.mark.parametrize("kind", KINDS)
def test_sessions_of_a_server_are_their_own(tmp_path: Path, kind: str) -> None:
    parts, scratch = KINDS[kind]
    path = adapt_server(address(tmp_path, *parts, scratch=scratch), tmp_path / "out")
    package = Package.load(path)
    assert package.manifest.server is not None
    assert package.manifest.server.state == ("calls" if kind == "reset" else kind)
    assert [tool.name for tool in package.environment.tools()] == ["add", "where"]

    one, other = package.start(), package.start()
    start = one.snapshot()
    assert added(one, 2) == {"result": 2}
    assert added(other, 5) == {"result": 5}
    twin = one.fork()
    mark = one.snapshot()
    assert added(one, 3) == {"result": 5}
    assert added(twin, 4) == {"result": 6}
    one.restore(mark)
    assert one.state_hash == mark.hash
    assert added(one, 1) == {"result": 3}
    assert one.state_hash != start.hash
    assert diff(start, one.snapshot())

    before = one.state_hash
    refused = one.call("add", {"by": -1})
    assert refused.error is not None
    assert refused.error.code == "invalid_argument"
    assert one.call("add", {"by": "x"}).error is not None
    assert one.state_hash == before
    assert added(one, 1) == {"result": 4}

    loaded = package.environment.from_scenario(one.to_scenario())
    assert loaded.state_hash == one.state_hash
    assert added(loaded, 1) == added(one, 1)
    for session in (one, other, twin, loaded):
        session.close()  # type: ignore[attr-defined]
    package.environment.close()  # type: ignore[attr-defined]


def test_the_folder_of_a_session_is_not_told(tmp_path: Path) -> None:
    seed = tmp_path / "seed"
    seed.mkdir()
    (seed / "n.txt").write_text("40")
    path = adapt_server(address(tmp_path, scratch=True), tmp_path / "out", scratch=seed)
    session = Package.load(path).start()
    assert session.call("where", {}).value == {"result": "{scratch}"}
    assert added(session, 2) == {"result": 42}
    assert session.to_scenario() == {"files": {"n.txt": "42"}}
    session.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "scenario",
    [
        {"files": {"../out.txt": "x"}},
        {"files": {"/etc/out.txt": "x"}},
        {"files": {"a": {"base64": "?"}}},
        {"files": ["a"]},
        {"other": 1},
        {"calls": [{"tool": "add"}]},
        {"calls": [{"tool": "add", "arguments": {"by": -1}}]},
    ],
)
def test_scenarios_that_do_not_fit_are_refused(tmp_path: Path, scenario: dict[str, object]) -> None:
    settings = ServerSettings(command=address(tmp_path, scratch=True).command, state="files")
    with pytest.raises(ScenarioError):
        ForeignServer(settings, ()).from_scenario(scenario)  # type: ignore[arg-type]


INDEXED = """
import random
plain = add

def add(by):
    os.makedirs(os.path.join(folder, ".git"), exist_ok=True)
    with open(os.path.join(folder, ".git", "index"), "w") as file:
        file.write(str(random.random()))
    return plain(by)
"""


def test_files_that_differ_by_the_machine_are_kept_but_tell_no_states_apart(tmp_path: Path) -> None:
    path = adapt_server(address(tmp_path, INDEXED, scratch=True), tmp_path / "out")
    package = Package.load(path)
    one, other = package.start(), package.start()
    assert added(one, 2) == added(other, 2)
    assert one.state_hash == other.state_hash
    assert ".git/index" in one.to_scenario()["files"]
    assert one.to_scenario() != other.to_scenario()
    assert not list(diff(one.snapshot(), other.snapshot()))
    assert added(one.fork(), 1) == {"result": 3}, "a fork has the index as well"


KEEPS = """
tools["keep"] = {"type": "object", "properties": {"text": {"type": "string"}}}

def keep(text):
    with open(os.path.join(folder, "kept.txt"), "w") as file:
        file.write(text)
    return {"result": len(text)}
"""


def test_files_name_the_folder_of_the_session_alike_in_all(tmp_path: Path) -> None:
    path = adapt_server(address(tmp_path, KEEPS, scratch=True), tmp_path / "out")
    one, other = Package.load(path).start(), Package.load(path).start()
    for session in (one, other):
        assert session.call("keep", {"text": "in {scratch}/n.txt"}).ok
    assert one.to_scenario() == {"files": {"kept.txt": "in {scratch}/n.txt"}}
    assert one.state_hash == other.state_hash == one.fork().state_hash


def test_a_folder_may_be_given_in_a_variable(tmp_path: Path) -> None:
    read = COUNTER.replace("len(sys.argv) > 1", "'FOLDER' in os.environ").replace(
        "sys.argv[1]", "os.environ['FOLDER']"
    )
    (tmp_path / "counter.py").write_text(read + RUN)
    command = (sys.executable, str(tmp_path / "counter.py"))
    given = ServerAddress(command, environment=(("FOLDER", "{scratch}"),))
    session = Package.load(adapt_server(given, tmp_path / "out")).start()
    assert added(session, 4) == {"result": 4}
    assert session.to_scenario() == {"files": {"n.txt": "4"}}


def test_patterns_of_files_may_be_added(tmp_path: Path) -> None:
    given = address(tmp_path, scratch=True)
    path = adapt_server(given, tmp_path / "out", ignored=["n.txt"])
    session = Package.load(path).start()
    before = session.state_hash
    assert added(session, 1) == {"result": 1}
    assert session.state_hash == before
    assert session.to_scenario() == {"files": {"n.txt": "1"}}


def test_silence_and_death_are_no_answers(tmp_path: Path) -> None:
    path = adapt_server(address(tmp_path, OWN), tmp_path / "out")
    package = Package.load(path)
    session = package.start()
    assert added(session, 1) == {"result": 1}
    with pytest.raises(InfrastructureError):
        session.call("add", {"by": 13})
    assert added(session, 1) == {"result": 2}, "the session goes on from its state"
    settings = package.manifest.server.model_copy(update={"seconds": 0.3})  # type: ignore[union-attr]
    slow = ForeignServer(settings, package.environment.tools())()
    with pytest.raises(InfrastructureError, match="no answer within"):
        slow.call("add", {"by": 99})
    session.close()  # type: ignore[attr-defined]
    package.environment.close()  # type: ignore[attr-defined]


def test_a_shared_server_needs_a_way_back() -> None:
    tool = ServerTool("add", "", "", {"type": "object"}, None, None, None, None)
    url = ServerAddress.of_url("http://127.0.0.1:1/mcp")
    with pytest.raises(InputError, match="share their state"):
        guess_settings(url, [tool])
    assert guess_settings(url, [tool, ServerTool("reset", *tool_rest(tool))]).reset == "reset"


def tool_rest(tool: ServerTool) -> tuple[object, ...]:
    return (tool.title, "", {}, None, None, None, None)


def test_a_module_becomes_a_package_with_its_neighbours(tmp_path: Path) -> None:
    source = tmp_path / "src"
    source.mkdir()
    (source / "MyShop.py").write_text(CLEAN + "\nimport helper\n")
    (source / "helper.py").write_text("x = 1\n")
    (source / "unrelated.py").write_text("1 / 0\n")
    (tmp_path / "small.json").write_text('{"users": {}, "orders": []}')
    path = adapt_module(source / "MyShop.py", tmp_path / "out", scenarios=[tmp_path / "small.json"])
    assert path.name == "my_shop"
    assert sorted(file.name for file in path.rglob("*.*")) == [
        "environment.py",
        "environment.toml",
        "helper.py",
        "small.json",
    ]
    package = Package.load(path)
    assert package.manifest.kind == "module"
    assert package.start().to_scenario() == {"users": {}, "orders": []}
    assert package.environment.from_scenario(SCENARIO).to_scenario() == SCENARIO
    assert Package.load(path).identity == package.identity


def test_what_cannot_be_adapted_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        adapt_module(tmp_path / "none.py", tmp_path)
    (tmp_path / "shop.py").write_text(CLEAN)
    (tmp_path / "bad.json").write_text("[1]")
    with pytest.raises(InputError, match="is no scenario"):
        adapt_module(tmp_path / "shop.py", tmp_path, scenarios=[tmp_path / "bad.json"])
