"""Environment packages for the checks: a clean one, and one per defect beside its clean twin."""

import json
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from envfactory.verify import CHECKS, CheckResult, Subject

SHOP = Path(__file__).parents[1] / "environment" / "shop.py"

HEAD = """
import itertools
from typing import Annotated, ClassVar

from pydantic import Field, field_validator

from envfactory.environment import (
    Conflict, Environment, Key, NotFound, Record, Ref, Table, ToolResult, tool,
)


class List(Record):
    '''A list of notes.'''

    list_id: Annotated[str, Key("list")]
    title: Annotated[str, Field(min_length=1)]


class Note(Record):
    '''A note in a list.'''

    note_id: Annotated[str, Key("note")]
    list_id: Annotated[str, Ref("lists", on_delete="cascade")]
    text: str
    done: bool = False
    tags: list[str] = []
"""

BODY = """
class Notes(Environment):
    '''Lists of notes.'''

    lists: Table[List]
    notes: Table[Note]

    @tool
    def get_note(self, note_id: Annotated[str, Ref("notes"), "Which note"]) -> Note:
        '''Return a note.'''
        return self.notes.get(note_id)

    @tool
    def add_note(
        self,
        list_id: Annotated[str, Ref("lists"), "Where to add it"],
        text: Annotated[str, Field(max_length=200), "What it says"],
        tags: Annotated[list[str] | None, "Words to find it by"] = None,
    ) -> Note:
        '''Add a note to a list.'''
        return self.notes.insert(list_id=list_id, text=text, tags=tags or [])

    @tool
    def finish_note(self, note_id: Annotated[str, Ref("notes"), "Which note"]) -> Note:
        '''Mark a note as done.'''
        if self.notes.get(note_id).done:
            raise Conflict(f"{note_id} is done already")
        return self.notes.update(note_id, done=True)

    @tool
    def delete_list(self, list_id: Annotated[str, Ref("lists"), "Which list"]) -> None:
        '''Delete a list and its notes.'''
        self.lists.delete(list_id)
"""

SCENARIO = {
    "now": "2026-03-02T09:00:00Z",
    "lists": [{"list_id": "list_1", "title": "Home"}, {"list_id": "list_2", "title": "Work"}],
    "notes": [
        {"note_id": "note_1", "list_id": "list_1", "text": "Buy tea", "tags": ["shop"]},
        {"note_id": "note_2", "list_id": "list_2", "text": "Call Ada", "done": True},
        {"note_id": "note_3", "list_id": "list_2", "text": "Write", "tags": ["b", "a", "c"]},
    ],
}

SHOP_SCENARIO = {
    "now": "2026-03-02T09:00:00Z",
    "seed": 7,
    "users": [
        {"user_id": "usr_1", "name": "Ada Byron", "email": "ada@example.com", "tier": "gold"},
        {"user_id": "usr_2", "name": "Bo Li", "email": "bo@example.com", "invited_by": "usr_1"},
    ],
    "products": [
        {"sku": "TEA-1", "title": "Green tea", "price": 4.5, "stock": 10},
        {"sku": "CUP-2", "title": "Cup", "price": 9, "stock": 3},
    ],
    "orders": [
        {
            "order_id": 1,
            "user_id": "usr_1",
            "lines": [{"sku": "TEA-1", "quantity": 2}],
            "status": "shipped",
            "placed_at": "2026-02-01T10:00:00Z",
        }
    ],
}

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a package: by default the notes, with lines added to the class or put in its place."""
    return written_in(tmp_path)


@pytest.fixture(scope="module")
def write_once(tmp_path_factory: pytest.TempPathFactory) -> Write:
    """Write a package like `write`, for all tests of a module."""
    return written_in(tmp_path_factory.mktemp("once"))


def written_in(parent: Path) -> Write:
    def package(
        more: str = "",
        *,
        code: str | None = None,
        head: str = "",
        scenarios: dict | None = None,
        replace: tuple[str, str] | None = None,
    ) -> Path:
        folder = parent / f"package_{len(list(parent.iterdir()))}"
        (folder / "scenarios").mkdir(parents=True)
        source = code
        if source is None:
            added = textwrap.indent(textwrap.dedent(more), "    ")
            source = HEAD + textwrap.dedent(head) + BODY + added
            if replace is not None:
                assert replace[0] in source
                source = source.replace(*replace)
        (folder / "environment.py").write_text(source)
        (folder / "environment.toml").write_text('name = "notes"\ntitle = "Notes"\n')
        for name, scenario in ({"base": SCENARIO} if scenarios is None else scenarios).items():
            text = scenario if isinstance(scenario, str) else json.dumps(scenario)
            (folder / "scenarios" / f"{name}.json").write_text(text)
        return folder

    return package


@pytest.fixture
def shop(write: Write) -> Path:
    """The shop of the kernel's tests, without the tool that breaks on purpose."""
    source = SHOP.read_text().partition("    @tool\n    def break_halfway")[0]
    return write(code=source, scenarios={"base": SHOP_SCENARIO})


@pytest.fixture
def check() -> Iterator[Callable[[str, Path], CheckResult]]:
    """Run one check by its id, past the static rules that would stop most broken packages."""
    subjects: list[Subject] = []
    by_id = {check.id: check for check in CHECKS}

    def run(name: str, path: Path) -> CheckResult:
        subject = Subject(path, seed=0)
        subjects.append(subject)
        return by_id[name].run(subject)

    yield run
    for subject in subjects:
        subject.close()
