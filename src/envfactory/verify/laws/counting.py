"""Laws of counters: a number that counts records of another table follows them."""

from __future__ import annotations

from collections import Counter

from envfactory.records import Json
from envfactory.verify.laws.law import law
from envfactory.verify.laws.transition import Transition


@law(
    "counters",
    "keeps the numbers of records that other records state",
    "create",
    "create_many",
    "copy",
    "update",
    "update_many",
    "delete",
    "delete_many",
    "action",
    "relate",
    "adjust",
    "order",
)
def counts_follow(t: Transition) -> str | None:
    """What a counter says differs after a call by as much as there are more or fewer records."""
    if not t.outcome.ok:
        return None
    for owner, fields in t.counters.items():
        for field, (table, link) in fields.items():
            problem = _wrong(t, owner, field, _more(t, table, link))
            if problem is not None:
                return problem
    return None


def _more(t: Transition, table: str, link: str) -> Counter[Json]:
    """Return by how many the records of a table that refer to each key are more, or fewer."""
    more: Counter[Json] = Counter()
    for change in t.changes:
        if change.table != table:
            continue
        if change.kind == "update" and change.field == link:
            more[_key(change.before)] -= 1
            more[_key(change.after)] += 1
        elif change.kind == "insert" and isinstance(change.after, dict):
            more[_key(change.after.get(link))] += 1
        elif change.kind == "delete" and isinstance(change.before, dict):
            more[_key(change.before.get(link))] -= 1
    more.pop(None, None)  # records that refer to nobody are counted by nobody
    return more


def _wrong(t: Transition, owner: str, field: str, more: Counter[Json]) -> str | None:
    """Return the record whose counter has not followed."""
    stepped: Counter[Json] = Counter()
    for change in t.changes:
        if change.table != owner:
            continue
        if change.kind == "update" and change.field == field:
            if isinstance(change.before, int) and isinstance(change.after, int):
                stepped[_key(change.key)] += change.after - change.before
        elif change.kind == "insert" and isinstance(change.after, dict):
            held = change.after.get(field)
            stepped[_key(change.key)] += held if isinstance(held, int) else 0
        elif change.kind == "delete":
            more.pop(_key(change.key), None)
    for key in {**more, **stepped}:
        row = t.before.get(owner, key)
        if row is not None and row.get(field) is None:
            continue  # nobody counts for this record
        if more[key] != stepped[key]:
            was = 0 if row is None else row.get(field)
            return (
                f"{field} of {key!r} went by {stepped[key]} from {was}, the records by {more[key]}"
            )
    return None


def _key(value: Json) -> Json:
    return value if isinstance(value, str | int) else None


COUNTING = (counts_follow,)
