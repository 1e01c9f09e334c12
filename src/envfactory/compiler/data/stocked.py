"""`stocked`: carts of a scenario hold what can be ordered, so that people there can order."""

from __future__ import annotations

from collections import Counter

from envfactory.compiler.data.agree import JsonRecord
from envfactory.records import Json
from envfactory.spec.model import EnvironmentSpec, OrderRecords


def stocked(spec: EnvironmentSpec, tables: dict[str, list[JsonRecord]]) -> None:
    """Let as much be in stock of everything as lies in the cart, in the tables of a scenario.

    Args:
        spec: Says what is ordered of what.
        tables: The records of each table; changed in place.
    """
    for tool in spec.tools:
        if isinstance(tool.behaviour, OrderRecords) and tool.behaviour.stock is not None:
            _stock(spec, tool.behaviour, tool.behaviour.stock, tables)


def _stock(
    spec: EnvironmentSpec, order: OrderRecords, stock: str, tables: dict[str, list[JsonRecord]]
) -> None:
    key = next(entity.key for entity in spec.entities if entity.table == order.product)
    wanted: Counter[str] = Counter()
    for row in tables[order.held]:
        quantity = 1 if order.quantity is None else _whole(row.get(order.quantity))
        wanted[str(row.get(order.item))] += quantity
    for row in tables[order.product]:
        due = wanted[str(row[key])]
        if _whole(row.get(stock)) < due:
            row[stock] = due


def _whole(value: Json) -> int:
    return int(value) if isinstance(value, int | float) else 0
