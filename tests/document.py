"""Walks through a document as a reader would: runs its Python and its commands, block by block.

    python tests/document.py [--one-core] DOCUMENT

Console blocks hold commands behind `$ `, and below each the beginning of what it prints: every line
shown must begin with a word with which a line of the real output begins. `make` targets are only
looked up. All Python blocks share one namespace. On one core the commands start no workers, which
take longer to start than what there is to do.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    line: int
    language: str
    text: str


class Command(NamedTuple):
    text: str
    shown: list[str]


def blocks(document: str) -> Iterator[Block]:
    """Yield the fenced blocks of a document."""
    for match in _BLOCK.finditer(document):
        yield Block(document[: match.start()].count("\n") + 1, match[1], match[2])


def commands(text: str) -> Iterator[Command]:
    """Yield the commands of a console block; a backslash at the end goes on in the next line."""
    found: Command | None = None
    joined = re.sub(r"\\\n\s*", "", text)
    for line in joined.splitlines():
        if line.startswith("$ "):
            if found is not None:
                yield found
            found = Command(line[2:], [])
        elif found is not None and line.strip():
            found.shown.append(line)
    if found is not None:
        yield found


def run_command(command: Command) -> None:
    """Run a command; fails where it does, or where it does not print what is shown."""
    if command.text.startswith("make "):
        target = command.text.split()[1]
        assert f"\n{target}:" in (ROOT / "Makefile").read_text(), f"no target {target}"
        return
    result = subprocess.run(command.text, shell=True, capture_output=True, text=True)
    output = result.stdout + result.stderr
    assert result.returncode == 0, output
    first = {line.split()[0] for line in output.splitlines() if line.split()}
    for line in command.shown:
        word = line.split()[0]
        assert word in first or word in ("...", "…"), f"{line!r} is not in:\n{output}"


def walk(path: Path) -> None:
    """Do everything that a document says, here."""
    names: dict[str, object] = {"__name__": "__document__"}
    for block in blocks(path.read_text()):
        where = f"{path}:{block.line}"
        print(where, block.language, flush=True)  # noqa: T201 - what failed stands last
        if block.language == "python":
            exec(compile("\n" * block.line + block.text, str(path), "exec"), names)
        elif block.language == "console":
            for command in commands(block.text):
                run_command(command)


def keep_to_one_core() -> None:
    """Let this process and all that it starts use one core, where the system can do that."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


if __name__ == "__main__":
    if "--one-core" in sys.argv[1:-1]:
        keep_to_one_core()
    walk(Path(sys.argv[-1]))
