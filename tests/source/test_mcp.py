import subprocess
import sys
import time
from pathlib import Path

import pytest

from envfactory.errors import EnvironmentFault, InfrastructureError, InputError
from envfactory.source.connection import Connection
from envfactory.source.finder import find_sources
from envfactory.source.mcp import read_mcp
from envfactory.source.reader import read_source
from envfactory.source.server import ServerAddress
from tests.source.mcp_servers import NOTES, free_port, raw, script

pytest.importorskip("mcp")


def test_a_server_is_described(tmp_path: Path) -> None:
    description = read_mcp(script(tmp_path, NOTES))
    assert (description.name, description.title) == ("notes", "Notes")
    assert (description.version, description.description) == ("1.2", "Keeps notes.")
    assert description.provenance.format.startswith("mcp 20")
    assert "/" not in description.provenance.location
    tools = {operation.id: operation for operation in description.operations}
    assert list(tools) == ["list_notes", "add_note", "count"]
    assert {(tool.method, tool.path) for tool in tools.values()} == {
        ("call", "/list_notes"),
        ("call", "/add_note"),
        ("call", "/count"),
    }
    assert tools["list_notes"].hints.read_only is True
    assert tools["add_note"].hints.read_only is None
    assert tools["add_note"].request is not None
    assert tools["add_note"].request.required
    assert tools["count"].response is None
    listed = tools["list_notes"].response
    assert listed is not None
    assert listed.schema_["properties"]["result"]["items"] == {"$ref": "#/schemas/Note"}
    assert description.schemas["Note"]["properties"].keys() == {"note_id", "text"}


def test_without_the_client_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    with pytest.raises(InputError, match=r"pip install 'envfactory\[mcp\]'"):
        read_mcp(script(tmp_path, NOTES))


def test_the_same_server_is_described_by_the_same_bytes(tmp_path: Path) -> None:
    address = script(tmp_path, NOTES)
    assert read_mcp(address).to_line() == read_mcp(address).to_line()


def test_a_server_over_http_is_described(tmp_path: Path) -> None:
    port = free_port()
    command = script(tmp_path, NOTES, str(port)).command
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 30
            while True:
                try:
                    found = read_mcp(ServerAddress.of_url(f"http://127.0.0.1:{port}/mcp"), 5)
                    break
                except InfrastructureError:
                    assert time.monotonic() < deadline
                    time.sleep(0.1)
        finally:
            process.kill()
    assert [operation.id for operation in found.operations] == ["list_notes", "add_note", "count"]


PAGED = """lambda params: {
    "tools": [{"name": f"tool_{params.get('cursor', '0')}", "inputSchema": {"type": "object"}}],
    **({"nextCursor": str(int(params.get("cursor", "0")) + 1)}
       if int(params.get("cursor", "0")) < 4 else {}),
}"""


def test_a_list_in_pages_is_read_to_its_end(tmp_path: Path) -> None:
    found = read_mcp(raw(tmp_path, PAGED))
    assert [operation.id for operation in found.operations] == [f"tool_{n}" for n in range(5)]


ENDLESS = """lambda params: {
    "tools": [{"name": "again", "inputSchema": {"type": "object"}}], "nextCursor": "same"}"""
HUGE = """lambda params: {
    "tools": [{"name": f"t{n}", "inputSchema": {"type": "object"}} for n in range(6000)],
    "nextCursor": "more"}"""


@pytest.mark.parametrize("tools", [ENDLESS, HUGE])
def test_a_list_without_end_is_refused(tmp_path: Path, tools: str) -> None:
    with pytest.raises(InfrastructureError, match="has no end"):
        read_mcp(raw(tmp_path, tools))


def test_a_server_without_tools_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no tools"):
        read_mcp(raw(tmp_path, 'lambda params: {"tools": []}'))


def test_tools_that_cannot_be_told_apart_are_counted(tmp_path: Path) -> None:
    tool = '{"name": "twice", "inputSchema": {"type": "object"}}'
    found = read_mcp(raw(tmp_path, f'lambda params: {{"tools": [{tool}, {tool}]}}'))
    assert [skipped.reason for skipped in found.skipped] == ["two tools of one name"]


