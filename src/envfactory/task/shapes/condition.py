"""Conditional goals: what is to be done to a record depends on what it holds.

Both ways can be gone, so only who reads the value knows which one is asked for: the other one, and
both together, miss the goal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from envfactory.graph.path import escape
from envfactory.records import Json
from envfactory.task.grounding.mention import (
    Mention,
    Property,
    candidates,
    describe,
    fits,
    is_known_number,
    same,
    telling,
)
from envfactory.task.meanings.meaning import EntityMeaning, FieldMeaning
from envfactory.task.meanings.spoken import currency_in
from envfactory.task.meanings.words import is_vague
from envfactory.task.model import Conveyed, Criterion, Proof
from envfactory.task.phrasing.phrase import kind_of_record
from envfactory.task.shapes.act import Act, held, is_settled
from envfactory.task.shapes.place import Place, done_to, looks, owner_told, value_told
from envfactory.task.shapes.sketch import Planned, Sketch
from envfactory.task.shapes.view import Shown, View
from envfactory.task.shapes.wording import load_templates
from envfactory.task.surface import Piece
from envfactory.task.surface.polish import capital
from envfactory.task.surface.protect import quoted

_RECORDS = 4
_TOLD_BY = 5
"""Fields that are tried in descriptions."""
_NUMBERS = frozenset({"integer", "number"})
_FACTORS = (0.5, 0.75, 1.25, 1.5)
_DAYS = (-14, -7, -3, 3, 7, 14)


def conditional(place: Place) -> Iterator[Sketch]:
    """Yield plans that do one thing or another to a record, by what it holds."""
    for entity in place.entities():
        actions = place.acts_on(entity)
        if len(actions) < 2:
            continue
        for view in place.views_of(entity):
            some = place.rng.sample(view.shown, min(_RECORDS, len(view.shown)))
            for shown in some:
                mentions = [named(view, shown, place), described(view, shown, place)]
                place.rng.shuffle(mentions)
                for mention in mentions:
                    sketch = mention and _sketch(view, shown, mention, actions, place)
                    if sketch:
                        yield sketch


def _sketch(
    view: View, shown: Shown, mention: Mention, actions: list[Act], place: Place
) -> Sketch | None:
    """Return a plan for one record, if two things can be done to it by what it holds."""
    question = _question(view.entity, shown, place)
    if question is None:
        return None
    field, test, holds = question
    if any(told.field == field.name for told in mention.properties):
        return None
    before = looks(view)
    known = [field.name, *(told.field for told in mention.properties)]
    ways = possible(actions, view, shown, known, place)
    if len(ways) < 2:
        return None
    (act, call), (other, wrong) = place.rng.sample(ways, 2)
    discourse = place.discourse(view.entity)
    it = discourse.refer(mention, pronoun=False)
    first, second = (act, other) if holds else (other, act)
    done = act.again(view.entity, place.rng)[1]
    words = {"it": it, "label": field.label, "test": test}
    do, report = place.rng.choice(load_templates().both)
    then, else_ = (each.again(view.entity, place.rng)[0] for each in (first, second))
    asked = do.format(**words, then=then, **{"else": else_})
    value = discourse.value(shown.row[field.name], field, currency_in(shown.row, field.name))
    answer = report.format(**words, value=value, Done=capital(done))
    number = len(before)
    key = Conveyed(
        call=number,
        path=f"/{escape(act.tool.key or '')}",
        kind="explicit" if mention.title is not None else "description",
        text=it,
        proof=None if mention.title is not None else proof_of(view, mention, it),
    )
    owner = discourse.words_for(view.parent)
    titles = [m.title for m in (mention, mention.parent) if m is not None and m.title]
    return Sketch(
        shape="conditional",
        piece=Piece(asked, topic="any", kind=kind_of_record(view.entity)),
        kept=(*titles, test, first.words, second.words, it),
        intent=f"{asked}; the {field.label} is {value}",
        answer=answer,
        calls=(*before, call),
        conveyed=(*owner_told(view, owner), key, *value_told(act, number)),
        wrong=((*before, wrong), (*before, call, wrong)),
    )


def possible(
    actions: Sequence[Act], view: View, shown: Shown, known: Sequence[str], place: Place
) -> list[tuple[Act, Planned]]:
    """Return what can be done to a record that a look-up shows, with the calls.

    Args:
        actions: What can be done to records of its kind.
        view: The look-up.
        shown: The record.
        known: Fields that the request speaks of otherwise, and that stay as they are.
        place: Where it is tried.
    """
    ways = []
    for act in actions:
        call = done_to(act, view, shown)
        if call is None or held(act, shown.row) or act.field in known:
            continue
        if place.works((*looks(view), call)):
            ways.append((act, call))
    return ways


def named(view: View, shown: Shown, place: Place) -> Mention | None:
    """Return the name of a record, if nothing else that is shown or stored is called the same."""
    entity = view.entity
    row = place.records.get(entity, shown.key)
    if row is None:
        return None
    speaker = place.speaker(entity)
    mention = describe(entity, row, place.records, place.glossary, speaker)
    if mention is None or mention.title is None or mention.properties:
        return None
    if mention.parent is not None and view.parent is None:
        return None
    mention = replace(mention, parent=view.parent)
    fitting = [each.key for each in view.shown if fits(each.row, mention)]
    return mention if fitting == [shown.key] else None


def described(view: View, shown: Shown, place: Place) -> Mention | None:
    """Return what of a record tells it apart from all that are shown or stored, without a name."""
    entity = view.entity
    row = place.records.get(entity, shown.key)
    if row is None:
        return None
    speaker = place.speaker(entity)
    for field in telling(entity, row, speaker)[:_TOLD_BY]:
        value = row.get(field.name)
        if field.name == entity.called or not same(shown.row.get(field.name), value):
            continue
        told = Property(field.name, value, currency_in(row, field.name))
        mention = Mention(entity, shown.key, properties=(told,), parent=view.parent)
        fitting = [each.key for each in view.shown if fits(each.row, mention)]
        if fitting == candidates(mention, place.records, speaker) == [shown.key]:
            return mention
    return None


def proof_of(view: View, mention: Mention, words: str) -> Proof:
    """Return how the record is found among those that are shown."""
    return Proof(
        calls=tuple((look.tool, dict(look.arguments)) for look in view.looks),
        path=view.path,
        criteria=tuple(Criterion(field=p.field, value=p.value) for p in mention.properties),
        take=f"/{escape(view.shown[0].key_field)}",
        selection=words,
        among=len(view.shown),
    )


def _question(
    entity: EntityMeaning, shown: Shown, place: Place
) -> tuple[FieldMeaning, str, bool] | None:
    """Return what of a record decides, the test in words, and whether it holds."""
    fields = [
        field
        for field in entity.fields.values()
        if field.said and not field.reference and field.name != entity.title
        if shown.row.get(field.name) is not None
        and len(field.label.split()) <= 2
        and not is_settled(field.label)
        and (field.role == "status" or field.shape.kind in _NUMBERS or not entity.person)
    ]
    place.rng.shuffle(fields)
    for field in fields:
        found = _test(field, shown, place, entity)
        if found is not None:
            return field, *found
    return None


def _test(
    field: FieldMeaning, shown: Shown, place: Place, entity: EntityMeaning
) -> tuple[str, bool] | None:
    """Return a comparison of a value with a bound, in words, and whether it holds."""
    rng, speaker, value = place.rng, place.speaker(entity), shown.row[field.name]
    kind = speaker.kind(value, field.shape)
    bound: Json = None
    name, holds = "is", False
    if kind == "number" and is_known_number(field.name, value):
        bound = _round(float(value) * rng.choice(_FACTORS))
        over = rng.random() < 0.5
        name, holds = ("over", value > bound) if over else ("under", value < bound)
        if value == bound or not value:
            return None
    elif kind in ("date", "datetime") and isinstance(value, str):
        moment = datetime.fromisoformat(value[:10]) + timedelta(days=rng.choice(_DAYS))
        bound = moment.date().isoformat() + value[10:]
        later = rng.random() < 0.5
        name, holds = ("after", value > bound) if later else ("before", value < bound)
        if kind == "datetime":
            return None  # a time of day that nobody would compare with
    elif kind == "choice" and not is_vague(value):
        others = [c for c in field.shape.choices if c != value and not is_vague(c)]
        bound = rng.choice([value, *others[:1]])
        holds = bound == value
    if bound is None:
        return None
    forms = speaker.forms(bound, field.shape, currency_in(shown.row, field.name))
    if not forms or "unknown" in forms[0]:
        return None
    apart = kind == "choice" and " " in forms[0]
    told = quoted(forms[0], place.quotes) if apart else forms[0]
    return rng.choice(load_templates().tests[name]).format(bound=told), holds


def _round(value: float) -> int | float:
    """Return a number near another one that people would name as a bound."""
    size = 1
    while size * 20 <= abs(value):
        size *= 10
    near = round(value / size) * size
    return near if near else round(value, 1)
