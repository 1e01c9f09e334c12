"""`Manner`: how a value or a record is to be told in a request, and `Told`: how it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from envfactory.records import Json
from envfactory.task.grounding.mention import Mention

Kind = Literal["explicit", "description", "reference", "constraint", "compression", "withheld"]
"""How something is told; `envfactory.task.model.Conveyed` says what each of them means."""

RecordId = tuple[str, str, Json]
"""Environment, table and key."""


def record_id(mention: Mention) -> RecordId:
    """Return which record a mention is about."""
    return (mention.entity.environment, mention.entity.table, mention.key)


@dataclass(frozen=True, slots=True)
class Manner:
    """How one thing is to be told.

    Attributes:
        mention: For a record: what is said of it; None for what the solution says.
        like: For a value: the record that has the same value, as the user points it out.
        before: For a value: the number of the call that was given the same one.
        by: For a value: how much further on it is than the one the record has.
    """

    kind: Kind
    mention: Mention | None = None
    like: Mention | None = None
    before: int | None = None
    by: float | None = None


@dataclass(frozen=True, slots=True)
class Manners:
    """How the things of a conversation are to be told; what is not in here may be told anyhow.

    Attributes:
        records: For each turn and record.
        values: For each call and place in its arguments.
    """

    records: Mapping[tuple[int, RecordId], Manner] = field(default_factory=dict)
    values: Mapping[tuple[int, str], Manner] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """How a record was told the first time in a turn."""

    kind: Kind
    mention: Mention
    text: str


def kind_of(mention: Mention) -> Kind:
    """Return how a record is told by words that point it out in full."""
    if mention.extreme is not None:
        return "constraint"
    return "explicit" if mention.title is not None else "description"
