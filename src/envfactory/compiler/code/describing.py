"""What parameters mean, where the description does not say it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from envfactory.compiler.code.names import collection_name, owner_name, words
from envfactory.spec.model import (
    AdjustRecord,
    CreateRecords,
    EntitySpec,
    EnvironmentSpec,
    FieldSpec,
    GetRecord,
    ListOf,
    ListRecords,
    Match,
    ParameterSpec,
    RelateRecords,
    Scalar,
    ToolDesign,
)

_COMPARISONS = {
    "eq": "with this {field}",
    "contains": "whose {field} contains this",
    "prefix": "whose {field} starts with this",
    "one_of": "whose {field} is one of these",
    "gte": "whose {field} is this or later",
    "gt": "whose {field} is later than this",
    "lte": "whose {field} is this or earlier",
    "lt": "whose {field} is earlier than this",
}
_NUMERIC_COMPARISONS = {
    "gte": "whose {field} is at least this",
    "gt": "whose {field} is more than this",
    "lte": "whose {field} is at most this",
    "lt": "whose {field} is less than this",
}
_MOMENTS = {
    "gte": "at this time or later",
    "gt": "after this time",
    "lte": "at this time or earlier",
    "lt": "before this time",
}


def describe(spec: EnvironmentSpec, design: ToolDesign, parameter: ParameterSpec) -> str:
    """Say what a parameter means: in the words of the source, or from what the tool does."""
    if _says_more(parameter.description, parameter.name):
        return parameter.description.strip()
    entity = spec.entity(design.behaviour.table)
    for told in _meanings(spec, design, entity, parameter.name):
        return told
    if parameter.reference is not None:
        return f"Which {words(spec.entity(parameter.reference.table).name)}"
    return words(parameter.name).capitalize()


def _meanings(
    spec: EnvironmentSpec, design: ToolDesign, entity: EntitySpec, name: str
) -> Iterator[str]:
    """Yield what a parameter is for, the most telling first."""
    behaviour = design.behaviour
    noun, nouns = words(entity.name), words(entity.table)
    if isinstance(behaviour, ListRecords):
        yield from _list_meanings(behaviour, nouns, name)
    if isinstance(behaviour, AdjustRecord):
        yield from _adjusted(behaviour, noun, name)
    if isinstance(behaviour, GetRecord) and behaviour.field is not None and name == behaviour.key:
        yield _value_of(spec, entity, entity.field(behaviour.field))
    if name == getattr(behaviour, "key", None):
        yield f"Which {noun}"
    if name == getattr(behaviour, "keys", None):
        yield f"Which {nouns}"
    if isinstance(behaviour, CreateRecords) and name == behaviour.items:
        yield f"The {nouns} to create"
    if isinstance(behaviour, RelateRecords) and name == behaviour.member:
        field = words(behaviour.field)
        yield f"What to {'add to' if behaviour.change == 'add' else 'remove from'} the {field}"
    through = getattr(behaviour, "through", None)
    if through is not None and name == through.key:
        owner = spec.entity(through.table)
        held = collection_name(owner.field(through.field))
        yield f"The {words(owner.name)} whose {held} are meant"
    for match in getattr(behaviour, "matches", ()):
        if match.parameter == name:
            yield f"Only {nouns} {_narrowed(spec, entity, match)}"
    for match in getattr(behaviour, "scope", ()):
        if match.parameter == name and match.field:
            yield _scoped(spec, entity, entity.field(match.field))
    for assign in getattr(behaviour, "assigns", ()):
        if assign.parameter == name:
            yield _value_of(spec, entity, entity.field(assign.field))


def _adjusted(behaviour: AdjustRecord, noun: str, name: str) -> Iterator[str]:
    if name == behaviour.key and behaviour.into is not None:
        yield f"The {noun} that gives it"
    if name == behaviour.into:
        yield f"The {noun} that gets it"
    if name == behaviour.amount:
        way = "to add to" if behaviour.change == "add" else "to take from"
        yield f"How much {way} the {words(behaviour.field)}"


def _list_meanings(behaviour: ListRecords, nouns: str, name: str) -> Iterator[str]:
    paging, sorting = behaviour.paging, behaviour.sorting
    if paging is not None and name == paging.limit:
        yield f"How many {nouns} to return at most"
    if paging is not None and name == paging.position:
        yield {
            "offset": f"How many {nouns} to skip",
            "page": f"Which page to return, counted from {paging.first_page}",
            "cursor": "Where to go on: the next_cursor of the page before",
        }[paging.style]
    if sorting is not None and name == sorting.parameter:
        yield f"What to order the {nouns} by"
    if sorting is not None and name == sorting.direction_parameter:
        yield "Whether to start with the smallest or the largest"


def _scoped(spec: EnvironmentSpec, entity: EntitySpec, field: FieldSpec) -> str:
    if field.reference is None:
        return _value_of(spec, entity, field)
    return f"The {words(owner_name(spec, field))} that the {words(entity.name)} belongs to"


def _value_of(spec: EnvironmentSpec, entity: EntitySpec, field: FieldSpec) -> str:
    name = words(owner_name(spec, field) if field.reference else field.name)
    told = field.description.strip() if _says_more(field.description, field.name) else ""
    return told or f"{name.capitalize()} of the {words(entity.name)}"


def _says_more(text: str, name: str) -> bool:
    """Tell whether a description says more than the name does."""
    said = re.sub(r"[\W_]+", " ", text).strip().casefold()
    return said not in ("", words(name).casefold(), re.sub(r"_+", " ", name).casefold())


def _narrowed(spec: EnvironmentSpec, entity: EntitySpec, match: Match) -> str:
    if match.field is None:
        return "that mention this text"
    field = entity.field(match.field)
    if field.reference is not None and match.op == "eq":
        return f"of this {words(owner_name(spec, field))}"
    if isinstance(field.type, ListOf):
        return f"whose {words(field.name)} include this"
    if isinstance(field.type, Scalar) and field.type.type == "boolean":
        return f"where {words(field.name)} is this"
    if field.name.endswith("ed_at") and match.op in _MOMENTS:
        return f"{words(field.name.removesuffix('_at'))} {_MOMENTS[match.op]}"
    numeric = isinstance(field.type, Scalar) and field.type.type in ("integer", "number")
    phrase = (_NUMERIC_COMPARISONS if numeric else {}).get(match.op, _COMPARISONS[match.op])
    return phrase.format(field=words(field.name))
