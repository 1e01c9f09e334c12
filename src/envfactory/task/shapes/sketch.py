"""`Sketch`: a turn of an unusual shape, found but not yet worded as a message nor checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from envfactory.records import Json
from envfactory.task.meanings.meaning import EntityMeaning
from envfactory.task.model import Aggregate, Conveyed, Fact, Origin, PlanShape
from envfactory.task.shapes.act import Act
from envfactory.task.surface import Piece


@dataclass(frozen=True, slots=True)
class Planned:
    """A call as it is to be made."""

    tool: str
    arguments: Mapping[str, Json]
    origins: Mapping[str, Origin]


Known = Callable[[Planned], int | None]
"""Tells which earlier call returned what a call would return now, if one did."""


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

    def asks_as(self, other: Sketch) -> bool:
        """Tell whether something is asked that another sketch asks, in whatever words."""
        return any(asked in other._asked() for asked in self._asked())

    def _asked(self) -> list[tuple[str, Mapping[str, Json], str, Aggregate | None]]:
        """Return what answers are taken from: a call, a place in its result, and what is summed."""
        return [
            (self.calls[fact.call].tool, self.calls[fact.call].arguments, fact.path, fact.over)
            for fact in self.facts
        ]

    def after(self, calls: int, known: Known) -> Sketch:
        """Return the sketch as it is after so many calls of earlier turns.

        Nobody looks up again what the conversation has told already, unless an answer is about it.
        """
        asked = {fact.call for fact in self.facts}
        made, places = _placed(self.calls, calls, known, asked)
        return replace(
            self,
            calls=made,
            conveyed=tuple(
                each.model_copy(update={"call": places[each.call]})
                for each in self.conveyed
                if places[each.call] >= calls
            ),
            wrong=tuple(_placed(each, calls, known, asked)[0] for each in self.wrong),
            facts=tuple(each.model_copy(update={"call": places[each.call]}) for each in self.facts),
        )


def _placed(
    planned: Sequence[Planned], calls: int, known: Known, asked: Set[int]
) -> tuple[tuple[Planned, ...], tuple[int, ...]]:
    """Return calls after others without what is known, and the place of each in the whole task."""
    made: list[Planned] = []
    places: list[int] = []
    for number, call in enumerate(planned):
        earlier = None if number in asked else known(call)
        places.append(calls + len(made) if earlier is None else earlier)
        if earlier is None:
            made.append(_fed(call, places))
    return tuple(made), tuple(places)


def _fed(planned: Planned, places: Sequence[int]) -> Planned:
    """Return a call whose arguments come from the calls of its sketch at these places."""
    origins = {
        path: origin
        if origin.call is None
        else origin.model_copy(update={"call": places[origin.call]})
        for path, origin in planned.origins.items()
    }
    return replace(planned, origins=origins)
