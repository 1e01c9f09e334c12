"""Where records are: facts of the world for tables that list them, and places that fit them."""

from __future__ import annotations

from collections.abc import Mapping

from envfactory.compiler.data.reference import Fact, facts
from envfactory.compiler.data.rows import Row, Source
from envfactory.compiler.data.tables import JsonRecord, TableDraft
from envfactory.spec.model import EntitySpec

_FEW = 4
"""Cities or regions that suffice for a table."""


def draw_facts(
    entity: EntitySpec, noun: str, count: int, drafts: Mapping[str, TableDraft], source: Source
) -> list[Fact]:
    """Return what a table of the world lists, at most `count`; nothing for any other table.

    Cities and regions lie in the countries that another table lists, and the home of the scenario
    is among them.
    """
    found = facts(noun, entity.fields, entity.title)
    countries = {
        row.fact.place.country
        for draft in drafts.values()
        for row in draft.rows
        if row.fact is not None and row.fact.name == row.fact.place.country
    }
    listed = tuple(fact for fact in found if fact.place.country in countries)
    found = listed if len(listed) >= _FEW else found
    chosen = source.rng.sample(found, min(count, len(found)))
    home = next((fact for fact in found if fact.place == source.home), None)
    if home is not None and home not in chosen:
        chosen[-1] = home
    return chosen


def settle_place(
    row: Row, links: JsonRecord, entity: EntitySpec, drafts: Mapping[str, TableDraft]
) -> None:
    """Let a record and the country or city that it refers to be in the same country.

    What exists stays where it is, and its reference is corrected, in place; anything else moves.
    """
    for name, key in links.items():
        reference = entity.field(name).reference
        target = None if reference is None else drafts[reference.table]
        if target is None or not isinstance(key, str | int) or target.rows[0].fact is None:
            continue
        if row.fact is None:
            fact = target.rows[target.keys.index(key)].fact
            if fact is not None:
                row.places.setdefault("", fact.place)
            continue
        country = row.fact.place.country
        pairs = zip(target.keys, target.rows, strict=True)
        there = (k for k, one in pairs if one.fact and one.fact.place.country == country)
        links[name] = next(there, key)
