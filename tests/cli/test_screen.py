"""What a command shows, on a terminal and where its output goes elsewhere."""

from __future__ import annotations

import io
import sys
from collections import Counter

import pytest
from rich.table import Table

from envfactory.cli.screen import Screen, reasons, table

NAME = "a_name_that_is_longer_than_one_would_like_it_to_be"
PROSE = "words that may go on for as long as somebody cares to write them down " * 2


class Terminal(io.StringIO):
    """A file that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, file: io.StringIO) -> list[str]:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(sys, "stdout", file)
    rows = [(NAME, PROSE, 1), ("short", "words", 2)]
    Screen().result({}, lambda: [table("name", "what it is", "count", rows=rows, whole=["name"])])
    return file.getvalue().splitlines()


def test_what_a_program_reads_has_one_line_for_each_row(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(monkeypatch, io.StringIO())
    assert len(lines) == 3
    assert lines[1].split(maxsplit=1)[0] == NAME
    assert PROSE.strip() in lines[1]


def test_a_terminal_keeps_names_whole_and_breaks_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(monkeypatch, Terminal())
    assert sum(NAME in line for line in lines) == 1
    assert len(lines) > 3


def test_what_dropped_nothing_has_no_table() -> None:
    assert reasons("dropped because", Counter()) == []
    shown, below = reasons("dropped because", Counter(twice=2, once=1))
    assert isinstance(shown, Table)
    assert (shown.row_count, below) == (2, "")
