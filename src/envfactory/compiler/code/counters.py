"""Counters: fields that certainly count records of another table, and are kept by the kernel.

`comments_count` of a post is one where a table is called `comments`, its records have one reference
to posts, and no caller ever sets the field. Where any of that is open, the number stays what the
scenario says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from envfactory.compiler.code.names import words
from envfactory.spec.model import Assign, EntitySpec, EnvironmentSpec, FieldSpec, Nested, Scalar

_COUNT = re.compile(r"^(?:(?:total|num|number_of|count_of)_)?(\w+?)_(?:count|total)$")
_COUNT_BEFORE = re.compile(r"^(?:total|num|number_of|count_of)_(\w+)$")
_COUNT_INSIDE = ("total_items", "total_count", "count", "total")


def counters(spec: EnvironmentSpec, entity: EntitySpec) -> dict[str, tuple[str, str]]:
    """Return the counters of an entity: field name to the table that is counted and its link."""
    found: dict[str, tuple[str, str]] = {}
    set_by_callers = {
        assign.field
        for tool in spec.tools
        if tool.behaviour.table == entity.table
        for assign in _assigns(tool.behaviour)
    }
    for field, child, inner in counts(spec, entity):
        table, _, link = child.partition(".")
        if inner or field.name in set_by_callers or not _is_plain(entity, field):
            continue
        found[field.name] = (table, link)
    return found


def counts(spec: EnvironmentSpec, entity: EntitySpec) -> Iterator[tuple[FieldSpec, str, str]]:
    """Yield fields that count the records of a table: field, that table and link, inner field."""
    objects = {record.name: record for record in spec.objects}
    for field in entity.fields:
        if isinstance(field.type, Scalar) and field.type.type == "integer":
            match = _COUNT.match(field.name) or _COUNT_BEFORE.match(field.name)
            child = _child(spec, entity, match.group(1)) if match else None
            if child:
                yield field, child, ""
        if isinstance(field.type, Nested):
            child = _child(spec, entity, field.name)
            inner = next(
                (
                    one.name
                    for one in objects[field.type.name].fields
                    if one.name in _COUNT_INSIDE
                    and isinstance(one.type, Scalar)
                    and one.type.type == "integer"
                ),
                "",
            )
            if child and inner:
                yield field, child, inner


def _child(spec: EnvironmentSpec, entity: EntitySpec, name: str) -> str:
    """Return `table.field` of the one reference to the entity from the table so called."""
    for other in spec.entities:
        if name not in (other.table, words(other.name).replace(" ", "_")):
            continue
        links = [
            field.name
            for field in other.fields
            if field.reference is not None
            and field.reference.table == entity.table
            and isinstance(field.type, Scalar)
        ]
        return f"{other.table}.{links[0]}" if len(links) == 1 else ""
    return ""


def _assigns(behaviour: object) -> Iterator[Assign]:
    for name in ("assigns", "given"):
        for assign in getattr(behaviour, name, ()):
            if isinstance(assign, Assign):
                yield assign


def _is_plain(entity: EntitySpec, field: FieldSpec) -> bool:
    """Whether the field can hold any number of records and means nothing else."""
    kind = field.type
    bounded = isinstance(kind, Scalar) and (kind.choices or (kind.minimum or 0) > 0)
    told_apart = field.unique or field.name in (entity.key, *entity.identity)
    limited = isinstance(kind, Scalar) and kind.maximum is not None
    return not (bounded or limited or told_apart or field.reference is not None)
