"""`Screen`: where a command shows progress (stderr) and its result (stdout)."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TextIO

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderableType, RenderResult
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Column, Table
from rich.text import Text

from envfactory.events import (
    Event,
    ItemDropped,
    ItemFinished,
    Listener,
    StageFinished,
    StageStarted,
    ignore,
)

_PATIENCE_S = 2.0
"""A stage that takes longer shows where it is, also where stderr is no terminal."""

_WIDE = 200
"""How wide a table may be, in characters, where it is read by a pager or a program."""

_GAP: Final = 2
"""Characters between two columns."""
_BROKEN: Final = 10
"""Characters that a column needs whose cells may be broken."""


class Screen:
    """Shows one command's progress and result."""

    def __init__(self, *, as_json: bool = False, quiet: bool = False) -> None:
        self._as_json, self._quiet = as_json, quiet
        self._out, self._err = _console(sys.stdout), _console(sys.stderr)

    @contextmanager
    def progress(self) -> Iterator[Listener]:
        """Give a listener that shows progress while the block runs."""
        if self._quiet:
            yield ignore
        elif self._err.is_terminal:
            with _bars(self._err) as bars:
                yield _Bars(bars)
        else:
            yield _Lines(self._err)

    def note(self, text: str) -> None:
        """Say something beside the result."""
        if not self._quiet:
            self._err.print(text, markup=False)

    def result(self, value: Any, human: Callable[[], Sequence[RenderableType]]) -> None:
        """Show a result: as JSON where that is wanted, else what `human` returns.

        Args:
            value: The result as JSON.
            human: Makes the same for people; texts are shown as they are, without markup.
        """
        if self._as_json:
            sys.stdout.write(json.dumps(value, indent=2) + "\n")
            sys.stdout.flush()
            return
        for part in human():
            self._out.print(part, markup=False)


def table(*columns: str, rows: Sequence[Sequence[object]], whole: Sequence[str] = ()) -> Table:
    """Return a plain table; columns whose cells are all numbers are aligned to the right.

    Where it does not fit, each row becomes a few lines, so that no cell is cut.

    Args:
        columns: The headings; if all are empty, no heading is shown.
        rows: The cells, one for each column.
        whole: The columns whose cells stay on one line, since they are names to copy.
    """
    shown = _Fitting(show_header=any(columns), box=None, pad_edge=False)
    for number, column in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[number], int | float) for row in rows)
        justify: JustifyMethod = "right" if numeric else "left"
        one_line = numeric or column in whole
        shown.add_column(column, justify=justify, overflow="fold", no_wrap=one_line)
    for row in rows:
        shown.add_row(*(Text(str(cell)) for cell in row))
    return shown


class _Fitting(Table):
    """A table that is written below itself where a terminal is too narrow for it."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if not self.show_header or self._least() <= options.max_width:
            yield from super().__rich_console__(console, options)
            return
        first, *others = self.columns
        for number, name in enumerate(first.cells):
            told = " · ".join(f"{each.header}: {list(each.cells)[number]}" for each in others)
            yield name
            yield Text(f"  {told}") if options.no_wrap else Padding.indent(Text(told), 2)

    def _least(self) -> int:
        """Return how many characters it takes to keep on one line what is to stay there."""
        gaps = _GAP * (len(self.columns) - 1)
        return gaps + sum(_least_of(column) for column in self.columns)


def _least_of(column: Column) -> int:
    longest = max(cell_len(str(text)) for text in (column.header, *column.cells))
    return longest if column.no_wrap else min(longest, _BROKEN)


def reasons(title: str, counts: Counter[str]) -> list[RenderableType]:
    """Return how often what was left out and why, with an empty line below; nothing for none."""
    return [table(title, "count", rows=counts.most_common()), ""] if counts else []


def _console(file: TextIO) -> Console:
    """Return where to print; only a terminal is as narrow as rich takes any file to be."""
    if file.isatty():
        return Console(file=file, highlight=False)
    width = None if "COLUMNS" in os.environ else _WIDE
    return Console(file=file, highlight=False, soft_wrap=True, width=width)


def _bars(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        console=console,
        transient=True,
    )


class _Bars:
    """A bar per stage, on a terminal."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._task: dict[str, TaskID] = {}
        self._dropped: dict[str, int] = {}

    def __call__(self, event: Event) -> None:
        task = self._task.get(event.stage)
        if isinstance(event, StageStarted):
            self._task[event.stage] = self._bars.add_task(event.stage, total=event.total, note="")
        elif task is None:
            return
        elif isinstance(event, ItemFinished):
            self._bars.advance(task)
        elif isinstance(event, ItemDropped):
            self._dropped[event.stage] = self._dropped.get(event.stage, 0) + 1
            self._bars.update(task, note=f"{self._dropped[event.stage]} dropped")
        else:
            note = f"{event.kept} kept, {event.dropped} dropped"
            self._bars.update(task, note=note, total=1, completed=1)


class _Lines:
    """A line per stage that takes long, and one every few seconds, where there is no terminal."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = self._told = 0.0
        self._items = self._dropped = 0

    def __call__(self, event: Event) -> None:
        now = time.monotonic()
        if isinstance(event, StageStarted):
            self._started = self._told = now
            self._items = self._dropped = 0
        elif isinstance(event, ItemFinished):
            self._items += 1
            if now - self._told > _PATIENCE_S:
                self._told = now
                self._say(f"{event.stage}: {self._items} done, {self._dropped} dropped so far")
        elif isinstance(event, ItemDropped):
            self._dropped += 1
        elif isinstance(event, StageFinished) and now - self._started > _PATIENCE_S:
            took = f"{now - self._started:.1f} s"
            self._say(f"{event.stage}: {event.kept} kept, {event.dropped} dropped, {took}")

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False)
