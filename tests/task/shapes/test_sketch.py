"""Sketches: what is asked twice is noticed, and what is known is not looked up again."""

from __future__ import annotations

from envfactory.task.model import Conveyed, Fact, Origin
from envfactory.task.shapes.sketch import Planned, Sketch
from envfactory.task.surface import Piece

LISTS = Planned("shop__list_shelves", {}, {})


def books(shelf: str) -> Planned:
    origin = Origin(kind="result", call=0, path="/0/id")
    return Planned("shop__list_books", {"shelf_id": shelf}, {"/shelf_id": origin})


def counting(shelf: str, words: str) -> Sketch:
    """Return the sketch of a question for how many books there are on a shelf."""
    return Sketch(
        shape="aggregate",
        piece=Piece(words, topic="ask", asks=True),
        kept=(),
        intent=words,
        answer="There are two.",
        calls=(LISTS, books(shelf)),
        conveyed=(Conveyed(call=1, path="/shelf_id", kind="explicit", text="Crime"),),
        wrong=((LISTS, books("other")),),
        facts=(Fact(turn=0, call=1, path="", value=2, forms=("two",)),),
    )


def test_the_same_question_in_other_words_is_noticed() -> None:
    first = counting("s1", "how many books are there on Crime")
    assert counting("s1", "what number of books does Crime have").asks_as(first)
    assert not counting("s2", "how many books are there on Crime").asks_as(first)


def test_what_is_known_is_taken_from_the_call_that_told_it() -> None:
    later = counting("s2", "how many").after(5, lambda call: 0 if call is LISTS else None)
    (call,) = later.calls
    assert call.origins["/shelf_id"].call == 0
    assert [each.call for each in later.conveyed] == [5]
    assert [fact.call for fact in later.facts] == [5]
    assert [[each.arguments for each in wrong] for wrong in later.wrong] == [
        [{"shelf_id": "other"}]
    ]


def test_what_an_answer_is_about_is_looked_up_again() -> None:
    later = counting("s2", "how many").after(5, lambda _: 0)
    assert [call.arguments for call in later.calls] == [{"shelf_id": "s2"}]
    assert later.facts[0].call == 5
