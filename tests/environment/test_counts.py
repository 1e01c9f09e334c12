"""`Counts`: numbers that follow the records they count, whatever is done to those."""

from typing import Annotated

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envfactory.environment import (
    Counts,
    Environment,
    Key,
    NotFound,
    Record,
    Ref,
    Table,
    diff,
    tool,
)
from envfactory.errors import DefinitionError


class Author(Record):
    """Somebody who writes."""

    author_id: Annotated[str, Key("a")]
    notes_count: Annotated[int, Counts("notes", "author_id")] = 0


class Note(Record):
    """A note, perhaps in reply to another."""

    note_id: Annotated[str, Key("n")]
    author_id: Annotated[str | None, Ref("authors", on_delete="set_null")] = None
    parent_id: Annotated[str | None, Ref("notes", on_delete="cascade")] = None
    replies_count: Annotated[int | None, Counts("notes", "parent_id")] = None


class Notes(Environment):
    """Notes by authors."""

    authors: Table[Author]
    notes: Table[Note]

    @tool
    def change(self, kind: str, first: int, second: int) -> None:
        """Do something to some records."""
        authors: list[str | None] = [None, *(a.author_id for a in self.authors.all())]
        notes: list[str | None] = [None, *(n.note_id for n in self.notes.all())]
        author, note = authors[first % len(authors)], notes[second % len(notes)]
        match kind:
            case "author":
                self.authors.insert()
            case "write":
                self.notes.insert(author_id=author, parent_id=note)
            case "copy" if note is not None:
                self.notes.insert(self.notes.get(note), note_id=None)
            case "give" if note is not None:
                self.notes.update(note, author_id=author)
            case "move" if note is not None:
                self.notes.update(note, parent_id=notes[first % len(notes)])
            case "forget" if note is not None:
                self.notes.delete(note)
            case "leave" if author is not None:
                self.authors.delete(author)

    @tool
    def fail(self) -> None:
        """Write a note, and fail."""
        self.notes.insert(author_id=self.authors.all()[0].author_id)
        raise NotFound("nothing")


KINDS = ("author", "write", "write", "write", "copy", "give", "move", "forget", "leave")
STEPS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 9), st.integers(0, 9)), max_size=25
)


@given(STEPS)
@settings(max_examples=150, deadline=None)
def test_counters_agree_with_what_they_count(steps: list[tuple[str, int, int]]) -> None:
    session = Notes()
    for kind, first, second in steps:
        session.call("change", {"kind": kind, "first": first, "second": second})
        notes = session.notes.all()
        for author in session.authors.all():
            assert author.notes_count == sum(n.author_id == author.author_id for n in notes)
        for note in notes:
            assert note.replies_count == sum(n.parent_id == note.note_id for n in notes)
    assert Notes.from_scenario(session.to_scenario()).state_hash == session.state_hash


def test_where_nobody_counts_nobody_starts_to() -> None:
    scenario = {"notes": [{"note_id": "n_1", "replies_count": None}], "authors": []}
    session = Notes.from_scenario(scenario)
    assert session.call("change", {"kind": "write", "first": 0, "second": 1}).ok
    assert session.notes.get("n_1").replies_count is None


def test_a_counter_is_a_part_of_the_change_and_of_its_undoing() -> None:
    session = Notes.from_scenario({"authors": [{"author_id": "a_1"}], "notes": []})
    mark = session.snapshot()
    assert not session.call("fail").ok
    assert session.snapshot() is mark
    assert session.call("change", {"kind": "write", "first": 1, "second": 0}).ok
    changes = {(c.kind, c.table, c.field) for c in diff(mark, session.snapshot())}
    assert changes == {("insert", "notes", None), ("update", "authors", "notes_count")}


@pytest.mark.parametrize(("table", "by"), [("things", "author_id"), ("notes", "text")])
def test_a_counter_needs_a_reference_to_count(table: str, by: str) -> None:
    class Writer(Record):
        """A writer."""

        author_id: Annotated[str, Key("a")]
        count: Annotated[int, Counts(table, by)] = 0

    class Text(Record):
        """A text."""

        note_id: Annotated[str, Key("n")]
        author_id: Annotated[str, Ref("authors")]
        text: str = ""

    namespace = {
        "__doc__": "Texts.",
        "__annotations__": {"authors": Table[Writer], "notes": Table[Text]},
    }
    with pytest.raises(DefinitionError, match="no single reference"):
        type("Texts", (Environment,), namespace).from_scenario({})  # type: ignore[attr-defined]
