import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from envfactory import __version__
from envfactory.cli.app import app
from envfactory.source.reader import READERS
from tests.document import Block, Command, blocks, commands, run_command

ROOT = Path(__file__).parent.parent
COMMANDS = typer.main.get_command(app).commands
WALKS = [
    "README.md",
    "docs/tutorial.md",
    "docs/environment.md",
    "docs/foreign.md",
    "docs/sandbox.md",
    "docs/sketches.md",
]
PAGES = [*WALKS, "docs/cli.md", "ARCHITECTURE.md", "CHANGELOG.md"]


@pytest.mark.slow
@pytest.mark.parametrize("page", WALKS)
def test_everything_that_a_page_says_to_do_works(page: str, tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HF_HOME": str(tmp_path / ".cache"),
        "COLUMNS": "120",
    }
    environment.pop("FORCE_COLOR", None)
    walked = subprocess.run(
        [sys.executable, ROOT / "tests" / "document.py", "--one-core", ROOT / page],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert walked.returncode == 0, f"{walked.stdout}\n{walked.stderr}"


def test_the_walk_notices_what_does_not_work(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        run_command(Command("false", []))
    with pytest.raises(AssertionError, match="'other thing' is not in"):
        run_command(Command("echo something", ["other thing"]))
    with pytest.raises(AssertionError, match="no target fly"):
        run_command(Command("make fly", []))
    run_command(Command("echo some thing else", ["some 12 things"]))


def test_blocks_and_commands_are_read_as_they_are_shown() -> None:
    text = "a\n\n```console\n$ one \\\n    --two\nshown\n$ three\n```\n\n```python\nx = 1\n```\n"
    console, python = blocks(text)
    assert (console.line, console.language) == (3, "console")
    assert python == Block(10, "python", "x = 1\n")
    assert list(commands(console.text)) == [Command("one --two", ["shown"]), Command("three", [])]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_every_option_is_documented(name: str) -> None:
    page = (ROOT / "docs" / "cli.md").read_text()
    sections = re.split(r"^## ", page, flags=re.MULTILINE)
    (section,) = (part for part in sections if part.startswith(f"`envfactory {name}"))
    shared = next(part for part in sections if part.startswith("Options that"))
    command = COMMANDS[name]
    inner = getattr(command, "commands", {}).values()
    for parameter in [*command.params, *(p for each in inner for p in each.params)]:
        for option in parameter.opts:
            if option.startswith("--"):
                assert f"`{option}" in section + shared, f"{name}: {option} is not documented"
    assert "```console\n$ envfactory " in section, f"{name}: no example"


def test_no_command_is_documented_that_does_not_exist() -> None:
    page = (ROOT / "docs" / "cli.md").read_text()
    assert set(re.findall(r"^## `envfactory (\w+)", page, flags=re.MULTILINE)) == set(COMMANDS)


def test_every_kind_of_source_is_documented() -> None:
    page = (ROOT / "docs" / "cli.md").read_text().partition("## What a source may be")[2]
    rows = re.findall(r"^\| ([^|]+) \|", page.partition("| given as |")[0], flags=re.MULTILINE)
    told = "\n".join(rows).lower()
    for reader in READERS:
        assert reader.kind.lower() in told, f"{reader.kind} is not documented"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#\s]+)\)", path.read_text()):
        if not target.startswith(("http://", "https://")):
            assert (path.parent / target).exists(), f"{page}: {target}"


def test_the_changelog_knows_this_version() -> None:
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text()
