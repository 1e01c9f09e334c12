"""Making the numbers of a scenario agree: counts of children, totals of lines, net and gross."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from copy import deepcopy
from functools import cache

from envfactory.compiler.code.counters import counters, counts
from envfactory.records import Json
from envfactory.spec.model import (
    EntitySpec,
    EnvironmentSpec,
    FieldSpec,
    ListOf,
    Nested,
    Scalar,
)

JsonRecord = dict[str, Json]
Fields = tuple[FieldSpec, ...]

_WHOLES = ("total", "total_count", "count", "all", "total_cases", "cases")
_PART = re.compile(
    r"^(?:num_|total_)?(?:(?:in)?active|open|closed|pending|done|completed|failed|successful|paid|"
    r"unpaid|male|female|(?:un)?read|sent|delivered|bounced|approved|rejected|won|lost|wins|losses|"
    r"draws|recovered|deaths|passed|skipped|online|offline|public|private)(?:_count|_cases)?$"
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LINES = re.compile(r"(^|_)(line_items|items|lines|order_items|positions|products)$")
_LINE_TOTALS = ("total_amount", "line_total", "total_price", "total", "amount", "subtotal")
_UNIT_PRICES = ("unit_price", "price", "unit_amount", "unit_cost")
_SUMS = ("subtotal", "sub_total", "subtotal_amount", "items_total", "net_amount")
_TOTALS = ("total_amount", "total_price", "total", "order_total", "grand_total", "amount_total")
_ADDED = ("total_tax", "tax_amount", "tax", "total_tip", "tip", "shipping_cost", "shipping")
_TAKEN = ("total_discount", "discount_amount", "discount")
_ORDERED = (
    ("net_pay", "gross_pay"),
    ("net_amount", "gross_amount"),
    ("net_amount", "amount"),
    ("net", "gross"),
    ("fee", "amount"),
    ("refunded_amount", "amount"),
    ("min_price", "max_price"),
    ("min_amount", "max_amount"),
    ("minimum", "maximum"),
    ("min", "max"),
    ("low", "high"),
    ("used", "total"),
    ("used", "limit"),
    ("available", "total"),
    ("available", "capacity"),
    ("sold", "capacity"),
    ("min_capacity", "max_capacity"),
    ("sale_price", "price"),
)


_OTHER_ENDS: dict[str, tuple[str, ...]] = {
    "min": ("max",),
    "minimum": ("maximum",),
    "lowest": ("highest",),
    "lower": ("upper",),
    "start": ("end", "stop"),
    "begin": ("end",),
    "from": ("to",),
    "first": ("last",),
}
_MIDDLES = (
    ("min", "mean", "max"),
    ("min", "avg", "max"),
    ("min", "average", "max"),
    ("min", "median", "max"),
    ("low", "average", "high"),
    ("low", "close", "high"),
    ("low", "open", "high"),
)


def agree(spec: EnvironmentSpec, tables: dict[str, list[JsonRecord]]) -> None:
    """Correct, in place, numbers that other records or fields decide.

    Absent ones stay absent, but for those that the kernel keeps.
    A number that its field does not allow is left as it was.
    """
    objects = {record.name: record.fields for record in spec.objects}
    inside = any(_is_bounded(fields) for fields in objects.values())
    for entity in spec.entities:
        bounded = inside or _is_bounded(entity.fields)
        before = deepcopy(tables[entity.table]) if bounded else []
        kept = counters(spec, entity)
        for field, name, inner in counts(spec, entity):
            _count(entity, tables, field, name, inner, always=field.name in kept)
        for row in tables[entity.table]:
            _balance(row)
        for old, new in zip(before, tables[entity.table], strict=False):
            _keep_allowed(entity.fields, objects, old, new)


def _is_bounded(fields: Fields) -> bool:
    """Return whether a number among the fields has bounds, the parts of records apart."""
    types = [f.type.item if isinstance(f.type, ListOf) else f.type for f in fields]
    return any(
        isinstance(t, Scalar) and (t.minimum is not None or t.maximum is not None) for t in types
    )


def _keep_allowed(
    fields: Fields, objects: Mapping[str, Fields], old: JsonRecord, new: JsonRecord
) -> None:
    """Take back the numbers that are outside the bounds of their fields."""
    for field in fields:
        was, now = old.get(field.name), new.get(field.name)
        if isinstance(field.type, Scalar) and isinstance(now, int | float):
            low, high = field.type.minimum, field.type.maximum
            if (low is not None and now < low) or (high is not None and now > high):
                new[field.name] = was
        type_ = field.type.item if isinstance(field.type, ListOf) else field.type
        if isinstance(type_, Nested):
            pairs = zip(
                was if isinstance(was, list) else [was],
                now if isinstance(now, list) else [now],
                strict=False,
            )
            for one, other in pairs:
                if isinstance(one, dict) and isinstance(other, dict):
                    _keep_allowed(objects[type_.name], objects, one, other)


def agree_on_parts(record: JsonRecord) -> None:
    """Let what is told twice be the same: `owner_id` and `owner.id`, a price and its text."""
    value, currency = _amount(record, "value") or _amount(record, "amount"), record.get("currency")
    if isinstance(record.get("formatted"), str) and value is not None and currency:
        record["formatted"] = f"{value:.2f} {currency}"
    for name, part in record.items():
        if not isinstance(part, dict):
            continue
        for inner in ("id", "name"):
            flat, old = record.get(f"{name}_{inner}"), part.get(inner)
            if flat is not None and type(flat) is type(old):
                part[inner] = flat


# ----------------------------------------------------------------------------- counts
def _count(
    entity: EntitySpec,
    tables: dict[str, list[JsonRecord]],
    field: FieldSpec,
    child: str,
    inner: str,
    *,
    always: bool,
) -> None:
    table, _, link = child.partition(".")
    children = Counter(str(row[link]) for row in tables[table] if row.get(link) is not None)
    for row in tables[entity.table]:
        holder, name = (row.get(field.name), inner) if inner else (row, field.name)
        if isinstance(holder, dict) and (always or holder.get(name) is not None):
            holder[name] = children[str(row[entity.key])]


# ----------------------------------------------------------------------------- amounts
def _balance(record: JsonRecord) -> None:
    """Make the amounts of a record agree with its lines and with each other."""
    for value in record.values():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                _balance(part)
    _cover(record)
    for low, high in _pairs(tuple(record)):
        smaller, larger = _amount(record, low), _amount(record, high)
        first, last = _day(record, low), _day(record, high)
        if (smaller is not None and larger is not None and smaller > larger) or (
            first and last and first > last
        ):
            record[low], record[high] = record[high], record[low]
    _set_middle(record)
    for name, value in record.items():
        if _LINES.search(name) and isinstance(value, list):
            lines = [line for line in value if isinstance(line, dict)]
            if lines:
                _add_up(record, lines)
            return


@cache
def _pairs(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the fields among those of a record of which the first is at most the second."""
    ordered = (pair for pair in _ORDERED if pair[0] in names and pair[1] in names)
    return (*ordered, *ends_of_ranges(names))


