"""The directions in which the rooms of src/envfactory may import, as ARCHITECTURE.md has them."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "envfactory"

FOUNDATIONS = ("errors", "events", "records", "limits", "worker", "executor", "webpage")
ORDER = (
    "llm source spec environment sandbox compiler verify catalog graph chain task "
    "trajectory reward audit dataset pipeline cli"
)
ROOMS = ORDER.split()

INNER = {
    "compiler": ("code", "data", "rules"),
    "spec": (*("words", "shapes", "operations", "records", "untold", "reads", "writes", "stated"),),
}
"""Rooms with folders of their own: these, and modules beside them, in order of their imports."""

COMMON = {
    "compiler": ("pattern",),
    "spec": ("model", "behaviour", "value_type"),
    "task": ("model", "user"),
}
"""Modules beside the inner folders of a room that all of these may import."""

HEAVY = {
    "datasets": (),
    "fastmcp": (),
    "mcp": ("source.connection",),
    "openai": (),
    "ray": ("executor",),
    "torch": (),
    "transformers": (),
    "trl": (),
    "vllm": (),
}
"""Third-party packages that only certain modules may import at all, and which."""

SLOW = (*HEAVY, "inflect")
"""Third-party packages that are imported where they are used, never when a module is."""


class Import(NamedTuple):
    line: int
    module: str
    at_import_time: bool


def imports(source: str) -> Iterator[Import]:
    """Yield every import of a module, and whether it happens when the module is imported."""

    def visit(node: ast.AST, late: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            inner = late or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                inner = True
            if isinstance(child, ast.Import):
                yield from (Import(child.lineno, name.name, not late) for name in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"line {child.lineno}: relative import"
                yield from (
                    Import(child.lineno, f"{child.module}.{name.name}", not late)
                    for name in child.names
                )
            yield from visit(child, inner)

    yield from visit(ast.parse(source), False)


def problems(module: str, source: str) -> list[str]:
    """Say what a module (as 'graph.build') imports that it must not."""
    room = module.split(".")[0]
    found = []
    for line, name, at_import_time in imports(source):
        top, _, rest = name.partition(".")
        where = f"{module}:{line}"
        if top == "envfactory":
            found += _direction(where, room, rest.split(".")[0])
            found += _inner_direction(where, module.split("."), rest.split("."))
        elif top in HEAVY and module not in HEAVY[top]:
            found.append(f"{where}: only {HEAVY[top] or 'rooms to come'} may import {top}")
        elif top in SLOW and at_import_time:
            found.append(f"{where}: import {top} where it is used; importing it is slow")
    return found


def _direction(where: str, room: str, other: str) -> list[str]:
    if other in FOUNDATIONS or other in ("", "__version__") or other == room:
        return []
    if room in FOUNDATIONS:
        return [f"{where}: a foundation imports the room {other}"]
    if other not in ROOMS:
        return [f"{where}: {other} is no room; add it to ARCHITECTURE.md and to this test"]
    if room not in ROOMS or ROOMS.index(other) > ROOMS.index(room):
        return [f"{where}: {room} imports {other}, which comes later"]
    return []


def _inner_direction(where: str, module: list[str], other: list[str]) -> list[str]:
    room = module[0]
    if other[0] != room or room not in INNER or len(module) < 2 or module[1] not in INNER[room]:
        return []
    folders, beside = INNER[room], other[1] if len(other) > 1 else ""
    if beside in COMMON[room]:
        return []
    if beside not in folders or folders.index(beside) > folders.index(module[1]):
        return [f"{where}: {room}/{module[1]} imports {'.'.join(other)}, which comes later"]
    return []


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def name_of(path: Path) -> str:
    name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    return name.removesuffix(".__init__")


def test_every_module_keeps_to_the_directions() -> None:
    found = [p for path in modules() for p in problems(name_of(path), path.read_text())]
    assert not found, "\n".join(found)


def test_every_folder_is_a_room_and_every_module_beside_them_a_foundation() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    files = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    assert folders == set(ROOMS)
    assert files == set(FOUNDATIONS)


def test_the_architecture_page_states_these_rooms_in_this_order() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text()
    order = re.search(r"order `([\w\s]+)`", page)
    assert order is not None
    assert order.group(1).split() == ROOMS
    assert f"({', '.join(f'`{name}`' for name in FOUNDATIONS)})" in " ".join(page.split())
    for room in ROOMS:
        assert f"| `{room}/` |" in page, f"the table of rooms lacks {room}"
    assert len(page.splitlines()) <= 70, "one page"


def test_inner_folders_are_the_ones_with_an_order() -> None:
    for room, order in INNER.items():
        folders = {path.parent.name for path in (PACKAGE / room).glob("*/__init__.py")}
        modules = {path.stem for path in (PACKAGE / room).glob("*.py")}
        assert folders <= set(order) <= folders | modules


BAD = {
    "a later folder of a room": (
        "spec.words.name",
        "from envfactory.spec.writes.bare import x",
    ),
    "the room that a folder is in": ("spec.words.name", "from envfactory.spec import infer"),
    "a later room": ("graph.build", "from envfactory.task import Task"),
    "a later room, inside a function": ("spec.infer", "def f():\n    import envfactory.cli"),
    "a later room, for types": (
        "chain.walk",
        "if TYPE_CHECKING:\n    from envfactory.pipeline import run",
    ),
    "the command line": ("pipeline.run", "from envfactory.cli.screen import Screen"),
    "a room from a foundation": ("records", "from envfactory import source"),
    "an unknown room": ("task.make", "from envfactory.utils import helper"),
    "a heavy package": ("task.make", "def f():\n    import torch"),
    "ray elsewhere": ("pipeline.run", "import ray"),
    "a slow package at import time": ("executor", "import ray"),
    "another slow package": ("spec.words.name", "from inflect import engine"),
}


@pytest.mark.parametrize("example", BAD)
def test_bad_examples_are_caught(example: str) -> None:
    module, source = BAD[example]
    (problem,) = problems(module, source)
    assert problem.startswith(f"{module}:")


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("graph.build", "from envfactory.graph.model import ToolGraph"),
        ("cli.run", "from envfactory.pipeline import run"),
        ("cli.app", "from envfactory import __version__"),
        ("executor", "def f():\n    import ray"),
        ("spec.words.name", "def f():\n    import inflect"),
        ("spec.words.name", "import re"),
    ],
)
def test_good_examples_pass(module: str, source: str) -> None:
    assert problems(module, source) == []


def loaded_by(module: str, *names: str) -> list[str]:
    """Import a module in a process of its own, and return which others it then has."""
    script = f"import sys, {module}\nprint(*({set(names)} & {{*sys.modules}}))"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout.split()


def test_importing_the_kernel_loads_nothing_slow() -> None:
    assert loaded_by("envfactory.environment", *SLOW, "hypothesis", "faker", "pyarrow") == []


def test_declaring_the_commands_loads_nothing_of_what_they_do() -> None:
    rooms = (f"envfactory.{room}" for room in ROOMS if room != "cli")
    assert loaded_by("envfactory.cli.app", *SLOW, *rooms, "pydantic", "numpy") == []


def test_workers_that_import_the_program_load_no_command() -> None:
    assert loaded_by("envfactory.cli", "envfactory.cli.app", "typer", "rich") == []


def test_what_is_loaded_is_noticed() -> None:
    assert loaded_by("json, decimal", "decimal", "fractions") == ["decimal"]
