"""A small library to call the tools of: readers, books and loans."""

from datetime import date
from typing import Annotated

from envfactory.environment import Conflict, Environment, Key, Record, Ref, Table, tool


class Reader(Record):
    """A person with a library card."""

    id: Annotated[str, Key("rd")]
    name: str
    email: str


class Book(Record):
    """A book on a shelf."""

    id: Annotated[int, Key()]
    title: str
    shelf: int


class Loan(Record):
    """A book that a reader has taken home."""

    id: Annotated[str, Key("ln")]
    reader_id: Annotated[str, Ref("readers")]
    book_id: Annotated[int, Ref("books")]
    due: date
    note: str = ""


class Library(Environment):
    """A library."""

    readers: Table[Reader]
    books: Table[Book]
    loans: Table[Loan]

    @tool
    def list_readers(self) -> list[Reader]:
        """List the readers."""
        return list(self.readers)

    @tool
    def find_reader(self, email: str) -> list[Reader]:
        """Find the readers with an address."""
        return [reader for reader in self.readers if reader.email == email]

    @tool
    def list_books(self, shelf: int | None = None) -> list[Book]:
        """List the books, of one shelf or of all."""
        return [book for book in self.books if shelf in (None, book.shelf)]

    @tool
    def locate(self, title: str) -> list[str]:
        """Say where the books with a title stand."""
        return [f"shelf {book.shelf}" for book in self.books if book.title == title]

    @tool
    def get_book(self, book_id: Annotated[int, Ref("books")]) -> Book:
        """Return a book."""
        return self.books.get(book_id)

    @tool
    def list_loans(
        self,
        reader_id: Annotated[str, Ref("readers")],
        due_before: date | None = None,
    ) -> list[Loan]:
        """List what a reader has taken home."""
        return [
            loan
            for loan in self.loans
            if loan.reader_id == reader_id and (due_before is None or loan.due < due_before)
        ]

    @tool
    def get_loan(
        self, reader_id: Annotated[str, Ref("readers")], loan_id: Annotated[str, Ref("loans")]
    ) -> Loan:
        """Return a loan of a reader."""
        loan = self.loans.get(loan_id)
        if loan.reader_id != reader_id:
            raise Conflict(f"{loan_id} is not a loan of {reader_id}")
        return loan

    @tool
    def annotate_loan(self, loan_id: Annotated[str, Ref("loans")], note: str) -> Loan:
        """Write something beside a loan."""
        return self.loans.update(loan_id, note=note)


SCENARIO = {
    "readers": [
        {"id": f"rd_{n}", "name": name, "email": f"{name.lower()}@library.example"}
        for n, name in enumerate(("Ada", "Ben", "Cleo", "Salt"), 1)
    ],
    "books": [
        {"id": n, "title": title, "shelf": n % 3 + 1}
        for n, title in enumerate(("Tides", "Maps of Air", "The Quiet Hour", "Salt", "Ferns"), 1)
    ],
    "loans": [
        {
            "id": f"ln_{n}",
            "reader_id": f"rd_{n % 3 + 1}",
            "book_id": n % 5 + 1,
            "due": f"2026-0{n}-11",
            "note": f"copy {n}",
        }
        for n in range(1, 8)
    ],
}
