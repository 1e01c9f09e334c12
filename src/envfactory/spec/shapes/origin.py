"""Origins: what an operation was in its source before rules gave it an address or a response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from envfactory.spec.words.movement import Movement

Deed = Literal["view", "add", "remove", "change", "clear", "order"]
"""What a tool does to the things that the user has put together."""


@dataclass(frozen=True)
class Held:
    """What a tool does to the things that the user has put together.

    Attributes:
        what: What they are put into: ("cart",).
        deed: What is done.
        key: The input that says which record is put in or taken out; '' where all are meant.
    """

    what: tuple[str, ...]
    deed: Deed
    key: str = ""

    @property
    def noun(self) -> tuple[str, ...]:
        """What one thing in it is called."""
        return (*self.what, "item")


@dataclass(frozen=True)
class Moved:
    """What a tool does to a number of a record.

    Attributes:
        noun: What the record is called.
        movement: What the name of the tool says that is moved.
        field: The words of the number.
        key: The input with the key of the record.
        into: The input with the key of the record that gets what the other loses, or ''.
        amount: The input that says by how much; '': by one.
        answer: The schema of what is written down of it and answered with, or ''.
    """

    noun: tuple[str, ...]
    movement: Movement
    field: tuple[str, ...]
    key: str
    into: str = ""
    amount: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Origin:
    """Where an operation comes from that was given an address or a response.

    Attributes:
        where: The operation as the source has it, as 'CALL /create_issue'.
        name: What the source calls the tool; '' where it has an address of its own.
        inferred: Stable short phrases for what was concluded.
        inputs: Fields to the inputs that carry their values, where these are called otherwise.
        held: What a tool does to what the user has put together, where it does that.
        moved: What a tool does to a number of a record, where it does that.
    """

    where: str
    name: str = ""
    inferred: tuple[str, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    held: Held | None = None
    moved: Moved | None = None
