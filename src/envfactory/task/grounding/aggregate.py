"""`aggregated`: what several records come to: how many there are, or the sum of something."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from envfactory.records import Json
from envfactory.task.grounding.mention import same
from envfactory.task.grounding.records import RecordJson
from envfactory.task.model import Aggregate


def aggregated(records: Json, over: Aggregate) -> Json:
    """Return what the records of a list come to, those alone that meet the criteria.

    None where it is no list of records, or something to be added up is no number.
    """
    if not isinstance(records, list) or not all(isinstance(row, dict) for row in records):
        return None
    rows = [row for row in records if isinstance(row, dict) and _meets(row, over)]
    if over.field is None:
        return len(rows)
    return _sum([row.get(over.field) for row in rows])


def _meets(row: RecordJson, over: Aggregate) -> bool:
    return all(same(row.get(each.field), each.value) for each in over.criteria)


def _sum(values: Sequence[Json]) -> Json:
    """Return the exact sum of numbers; those that are not there count for nothing."""
    total = Decimal(0)
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float | None):
            return None
        total += Decimal(str(value or 0))
    whole = total == total.to_integral_value()
    return int(total) if whole else float(total)
