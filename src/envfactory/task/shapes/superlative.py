"""Superlatives among some: what is done to the one with the most of something that is also such.

"The most expensive order whose status is open" takes two steps on what a look-up shows: to leave
out what is not meant, and to compare the rest. Whoever skips the first one gets another record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from envfactory.graph.path import escape
from envfactory.task.grounding.mention import Extreme, Mention, Property, leading
from envfactory.task.meanings.meaning import EntityMeaning, FieldMeaning
from envfactory.task.meanings.spoken import is_money
from envfactory.task.meanings.words import is_set_by_people
from envfactory.task.model import Conveyed, Criterion, Proof
from envfactory.task.phrasing.phrase import kind_of_record
from envfactory.task.shapes.act import Act, held
from envfactory.task.shapes.each import selections
from envfactory.task.shapes.place import Place, done_to, looks, owner_told, value_told
from envfactory.task.shapes.sketch import Planned, Sketch
from envfactory.task.shapes.view import Shown, View
from envfactory.task.surface import Piece

_TRIES = 6
_MOST_CHOSEN = 30


def superlative(place: Place) -> Iterator[Sketch]:
    """Yield plans that do something to the first or last of several records."""
    for entity in place.entities():
        fields = _compared(entity, place)
        actions = place.acts_on(entity) if fields else []
        if not actions:
            continue
        for view in place.views_of(entity):
            found = selections(view, place, most=_MOST_CHOSEN)
            for common, chosen in islice(found, _TRIES):
                if not common:
                    continue
                for field in fields:
                    for most in place.rng.sample((True, False), 2):
                        extreme = Extreme(field.name, most)
                        for act in actions:
                            sketch = _sketch(view, common, chosen, extreme, act, place)
                            if sketch is not None:
                                yield sketch


def _compared(entity: EntityMeaning, place: Place) -> list[FieldMeaning]:
    """Return the fields by which people put records of a kind in order."""
    if entity.person:
        return []
    fields = [
        field
        for field in entity.fields.values()
        if field.said
        and not field.reference
        and not field.label.startswith("last ")
        and (
            field.shape.kind in ("date", "datetime")
            or (
                field.shape.kind in ("number", "integer")
                and (is_money(field.name) or is_set_by_people(field.name))
            )
        )
    ]
    place.rng.shuffle(fields)
    return fields


def _sketch(
    view: View,
    common: tuple[Property, ...],
    chosen: tuple[Shown, ...],
    extreme: Extreme,
    act: Act,
    place: Place,
) -> Sketch | None:
    """Return the plan for one selection, if it leaves one record that can be acted on."""
    if extreme.field in {told.field for told in common} or act.field == extreme.field:
        return None
    rows = {id(each.row): each for each in view.shown}
    best = [rows[id(row)] for row in leading([each.row for each in chosen], extreme)]
    overall = [rows[id(row)] for row in leading([each.row for each in view.shown], extreme)]
    if len(best) != 1 or best == overall or held(act, best[0].row):
        return None
    before, call = looks(view), done_to(act, view, best[0])
    if call is None or not place.works((*before, call)):
        return None
    discourse = place.discourse(view.entity)
    mention = Mention(
        view.entity, best[0].key, properties=common, parent=view.parent, extreme=extreme
    )
    words = discourse.refer(mention, pronoun=False)
    do, done = act.clause(words, place.rng)
    number = len(before)
    titles = [view.parent.title] if view.parent is not None and view.parent.title else []
    key = Conveyed(
        call=number,
        path=f"/{escape(act.tool.key or '')}",
        kind="constraint",
        text=words,
        proof=_proof(view, common, extreme, words),
    )
    owner = discourse.words_for(view.parent)
    return Sketch(
        shape="superlative",
        piece=Piece(do, topic=act.tool.kind, tool=act.tool.short, kind=kind_of_record(view.entity)),
        kept=(*titles, act.words, words),
        intent=f"{do}; this is {best[0].row.get(view.entity.title or '') or best[0].key}",
        answer=done,
        calls=(*before, call),
        conveyed=(*owner_told(view, owner), key, *value_told(act, number)),
        wrong=tuple(_others(view, chosen, best[0], overall, act, before)),
        act=act,
        entity=view.entity,
    )


def _proof(view: View, common: Sequence[Property], extreme: Extreme, words: str) -> Proof:
    """Return how the record is found: first what is not meant is left out, then it is compared."""
    told = (Criterion(field=each.field, value=each.value) for each in common)
    return Proof(
        calls=tuple((look.tool, dict(look.arguments)) for look in view.looks),
        path=view.path,
        criteria=(*told, Criterion(field=extreme.field, test="most" if extreme.most else "least")),
        take=f"/{escape(view.shown[0].key_field)}",
        selection=words,
        among=len(view.shown),
    )


def _others(
    view: View,
    chosen: Sequence[Shown],
    best: Shown,
    overall: Sequence[Shown],
    act: Act,
    before: tuple[Planned, ...],
) -> Iterator[tuple[Planned, ...]]:
    """Yield the same done to the first of all records, and to another of those that are meant."""
    others = [each for each in chosen if each is not best]
    for each in (*overall[:1], *others[:1]):
        call = done_to(act, view, each)
        if call is not None and not held(act, each.row):
            yield (*before, call)
