"""Counted conditions: what is to be done depends on how many records of some sort there are.

"If there are more than three open tickets, close the ticket ‘Roof’, or else delete it": both ways
can be gone, and no result says which; who is asked leaves out what is not meant and counts the
rest.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from envfactory.graph.path import escape
from envfactory.task.grounding.mention import Mention, candidates
from envfactory.task.meanings.words import number_word
from envfactory.task.model import Conveyed
from envfactory.task.phrasing.phrase import kind_of_record
from envfactory.task.shapes.act import Act
from envfactory.task.shapes.aggregate import some_of
from envfactory.task.shapes.condition import named, possible
from envfactory.task.shapes.each import selections
from envfactory.task.shapes.number import Some
from envfactory.task.shapes.place import Place, value_told
from envfactory.task.shapes.sketch import Sketch
from envfactory.task.shapes.view import Shown
from envfactory.task.shapes.wording import load_templates
from envfactory.task.surface import Piece
from envfactory.task.surface.polish import capital

_TRIES, _RECORDS = 3, 3
_FEWEST_CHOSEN, _MOST_CHOSEN = 3, 12
"""Of two records or fewer, most comparisons that people make say nothing."""


def counted(place: Place) -> Iterator[Sketch]:
    """Yield plans that do one thing or another to a record, by how many others there are."""
    for entity in place.entities():
        actions = place.acts_on(entity)
        if len(actions) < 2:
            continue
        for view in place.views_of(entity):
            for common, chosen in islice(selections(view, place, _MOST_CHOSEN), _TRIES):
                if not common or len(chosen) < _FEWEST_CHOSEN:
                    continue
                some = some_of(view, common, chosen, place)
                for shown in place.rng.sample(view.shown, min(_RECORDS, len(view.shown))):
                    mention = _by_name(some, shown, place)
                    sketch = mention and _sketch(some, shown, mention, actions, place)
                    if sketch:
                        yield sketch


def _by_name(some: Some, shown: Shown, place: Place) -> Mention | None:
    """Return the name of a record, if it is enough to tell the record."""
    mention = named(some.view, shown, place)
    if mention is None:
        return None
    alone = replace(mention, parent=None)
    fitting = candidates(alone, place.records, place.speaker(some.entity))
    return alone if fitting == [shown.key] else None


def _sketch(
    some: Some, shown: Shown, mention: Mention, actions: Sequence[Act], place: Place
) -> Sketch | None:
    """Return the plan for one record, if two things can be done to it."""
    known = [each.field for each in some.criteria]
    ways = possible(actions, some.view, shown, known, place)
    if len(ways) < 2:
        return None
    (act, call), (other, wrong) = place.rng.sample(ways, 2)
    test, holds = _test(len(some.chosen), place.rng)
    first, second = (act, other) if holds else (other, act)
    it = place.discourse(some.entity).refer(mention, pronoun=False)
    ask, report = place.rng.choice(load_templates().counted)
    then = first.clause(it, place.rng)[0]
    words = {"many": some.many, "test": test, "then": then}
    asked = ask.format(**words, **{"else": second.again(some.entity, place.rng)[0]})
    done = capital(act.clause(it, place.rng)[1])
    number = len(some.calls)
    key = Conveyed(call=number, path=f"/{escape(act.tool.key or '')}", kind="explicit", text=it)
    titles = [mention.title] if mention.title is not None else []
    return Sketch(
        shape="conditional",
        piece=Piece(asked, topic="any", kind=kind_of_record(some.entity)),
        kept=(*some.kept, *titles, some.many, test, first.words, second.words, it),
        intent=f"{asked}; there are {len(some.chosen)}",
        answer=report.format(value=len(some.chosen), Done=done, **words),
        calls=(*some.calls, call),
        conveyed=(*some.conveyed, some.in_words(some.many), key, *value_told(act, number)),
        wrong=((*some.calls, wrong), (*some.calls, call, wrong)),
    )


def _test(count: int, rng: random.Random) -> tuple[str, bool]:
    """Return a comparison of a number with one near it, in words, and whether it holds.

    It holds as often as not, whichever way it compares, and it could turn out otherwise.
    """
    over, holds = rng.random() < 0.5, rng.random() < 0.5
    near = rng.choice((0, 1))
    bound = count + near if over is not holds else count - near
    if holds:
        bound = count - 1 - near if over else count + 1 + near
    bound = max(_FEWEST_CHOSEN - 1 if over else _FEWEST_CHOSEN, bound)
    name = "more" if over else "fewer"
    test = rng.choice(load_templates().tests[name]).format(bound=number_word(bound))
    return test, count > bound if over else count < bound
