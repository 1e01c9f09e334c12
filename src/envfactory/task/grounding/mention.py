"""`Mention`: how a user points out a record, so that exactly one is meant.

A record is named by its title or by what it says; where another one shares that, by what it
belongs to, and by further properties, until exactly one record is left. `candidates` is the proof:
it selects, from the whole table, the records that a mention fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import combinations

from envfactory.records import Json
from envfactory.task.grounding.larder import is_natural
from envfactory.task.grounding.records import RecordJson, Records, folded
from envfactory.task.meanings.meaning import EntityMeaning, FieldMeaning, Glossary
from envfactory.task.meanings.moment import is_iso_date, is_iso_moment
from envfactory.task.meanings.spoken import Speaker, currency_in, is_money
from envfactory.task.meanings.words import is_set_by_people, is_vague

_MAX_PROPERTIES = 3
_MAX_POOL = 7
_SPEECH_LENGTH = 90
_LONG = 10**8
"""Numbers from here on are said of money alone."""
_LONGEST_LABEL = 2
"""Words in what a field is called."""


@dataclass(frozen=True, slots=True)
class Property:
    """A value of the record that the user names, with the currency where it is an amount."""

    field: str
    value: Json
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Extreme:
    """A record is the one with the most, or the least, of something among those that fit."""

    field: str
    most: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """What the user says to point out a record.

    Attributes:
        entity: The kind of record.
        key: Which one; never said, unless it is a word that people use.
        title: What it is called, if it has a title that is said.
        properties: What else is said of it.
        parent: The record that it belongs to, if that is needed to tell it apart.
        extreme: What it has most or least of among the records that all the rest fits.
    """

    entity: EntityMeaning
    key: Json
    title: str | None = None
    properties: tuple[Property, ...] = ()
    parent: Mention | None = None
    extreme: Extreme | None = None


def describe(
    entity: EntityMeaning,
    record: RecordJson,
    records: Records,
    glossary: Glossary,
    speaker: Speaker,
    depth: int = 0,
    accept: Callable[[Mention], bool] = lambda mention: True,
) -> Mention | None:
    """Return the shortest mention that leaves exactly this record, or None if there is none.

    Costs one pass over the table per property that is added.

    Args:
        entity: The kind of record.
        record: What it holds.
        records: The present state.
        glossary: What records mean.
        speaker: Says values at the present moment.
        depth: How many records that belong to each other are being described already.
        accept: What else must hold of the mention, and of that of what the record belongs to.
    """
    for mention in _attempts(entity, record, records, glossary, speaker, depth, accept):
        if candidates(mention, records, speaker) == [record[entity.key]] and accept(mention):
            return mention
    return None


def candidates(mention: Mention, records: Records, speaker: Speaker) -> list[Json]:
    """Return the keys of the records that a mention fits."""
    entity = mention.entity
    found: list[RecordJson] = []
    owners: list[Json] | None = None
    if mention.parent is not None:
        owners = candidates(mention.parent, records, speaker)
    for row in possible(mention, records):
        owned = owners is None or row.get(entity.parent or "") in owners
        if owned and fits(row, mention):
            found.append(row)
    return [row[entity.key] for row in leading(found, mention.extreme)]


def possible(mention: Mention, records: Records) -> Sequence[RecordJson]:
    """Return the records among which those are that a mention fits."""
    if mention.title is not None:
        return records.called(mention.entity, mention.title)
    if mention.properties:
        first = mention.properties[0]
        return records.sounding(mention.entity, first.field, first.value)
    return records.all(mention.entity)


def fits(row: RecordJson, mention: Mention) -> bool:
    """Return whether a record has the title and the properties of a mention."""
    called = mention.entity.called or ""
    named = mention.title is None or folded(row.get(called)) == folded(mention.title)
    return named and all(same(row.get(p.field), p.value) for p in mention.properties)


def leading(rows: Sequence[RecordJson], extreme: Extreme | None) -> list[RecordJson]:
    """Return the records that have the most (or least) of something; all where nothing is asked.

    Those that lack it do not count. None is returned where the values cannot be compared.
    """
    if extreme is None:
        return list(rows)
    amounts = [(amount, row) for row in rows if (amount := _amount(row.get(extreme.field)))]
    if len({type(amount) for amount, _ in amounts}) != 1:
        return []
    best = (max if extreme.most else min)(amount for amount, _ in amounts)
    return [row for amount, row in amounts if amount == best]


def _amount(value: Json) -> tuple[float] | datetime | None:
    """Return what records are ordered by; None for what has no order."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (float(value),)
    if isinstance(value, str) and (is_iso_moment(value) or is_iso_date(value)):
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def parent_of(
    entity: EntityMeaning,
    record: RecordJson,
    records: Records,
    glossary: Glossary,
    speaker: Speaker,
    depth: int = 0,
    accept: Callable[[Mention], bool] = lambda mention: True,
) -> Mention | None:
    """Return the mention of the record that this one belongs to, if it has one."""
    if entity.parent is None or depth > 2:
        return None
    owner = glossary.entity(entity.environment, entity.fields[entity.parent].reference)
    row = records.get(owner, record.get(entity.parent)) if owner is not None else None
    if owner is None or row is None:
        return None
    return describe(owner, row, records, glossary, speaker, depth + 1, accept)


