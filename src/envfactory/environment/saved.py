"""`SavedState`: a state that is known by what it is saved as, and what changed between two.

Environments that were written elsewhere keep their state in objects of their own. What everybody
can see of it is the JSON that they save; tables are found in it by their shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from hashlib import blake2b

from pydantic_core import from_json

from envfactory.environment.layout import KeyValue
from envfactory.environment.state import Change
from envfactory.records import Json, canonical_json

_Record = Mapping[str, Json]


class SavedState:
    """A state as its environment saves it; subclasses add what it takes to go back to it."""

    def __init__(
        self, scenario: Mapping[str, Json], told: Mapping[str, Json] | None = None
    ) -> None:
        """Keep a state.

        Args:
            scenario: What it is saved as; not kept itself.
            told: The part of it that has a meaning, where that is not all: the rest is needed to
                go back, and differs between states that are the same to everybody.
        """
        self._text = canonical_json(scenario)
        self._told = self._text if told is None else canonical_json(told)

    def scenario(self) -> dict[str, Json]:
        """Return what the state is saved as, a new object each time."""
        found: dict[str, Json] = from_json(self._text)
        return found

    def told(self) -> dict[str, Json]:
        """Return the part of it that has a meaning, a new object each time."""
        found: dict[str, Json] = from_json(self._told)
        return found

    @cached_property
    def hash(self) -> str:
        """The content as 64 hexadecimal digits, the same on every machine."""
        return blake2b(self._told, digest_size=32).hexdigest()


def key_fields(scenario: Mapping[str, Json]) -> dict[str, str]:
    """Return the tables of a saved state, and the field that tells the records of each apart.

    A table is a list of objects, or an object of objects, in which one field has another value in
    each: the name under which the object lies, `id`, `order_id` in `orders`, or one that ends with
    `id`, `key`, `code` or `name`.
    """
    found: dict[str, str] = {}
    for name, value in scenario.items():
        records = records_of(value)
        field = _name_field(value) or _key_field(name, records) if records else None
        if field is not None:
            found[name] = field
    return found


def saved_changes(before: SavedState, after: SavedState) -> Iterator[Change]:
    """Yield what changed: records by key in tables, and other values as a whole.

    Of objects that are no tables each part is a value, called `<object>/<part>`.

    Linear in the size of the states.
    """
    was, now = before.told(), after.told()
    keys = {**key_fields(now), **key_fields(was)}
    for name in {**was, **now}:
        old, new = was.get(name), now.get(name)
        if old == new and type(old) is type(new):
            continue
        one, other = _by_key(old, keys.get(name)), _by_key(new, keys.get(name))
        if isinstance(old, dict) and isinstance(new, dict) and (one is None or other is None):
            for part in {**old, **new}:
                if old.get(part) != new.get(part) or (part in old) != (part in new):
                    yield Change(
                        "value", f"{name}/{part}", None, None, old.get(part), new.get(part)
                    )
        elif one is None or other is None:
            yield Change("value", name, None, None, old, new)
        else:
            yield from _table_changes(name, one, other)


def _table_changes(
    table: str, was: Mapping[KeyValue, _Record], now: Mapping[KeyValue, _Record]
) -> Iterator[Change]:
    for key in {**was, **now}:
        if key not in now:
            yield Change("delete", table, key, None, dict(was[key]), None)
        elif key not in was:
            yield Change("insert", table, key, None, None, dict(now[key]))
        else:
            for field in {**was[key], **now[key]}:
                before, after = was[key].get(field), now[key].get(field)
                if before != after:
                    yield Change("update", table, key, field, before, after)


def records_of(value: Json) -> list[dict[str, Json]]:
    """Return the records of a table, or nothing where the value is none."""
    items = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(items, list) or not items:
        return []
    records = [item for item in items if isinstance(item, dict)]
    return records if len(records) == len(items) else []


def _name_field(value: Json) -> str | None:
    """Return the field in which each object of an object repeats the name under which it lies."""
    if not isinstance(value, dict):
        return None
    names = [
        {field for field, held in record.items() if isinstance(held, str | int) and held == name}
        for name, record in value.items()
        if isinstance(record, dict)
    ]
    return min(set.intersection(*names), default=None) if names else None


def _key_field(table: str, records: list[dict[str, Json]]) -> str | None:
    singular = singular_of(table)
    fields = list(records[0])
    preferred = ["id", f"{singular}_id", f"{singular}Id", f"{table}_id"]
    endings = ("id", "key", "code", "name", "number", "email")
    ranked = [f for f in preferred if f in fields]
    ranked += [f for ending in endings for f in fields if f.casefold().endswith(ending)]
    for field in ranked:
        values = [record.get(field) for record in records]
        plain = all(isinstance(v, str | int) and not isinstance(v, bool) for v in values)
        if plain and len({str(v) for v in values}) == len(values):
            return field
    return None


def _by_key(value: Json, field: str | None) -> Mapping[KeyValue, _Record] | None:
    """Return the records of a table by key; None where the value is no table."""
    if field is None:
        return None
    if isinstance(value, dict):
        by_key: dict[KeyValue, _Record] = {
            key: item for key, item in value.items() if isinstance(item, dict)
        }
        return by_key if len(by_key) == len(value) else None
    if value is None:
        return {}
    if not isinstance(value, list):
        return None
    found: dict[KeyValue, _Record] = {}
    for item in value:
        key = item.get(field) if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(key, str | int) or key in found:
            return None
        found[key] = item
    return found


def singular_of(table: str) -> str:
    """Return what one record of a table is called, by its ending alone."""
    for ending, singular in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch")):
        if table.endswith(ending):
            return table.removesuffix(ending) + singular
    if table.endswith("s") and not table.endswith(("ss", "us", "is")):
        return table[:-1]
    return table
