import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from envfactory.environment import Package, diff
from envfactory.errors import EnvironmentFault, InfrastructureError, InputError
from envfactory.sandbox import Limits, Sandbox, SandboxedSession
from tests.sandbox.attempts import REACH, package

SECRET = "the secret of the caller"
LIMITS = Limits(call_seconds=0.8, memory_bytes=1 << 29, output_bytes=1 << 20)
UNSAFE_HERE = {"read_file", "read_os_open", "read_pathlib", "environment", "list_root", "connect"}


def write(folder: Path, code: str, name: str = "notes") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "environment.toml").write_text(f'name = "{name}"\ntitle = "Notes"\n')
    (folder / "environment.py").write_text(code)
    (folder / "scenarios").mkdir(exist_ok=True)
    (folder / "scenarios" / "small.json").write_text(json.dumps({"notes": [{"id": "n_1"}]}))
    return folder


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    canary = tmp_path_factory.mktemp("outside") / "canary"
    canary.write_text(SECRET)
    (canary.parent / "canary.py").write_text(f"SECRET = {SECRET!r}\n")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        yield {"CANARY": str(canary), "PORT": port, "PARENT": os.getpid(), "server": server}


@pytest.fixture(scope="module")
def hostile(
    outside: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sandbox]:
    constants = {name: value for name, value in outside.items() if name.isupper()}
    path = write(tmp_path_factory.mktemp("hostile"), package(REACH, constants))
    os.environ["ENVFACTORY_TEST_SECRET"] = SECRET
    with Sandbox(path, limits=LIMITS) as sandbox:
        yield sandbox
    del os.environ["ENVFACTORY_TEST_SECRET"]


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(write(tmp_path / "notes", package({}, {}))) as sandbox:
        yield sandbox


def test_every_layer_that_this_system_offers_holds(notes: Sandbox) -> None:
    layers = {layer.name: layer for layer in notes.layers}
    assert layers["resource limits"].active
    assert layers["audit hook"].active
    for layer in layers.values():
        assert layer.active or layer.detail


@pytest.mark.parametrize("attempt", REACH)
def test_an_attempt_is_contained(
    attempt: str, hostile: Sandbox, outside: dict[str, object]
) -> None:
    session = hostile.start()
    assert session.call("add").ok
    with pytest.raises(EnvironmentFault):
        pytest.fail(f"escaped: {session.call(f'try_{attempt}')!r:.200}")
    assert session.call("count").value == 2, "the session goes on where it was"
    assert session.call("add").ok
    canary = Path(str(outside["CANARY"]))
    assert canary.read_text() == SECRET
    assert canary.parent.is_dir()
    assert sorted(p.name for p in canary.parent.iterdir()) == ["canary", "canary.py"]
    assert not Path("/tmp/envfactory-escaped").exists()
    server = outside["server"]
    assert isinstance(server, socket.socket)
    with pytest.raises(BlockingIOError):
        server.accept()


