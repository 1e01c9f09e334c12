"""Sketches as students write them, and what comes of them."""

from __future__ import annotations

from envfactory.source.document import document_of
from envfactory.source.sketch import read
from envfactory.spec import EnvironmentSpec, infer
from envfactory.spec.model import ToolDesign

LIBRARY = '''
"""A public library: books, members and loans."""
from dataclasses import dataclass
from datetime import date
from enum import Enum

class LoanStatus(str, Enum):
    OPEN = "open"
    RETURNED = "returned"
    OVERDUE = "overdue"

@dataclass
class Book:
    book_id: str
    title: str
    author: str
    year: int

@dataclass
class Member:
    member_id: str
    name: str
    email: str

@dataclass
class Loan:
    loan_id: str
    book_id: str
    member_id: str
    due: date
    status: LoanStatus

def get_book(book_id: str) -> Book: ...
def find_member(email: str) -> Member:
    """Find the member with this email address."""
def list_loans(member_id: str, status: LoanStatus | None = None) -> list[Loan]: ...
'''
"""Books, members and loans, and some tools that read them."""


def sketched(text: str) -> EnvironmentSpec:
    """Return the environment that a sketch tells of."""
    return infer(read(document_of(text.encode(), "sketch.py", "sketch.py")))


def tool_of(spec: EnvironmentSpec, name: str) -> ToolDesign:
    """Return the tool of that name."""
    return next(tool for tool in spec.tools if tool.name == name)


def left_out(spec: EnvironmentSpec) -> dict[str, str]:
    """Return what was left out, by where it stood, with the reason."""
    return {one.where: one.reason for one in spec.omissions}
