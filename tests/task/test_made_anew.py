"""Whether a record that was deleted and made anew is still the one that it was.

What counts is what the final state holds under which key. A key that the caller names, made anew
with the same content, leaves no difference. A key that the environment makes is another one: links
to the old record lead nowhere, and nobody asked for a new one.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from hypothesis import given
from hypothesis import strategies as st

from envfactory.environment import Environment, Key, Record, Table, diff, tool
from envfactory.task import Goal, Identifier, StateChange, judge, recorded


class Note(Record):
    """A note, numbered by the environment."""

    note_id: Annotated[str, Key("note")]
    text: str


class Tag(Record):
    """A tag, called as its maker likes."""

    name: Annotated[str, Key(style="natural")]
    colour: str


class Board(Environment):
    """Notes and tags."""

    notes: Table[Note]
    tags: Table[Tag]

    @tool
    def add_note(self, text: str) -> Note:
        """Write a note."""
        return self.notes.insert(text=text)

    @tool
    def delete_note(self, note_id: str) -> None:
        """Tear a note off."""
        self.notes.delete(note_id)

    @tool
    def rewrite_note(self, note_id: str, text: str) -> Note:
        """Write something else on a note."""
        return self.notes.update(note_id, text=text)

    @tool
    def add_tag(self, name: str, colour: str) -> Tag:
        """Make a tag."""
        return self.tags.insert(name=name, colour=colour)

    @tool
    def delete_tag(self, name: str) -> None:
        """Remove a tag."""
        self.tags.delete(name)


SCENARIO = {
    "now": "2026-03-02T09:00:00Z",
    "seed": 7,
    "notes": [{"note_id": "note_1", "text": "milk"}, {"note_id": "note_2", "text": "bread"}],
    "tags": [{"name": "home", "colour": "red"}],
}
IDENTIFIERS = (
    Identifier(environment="board", table="notes", path="/note_id", names="notes", generated=True),
    Identifier(environment="board", table="tags", path="/name", names="tags"),
)
Call = tuple[str, dict[str, str]]
NOTES = st.sampled_from(["note_1", "note_2", "note_3", "note_4"])
TEXTS = st.sampled_from(["milk", "bread"])
CALLS = st.lists(
    st.one_of(
        st.builds(lambda text: ("add_note", {"text": text}), TEXTS),
        st.builds(lambda key: ("delete_note", {"note_id": key}), NOTES),
        st.builds(lambda k, text: ("rewrite_note", {"note_id": k, "text": text}), NOTES, TEXTS),
        st.builds(lambda c: ("add_tag", {"name": "home", "colour": c}), st.just("red")),
        st.just(("delete_tag", {"name": "home"})),
    ),
    max_size=5,
)


def played(calls: list[Call]) -> tuple[tuple[StateChange, ...], Board]:
    """Return what calls change on the board, and the board; what is refused changes nothing."""
    board = Board.from_scenario(SCENARIO)
    start = board.snapshot()
    for name, arguments in calls:
        board.call(name, arguments)
    return recorded(diff(start, board.snapshot()), "board"), board


def reached(wanted: list[Call], done: list[Call]) -> bool:
    """Say whether some calls reach the goal that others set."""
    goal = Goal(changes=played(wanted)[0], identifiers=IDENTIFIERS)
    return judge(goal, played(done)[0], []).reached


def held(board: Board) -> tuple[Counter[object], ...]:
    """Return what a board holds: old notes by their keys, new ones by what stands on them."""
    state = board.to_scenario()
    old = Counter(
        (row["note_id"] if row["note_id"] in ("note_1", "note_2") else "", row["text"])
        for row in state["notes"]
    )
    return old, Counter((row["name"], row["colour"]) for row in state["tags"])


@given(CALLS, CALLS)
def test_the_goal_is_reached_where_the_boards_hold_the_same(
    wanted: list[Call], done: list[Call]
) -> None:
    assert reached(wanted, done) is (held(played(wanted)[1]) == held(played(done)[1]))


def test_an_old_record_made_anew_under_another_key_is_another_record() -> None:
    anew: list[Call] = [("delete_note", {"note_id": "note_1"}), ("add_note", {"text": "milk"})]
    rewritten: list[Call] = [("rewrite_note", {"note_id": "note_1", "text": "bread"})]
    replaced: list[Call] = [("delete_note", {"note_id": "note_1"}), ("add_note", {"text": "bread"})]
    assert not reached([], anew)
    assert not reached(rewritten, replaced)
    assert not reached(anew, [])
    assert reached(anew, anew[::-1])


def test_a_record_made_anew_under_its_own_key_is_the_same() -> None:
    anew: list[Call] = [
        ("delete_tag", {"name": "home"}),
        ("add_tag", {"name": "home", "colour": "red"}),
    ]
    assert reached([], anew)
    assert not reached([], [anew[0], ("add_tag", {"name": "home", "colour": "blue"})])


def test_a_new_record_may_be_made_twice_as_long_as_one_is_left() -> None:
    once: list[Call] = [("add_note", {"text": "milk"})]
    again: list[Call] = [*once, ("delete_note", {"note_id": "note_3"}), *once]
    assert reached(once, again)
    assert not reached(once, [*once, *once])
