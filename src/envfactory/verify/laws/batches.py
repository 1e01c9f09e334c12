"""Laws of tools that write several records at once: all of them, or none."""

from __future__ import annotations

from envfactory.records import Json
from envfactory.spec.model import CreateRecords, DeleteRecords, UpdateRecords
from envfactory.verify.laws.law import law
from envfactory.verify.laws.meaning import holds_given, same, selected
from envfactory.verify.laws.pairing import unpaired
from envfactory.verify.laws.transition import Transition
from envfactory.verify.laws.writing import beyond_references, only_changes, wrong_values


@law("create many", "adds one record for each item", "create_many")
def creates_many(t: Transition) -> str | None:
    """Each item becomes a record that holds what it says."""
    behaviour = t.design.behaviour
    assert isinstance(behaviour, CreateRecords)
    if not t.outcome.ok:
        again = behaviour.named_by is not None and t.outcome.kind == "conflict"
        return "refuses an item whose name is taken, and does not overwrite it" if again else None
    items = t.given(behaviour.items)
    if behaviour.named_by is not None:
        return _overwritten(t, behaviour, behaviour.named_by, items)
    if not isinstance(items, list):
        return None
    if len(t.inserted) != len(items) or t.deleted or t.updated:
        return f"added {len(t.inserted)} records for {len(items)} items"
    wanted = [_stated(item) for item in items]
    fits = [
        [at for at, row in enumerate(t.inserted) if holds_given(dict(row), one)] for one in wanted
    ]
    missing = unpaired(fits)
    if missing is not None:
        return f"no record holds the item {wanted[missing]!r:.120}"
    for row in t.inserted:
        problem = wrong_values(t, row, behaviour.assigns)
        if problem is not None:
            return problem
    return _wrong_count(t, len(items))


def _overwritten(t: Transition, behaviour: CreateRecords, name: str, items: Json) -> str | None:
    """Return what is wrong after items took the place of those of the same name, or joined them."""
    others = [field for field in behaviour.fields if field != name]
    if isinstance(items, dict):
        items = [{name: key, others[0]: value} for key, value in items.items()]
    if not isinstance(items, list):
        return None
    wanted = {str(one[name]): _stated(one) for one in items if isinstance(one, dict)}
    shared = {a.field: t.given(a.parameter) for a in behaviour.assigns if a.source == "parameter"}
    key = t.entity.key
    kept = [t.after(row[key]) for row in t.before.rows(t.entity.table)]
    rows = [row for row in (*kept, *t.inserted) if row and holds_given(dict(row), shared)]
    for called, one in wanted.items():
        held = [row for row in rows if row[name] == called]
        if len(held) != 1:
            return f"{len(held)} records are called {called!r:.80}"
        if not holds_given(dict(held[0]), one):
            return f"the record called {called!r:.80} does not hold what was given"
    meant = [row[key] for row in rows if row[name] in wanted]
    touched = [*(row[key] for row in t.inserted), *t.updated]
    return "changed a record that was not meant" if t.deleted or set(touched) - set(meant) else None


def _stated(item: Json) -> Json:
    """Return what an item says."""
    if not isinstance(item, dict):
        return {}
    return {name: value for name, value in item.items() if value is not None}


@law("update many", "changes all records that are meant, and no other", "update_many")
def updates_many(t: Transition) -> str | None:
    """Each record that is named or matches takes the same values."""
    behaviour = t.design.behaviour
    assert isinstance(behaviour, UpdateRecords)
    if not t.outcome.ok:
        return None
    keys = _meant(t, behaviour)
    given = {
        a.field
        for a in behaviour.assigns
        if a.source != "parameter" or t.given(a.parameter) is not None
    }
    problem = only_changes(t, keys, given)
    if problem is not None:
        return problem
    for key in keys:
        after = t.after(key)
        if after is None:
            return f"accepted {key!r}, which does not exist"
        problem = wrong_values(t, after, behaviour.assigns)
        if problem is not None:
            return problem
    return _wrong_count(t, len(keys))


@law("delete many", "removes all records that are meant, and no other", "delete_many")
def deletes_many(t: Transition) -> str | None:
    """What is named or matches is gone; what refers to it goes or lets go."""
    behaviour = t.design.behaviour
    assert isinstance(behaviour, DeleteRecords)
    if not t.outcome.ok:
        return None
    keys = _meant(t, behaviour)
    for key in keys:
        if not any(same(key, one) for one in t.deleted):
            return f"{key!r} is still there, or never was"
    refers = any(
        f.reference is not None and f.reference.table == t.entity.table for f in t.entity.fields
    )
    if not refers and len(t.deleted) != len(keys):
        return f"removed {len(t.deleted)} records where {len(keys)} are meant"
    return beyond_references(t) or _wrong_count(t, len(keys))


def _meant(t: Transition, behaviour: UpdateRecords | DeleteRecords) -> list[Json]:
    """Return the keys of the records that are meant, each once."""
    if behaviour.keys is not None:
        given = t.given(behaviour.keys)
        keys = given if isinstance(given, list) else []
        return [key for at, key in enumerate(keys) if key not in keys[:at]]
    return [row[t.entity.key] for row in selected(t, behaviour.matches)]


def _wrong_count(t: Transition, due: int) -> str | None:
    if t.design.result.shape == "count" and isinstance(t.value, dict):
        told = t.value.get("count")
        return None if told == due else f"says {told!r} where {due} were meant"
    if t.design.result.shape == "list" and isinstance(t.value, list):
        return None if len(t.value) == due else f"returned {len(t.value)} of {due} records"
    return None


BATCHES = (creates_many, updates_many, deletes_many)
"""Laws of tools that write several records."""
