"""Numbers that no tool moves, and answers of yes and no, are not spoken of."""

from __future__ import annotations

import pytest

from envfactory.spec.stated.untrue import UNTRUE
from tests.spec.sketches import sketched, tool_of

SHELVES = '''
"""A library."""
class Book:
    book_id: str
    title: str
    copies: int
class Loan:
    loan_id: str
    book_id: str
    status: Literal["open", "returned"] = "open"
def get_book(book_id: str) -> Book: ...
def {name}({takes}) -> {gives}:
    """{text}"""
'''
LEND = ("borrow_book", "book_id: str", "Loan")
DROP = ("delete_book", "book_id: str", "bool")
STOCK = ("restock_book", "book_id: str, quantity: int", "Book")


def described(kind: tuple[str, str, str], text: str) -> tuple[str, bool]:
    """Return what a tool says of itself, and whether it has lost something."""
    name, takes, gives = kind
    spec = sketched(SHELVES.format(name=name, takes=takes, gives=gives, text=text))
    return tool_of(spec, name).description, any(one.reason == UNTRUE for one in spec.omissions)


@pytest.mark.parametrize(
    ("kind", "text", "left"),
    [
        (LEND, "Borrow a book. Lowers the number of available copies by one.", "Borrow a book."),
        (LEND, "Borrow a book; takes one of the copies left.", "Borrow a book."),
        (LEND, "Borrow a book and free up its spot.", "Borrow a book."),
        (DROP, "Delete a book; returns True on success.", "Delete a book."),
        (
            DROP,
            "Deletes the specified book and releases the capacity.",
            "Deletes the specified book.",
        ),
        (DROP, "Delete a book. Returns True if it was there.", "Delete a book."),
        (DROP, "Delete a book and return whether it was there.", "Delete a book."),
    ],
)
def test_what_is_not_done_is_not_said(kind: tuple[str, str, str], text: str, left: str) -> None:
    assert described(kind, text) == (left, True)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (LEND, "Borrow a book. Books have a number of copies."),
        (LEND, "Take a book home."),
        (LEND, "Borrow a book and return it later."),
        (DROP, "Delete a book that takes up a place."),
        (STOCK, "Restock a book. Raises the number of copies."),
    ],
)
def test_what_is_true_stays(kind: tuple[str, str, str], text: str) -> None:
    assert described(kind, text) == (text, False)
