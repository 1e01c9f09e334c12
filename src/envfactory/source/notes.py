"""What a reader leaves out, and how much it may produce."""

from __future__ import annotations

from typing import Final

from envfactory.errors import InputError
from envfactory.records import Json
from envfactory.source.description import Skipped
from envfactory.source.reference import Unreadable
from envfactory.source.yaml_core import weight_of_text

MAX_PRODUCED: Final = 1_500_000
"""Most values that a description may hold after references are written out."""

MAX_VALUE_DEPTH: Final = 60
"""Deepest nesting of an example, a default or another value that is kept as it is."""


class Notes:
    """The parts of one source that were left out, each once, in the order they were met."""

    def __init__(self) -> None:
        self._notes: dict[tuple[str, str], Skipped] = {}

    def add(self, where: str, reason: str, detail: str = "") -> None:
        """Record that the part at `where` was left out."""
        note = Skipped(where=where[:500], reason=reason, detail=detail[:200])
        self._notes.setdefault((note.where, reason), note)

    def leave_out(self, part: Unreadable, where: str) -> None:
        """Record that the part at `where` was left out because of `part`, which may lie deeper."""
        self.add(where, part.reason, f"{part.where}: {part.detail}" if part.detail else part.where)

    def all(self) -> tuple[Skipped, ...]:
        """Return every note."""
        return tuple(self._notes.values())


class Budget:
    """Bounds what is produced from one document.

    Shared parts (a component, an aliased value) are written out once per use, so a small document
    can describe a result that no machine can hold.
    """

    def __init__(self, where: str, limit: int = MAX_PRODUCED) -> None:
        self._where, self._limit, self._left = where, limit, limit

    def spend(self, weight: int) -> None:
        """Count `weight` produced values.

        Raises:
            InputError: If the document produces more than the limit.
        """
        self._left -= weight
        if self._left < 0:
            raise InputError(
                self._where,
                f"describes more than {self._limit:,} values once its references are written out",
                "cut the description down to the operations you need",
            )

    def spend_value(self, value: Json, where: str) -> None:
        """Count a value that is kept as it is.

        Raises:
            InputError: If the document produces more than the limit.
            Unreadable: If the value nests deeper than `MAX_VALUE_DEPTH`.
        """
        level: list[Json] = [value]
        for _ in range(MAX_VALUE_DEPTH):
            self.spend(len(level))
            inner: list[Json] = []
            for item in level:
                if isinstance(item, str):
                    self.spend(weight_of_text(item))
                elif isinstance(item, dict):
                    inner.extend(item.values())
                elif isinstance(item, list):
                    inner.extend(item)
            if not inner:
                return
            level = inner
        raise Unreadable(where, "value nested too deeply")
