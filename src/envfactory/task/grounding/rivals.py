"""`with_rivals`: what could be taken for a fact; an answer that offers it does not count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from envfactory.graph import values_at
from envfactory.graph.path import unescape
from envfactory.records import Json, canonical_json
from envfactory.task.grounding.call import Call
from envfactory.task.grounding.records import RecordJson, Records
from envfactory.task.judging.answering import contains
from envfactory.task.meanings.meaning import EntityMeaning, FieldMeaning, Glossary
from envfactory.task.meanings.spoken import Speaker, currency_in
from envfactory.task.meanings.words import plural
from envfactory.task.model import Fact

_MOST_VALUES = 24
_MOST_DETAILS = 12
_SHORTEST = 2
_LONGEST = 160
"""What is longer is compared by its beginning only, and answers hold it whole or not at all."""


def with_rivals(
    facts: Sequence[Fact], calls: Sequence[Call], glossary: Glossary, said: Sequence[str]
) -> tuple[Fact, ...]:
    """Return facts that know their label, the values that they compete with, and their details.

    A field competes with the same field of other records and with its other choices; the names of
    the records that were found compete with those of the records that were not, and where all were,
    with those of other kinds: whoever lists whatever has a name has not told which these are. What
    the record holds elsewhere as well may be told, and competes with nothing.

    Args:
        facts: What the answers must contain.
        calls: The solution's calls, executed.
        glossary: What tools and records mean.
        said: What user and agent say in the reference conversation: a value that is spoken of
            there competes with nothing.
    """
    return tuple(
        fact if fact.rivals or fact.label else _completed(fact, facts, calls, glossary, said)
        for fact in facts
    )


def _completed(
    fact: Fact,
    facts: Sequence[Fact],
    calls: Sequence[Call],
    glossary: Glossary,
    said: Sequence[str],
) -> Fact:
    call = calls[fact.call]
    entity = glossary.entity(call.meaning.environment, call.meaning.table)
    if entity is None:
        return fact
    place, _, last = fact.path.rpartition("/")
    field = entity.fields.get(unescape(last))
    record = next((row for _, row in values_at(call.value, place)), None)
    if field is None or not isinstance(record, dict):
        label = plural(entity.noun)
        return fact.model_copy(update={"label": label, "others": other_kinds(entity, glossary)})
    wanted = {form for other in facts if other.turn == fact.turn for form in other.forms}
    speaker = Speaker(call.before.now(entity.environment))
    named = field.name == entity.called

    def competing(others: Iterator[str]) -> dict[str, None]:
        return dict.fromkeys(
            form for form in others if _SHORTEST <= len(form) <= _LONGEST and form not in wanted
        )

    value = record.get(field.name)
    rivals = competing(_others(field, call.before.all(entity), value, speaker))
    if named and not rivals:
        rivals = competing(_names_of_others(entity, glossary, call.before))
    details = tuple(_details(record, field))
    beside = {text.casefold() for text in details}
    return fact.model_copy(
        update={
            "label": entity.noun if named else field.label,
            "rivals": tuple(
                form
                for form in rivals
                if form.casefold() not in beside and not any(contains(t, (form,)) for t in said)
            ),
            "details": details,
        }
    )


def _names_of_others(entity: EntityMeaning, glossary: Glossary, records: Records) -> Iterator[str]:
    """Yield what records of other kinds in the same environment are called."""
    names = (
        row.get(other.called or "")
        for other in glossary.entities.values()
        if other.environment == entity.environment and other.table != entity.table
        for row in records.all(other)
    )
    yield from islice((name for name in names if isinstance(name, str)), _MOST_VALUES)


def other_kinds(entity: EntityMeaning, glossary: Glossary) -> tuple[str, ...]:
    """Return what other kinds of records are called, but those that one word may stand for both."""
    nouns = {
        plural(other.noun): None
        for other in glossary.entities.values()
        if other.environment == entity.environment and other.head != entity.head
    }
    return tuple(nouns)


def _others(
    field: FieldMeaning, rows: Sequence[RecordJson], value: Json, speaker: Speaker
) -> Iterator[str]:
    """Yield the ways to say other values of a field: its choices, then those of other records."""
    seen = {canonical_json(value)}
    choices: list[tuple[Json, RecordJson]] = [(choice, {}) for choice in field.shape.choices]
    for other, row in [*choices, *((row.get(field.name), row) for row in rows)]:
        if other is None or isinstance(other, list | dict | bool):
            continue
        content = canonical_json(other)
        if content in seen:
            continue
        if len(seen) > _MOST_VALUES:
            return
        seen.add(content)
        yield from speaker.forms(other, field.shape, currency_in(row, field.name))
        yield str(other)


def _details(record: RecordJson, field: FieldMeaning) -> Iterator[str]:
    """Yield the other values of a record as they stand there."""
    found = dict.fromkeys(
        str(value)
        for name, value in record.items()
        if name != field.name and isinstance(value, str | int) and not isinstance(value, bool)
    )
    yield from [text for text in found if _SHORTEST <= len(text) <= _LONGEST][:_MOST_DETAILS]
