"""Per item: one thing is done to every record that has something in common.

Which records are meant follows from a look-up and from what the request says of all of them, and
selecting them in the state comes to the same, so no page hides one. Nothing else tells them apart,
and doing the same to one record more is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from envfactory.graph.path import escape
from envfactory.task.grounding.mention import Property, same
from envfactory.task.meanings.spoken import currency_in
from envfactory.task.meanings.words import is_vague, number_word, plural
from envfactory.task.model import Conveyed, Criterion, Proof
from envfactory.task.phrasing.phrase import kind_of_record
from envfactory.task.shapes.act import Act, held
from envfactory.task.shapes.place import Place, done_to, looks, owner_told, value_told
from envfactory.task.shapes.sketch import Planned, Sketch
from envfactory.task.shapes.view import Shown, View
from envfactory.task.surface import Piece

_OWN = re.compile(
    r"\b(?:birth\w*|born|gender|sex|(?:sur|user|nick)?names?|titles?|e-?mails?|(?:tele)?phone"
    r"|mobile|avatar|photo|passport|barcode|sku|slug|serial)\b"
)
_FEWEST, _MOST = 2, 5
_TRIES = 6
_COMMON = frozenset({"date", "choice"})
"""Kinds of values that several records are told by."""


def per_item(place: Place) -> Iterator[Sketch]:
    """Yield plans that do something to each of several records."""
    for entity in place.entities():
        actions = place.acts_on(entity)
        if not actions:
            continue
        for view in place.views_of(entity):
            for common, chosen in islice(selections(view, place), _TRIES):
                for act in actions:
                    sketch = each_of(view, common, chosen, act, place)
                    if sketch is not None:
                        yield sketch


def selections(
    view: View, place: Place, most: int = _MOST
) -> Iterator[tuple[tuple[Property, ...], tuple[Shown, ...]]]:
    """Yield records that have something in common, at most so many, with what that is."""
    speaker = place.speaker(view.entity)
    found: list[tuple[Property, ...]] = []
    for field in view.entity.fields.values():
        if not field.said or field.reference or field.name == view.entity.title:
            continue
        seen: list[Property] = []
        for shown in view.shown:
            value = shown.row.get(field.name)
            if value is None or any(same(value, other.value) for other in seen):
                continue
            if speaker.kind(value, field.shape) in _COMMON and not is_vague(value):
                seen.append(Property(field.name, value, currency_in(shown.row, field.name)))
        found += [(told,) for told in seen if speaker.forms(told.value, field.shape)]
    place.rng.shuffle(found)
    if view.parent is not None:
        found.append(())
    for common in found:
        chosen = tuple(shown for shown in view.shown if _has(shown.row, common))
        if _FEWEST <= len(chosen) <= most and _is_all(view, common, chosen, place):
            yield common, chosen


def is_own(label: str) -> bool:
    """Return whether each record has a value of its own for a detail, so none suits several."""
    return bool(_OWN.search(label))


def _has(row: object, common: Sequence[Property]) -> bool:
    return isinstance(row, dict) and all(same(row.get(p.field), p.value) for p in common)


def _is_all(view: View, common: Sequence[Property], chosen: Sequence[Shown], place: Place) -> bool:
    """Say whether the state holds no other record that is meant."""
    owner = view.parent.key if view.parent is not None else None
    meant = {
        row[view.entity.key]
        for row in place.records.all(view.entity)
        if _has(row, common) and (owner is None or row.get(view.entity.parent or "") == owner)
    }
    return meant == {shown.key for shown in chosen}


def each_of(
    view: View,
    common: tuple[Property, ...],
    chosen: tuple[Shown, ...],
    act: Act,
    place: Place,
    asked: str = "",
) -> Sketch | None:
    """Return the plan that does something to each record, if every call works.

    Args:
        view: What shows the records.
        common: What they have in common.
        chosen: The records.
        act: What is done.
        place: Where.
        asked: How it is asked for, with `{it}` for the records; in full where it is empty.
    """
    fields = [told.field for told in common]
    if any(held(act, shown.row) for shown in chosen):
        return None
    if act.slot is not None and len(chosen) > 1 and is_own(act.slot.label):
        return None
    if act.slot is not None and act.slot.shape.kind != "choice" and act.field in fields:
        return None  # nobody tells things by the day that they want to move
    before = looks(view)
    doing = [done_to(act, view, shown) for shown in chosen]
    calls = [call for call in doing if call is not None]
    if len(calls) < len(doing) or not place.works((*before, *calls)):
        return None
    discourse = place.discourse(view.entity)
    words = discourse.every(view.entity, common, view.parent)
    do = asked.format(it=words) if asked else act.clause(words, place.rng)[0]
    many = f"the {number_word(len(chosen))} {plural(view.entity.noun)}"
    owner = discourse.words_for(view.parent)
    numbers = range(len(before), len(before) + len(calls))
    conveyed = [*owner_told(view, owner)]
    for number, _ in zip(numbers, chosen, strict=True):
        conveyed += [_told(number, act, view, common, words), *value_told(act, number)]
    names = ", ".join(str(shown.row.get(view.entity.title or "") or shown.key) for shown in chosen)
    titles = [view.parent.title] if view.parent is not None and view.parent.title else []
    return Sketch(
        shape="per_item",
        piece=Piece(
            do,
            topic=act.tool.kind,
            tool=act.tool.short,
            kind=kind_of_record(view.entity),
            many=True,
        ),
        kept=(*titles, words if asked else act.words, words),
        intent=f"{do}; these are {names}",
        answer=act.clause(many, place.rng)[1],
        calls=(*before, *calls),
        conveyed=tuple(conveyed),
        wrong=tuple(_one_more(view, chosen, act, (*before, *calls))),
        act=act,
        entity=view.entity,
    )


def _told(number: int, act: Act, view: View, common: Sequence[Property], words: str) -> Conveyed:
    """Return how a record is conveyed that is one of those that are meant."""
    return Conveyed(
        call=number,
        path=f"/{escape(act.tool.key or '')}",
        kind="compression",
        text=words,
        proof=Proof(
            calls=tuple((look.tool, dict(look.arguments)) for look in view.looks),
            path=view.path,
            criteria=tuple(Criterion(field=told.field, value=told.value) for told in common),
            take=f"/{escape(view.shown[0].key_field)}",
            each=True,
            selection=words,
            among=len(view.shown),
        ),
    )


def _one_more(
    view: View, chosen: Sequence[Shown], act: Act, calls: tuple[Planned, ...]
) -> Iterator[tuple[Planned, ...]]:
    """Yield the calls with one more, on a record that is not meant."""
    for shown in view.shown:
        if shown not in chosen and not held(act, shown.row):
            more = done_to(act, view, shown)
            if more is not None:
                yield (*calls, more)
                return
