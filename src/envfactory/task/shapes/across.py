"""Across: something is asked of the records that belong to one that is told by what it is like.

"How many orders of the customer in Berlin are there?" takes two tables: the first look-up finds out
which customer that is, and the second one shows the orders, its own or everybody's. Whoever leaves
out the first step answers for another customer, or for all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from envfactory.graph.path import escape
from envfactory.records import canonical_json
from envfactory.task.grounding.mention import Mention
from envfactory.task.grounding.records import RecordJson
from envfactory.task.meanings.meaning import EntityMeaning, ToolMeaning
from envfactory.task.meanings.words import load_words
from envfactory.task.model import Conveyed, Criterion, Origin
from envfactory.task.phrasing.refer import Discourse, preposition
from envfactory.task.shapes.condition import described, proof_of
from envfactory.task.shapes.many import of_many
from envfactory.task.shapes.number import Some, asked
from envfactory.task.shapes.place import Place, looks
from envfactory.task.shapes.sketch import Sketch
from envfactory.task.shapes.view import Look, Shown, View

_OWNERS = 4
_FEWEST, _MOST = 2, 40


def across(place: Place) -> Iterator[Sketch]:
    """Yield plans that count, name or add up what belongs to a record that has to be found."""
    for entity in place.entities():
        for field, owner in _owners(entity, place):
            for outer in place.views_of(owner):
                if outer.parent is not None:
                    continue
                for shown in place.rng.sample(outer.shown, min(_OWNERS, len(outer.shown))):
                    mention = described(outer, shown, place)
                    if mention is not None:
                        yield from _of(mention, shown, outer, entity, field, place)


def _owners(entity: EntityMeaning, place: Place) -> list[tuple[str, EntityMeaning]]:
    """Return the kinds of records that those of a kind belong to, with the fields that say so.

    Beside what they are kept in, what they name by its kind: an order's customer, not its author.
    """
    found: list[tuple[str, EntityMeaning]] = []
    for field in entity.fields.values():
        owner = place.glossary.entity(entity.environment, field.reference)
        if owner is None or owner is entity:
            continue
        if field.name == entity.parent or field.label in (owner.noun, owner.head):
            found.append((field.name, owner))
    tables = [owner.table for _, owner in found]
    alone = [each for each in found if tables.count(each[1].table) == 1]
    place.rng.shuffle(alone)
    return alone


def _of(
    mention: Mention, shown: Shown, outer: View, entity: EntityMeaning, field: str, place: Place
) -> Iterator[Sketch]:
    """Yield plans that ask something of what belongs to a record that a look-up has shown."""
    for inner in _belonging(entity, field, outer, shown, place):
        some = _some(outer, mention, shown, inner, field, place)
        if some is not None:
            yield from asked(some, place)


@dataclass(frozen=True, slots=True)
class _Inner:
    """The second look-up: what it shows, and whether it shows the records of others too."""

    view: View
    everybody: bool


def _belonging(
    entity: EntityMeaning, field: str, outer: View, shown: Shown, place: Place
) -> Iterator[_Inner]:
    """Yield look-ups that show what belongs to a record that another look-up has shown."""
    origin = Origin(
        kind="result",
        call=len(outer.looks) - 1,
        path=f"{shown.place}/{escape(shown.key_field)}",
    )
    for tool in place.views.lists(entity):
        parameter = _parameter(tool, field)
        if parameter is None and not tool.arguments.required:
            view = place.views.shown(entity, tool, outer.looks, {}, place.world)
            if view is not None and all(field in each.row for each in view.shown):
                yield _Inner(view, everybody=True)
        elif parameter is not None and tool.arguments.required <= {parameter}:
            given = {parameter: shown.key}
            view = place.views.shown(entity, tool, outer.looks, given, place.world)
            if view is not None:
                look = Look(tool.tool, given, {f"/{escape(parameter)}": origin})
                told = View(entity, (*outer.looks, look), view.path, view.shown)
                yield _Inner(told, everybody=False)


def _parameter(tool: ToolMeaning, field: str) -> str | None:
    """Return the parameter of a list that says whose records it is to show."""
    scope = [name for name, held in tool.scope.items() if held == field]
    narrowing = [each.parameter for each in tool.filters if (each.field, each.op) == (field, "eq")]
    return next(iter((*scope, *narrowing)), None)


def _some(
    outer: View, mention: Mention, shown: Shown, inner: _Inner, field: str, place: Place
) -> Some | None:
    """Return what belongs to a record, if the look-ups show all of it and others have more."""
    entity = inner.view.entity
    rows = place.records.all(entity)
    own = {row[entity.key] for row in rows if row.get(field) == shown.key}
    chosen = tuple(
        each for each in inner.view.shown if not inner.everybody or each.row.get(field) == shown.key
    )
    whole = {each.key for each in chosen} == own
    if not whole or not _FEWEST <= len(chosen) <= _MOST or len(own) == len(rows):
        return None
    if _is_usual(len(own), field, rows):
        return None
    discourse = place.discourse(entity)
    words = discourse.every(entity, (), None)
    whose = _whose(mention, discourse)
    look = len(outer.looks) - 1
    criteria = (Criterion(field=field, value=shown.key),) if inner.everybody else ()
    text = discourse.words_for(mention)
    return Some(
        view=inner.view,
        chosen=chosen,
        criteria=criteria,
        each=f"{words} {whose}",
        many=f"{of_many(words, entity)} {whose}",
        among=rows,
        calls=looks(inner.view),
        conveyed=(
            Conveyed(
                call=look,
                path="",
                kind="description",
                text=text,
                proof=proof_of(outer, mention, text),
            ),
        ),
        kept=(text,),
    )


def _is_usual(count: int, field: str, rows: Sequence[RecordJson]) -> bool:
    """Say whether most owners have as many records: who guesses that needs not look."""
    counts = list(Counter(canonical_json(row.get(field)) for row in rows).values())
    return 2 * counts.count(count) > len(counts)


def _whose(mention: Mention, discourse: Discourse) -> str:
    """Return whose records are meant: on the list that is open, of the customer in Berlin."""
    known = mention.entity.head in load_words().prepositions
    tied = preposition(mention.entity) if known else "of"
    return f"{tied} {discourse.refer(mention, pronoun=False)}"
