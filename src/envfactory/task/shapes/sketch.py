"""`Sketch`: a turn of an unusual shape, found but not yet worded as a message nor checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from envfactory.records import Json
from envfactory.task.model import Conveyed, Origin, PlanShape
from envfactory.task.surface import Piece


@dataclass(frozen=True, slots=True)
class Planned:
    """A call as it is to be made."""

    tool: str
    arguments: Mapping[str, Json]
    origins: Mapping[str, Origin]


@dataclass(frozen=True, slots=True)
class Sketch:
    """A request with its solution.

    Attributes:
        piece: What is asked for.
        kept: Words of it that carry values and names, and stay letter by letter.
        intent: What is meant, in full.
        answer: What a good agent says at the end.
        calls: The solution.
        conveyed: How each value is conveyed.
        wrong: Other calls that somebody who misreads the request might make; they miss the goal.
    """

    shape: PlanShape
    piece: Piece
    kept: tuple[str, ...]
    intent: str
    answer: str
    calls: tuple[Planned, ...]
    conveyed: tuple[Conveyed, ...]
    wrong: tuple[tuple[Planned, ...], ...]
