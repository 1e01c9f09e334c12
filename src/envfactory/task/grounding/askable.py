"""What people ask for of what a call returns: details of one record, names or number of several."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from envfactory.records import Json
from envfactory.task.grounding.call import pointer_of
from envfactory.task.grounding.larder import is_natural
from envfactory.task.grounding.mention import Mention
from envfactory.task.meanings.meaning import EntityMeaning, FieldMeaning
from envfactory.task.meanings.spoken import Speaker

_LONGEST_TEXT = 120
_LONGEST_LABEL = 3
"""Words in the name of a field; what takes more is a setting that nobody has a name for."""


def askable(
    entity: EntityMeaning,
    record: Mapping[str, Json],
    subject: Mention,
    speaker: Speaker,
    done: Collection[str] = (),
) -> list[FieldMeaning]:
    """Return the fields of a record that people would ask for.

    Args:
        entity: The kind of record.
        record: What a call returned of it.
        subject: How it is pointed out; what that tells is not asked for.
        speaker: Says values at the present moment.
        done: Fields that the user set before.
    """
    told = {entity.title, *(p.field for p in subject.properties), *done}
    found = []
    for name, field in entity.fields.items():
        value = record.get(name)
        if name in told or not field.said or field.shape.entity is not None:
            continue
        if len(field.label.split()) > _LONGEST_LABEL:
            continue
        kind = speaker.kind(value, field.shape) if value is not None else None
        if kind in (None, "boolean"):
            continue
        if kind == "text" and (len(str(value)) > _LONGEST_TEXT or not is_natural(str(value))):
            continue
        if subject.title is not None and str(value).casefold() in subject.title.casefold():
            continue
        found.append(field)
    return found


def unusual(
    fields: Sequence[FieldMeaning], record: Mapping[str, Json], rows: Sequence[Mapping[str, Json]]
) -> list[FieldMeaning]:
    """Return the fields in which a record holds something else than most records of its kind.

    What most of them hold is answered rightly by whoever guesses, and need not be looked up.

    Args:
        fields: Some fields.
        record: What is known of the record.
        rows: All records of its kind.
    """
    found = []
    for field in fields:
        held = [row[field.name] for row in rows if row.get(field.name) is not None]
        if 2 * held.count(record.get(field.name)) <= len(held) or len(held) < 2:
            found.append(field)
    return found


def listed(value: Json) -> tuple[str | None, list[Mapping[str, Json]], int | None]:
    """Return where a result holds its records, the records, and how many there are in all."""
    if isinstance(value, list):
        return "", [row for row in value if isinstance(row, dict)], len(value)
    if isinstance(value, dict):
        for name, part in value.items():
            if isinstance(part, list):
                total = value.get("total")
                rows: list[Mapping[str, Json]] = [row for row in part if isinstance(row, dict)]
                return pointer_of(name), rows, total if isinstance(total, int) else None
    return None, [], None


def countable(value: Json) -> bool:
    """Return whether a result holds records, and says how many there are in all."""
    _, rows, total = listed(value)
    return bool(rows) and total is not None
