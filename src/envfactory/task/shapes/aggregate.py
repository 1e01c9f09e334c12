"""Aggregates: how many records of some sort there are, and what they come to in total.

No result holds the answer: who is asked leaves out what is not meant and counts the rest, or adds
it up. The number differs from that of all records that the look-up shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from envfactory.graph.path import escape
from envfactory.records import Json
from envfactory.task.aggregate import aggregated
from envfactory.task.meaning import EntityMeaning, FieldMeaning
from envfactory.task.mention import Property
from envfactory.task.model import Aggregate, Conveyed, Criterion, Fact, Proof
from envfactory.task.phrase import kind_of_record
from envfactory.task.refer import Discourse
from envfactory.task.shape import Shape
from envfactory.task.shapes.each import selections
from envfactory.task.shapes.place import Place, looks, owner_told
from envfactory.task.shapes.sketch import Sketch
from envfactory.task.shapes.view import Shown, View
from envfactory.task.shapes.wording import load_templates
from envfactory.task.spoken import currency_in, is_money
from envfactory.task.surface import Piece
from envfactory.task.surface.protect import outside
from envfactory.task.words import plural

_ADDED = frozenset({"hours", "quantity", "stock", "units"})
_TRIES = 4
_MOST_CHOSEN = 40
_PLURALS = {
    "is": "are", "has": "have", "goes": "go", "costs": "cost", "ends": "end", "starts": "start",
    "runs": "run", "says": "say", "reads": "read",
}  # fmt: skip


def aggregate(place: Place) -> Iterator[Sketch]:
    """Yield plans that count records, or add something of them up."""
    for entity in place.entities():
        for view in place.views_of(entity):
            for common, chosen in islice(selections(view, place, _MOST_CHOSEN), _TRIES):
                if not common:
                    continue
                fields: list[FieldMeaning | None] = [None, *_added(entity)]
                place.rng.shuffle(fields)
                for field in fields:
                    sketch = _sketch(view, common, chosen, field, place)
                    if sketch is not None:
                        yield sketch


def _added(entity: EntityMeaning) -> list[FieldMeaning]:
    """Return the numbers that people would add up."""
    return [
        field
        for field in entity.fields.values()
        if field.said
        and field.shape.kind in ("number", "integer")
        and (is_money(field.name) or not _ADDED.isdisjoint(field.label.split()))
        and len(field.label.split()) <= 2
    ]


def _sketch(
    view: View,
    common: tuple[Property, ...],
    chosen: Sequence[Shown],
    field: FieldMeaning | None,
    place: Place,
) -> Sketch | None:
    """Return the plan for one number, if it is one and not that of all records."""
    criteria = tuple(Criterion(field=told.field, value=told.value) for told in common)
    over = Aggregate(criteria=criteria, field=None if field is None else field.name)
    value = _telling(view, over)
    currency = None if field is None else _currency(chosen, field)
    speaker = place.speaker(view.entity)
    forms = speaker.forms(value, Shape("number"), currency) if value is not None else ()
    if not forms:
        return None
    discourse = Discourse(place.rng, speaker, quotes=place.quotes)
    words = discourse.every(view.entity, common, view.parent)
    if field is None:
        words = _of_many(words, view.entity)
    kind = "count" if field is None else "sum"
    label = plural(view.entity.noun) if field is None else field.label
    ask, inner, answer = (
        each.format(it=words, label=label, value=forms[0])
        for each in place.rng.choice(load_templates().totals[kind])
    )
    before = looks(view)
    number = len(before) - 1
    titles = [view.parent.title] if view.parent is not None and view.parent.title else []
    told = Conveyed(
        call=number,
        path="",
        kind="compression",
        text=words,
        proof=_proof(view, criteria, words),
    )
    fact = Fact(
        turn=0,
        call=number,
        path=view.path.removesuffix("/*"),
        value=value,
        forms=forms,
        label=label,
        over=over,
    )
    return Sketch(
        shape="aggregate",
        piece=Piece(
            ask, inner=inner, topic="ask", asks=True, kind=kind_of_record(view.entity), many=True
        ),
        kept=(*titles, words),
        intent=f"{ask}: {forms[0]}",
        answer=answer,
        calls=before,
        conveyed=(*owner_told(view, discourse.words_for(view.parent)), told),
        wrong=(),
        facts=(fact,),
    )


def _telling(view: View, over: Aggregate) -> Json:
    """Return what some records come to; None where that is nothing, or what all come to."""
    shown: Json = [dict(each.row) for each in view.shown]
    value = aggregated(shown, over)
    everything = aggregated(shown, over.model_copy(update={"criteria": ()}))
    return value if value and value != everything else None


def _proof(view: View, criteria: tuple[Criterion, ...], words: str) -> Proof:
    """Return how the records are found that count."""
    return Proof(
        calls=tuple((look.tool, dict(look.arguments)) for look in view.looks),
        path=view.path,
        criteria=criteria,
        take=f"/{escape(view.shown[0].key_field)}",
        each=True,
        selection=words,
        among=len(view.shown),
    )


def _currency(chosen: Sequence[Shown], field: FieldMeaning) -> str | None:
    """Return the currency of amounts; none where they have several."""
    found = {currency_in(each.row, field.name) for each in chosen}
    return found.pop() if len(found) == 1 else None


def _of_many(words: str, entity: EntityMeaning) -> str:
    """Return words for every record of a kind as words for all of them."""
    many = words.partition(" ")[2].replace(entity.noun, plural(entity.noun), 1)
    return outside(many, (), _in_the_plural)


def _in_the_plural(text: str) -> str:
    """Return words about one thing as words about several: that has becomes that have."""
    text = re.sub(
        r"\b(that(?: also)?|who) (\w+)\b", lambda m: f"{m[1]} {_PLURALS.get(m[2], m[2])}", text
    )
    return text.replace(" as its ", " as their ")