def _attempts(
    entity: EntityMeaning,
    record: RecordJson,
    records: Records,
    glossary: Glossary,
    speaker: Speaker,
    depth: int,
    accept: Callable[[Mention], bool],
) -> Iterator[Mention]:
    """Yield mentions from the shortest to the longest."""
    title = record.get(entity.called) if entity.called is not None else None
    titled = isinstance(title, str) and bool(title.strip()) and title.isprintable()
    plain = Mention(
        entity, record[entity.key], title if titled and isinstance(title, str) else None
    )
    if plain.title is not None:
        yield plain
    parent = parent_of(entity, record, records, glossary, speaker, depth, accept)
    known = [
        Property(f.name, record[f.name], currency_in(record, f.name))
        for f in telling(entity, record, speaker)
    ]
    known = known[:_MAX_POOL]
    owned = [plain] if parent is None else [plain, replace(plain, parent=parent)]
    if plain.title is not None and parent is not None:
        yield owned[1]
    for size in range(1, _MAX_PROPERTIES + 1):
        for chosen in combinations(known, size):
            for base in owned:
                yield replace(base, properties=chosen)


def telling(entity: EntityMeaning, record: RecordJson, speaker: Speaker) -> list[FieldMeaning]:
    """Return the fields that people would tell a record by, the best first."""
    ranked: list[tuple[int, FieldMeaning]] = []
    for name, field in entity.fields.items():
        value = record.get(name)
        if not field.said or field.shape.entity is not None or value is None:
            continue
        if name == entity.title or not speaker.forms(value, field.shape):
            continue
        rank = _rank(entity, field, value, speaker)
        if rank is not None:
            ranked.append((rank, field))
    return [field for _, field in sorted(ranked, key=lambda pair: pair[0])]


def _rank(entity: EntityMeaning, field: FieldMeaning, value: Json, speaker: Speaker) -> int | None:
    kind = speaker.kind(value, field.shape)
    if field.name == entity.speech and isinstance(value, str):
        return 0 if len(value) <= _SPEECH_LENGTH and is_natural(value) else None
    if kind == "text":
        text = str(value)
        empty = text.casefold().endswith((field.label, field.name, entity.noun))
        return 3 if len(text) <= 40 and is_natural(text) and not empty else None
    if kind == "number" and not is_known_number(field.name, value):
        return None
    if kind == "choice" and is_vague(value):
        return None
    if len(field.label.split()) > _LONGEST_LABEL:
        return None  # a setting that nobody has a name for
    order = {"date": 1, "datetime": 1, "number": 2, "choice": 4, "time": 5}
    return order.get(kind or "")


def is_known_number(name: str, value: Json) -> bool:
    """Return whether people know a number that a record holds.

    They do not know a count that the service keeps, which changes; nor seconds since some day, or
    what computers know things by.
    """
    if is_money(name):
        return True
    return is_set_by_people(name) and isinstance(value, int | float) and abs(value) < _LONG


def same(value: Json, said: Json) -> bool:
    """Return whether two values would be said in the same words; times are said to the minute."""
    if isinstance(value, str) and isinstance(said, str):
        if is_iso_moment(value) and is_iso_moment(said):
            return value[:16] == said[:16]
        return folded(value) == folded(said)
    return value is not None and value == said