def test_a_list_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InfrastructureError, match="tools/list"):
        read_mcp(raw(tmp_path, 'lambda params: {"tools": "none"}'))


BROKEN = {
    "ends at once": ("import sys; sys.exit('no such setting')", "no such setting"),
    "says nothing": ("import time; time.sleep(60)", "no greeting within"),
    "prints garbage": ("while True: print('x' * 1000)", "no greeting within|closed"),
}


@pytest.mark.parametrize("example", BROKEN)
def test_what_is_no_server_is_refused_in_time(tmp_path: Path, example: str) -> None:
    text, expected = BROKEN[example]
    with pytest.raises(InfrastructureError, match=expected):
        read_mcp(script(tmp_path, text), 1)


def test_a_program_that_is_not_there_is_an_input_error() -> None:
    with pytest.raises(InputError, match="no program 'no-such-program'"):
        read_mcp(ServerAddress.of_command("no-such-program --flag"))
    with pytest.raises(InputError, match="quotation"):
        ServerAddress.of_command("program 'unfinished")
    with pytest.raises(InputError, match="empty"):
        ServerAddress.of_command("  ")
    with pytest.raises(InputError, match="http"):
        ServerAddress.of_url("localhost:1")


def test_calls_come_to_values_or_refusals(tmp_path: Path) -> None:
    with Connection(script(tmp_path, NOTES)) as notes:
        assert notes.call("add_note", {"text": "milk"}).value == {"note_id": 1, "text": "milk"}
        assert notes.call("count", {}).value == "1 notes"
        assert notes.call("add_note", {"text": 7}).error is not None
        assert notes.call("add_note", {"text": ""}).error is not None


def test_a_server_that_dies_or_hangs_is_infrastructure(tmp_path: Path) -> None:
    with Connection(script(tmp_path, NOTES)) as notes:
        with pytest.raises(InfrastructureError):
            notes.call("add_note", {"text": "die"})
        with pytest.raises(InfrastructureError, match="gone"):
            notes.call("count", {})
        assert not notes.alive
    with (
        Connection(script(tmp_path, NOTES)) as notes,
        pytest.raises(InfrastructureError, match="no answer within"),
    ):
        notes.call("add_note", {"text": "hang"}, 0.3)


def test_an_unknown_method_of_a_server_is_its_fault(tmp_path: Path) -> None:
    with (
        Connection(raw(tmp_path, 'lambda params: {"tools": []}')) as connection,
        pytest.raises(EnvironmentFault, match="unknown"),
    ):
        connection.call("anything", {})


HEAD = '{"jsonrpc": "2.0", "id": ID, "result": {"content": '


def test_answers_that_are_none_are_faults_and_the_next_call_is_answered(tmp_path: Path) -> None:
    answers = {
        "nan": HEAD + '[], "structuredContent": {"a": NaN}}}',
        "misshapen": HEAD + '"text"}}',
        "garbage": "<html>\n{]\n" + HEAD + '[{"type": "text", "text": "[NaN]"}]}}',
        "fine": HEAD + '[], "structuredContent": {"a": 1}}}',
    }
    with Connection(raw(tmp_path, 'lambda params: {"tools": []}', **answers)) as connection:
        for tool, told in (
            ("nan", "a number that JSON does not have"),
            ("misshapen", "valid list"),
        ):
            with pytest.raises(EnvironmentFault, match=told):
                connection.call(tool, {})
        assert connection.call("garbage", {}).value == "[NaN]"
        assert connection.call("fine", {}).value == {"a": 1}


def test_reading_needs_nothing_but_the_extra() -> None:
    script = "import sys, envfactory.source.mcp; print('mcp' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert found.stdout.strip() == "False", found.stderr


def test_a_live_server_is_a_source_beside_files(tmp_path: Path) -> None:
    address = script(tmp_path, NOTES)
    (place,) = find_sources([f"mcp:{address}"]).places
    assert read_source(place) == read_mcp(address)
    with pytest.raises(InputError, match="allow-network"):
        find_sources(["mcp:http://example.com/mcp"])
