"""Python sketches: read by their syntax, never run."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envfactory.errors import InputError
from envfactory.source import ApiDescription, Operation
from envfactory.source.document import Document, document_of
from envfactory.source.reader import read_from
from envfactory.source.sketch import malformed, read, recognises

SKETCH = '''
"""Book shelf.

Keeps books."""
from __future__ import annotations
import sys
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, Optional, TypedDict

raise SystemExit("this module must not run")

class Genre(str, Enum):
    FICTION = "fiction"
    POETRY = "poetry"

@dataclass
class Thing:
    id: str

@dataclass
class Book(Thing):
    """A book on a shelf."""
    title: str
    genre: Genre = Genre.FICTION
    tags: list[str] = field(default_factory=list)
    sequel: Optional["Book"] = None

class Page(TypedDict, total=False):
    number: int

def add_book(title: str, genre: Literal["fiction", "poetry"] = "fiction",
             *, pages: int | None = None) -> Book:
    """Add a book to the shelf.

    Args:
        title: What is printed on it.
        pages: How many pages it has.

    Returns:
        The book as it is kept.
    """
    pass

def list_books(limit=10, by: dict[str, Genre] = {}, *rest, **more) -> list[Book]: ...

async def drop_book(book_id: str, ctx: Context) -> None:
    """Remove a book."""
    sys.exit(1)

def _helper(): pass
'''


def document(text: str) -> Document:
    return document_of(text.encode("utf-8", "replace"), "s.py", "s.py")


def parsed(text: str) -> ApiDescription:
    assert recognises(document(text))
    description = read(document(text))
    assert ApiDescription.model_validate_json(description.to_line()) == description
    return description


def takes(operation: Operation) -> dict[str, Any]:
    assert operation.request is not None
    return operation.request.schema_


def properties(signature: str, before: str = "") -> dict[str, Any]:
    """Return the schemas of the arguments of a function with that signature."""
    (operation,) = parsed(f"{before}\ndef f({signature}): pass").operations
    found: Any = takes(operation)["properties"]
    return dict(found)


def test_signatures_docstrings_and_records_are_read() -> None:
    description = parsed(SKETCH)
    add, listing, drop = description.operations
    assert (description.title, description.provenance.format) == ("Book shelf", "python sketch")
    assert [add.id, listing.id, drop.id] == ["add_book", "list_books", "drop_book"]
    assert add.description == "Add a book to the shelf."
    assert takes(add) == {
        "type": "object",
        "properties": {
            "title": {"type": "string", "description": "What is printed on it."},
            "genre": {"type": "string", "enum": ["fiction", "poetry"], "default": "fiction"},
            "pages": {
                "anyOf": [{"type": "integer"}, {"type": "null"}],
                "description": "How many pages it has.",
            },
        },
        "required": ["title"],
    }
    assert add.response is not None
    assert add.response.schema_ == {"$ref": "#/schemas/Book"}
    assert add.response.description == "The book as it is kept."
    assert takes(listing)["properties"]["limit"] == {"type": "integer", "default": 10}
    assert list(takes(listing)["properties"]) == ["limit", "by"]
    assert listing.response is not None
    assert listing.response.schema_ == {"type": "array", "items": {"$ref": "#/schemas/Book"}}
    assert (takes(drop)["required"], drop.response) == (["book_id"], None)
    book = description.schemas["Book"]
    assert list(book["properties"]) == ["id", "title", "genre", "tags", "sequel"]  # type: ignore[arg-type]
    assert book["required"] == ["id", "title"]


def test_methods_of_a_class_are_tools() -> None:
    text = '''
class Shop:
    """Sells things."""
    def __init__(self, path: str): self.path = path
    def sell(self, item: str) -> bool: return True
    @staticmethod
    def price(item: str) -> float: ...
    @property
    def size(self) -> int: ...
'''
    description = parsed(text)
    assert (description.title, description.description) == ("Shop", "Sells things.")
    assert [operation.id for operation in description.operations] == ["sell", "price"]
    assert [list(takes(o)["properties"]) for o in description.operations] == [["item"], ["item"]]


def test_only_marked_functions_are_tools_where_some_are_marked() -> None:
    text = "@mcp.tool()\ndef a(x: int): ...\ndef b(): ...\n@tool\nasync def c(): ..."
    assert [operation.id for operation in parsed(text).operations] == ["a", "c"]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("A public library: books, members and loans.", "Public library"),
        ("A small shop.", "Small shop"),
        ("The front desk of a hotel, with rooms and guests.", "Front desk of a hotel"),
        ("Tools for managing a clinic.", "Clinic"),
        ("Kanban board - columns and cards", "Kanban board"),
        ("Airline that sells seats.", "Airline"),
        ("Theatre", "Theatre"),
        (": nothing before", ""),
    ],
)
def test_the_title_is_what_the_first_line_names(line: str, title: str) -> None:
    assert parsed(f'"""{line}"""\ndef f(): ...').title == (title or "S")


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        ("str", {"type": "string"}),
        ("list[int]", {"type": "array", "items": {"type": "integer"}}),
        ("List['float']", {"type": "array", "items": {"type": "number"}}),
        ("Dict[str, bool]", {"type": "object", "additionalProperties": {"type": "boolean"}}),
        ("Optional[int]", {"anyOf": [{"type": "integer"}, {"type": "null"}]}),
        ("Union[int, str]", {"anyOf": [{"type": "integer"}, {"type": "string"}]}),
        ("int | None", {"anyOf": [{"type": "integer"}, {"type": "null"}]}),
        ("Literal['a', 'b']", {"type": "string", "enum": ["a", "b"]}),
        ("Literal[1, 2]", {"enum": [1, 2]}),
        ("datetime.datetime", {"type": "string", "format": "date-time"}),
        ("Annotated[int, Field(ge=1, description='How many')]",
         {"type": "integer", "minimum": 1, "description": "How many"}),
        ("Annotated[str, 'A name']", {"type": "string", "description": "A name"}),
        ("Any", {}),
        ("x.y[z()]", {}),
        ("lambda: 1", {}),
    ],
)  # fmt: skip
def test_annotations(annotation: str, schema: dict[str, Any]) -> None:
    assert properties(f"x: {annotation}") == {"x": schema}


def test_defaults_that_are_no_values_only_make_arguments_optional() -> None:
    (operation,) = parsed("def f(x: int = max(1, 2), y=1e999, z=(1, 2)): ...").operations
    assert takes(operation) == {
        "type": "object",
        "properties": {"x": {"type": "integer"}, "y": {}, "z": {"default": [1, 2]}},
    }


@pytest.mark.parametrize(
    "text",
    [
        "x = 1",
        "class A:\n  pass",
        "def f(:\n  pass",
        "name: def\nvalue: 1",
        "def f(): 1\n" + "(" * 9000,
    ],
)
def test_other_text_is_not_taken_for_a_sketch(text: str) -> None:
    assert not recognises(document(text))


def test_what_is_no_python_is_refused() -> None:
    with pytest.raises(InputError, match="malformed Python"):
        read(document("def f(:"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "import x\n\ndef get_book(book_id: str) -> Book\n    pass\n",
            ":3:35: malformed Python: ex",
        ),
        (
            "class Book:\n    id: str\n  title: str\n\ndef f(): ...\n",
            ":3:13: malformed Python: unin",
        ),
        ("def f(a: list[str):\n    pass\n", "in 'def f(a: list[str):'; correct that line"),
        ('"""A shop.\n\ndef f(a: str) -> str: ...\n', "unterminated triple-quoted string"),
        ("def f(): 1\n" + "(" * 9000, ":2:201: malformed Python: too many nested"),
        ("def f(): ...\n#" + "x" * 3_000_000, "too long for a sketch (2.9 MiB; the limit is 2.0"),
        ("class Book:\n    id: str\n", "defines no public function; write each tool as"),
        ("def _find(a: str): ...\n", "defines no public function"),
    ],
)
def test_a_faulty_sketch_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        read_from(document(text))
    assert told in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "# Notes\n\n```\ndef f(a):\n    pass\n```\nand so on: a: b\n",
        "class Foo: Bar {\n  x: 1: 2\n}\n",
        "def foo(a)\n  a: b: c\nend\n",
        "info: 1\nopenapi: 3\n a: b",
    ],
)
def test_text_of_other_kinds_is_not_told_to_be_faulty_python(text: str) -> None:
    assert malformed(document(text)) is None


def test_deep_annotations_end() -> None:
    deep = "list[" * 60 + "int" + "]" * 60
    assert properties(f"x: {deep}")["x"]["type"] == "array"
    union = " | ".join(["int"] * 500)
    assert properties(f"x: {union}") == {"x": {"type": "integer"}}


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["def f(", "):", "x", ": int", "=", "1", "\n", "  pass", "class A:", "@tool", "'", "*"]
            + ["list[", "]", "|", "None", "->", ",", "(", ")", "async ", "\\", "é"]
        ),
        max_size=30,
    ).map("".join)
)
def test_hostile_text_is_read_or_not_recognised(text: str) -> None:
    try:
        found = document(f"def g(a): ...\n{text}")
    except InputError:
        return
    if recognises(found):
        assert read(found).operations