@cache
def _middles(names: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
    """Return the fields among those of a record of which one is between the others."""
    return tuple(three for three in _MIDDLES if all(name in names for name in three))


def ends_of_ranges(names: Collection[str]) -> list[tuple[str, str]]:
    """Return the names of both ends of the ranges among fields: `min_age` and `max_age`."""
    found = []
    for name in names:
        parts = name.split("_")
        for place, part in enumerate(parts):
            for other in _OTHER_ENDS.get(part, ()):
                last = "_".join((*parts[:place], other, *parts[place + 1 :]))
                if last in names:
                    found.append((name, last))
    return found


def _set_middle(record: JsonRecord) -> None:
    """Put what is said to be the middle of numbers between the least and the greatest."""
    for names in _middles(tuple(record)):
        low, middle, high = (_amount(record, name) for name in names)
        if middle is not None and low is not None and high is not None:
            _set(record, names[1], min(max(middle, low), high))


def _cover(record: JsonRecord) -> None:
    """Make a total cover its parts: the sum of those that exclude each other."""
    whole = next((name for name in _WHOLES if _is_count(record.get(name))), None)
    if whole is None:
        return
    parts = [v for name, v in record.items() if _PART.search(name) and _is_count(v)]
    counts = [v for v in parts if isinstance(v, int)]
    old = record[whole]
    if counts and isinstance(old, int):
        record[whole] = sum(counts) if len(counts) > 1 else max(old, counts[0])


def _is_count(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _add_up(record: JsonRecord, lines: list[JsonRecord]) -> None:
    """Set the totals of lines that have a price and a quantity, and of what holds the lines."""
    totals = [_line_total(line) for line in lines]
    known = [total for total in totals if total is not None]
    if len(known) != len(lines):
        return
    total = sum(known)
    for name in _SUMS:
        _set(record, name, total)
    total += sum(_amount(record, name) or 0 for name in _ADDED)
    total -= sum(_amount(record, name) or 0 for name in _TAKEN)
    for name in _TOTALS:
        _set(record, name, max(total, 0))


def _line_total(line: JsonRecord) -> float | None:
    price = next((p for name in _UNIT_PRICES if (p := _amount(line, name)) is not None), None)
    quantity = _amount(line, "quantity")
    field = next((name for name in _LINE_TOTALS if _amount(line, name) is not None), None)
    if price is None or quantity is None:
        return _amount(line, field) if field else None
    total = price * quantity
    if field is not None:
        _set(line, field, total)
        return _amount(line, field)
    return round(total, 2)


def _amount(record: JsonRecord, name: str) -> float | None:
    value = record.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _day(record: JsonRecord, name: str) -> str:
    """Return the day of a moment in a record; '' where there is none."""
    value = record.get(name)
    return value[:10] if isinstance(value, str) and _DAY.match(value) else ""


def _set(record: JsonRecord, name: str, value: float) -> None:
    """Set an amount that is there, as a whole number where it is one."""
    old = _amount(record, name)
    if old is not None:
        record[name] = round(value) if isinstance(old, int) else round(float(value), 2)