@pytest.mark.parametrize("attempt", sorted(UNSAFE_HERE))
def test_the_same_attempt_succeeds_without_a_sandbox(
    attempt: str, outside: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVFACTORY_TEST_SECRET", SECRET)
    constants = {name: value for name, value in outside.items() if name.isupper()}
    code = package({attempt: REACH[attempt]}, constants)
    assert Package.load(write(tmp_path / "p", code)).start().call(f"try_{attempt}").ok
    if attempt == "connect":
        server = outside["server"]
        assert isinstance(server, socket.socket)
        server.accept()[0].close()


PATCH = """
import envfactory.environment.table as t
t.Table.__len__ = lambda self: 999
return 'patched'
"""
FORGE = """
import sys
t = sys.modules['envfactory.environment.tool']
t.Tool.result = lambda self, value: 'forged'
return 'patched'
"""
REMEMBER = "SEEN.append(1)\nreturn str(len(SEEN))"


@pytest.mark.parametrize("body", [PATCH, FORGE], ids=["patch", "forge"])
def test_patching_the_kernel_reaches_no_other_sandbox_and_shows_when_confirmed(
    body: str, tmp_path: Path
) -> None:
    path = write(tmp_path / "p", package({"attack": body.strip()}, {}))
    with Sandbox(path) as shared, Sandbox(path) as other:
        victim, attacker = shared.start(), shared.start()
        attacker.call("try_attack")
        victim.call("add")
        forged = victim.call("count").value
        assert forged != 2, "sessions of one package share a worker"
        with pytest.raises(EnvironmentFault, match="differently"):
            shared.confirm(victim)
        assert other.start().call("count").value == 1
        assert Package.load(path).start().call("count").value == 1, "this process is untouched"


@pytest.mark.parametrize("body", [PATCH, FORGE, REMEMBER], ids=["patch", "forge", "remember"])
def test_sessions_with_workers_of_their_own_cannot_reach_each_other(
    body: str, tmp_path: Path
) -> None:
    path = write(tmp_path / "p", package({"attack": body.strip()}, {"SEEN": []}))
    with Sandbox(path, shared=False) as sandbox:
        victim, attacker = sandbox.start(), sandbox.start()
        attacker.call("try_attack")
        assert victim.call("count").value == 1
        sandbox.confirm(victim)
        assert victim.call("try_attack").value in ("1", "patched")


def test_a_leak_from_session_to_session_shows_when_confirmed(tmp_path: Path) -> None:
    path = write(tmp_path / "p", package({"remember": REMEMBER}, {"SEEN": []}))
    with Sandbox(path) as sandbox:
        first, second = sandbox.start(), sandbox.start()
        first.call("try_remember")
        sandbox.confirm(first)
        second.call("try_remember")
        with pytest.raises(EnvironmentFault, match="call 1 comes out differently"):
            sandbox.confirm(second)


def test_a_session_behaves_as_it_does_without_a_sandbox(notes: Sandbox, tmp_path: Path) -> None:
    plain = Package.load(tmp_path / "notes").start()
    session = notes.start()
    assert session.tools() == plain.tools()
    assert session.state_hash == plain.state_hash
    mark, plain_mark = session.snapshot(), plain.snapshot()
    twin = session.fork()
    assert session.call("add") == plain.call("add")
    assert session.call("nothing") == plain.call("nothing")
    assert session.call("count", {"x": 1}) == plain.call("count", {"x": 1})
    assert session.to_scenario() == plain.to_scenario()
    assert session.changes_since(mark) == diff(plain_mark, plain.snapshot())
    assert twin.call("count").value == 1
    session.restore(mark)
    assert session.call("count").value == 1
    notes.confirm(session)


def test_marks_and_forks_outlive_the_worker(notes: Sandbox) -> None:
    session = notes.start()
    session.call("add")
    mark, twin = session.snapshot(), session.fork()
    session.call("add")
    wanted = session.state_hash
    notes.seat().close()
    assert session.state_hash == wanted
    assert twin.call("count").value == 2
    assert [change.kind for change in session.changes_since(mark)] == ["insert"]
    session.restore(mark)
    assert session.call("count").value == 2


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("import os\nos._exit(3)", EnvironmentFault),
        ("while True: pass", EnvironmentFault),
        ("raise SystemExit", EnvironmentFault),
        ("1 / 0", InputError),
        ("x = 1", InputError),
        ("def", InputError),
        ("open('/etc/passwd')", InputError),
        ("import socket", InputError),
    ],
)
def test_code_that_breaks_while_it_is_loaded_is_a_typed_error(
    code: str, error: type[Exception], tmp_path: Path
) -> None:
    path = write(tmp_path / "p", code)
    with Sandbox(path, limits=Limits(load_seconds=2.5)) as sandbox, pytest.raises(error):
        sandbox.start()


def test_a_folder_that_is_no_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"environment\.toml"):
        Sandbox(tmp_path)


def test_a_scenario_that_does_not_fit_is_refused_and_the_next_one_works(notes: Sandbox) -> None:
    with pytest.raises(InputError, match="notes"):
        notes.start({"notes": [{"wrong": 1}]})
    with pytest.raises(InputError, match="no such scenario"):
        notes.start("missing")
    assert notes.start({"notes": []}).call("count").value == 0


def test_a_worker_that_cannot_start_is_not_the_environments_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    path = write(tmp_path / "p", package({}, {}))
    with Sandbox(path) as sandbox, pytest.raises(InfrastructureError, match="does not start"):
        sandbox.start()


def test_states_that_nobody_holds_are_dropped_in_the_worker(notes: Sandbox) -> None:
    session = notes.start()
    for _ in range(50):
        session.call("add")
    held: list[SandboxedSession] = [session.fork() for _ in range(20)]
    assert len({id(fork.snapshot().handle) for fork in held}) == 1


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    sandbox = Sandbox(write(tmp_path / "p", package({}, {})))
    sandbox.start().call("add")
    hosts = [seat.host for seat in sandbox._seats]
    sandbox.close()
    assert not any(scratch.iterdir())
    assert not any(host.alive for host in hosts)


def test_a_thousand_sessions_share_one_worker(notes: Sandbox) -> None:
    first = notes.start()
    sessions = [first.fork() for _ in range(1000)]
    for session in sessions[::50]:
        session.call("add")
    counts = [session.call("count").value for session in sessions]
    assert counts == [2 if number % 50 == 0 else 1 for number in range(1000)]
    assert first.call("count").value == 1
