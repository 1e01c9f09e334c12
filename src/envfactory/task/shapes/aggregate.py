"""Aggregates: how many records of some sort there are, which, and what they come to in total.

The answer differs from that for all records that the look-up shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from envfactory.task.grounding.mention import Property
from envfactory.task.model import Criterion
from envfactory.task.shapes.each import selections
from envfactory.task.shapes.many import of_many
from envfactory.task.shapes.number import Some, asked
from envfactory.task.shapes.place import Place, looks, owner_told
from envfactory.task.shapes.sketch import Sketch
from envfactory.task.shapes.view import Shown, View

_TRIES = 4
_MOST_CHOSEN = 40


def aggregate(place: Place) -> Iterator[Sketch]:
    """Yield plans that count or name records, or add something of them up."""
    for entity in place.entities():
        for view in place.views_of(entity):
            for common, chosen in islice(selections(view, place, _MOST_CHOSEN), _TRIES):
                if common:
                    yield from asked(some_of(view, common, chosen, place), place)


def some_of(
    view: View, common: tuple[Property, ...], chosen: tuple[Shown, ...], place: Place
) -> Some:
    """Return the records of a view that have something in common, with words for them."""
    discourse = place.discourse(view.entity)
    words = discourse.every(view.entity, common, view.parent)
    titles = [view.parent.title] if view.parent is not None and view.parent.title else []
    return Some(
        view=view,
        chosen=chosen,
        criteria=tuple(Criterion(field=told.field, value=told.value) for told in common),
        each=words,
        many=of_many(words, view.entity),
        among=[each.row for each in view.shown],
        calls=looks(view),
        conveyed=owner_told(view, discourse.words_for(view.parent)),
        kept=tuple(titles),
    )
