"""Verification of live servers: bounded by a number of calls, decided, and true."""

import sys
from pathlib import Path

import pytest

from envfactory.environment.foreign.adapt import adapt_server
from envfactory.errors import InputError
from envfactory.source.server import ServerAddress
from envfactory.verify import Certificate, confirm, verify

pytest.importorskip("mcp")

SERVER = """
import json, os, sys, time
folder = sys.argv[1]
text = {"type": "string", "description": "What the note says, in plain words."}
name = {"type": "string", "description": "The name of the note's file."}
nothing = {"type": "object", "properties": {}}
tools = {
    "write_note": ("Write a note with that text into a file.",
                   {"type": "object", "properties": {"name": name, "text": text},
                    "required": ["name", "text"]}),
    "list_notes": ("List the names of all notes that there are.", nothing),
}

class Refused(Exception):
    pass

def write_note(name, text):
    if len(name) > 40 or not name or any(c not in LETTERS for c in name):
        raise Refused("invalid name")
    with open(os.path.join(folder, name), "w") as file:
        file.write(text)
    return {"written": len(text)}

def list_notes():
    return {"names": sorted(os.listdir(folder))}

LETTERS = "abcdefghijklmnopqrstuvwxyz_0123456789"
MORE

for line in sys.stdin:
    message = json.loads(line)
    if "id" not in message:
        continue
    method, given = message["method"], message.get("params") or {}
    answer = {"jsonrpc": "2.0", "id": message["id"]}
    if method == "initialize":
        answer["result"] = {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
                            "serverInfo": {"name": "notes", "version": "1"}}
    elif method == "tools/list":
        answer["result"] = {"tools": [
            {"name": n, "description": d, "inputSchema": s} for n, (d, s) in tools.items()]}
    elif method == "tools/call":
        try:
            value = globals()[given["name"]](**given.get("arguments", {}))
            answer["result"] = {"content": [], "structuredContent": value}
        except (Refused, TypeError) as error:
            text = {"type": "text", "text": str(error)}
            answer["result"] = {"content": [text], "isError": True}
    else:
        answer["error"] = {"code": -32601, "message": "unknown"}
    print(json.dumps(answer), flush=True)
"""
CLOCK = """
tools["ask_time"] = ("Return what time it is at this very moment.", nothing)
def ask_time():
    return {"now": time.time_ns()}
"""
LEAVES = """
tools["save_draft"] = ("Save the draft of a note for later.", nothing)
def save_draft():
    with open(os.path.join(folder, "draft"), "a") as file:
        file.write("x")
    raise Refused("not allowed")
"""
EFFORT = 12
"""So few calls that a test is fast."""


def adapted(folder: Path, more: str = "", *, without: tuple[str, ...] = ()) -> Path:
    server = folder / "server.py"
    server.write_text(SERVER.replace("MORE", more))
    address = ServerAddress((sys.executable, "-S", str(server), "{scratch}"))
    return adapt_server(address, folder / "out", without=without)


def verified(path: Path) -> Certificate:
    certificate = verify(path, effort=EFFORT)
    assert not [r for r in certificate.results if r.outcome in ("trouble", "not_run")]
    return certificate


def test_a_clean_server_is_verified_and_its_certificate_confirmed(tmp_path: Path) -> None:
    path = adapted(tmp_path)
    certificate = verified(path)
    assert certificate.level == "verified", [r for r in certificate.results if not r.clear]
    assert {e.place for e in certificate.result("reachability").evidence} == {
        "tool write_note",
        "tool list_notes",
    }
    for check in ("usage", "aliasing", "behaviour", "handed-out"):
        assert certificate.result(check).outcome == "not_applicable"
    certificate.save(path)
    assert confirm(path).verdict == "confirmed"


def test_a_server_that_reads_the_clock_is_found_out(tmp_path: Path) -> None:
    certificate = verified(adapted(tmp_path, CLOCK))
    assert certificate.level == "failed"
    assert {f.place for f in certificate.result("determinism").findings} == {"tool ask_time"}
    assert verified(adapted(tmp_path, CLOCK, without=("ask_time",))).level == "verified"


def test_a_refusal_that_leaves_something_is_found_out(tmp_path: Path) -> None:
    certificate = verified(adapted(tmp_path, LEAVES))
    assert [f.place for f in certificate.result("leftovers").findings] == ["tool save_draft"]
    unreached = certificate.result("reachability").findings
    assert [f.place for f in unreached] == ["tool save_draft"]


def test_only_tools_that_there_are_can_be_left_out(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such tool"):
        adapted(tmp_path, without=("write_notes",))
