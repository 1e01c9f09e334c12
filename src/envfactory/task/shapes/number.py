"""`Some`: several records that are told together, and what is asked of all of them.

No result holds the answer. Who is asked leaves out what is not meant, and then counts the rest,
adds something of them up, or names them. Few records are named rather than counted: a small number
is soon guessed, and is right for other records too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from envfactory.graph.path import escape
from envfactory.records import Json
from envfactory.task.grounding.aggregate import aggregated
from envfactory.task.grounding.larder import is_natural
from envfactory.task.grounding.records import RecordJson
from envfactory.task.grounding.rivals import other_kinds
from envfactory.task.meanings.meaning import EntityMeaning, FieldMeaning
from envfactory.task.meanings.shape import Shape
from envfactory.task.meanings.spoken import currency_in, is_money
from envfactory.task.meanings.words import joined, plural
from envfactory.task.model import Aggregate, Conveyed, Criterion, Fact, Proof
from envfactory.task.phrasing.phrase import kind_of_record
from envfactory.task.shapes.place import Place
from envfactory.task.shapes.sketch import Planned, Sketch
from envfactory.task.shapes.view import Shown, View
from envfactory.task.shapes.wording import load_templates
from envfactory.task.surface import Piece

_ADDED = frozenset({"hours", "quantity", "stock", "units"})
_FEWEST_COUNTED = 4
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Some:
    """Several records of a kind that something is asked of.

    Attributes:
        view: What shows them, among others.
        chosen: The records.
        criteria: What tells them from the others that are shown.
        each: Words for every one of them.
        many: The same in the plural, without an article.
        among: The records of which whoever reads too little of the request takes all.
        calls: The look-ups; the last of them shows the records.
        conveyed: How what they belong to is conveyed.
        kept: Words that stay as they are.
    """

    view: View
    chosen: tuple[Shown, ...]
    criteria: tuple[Criterion, ...]
    each: str
    many: str
    among: Sequence[RecordJson]
    calls: tuple[Planned, ...]
    conveyed: tuple[Conveyed, ...]
    kept: tuple[str, ...]

    @property
    def entity(self) -> EntityMeaning:
        """What kind of records they are."""
        return self.view.entity

    @property
    def told(self) -> Conveyed:
        """How it is conveyed which records are meant, with its proof."""
        look = len(self.calls) - 1
        proof = Proof(
            calls=tuple((each.tool, dict(each.arguments)) for each in self.calls),
            path=self.view.path,
            criteria=self.criteria,
            take=f"/{escape(self.view.shown[0].key_field)}",
            each=True,
            selection=self.each,
            among=len(self.view.shown),
        )
        return Conveyed(call=look, path="", kind="compression", text=self.each, proof=proof)

    def in_words(self, words: str) -> Conveyed:
        """Return how it is conveyed which records are meant, where these are the words for it."""
        return self.told.model_copy(update={"text": words})


def asked(some: Some, place: Place) -> Iterator[Sketch]:
    """Yield what can be asked of some records: how many, which, and what they come to."""
    fields = list(_added(some.entity))
    kinds: list[FieldMeaning | str] = ["count", "which", *fields]
    place.rng.shuffle(kinds)
    for kind in kinds:
        if kind == "which":
            sketch = _which(some, place)
        else:
            sketch = _number(some, kind if isinstance(kind, FieldMeaning) else None, place)
        if sketch is not None:
            yield sketch


def _added(entity: EntityMeaning) -> Iterator[FieldMeaning]:
    """Yield the numbers that people would add up."""
    for field in entity.fields.values():
        number = field.said and field.shape.kind in ("number", "integer")
        known = is_money(field.name) or not _ADDED.isdisjoint(field.label.split())
        if number and known and len(field.label.split()) <= 2:
            yield field


def _number(some: Some, field: FieldMeaning | None, place: Place) -> Sketch | None:
    """Return the plan for one number, if it is one and not that of all records."""
    over = Aggregate(criteria=some.criteria, field=None if field is None else field.name)
    shown: Json = [dict(each.row) for each in some.view.shown]
    value = aggregated(shown, over)
    among: Json = [dict(row) for row in some.among]
    if not value or value == aggregated(among, over.model_copy(update={"criteria": ()})):
        return None
    if field is None and len(some.chosen) < _FEWEST_COUNTED:
        return None
    currency = None if field is None else _currency(some.chosen, field)
    forms = place.speaker(some.entity).forms(value, Shape("number"), currency)
    if not forms:
        return None
    label = plural(some.entity.noun) if field is None else field.label
    fact = Fact(
        turn=0,
        call=len(some.calls) - 1,
        path=some.view.path.removesuffix("/*"),
        value=value,
        forms=forms,
        label=label,
        others=other_kinds(some.entity, place.glossary) if field is None else (),
        over=over,
    )
    words = some.many if field is None else some.each
    kind = "count" if field is None else "sum"
    return _sketch(some, kind, words, (fact,), {"label": label, "value": forms[0]}, place)


def _which(some: Some, place: Place) -> Sketch | None:
    """Return the plan that asks what the records are called, if all have names of their own."""
    title = some.entity.title
    if title is None or len(some.chosen) > _MOST_NAMED or some.entity.called != title:
        return None
    names = [each.row.get(title) for each in some.view.shown]
    known = [name for name in names if isinstance(name, str) and is_natural(name)]
    if len({name.casefold() for name in known}) < len(names):
        return None
    own = [str(each.row[title]) for each in some.chosen]
    rivals = tuple(name for name in known if name not in own)
    if not rivals:
        return None
    facts = tuple(
        Fact(
            turn=0,
            call=len(some.calls) - 1,
            path=f"{each.place}/{escape(title)}",
            value=name,
            forms=(name,),
            label=some.entity.noun,
            rivals=rivals,
        )
        for each, name in zip(some.chosen, own, strict=True)
    )
    discourse = place.discourse(some.entity)
    said = joined([name if some.entity.person else discourse.quoted(name) for name in own])
    kind = "which" if some.many == plural(some.entity.noun) else "which_of"
    return _sketch(some, kind, some.many, facts, {"value": said}, place)


def _sketch(
    some: Some,
    kind: str,
    words: str,
    facts: tuple[Fact, ...],
    more: dict[str, str],
    place: Place,
) -> Sketch:
    """Return the plan that asks something of some records."""
    template = place.rng.choice(load_templates().totals[kind])
    ask, inner, answer = (each.format(it=words, **more) for each in template)
    piece = Piece(ask, inner=inner, topic="ask", asks=True, kind=kind_of_record(some.entity))
    return Sketch(
        shape="aggregate",
        piece=piece,
        kept=(*some.kept, words),
        intent=f"{ask}: {more['value']}",
        answer=answer,
        calls=some.calls,
        conveyed=(*some.conveyed, some.in_words(words)),
        wrong=(),
        facts=facts,
    )


def _currency(chosen: Sequence[Shown], field: FieldMeaning) -> str | None:
    """Return the currency of amounts; none where they have several."""
    found = {currency_in(each.row, field.name) for each in chosen}
    return found.pop() if len(found) == 1 else None
