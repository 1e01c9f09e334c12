"""`Place`: where a turn takes place: the world in its state, and all that is known of it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from envfactory.environment import World
from envfactory.task.grounding.larder import Larder
from envfactory.task.grounding.records import Records
from envfactory.task.meanings.meaning import EntityMeaning, Glossary
from envfactory.task.meanings.spoken import Speaker
from envfactory.task.model import Conveyed
from envfactory.task.phrasing.refer import Discourse
from envfactory.task.shapes.act import Act, acts
from envfactory.task.shapes.sketch import Planned
from envfactory.task.shapes.view import Shown, View, Views


@dataclass(frozen=True, slots=True)
class Place:
    """What plans are made from; the world is not changed.

    Attributes:
        views: Finds what lists show.
        rng: Decides everything.
        quotes: The quotation marks of the person who asks.
    """

    world: World
    records: Records
    glossary: Glossary
    larder: Larder
    views: Views
    rng: random.Random
    quotes: str = "‘’"

    def entities(self) -> list[EntityMeaning]:
        """Return the kinds of records of the world's environments, in a drawn order."""
        found = [
            entity
            for entity in self.glossary.entities.values()
            if entity.environment in self.records.environments
        ]
        self.rng.shuffle(found)
        return found

    def views_of(self, entity: EntityMeaning) -> list[View]:
        """Return what lists show of the records of a kind."""
        return list(self.views.of(entity, self.world, self.records, self.rng))

    def acts_on(self, entity: EntityMeaning) -> list[Act]:
        """Return what can be done to records of a kind."""
        return list(acts(entity, self.glossary, self.larder, self.records, self.rng))

    def speaker(self, entity: EntityMeaning) -> Speaker:
        """Return somebody who says values as of now."""
        return Speaker(self.records.now(entity.environment))

    def discourse(self, entity: EntityMeaning) -> Discourse:
        """Return a conversation that begins here, about records of a kind."""
        return Discourse(self.rng, self.speaker(entity), quotes=self.quotes)

    def works(self, calls: Sequence[Planned]) -> bool:
        """Say whether calls succeed one after the other, on a fork."""
        fork = self.world.fork()
        return all(fork.call(call.tool, call.arguments).ok for call in calls)


def looks(view: View) -> tuple[Planned, ...]:
    """Return the look-ups of a view as calls."""
    return tuple(Planned(look.tool, look.arguments, look.origins) for look in view.looks)


def done_to(act: Act, view: View, shown: Shown) -> Planned | None:
    """Return the call that does something to a record; None where an argument has no source."""
    found = act.arguments(view, shown)
    return None if found is None else Planned(act.tool.tool, *found)


def owner_told(view: View, text: str) -> tuple[Conveyed, ...]:
    """Return how the record is conveyed that all records of a view belong to: by its name."""
    number = len(view.looks) - 1
    return tuple(
        Conveyed(call=number, path=pointer, kind="explicit", text=text)
        for pointer in view.looks[-1].origins
    )


def value_told(act: Act, call: int) -> tuple[Conveyed, ...]:
    """Return how the value is conveyed that an act sets: by saying it."""
    if act.slot is None:
        return ()
    return (Conveyed(call=call, path=act.slot.pointer, kind="explicit", text=act.words),)
