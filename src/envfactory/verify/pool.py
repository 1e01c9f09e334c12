"""`Pool`: values worth trying as arguments, taken from a state and from what tools returned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from envfactory.records import Json

MAX_NAMED = 40
"""How many different values are kept per field name."""

OF_EACH = 4
"""How many records of each table lend all of their values, however many are kept already."""

MAX_ITEMS = 12
"""How many items of a list are looked at."""

Row = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Pool:
    """Values of one state.

    Attributes:
        now: The clock of the state, as in its scenario.
        rows: The records of each table, those that the last calls named first.
        keys: The keys of each table, in the same order.
        named: Scalar values by the name of the field that holds them.
    """

    now: str
    rows: Mapping[str, Sequence[Row]]
    keys: Mapping[str, Sequence[Json]]
    named: Mapping[str, Sequence[Json]]

    @classmethod
    def of(
        cls,
        scenario: Mapping[str, Json],
        key_fields: Mapping[str, str],
        recent: Sequence[Json] = (),
    ) -> Pool:
        """Collect the values of a scenario. O(size of the scenario), most of it for its keys.

        Args:
            scenario: The state as JSON.
            key_fields: The key field of each table.
            recent: Arguments and values of the last calls, the newest first. What they name comes
                first, and their values count as well.
        """
        named: dict[str, list[Json]] = {}
        for value in recent:
            _collect(value, "", named)
        mentioned = {leaf for value in recent for leaf in leaves(value)}
        rows: dict[str, list[dict[str, Json]]] = {}
        keys: dict[str, Sequence[Json]] = {}
        for table, key_field in key_fields.items():
            held = scenario.get(table)
            records: list[dict[str, Json]] = []
            held = list(held.values()) if isinstance(held, dict) else held
            if isinstance(held, list):
                records = [record for record in held if isinstance(record, dict)]
            # A stable sort: the rest stays in key order.
            records.sort(key=lambda r: _scalar(r.get(key_field)) not in mentioned)
            rows[table] = records
            keys[table] = [record[key_field] for record in records if key_field in record]
        for name, value in scenario.items():
            for item in rows[name][:MAX_NAMED] if name in rows else [value]:
                _collect(item, name, named)
        for records in rows.values():  # tables that come late would else lend nothing
            for record in records[:OF_EACH]:
                _collect(record, "", named, MAX_NAMED + OF_EACH * len(rows))
        now = scenario.get("now")
        return cls(now if isinstance(now, str) else "2026-01-01T09:00:00Z", rows, keys, named)

    def by_name(self, name: str) -> Sequence[Json]:
        """Return values of the field `name`, or of one that ends with it (`next_cursor`)."""
        found = self.named.get(name)
        if found is None and name:
            ending = "_" + name
            found = next((v for n, v in self.named.items() if n.endswith(ending)), None)
        return found or ()


def _collect(value: Json, name: str, named: dict[str, list[Json]], most: int = MAX_NAMED) -> None:
    """Add the scalars in a value under the names of their fields; a search spends its time here."""
    if isinstance(value, dict):  # not Mapping: most of the time would go into asking that
        for field, item in value.items():
            if item.__class__ is dict or item.__class__ is list:
                _collect(item, field, named, most)
            elif item is not None and field:
                known = named.get(field)
                if known is None:
                    named[field] = [item]
                elif len(known) < most and item not in known:
                    known.append(item)
    elif isinstance(value, list):
        for item in value[:MAX_ITEMS]:
            _collect(item, name, named, most)
    elif value is not None and name:
        known = named.setdefault(name, [])
        if len(known) < most and value not in known:
            known.append(value)


def leaves(value: Json) -> Iterator[str | int]:
    """Yield the texts and numbers anywhere in a value."""
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, str | int):
        yield value


def _scalar(value: Json) -> str | int | None:
    return value if isinstance(value, str | int) else None
