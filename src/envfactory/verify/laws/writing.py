"""Laws of tools that write one record: create, copy, update, delete, act and relate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from envfactory.records import Json
from envfactory.spec.model import (
    ActOnRecord,
    Assign,
    CopyRecord,
    CreateRecord,
    DeleteRecord,
    FieldSpec,
    ListOf,
    RelateRecords,
    UpdateRecord,
)
from envfactory.verify.laws.finding import candidates
from envfactory.verify.laws.law import law
from envfactory.verify.laws.meaning import assigned, holds_given, is_now, same
from envfactory.verify.laws.transition import Row, Transition


@law("create", "adds one record that holds what was given", "create")
def creates(t: Transition) -> str | None:
    """Exactly one record is new; it holds the arguments, the clock, and defaults."""
    behaviour = t.design.behaviour
    assert isinstance(behaviour, CreateRecord)
    if not t.outcome.ok:
        return None
    if len(t.inserted) != 1 or t.deleted or t.updated:
        return f"added {len(t.inserted)} records and changed {len(t.updated) + len(t.deleted)}"
    (row,) = t.inserted
    return (
        wrong_values(t, row, behaviour.assigns)
        or _wrong_moments(t, row, behaviour.assigns, "created_at", "updated_at")
        or _wrong_defaults(t, row, behaviour.assigns)
        or wrong_result(t, row)
    )


@law("identity", "refuses a second record of the same identity", "create")
def keeps_identity(t: Transition) -> str | None:
    """No two records share all fields of the identity, nor a unique field."""
    if not t.outcome.ok or len(t.inserted) != 1:
        return None
    (row,) = t.inserted
    for fields in _distinct(t):
        values = [row.get(name) for name in fields]
        if None in values:
            continue
        for other in t.before.rows(t.entity.table):
            if all(same(other.get(n), v) for n, v in zip(fields, values, strict=True)):
                return f"added a second record with the same {' and '.join(fields)}"
    return None


@law("owners agree", "refuses records that do not belong to each other", "create")
def agrees(t: Transition) -> str | None:
    """Where a record and what it belongs to are both named, the one is in the other."""
    if not t.outcome.ok:
        return None
    given = {
        p.name: (p.reference.table, t.arguments.get(p.name))
        for p in t.design.parameters
        if p.reference is not None and p.required
    }
    for name, (table, key) in given.items():
        entity, row = t.spec.entity(table), t.before.get(table, key)
        if row is None or entity.parent is None:
            continue
        owner = entity.field(entity.parent).reference
        if owner is None:
            continue
        for other, (holder, wanted) in given.items():
            if other != name and holder == owner.table and not same(row[entity.parent], wanted):
                return f"took {name} {key!r}, which is not in {other} {wanted!r}"
    return None


def _distinct(t: Transition) -> Iterable[tuple[str, ...]]:
    if t.entity.identity:
        yield t.entity.identity
    yield from ((field.name,) for field in t.entity.fields if field.unique)


@law("copy", "adds a copy of the record under a new key", "copy")
def copies(t: Transition) -> str | None:
    """All that is not said to differ is as in the original."""
    behaviour = t.design.behaviour
    assert isinstance(behaviour, CopyRecord)
    rows = candidates(t)
    if not t.outcome.ok or not rows:
        return _unfound(t, rows)
    if len(t.inserted) != 1 or t.deleted or t.updated:
        return f"added {len(t.inserted)} records and changed {len(t.updated) + len(t.deleted)}"
    (row,) = t.inserted
    free = {a.field for a in behaviour.assigns} | {t.entity.key} | set(t.entity.identity)
    free |= {f.name for f in t.entity.fields if f.unique or f.role in ("created_at", "updated_at")}
    free |= t.counters[t.entity.table].keys()
    for name, value in rows[0].items():
        if name not in free and not same(value, row.get(name)):
            return f"the copy has another {name}"
    return wrong_values(t, row, behaviour.assigns) or wrong_result(t, row)


@law("update", "changes what was given, and nothing else", "update")
def updates(t: Transition) -> str | None:
    """Only the record that is meant changes, and of it only what the caller names."""
    behaviour = t.design.behaviour
    assert isinstance(behaviour, UpdateRecord)
    rows = candidates(t)
    if not t.outcome.ok or rows is None:
        return _unfound(t, rows) or _needless(t, behaviour, rows)
    barred = _barred(behaviour, rows)
    if barred is not None:
        return f"changed a record though {barred}"
    if not rows:
        if not behaviour.or_create:
            return "changed a record where none is meant"
        if len(t.inserted) != 1 or t.deleted or t.updated:
            return f"added {len(t.inserted)} records where one was due"
        return wrong_values(t, t.inserted[0], behaviour.assigns) or wrong_result(t, t.inserted[0])
    key = rows[0][t.entity.key]
    allowed = {a.field for a in behaviour.assigns if behaviour.replace or _is_given(t, a)}
    problem = only_changes(t, [key], allowed)
    after = t.after(key)
    if problem is not None or after is None:
        return problem
    return (
        wrong_values(t, after, behaviour.assigns)
        or _wrong_touch(t, after, behaviour.assigns)
        or wrong_result(t, after)
    )


@law("delete", "removes the record, and what cannot be without it", "delete")
def deletes(t: Transition) -> str | None:
    """The record is gone; only records that refer to it change with it."""
    behaviour = t.design.behaviour
    assert isinstance(behaviour, DeleteRecord)
    rows = candidates(t)
    if not t.outcome.ok or rows is None:
        return _unfound(t, rows) or _needless(t, behaviour, rows)
    barred = _barred(behaviour, rows)
    if barred is not None:
        return f"removed a record though {barred}"
    if not rows:
        return "removed a record where none is meant"
    key = rows[0][t.entity.key]
    if not any(same(one, key) for one in t.deleted):
        return f"{key!r} is still there"
    return beyond_references(t) or wrong_result(t, rows[0])


@law("act", "leads the record to its state, once", "action")
def acts(t: Transition) -> str | None:
    """The field takes the target; a record that is there already is refused as a conflict."""
    behaviour = t.design.behaviour
    assert isinstance(behaviour, ActOnRecord)
    rows = candidates(t)
    if rows is None or not rows:
        return "acted on a record where none is meant" if t.outcome.ok and rows == [] else None
    held = rows[0].get(behaviour.field)
    there = same(held, behaviour.target) or (behaviour.target is False and held is None)
    allowed = [one for one in behaviour.allowed_from if not same(one, behaviour.target)]
    barred = bool(allowed) and not any(same(held, one) for one in allowed)
    if not t.outcome.ok:
        needless = (t.outcome.kind == "conflict" and not there) or (
            t.outcome.kind == "failed_precondition" and (there or not barred)
        )
        unique = any(field.unique for field in t.entity.fields) or t.entity.identity
        if needless and not unique:
            return f"was refused though {behaviour.field} is {held!r}: {t.outcome.value}"
        return _unfound(t, rows)
    if there or barred:
        return f"acted though {behaviour.field} is {held!r}"
    key = rows[0][t.entity.key]
    fields = {behaviour.field, *(a.field for a in behaviour.assigns if _is_given(t, a))}
    problem = only_changes(t, [key], fields)
    after = t.after(key)
    if problem is not None or after is None:
        return problem
    if not same(after.get(behaviour.field), behaviour.target):
        return f"left {behaviour.field} at {after.get(behaviour.field)!r}"
    rest = [assign for assign in behaviour.assigns if assign.field != behaviour.field]
    return (
        wrong_values(t, after, rest)
        or _wrong_touch(t, after, behaviour.assigns)
        or wrong_result(t, after)
    )


@law("relate", "adds one member, or removes it, and leaves the others", "relate")
def relates(t: Transition) -> str | None:
    """A member is added once; one that is not there cannot be removed."""
    behaviour = t.design.behaviour
    assert isinstance(behaviour, RelateRecords)
    rows = candidates(t)
    if rows is None or not rows:
        return "related a record where none is meant" if t.outcome.ok and rows == [] else None
    member = t.before.me if behaviour.member is None else t.given(behaviour.member)
    found = rows[0].get(behaviour.field)
    members = found if isinstance(found, list) else []
    inside = any(same(one, member) for one in members)
    adding = behaviour.change == "add"
    if not t.outcome.ok:
        needless = t.outcome.kind == "conflict" and not inside
        return f"was refused: {t.outcome.value}" if needless else None
    if inside == adding:
        return "accepted a member that is there" if adding else "removed what was not there"
    key = rows[0][t.entity.key]
    after = t.after(key)
    if after is None:
        return f"{key!r} is gone"
    due = [*members, member] if adding else [one for one in members if not same(one, member)]
    if not same(after.get(behaviour.field), due):
        return f"left {behaviour.field} at {after.get(behaviour.field)!r}"
    return only_changes(t, [key], {behaviour.field}) or wrong_result(t, after)


# ------------------------------------------------------------------------------ shared
def only_changes(t: Transition, keys: Sequence[Json], fields: set[str]) -> str | None:
    """Return what changed beside those fields of those records and the moment of change."""
    touched = {f.name for f in t.entity.fields if f.role == "updated_at"}
    touched |= t.counters[t.entity.table].keys()
    if t.inserted or t.deleted:
        return f"added {len(t.inserted)} records and removed {len(t.deleted)}"
    for key, changed in t.updated.items():
        if not any(same(key, one) for one in keys):
            return f"changed another record, {key!r}"
        for name in changed:
            if name not in fields | touched:
                return f"changed {name}, which was not given"
    return None


def wrong_values(t: Transition, row: Row, assigns: Iterable[Assign]) -> str | None:
    """Return the field that does not hold what was assigned to it."""
    for assign in assigns:
        if not _is_given(t, assign):
            continue
        field = t.entity.field(assign.field)
        stored = row.get(assign.field)
        given = t.given(assign.parameter)
        at_once = assign.source == "now" or (assign.or_now and given is None)
        right = (
            is_now(t, stored) if at_once else holds_given(stored, assigned(t, assign, field, given))
        )
        if not right:
            return f"{assign.field} is {stored!r}"
    return None


def _is_given(t: Transition, assign: Assign) -> bool:
    """Tell whether an assignment states a value in this call."""
    if assign.source != "parameter" or assign.or_now:
        return True
    return t.given(assign.parameter) is not None


def _wrong_moments(t: Transition, row: Row, assigns: Iterable[Assign], *roles: str) -> str | None:
    done = {assign.field for assign in assigns}
    for field in t.entity.fields:
        if field.role in roles and field.name not in done and not is_now(t, row.get(field.name)):
            return f"{field.name} is {row.get(field.name)!r}, not now"
    return None


def _wrong_touch(t: Transition, row: Row, assigns: Iterable[Assign]) -> str | None:
    """Return where a change did not set the moment of change."""
    return _wrong_moments(t, row, assigns, "updated_at") if t.updated else None


def _wrong_defaults(t: Transition, row: Row, assigns: Iterable[Assign]) -> str | None:
    done = {assign.field for assign in assigns if _is_given(t, assign)} | {t.entity.key}
    done |= t.counters[t.entity.table].keys()
    for field in t.entity.fields:
        if field.name in done or field.role in ("created_at", "updated_at"):
            continue
        if not holds_given(row.get(field.name), _default(field)):
            return f"{field.name} is {row.get(field.name)!r} though nobody gave it"
    return None


def _default(field: FieldSpec) -> Json:
    if field.has_default:
        return field.default
    return [] if isinstance(field.type, ListOf) and not field.optional else None


def wrong_result(t: Transition, row: Row) -> str | None:
    """Return where the result is not the record as it is stored."""
    if t.design.result.shape != "record" or not isinstance(t.value, dict):
        return None
    for name, value in row.items():
        if not same(t.value.get(name), value):
            return f"returned {name} as {t.value.get(name)!r}, stored is {value!r}"
    return None


def beyond_references(t: Transition) -> str | None:
    """Return what changed with a removal though it does not refer to what was removed."""
    gone = {change.table for change in t.changes if change.kind == "delete"}
    for change in t.changes:
        if change.kind == "insert":
            return f"added a record to {change.table}"
        if change.kind == "update" and change.field is not None:
            field = t.spec.entity(change.table).field(change.field)
            refers = field.reference is not None and field.reference.table in gone
            refers = refers or change.field in t.counters.get(change.table, {})
            if not refers and not isinstance(change.before, dict | list):
                return f"changed {change.field} of {change.table}"
        if change.kind == "delete" and change.table != t.entity.table:
            fields = t.spec.entity(change.table).fields
            if not any(f.reference is not None and f.reference.table in gone for f in fields):
                return f"removed a record of {change.table}"
    return None


def _unfound(t: Transition, rows: list[Row] | None) -> str | None:
    """Return that a record that exists was not found."""
    missed = t.outcome.kind == "not_found" and rows and not t.dangling()
    return "did not find a record that exists" if missed and not _nested(t) else None


def _barred(behaviour: UpdateRecord | DeleteRecord, rows: Sequence[Row]) -> str | None:
    """Return why the record may not be touched: the state that it is in."""
    if not behaviour.allowed_from or behaviour.field is None or not rows:
        return None
    held = rows[0].get(behaviour.field)
    allowed = any(same(held, one) for one in behaviour.allowed_from)
    return None if allowed else f"{behaviour.field} is {held!r}"


def _needless(
    t: Transition, behaviour: UpdateRecord | DeleteRecord, rows: Sequence[Row] | None
) -> str | None:
    """Return that a record was refused which is in an allowed state."""
    refused = t.outcome.kind == "failed_precondition" and behaviour.allowed_from
    if not refused or rows is None or _barred(behaviour, rows) is not None:
        return None
    return f"was refused though nothing forbids it: {t.outcome.value}"


def _nested(t: Transition) -> bool:
    """Whether arguments hold objects, whose inner references are not looked at here."""
    return any(isinstance(value, dict | list) for value in t.arguments.values())


WRITING = (creates, keeps_identity, agrees, copies, updates, deletes, acts, relates)
"""Laws of tools that write one record."""
