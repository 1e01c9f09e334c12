"""How many records each table gets, in which order tables are filled, and the keys of records.

Keys exist before any record does, so that references can point anywhere, also in cycles.
"""

from __future__ import annotations

import random
from math import prod
from typing import Literal

from envfactory.compiler.data.arn import names_any
from envfactory.spec.model import EntitySpec, EnvironmentSpec, Scalar

Size = Literal["small", "medium", "large"]

_ROOT_ROWS: dict[Size, tuple[int, int]] = {"small": (5, 8), "medium": (9, 14), "large": (18, 30)}
_CHILD_SHARE = (1.4, 2.6)
_MOST_ROWS: dict[Size, int] = {"small": 18, "medium": 32, "large": 60}


def parents(entity: EntitySpec) -> list[str]:
    """Return the tables that every record of an entity refers to, itself apart."""
    return [
        field.reference.table
        for field in entity.fields
        if field.reference is not None
        and not field.optional
        and field.type.kind == "scalar"
        and field.reference.table != entity.table
    ]


def fill_order(spec: EnvironmentSpec) -> list[EntitySpec]:
    """Return entities so that parents come before children, cycles broken by order.

    What speaks of any resource by its name comes when the others have theirs.
    """
    by_table = {entity.table: entity for entity in spec.entities}
    ordered: dict[str, EntitySpec] = {}
    started: set[str] = set()

    def visit(table: str) -> None:
        if table in started:
            return
        started.add(table)
        entity = by_table[table]
        others = [field.reference.table for field in entity.fields if field.reference is not None]
        for other in [*parents(entity), *others]:
            visit(other)
        ordered[table] = entity

    for entity in sorted(spec.entities, key=lambda e: any(names_any(f.name) for f in e.fields)):
        visit(entity.table)
    return list(ordered.values())


def row_counts(spec: EnvironmentSpec, size: Size, rng: random.Random) -> dict[str, int]:
    """Return how many records each table gets: children are more than their parents.

    Data sets that are looked up get as many as callers have combinations to ask for, later.
    """
    counts: dict[str, int] = {}
    for entity in fill_order(spec):
        rows = rng.randint(*_ROOT_ROWS[size])
        above = [counts[table] for table in parents(entity) if table in counts]
        if above:
            rows = max(rows, round(max(above) * rng.uniform(*_CHILD_SHARE)))
        if _is_extension(entity):
            rows = min([rows, *above])
        limit = _capacity(entity, counts)
        if limit is not None:
            rows = min(rows, limit)
        counts[entity.table] = 1 if entity.singleton else min(rows, _MOST_ROWS[size])
    return counts


def _is_extension(entity: EntitySpec) -> bool:
    """Whether each record stands beside exactly one of another table."""
    return any(
        field.reference is not None and (field.unique or field.name == entity.key)
        for field in entity.fields
    )


def _capacity(entity: EntitySpec, counts: dict[str, int]) -> int | None:
    """Return how many records can differ in their identity; None where there is no limit."""
    sizes: list[int] = []
    for name in entity.identity:
        field = entity.field(name)
        if field.reference is not None and field.reference.table in counts:
            sizes.append(counts[field.reference.table])
        elif isinstance(field.type, Scalar) and field.type.choices:
            sizes.append(len(field.type.choices))
        elif isinstance(field.type, Scalar) and field.type.type == "boolean":
            sizes.append(2)
        else:
            return None
    return prod(sizes) if sizes else None
