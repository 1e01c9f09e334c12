"""Small MCP servers that tests start as processes: what each one's script says."""

import socket
import sys
from pathlib import Path

from envfactory.source.server import ServerAddress

NOTES = '''
import os, sys, time
from mcp.server.mcpserver import MCPServer
from mcp_types import ToolAnnotations
from pydantic import BaseModel

class Note(BaseModel):
    """A note."""
    note_id: int
    text: str

server = MCPServer("notes", title="Notes", version="1.2", instructions="Keeps notes.")
notes: dict[int, str] = {}

@server.tool(annotations=ToolAnnotations(read_only_hint=True))
def list_notes() -> list[Note]:
    """List all notes."""
    return [Note(note_id=n, text=t) for n, t in notes.items()]

@server.tool()
def add_note(text: str) -> Note:
    """Add a note."""
    if not text:
        raise ValueError("the text must not be empty")
    if text == "die":
        os._exit(3)
    if text == "hang":
        time.sleep(60)
    notes[len(notes) + 1] = text
    return Note(note_id=len(notes), text=text)

@server.tool(structured_output=False)
def count() -> str:
    """Say how many there are."""
    return f"{len(notes)} notes"

if __name__ == "__main__":
    if len(sys.argv) > 1:
        server.run("streamable-http", port=int(sys.argv[1]))
    else:
        print("this line is no message", flush=True)
        server.run()
'''

RAW = """
import json, sys
for line in sys.stdin:
    message = json.loads(line)
    if "id" not in message:
        continue
    if message["method"] == "initialize":
        result = {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
                  "serverInfo": {"name": "raw", "version": "0"}}
    elif message["method"] == "tools/list":
        result = TOOLS(message.get("params") or {})
    elif message["method"] == "tools/call" and message["params"]["name"] in ANSWERS:
        answer = ANSWERS[message["params"]["name"]]
        print(answer.replace("ID", str(message["id"])), flush=True)
        continue
    else:
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"],
                          "error": {"code": -32601, "message": "unknown"}}), flush=True)
        continue
    print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)
"""


def script(folder: Path, text: str, *arguments: str) -> ServerAddress:
    path = folder / "server.py"
    path.write_text(text)
    return ServerAddress(command=(sys.executable, str(path), *arguments))


def raw(folder: Path, tools: str, **answers: str) -> ServerAddress:
    """A server written by hand: `tools/list` is the value of a lambda, calls get those lines."""
    return script(folder, f"TOOLS = {tools}\nANSWERS = {answers}\n{RAW}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
