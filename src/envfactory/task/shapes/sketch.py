"""`Sketch`: a turn of an unusual shape, found but not yet worded as a message nor checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from envfactory.records import Json
from envfactory.task.meaning import EntityMeaning
from envfactory.task.model import Conveyed, Fact, Origin, PlanShape
from envfactory.task.shapes.act import Act
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
        act: What is done to each record, where it is one thing, so that it can be asked for again.
        entity: The kind of these records.
        facts: What the answer has to contain; the turn is that of the sketch.
    """

    shape: PlanShape
    piece: Piece
    kept: tuple[str, ...]
    intent: str
    answer: str
    calls: tuple[Planned, ...]
    conveyed: tuple[Conveyed, ...]
    wrong: tuple[tuple[Planned, ...], ...]
    act: Act | None = None
    entity: EntityMeaning | None = None
    facts: tuple[Fact, ...] = ()

    def after(self, calls: int) -> Sketch:
        """Return the sketch as it is after so many calls of earlier turns."""
        return replace(
            self,
            calls=tuple(map(partial(_after, calls), self.calls)),
            conveyed=tuple(
                each.model_copy(update={"call": each.call + calls}) for each in self.conveyed
            ),
            wrong=tuple(tuple(map(partial(_after, calls), each)) for each in self.wrong),
            facts=tuple(each.model_copy(update={"call": each.call + calls}) for each in self.facts),
        )


def _after(calls: int, planned: Planned) -> Planned:
    """Return a call whose arguments come from results that are so many calls later."""
    origins = {
        path: origin
        if origin.call is None
        else origin.model_copy(update={"call": origin.call + calls})
        for path, origin in planned.origins.items()
    }
    return replace(planned, origins=origins)
