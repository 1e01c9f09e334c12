"""Finding: which record a call is about, by its specification alone."""

from __future__ import annotations

from envfactory.spec.model import (
    ActOnRecord,
    AdjustRecord,
    CopyRecord,
    DeleteRecord,
    GetRecord,
    RelateRecords,
    UpdateRecord,
)
from envfactory.verify.laws.meaning import matching, same, wanted_value
from envfactory.verify.laws.transition import Row, Transition

OnOneRecord = (
    GetRecord
    | CopyRecord
    | UpdateRecord
    | DeleteRecord
    | ActOnRecord
    | RelateRecords
    | AdjustRecord
)


def candidates(t: Transition) -> list[Row] | None:
    """Return the records that a call may mean: one at most, unless a scope is no identity.

    Returns None where the person who asks is meant and nobody does.
    """
    behaviour = t.design.behaviour
    assert isinstance(behaviour, OnOneRecord)
    rows = _named(t, behaviour)
    if rows is None or isinstance(behaviour, RelateRecords):
        return rows
    asked = [(match, wanted_value(t, match)) for match in behaviour.scope]
    return [
        row
        for row in rows
        if all(v is None or matching(t, row, m, v) for m, v in asked if m.source != "constant")
        and all(matching(t, row, m, v) for m, v in asked if m.source == "constant")
    ]


def _named(t: Transition, behaviour: OnOneRecord) -> list[Row] | None:
    rows = t.before.rows(t.entity.table)
    by = "key" if isinstance(behaviour, CopyRecord) else behaviour.by
    if by in ("only", "scope"):
        return rows
    if by == "me":
        row = t.before.get(t.entity.table, t.before.me) if t.before.me is not None else None
        return None if t.before.me is None else [row] if row is not None else []
    key = t.given(behaviour.key)
    if isinstance(behaviour, GetRecord) and behaviour.field is not None:
        return [row for row in rows if same(row.get(behaviour.field), key)]
    row = t.before.get(t.entity.table, key)
    return [] if row is None else [row]
