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


@pytest.mark.parametrize("width", [12, 30, 60])
@pytest.mark.parametrize("file", [Terminal, io.StringIO])
def test_where_a_table_does_not_fit_nothing_of_it_is_cut(
    monkeypatch: pytest.MonkeyPatch, file: type[io.StringIO], width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    out = file()
    monkeypatch.setattr(sys, "stdout", out)
    rows = [(NAME, "communication and social", 12345, "76%"), ("short", "health", 2, "100%")]
    columns = ("environment", "domain", "tools", "covered")
    Screen().result({}, lambda: [table(*columns, rows=rows, whole=["environment", "covered"])])
    told = "".join(line.strip() for line in out.getvalue().splitlines()).replace(" ", "")
    assert told == (
        f"{NAME}domain:communicationandsocial·tools:12345·covered:76%"
        "shortdomain:health·tools:2·covered:100%"
    )
    if isinstance(out, Terminal):
        assert all(len(line) <= width for line in out.getvalue().splitlines())


def test_a_table_that_fits_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setenv("COLUMNS", "11")
    monkeypatch.setattr(sys, "stdout", out)
    shown = table("name", "tools", rows=[("one", 1), ("two", 22)], whole=["name"])
    Screen().result({}, lambda: [shown])
    assert out.getvalue().splitlines() == ["name  tools", "one       1", "two      22"]


def test_what_dropped_nothing_has_no_table() -> None:
    assert reasons("dropped because", Counter()) == []
    shown, below = reasons("dropped because", Counter(twice=2, once=1))
    assert isinstance(shown, Table)
    assert (shown.row_count, below) == (2, "")
