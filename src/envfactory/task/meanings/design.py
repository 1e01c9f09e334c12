"""`designed`: the meaning of a tool as its specification states it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from envfactory.spec.model import (
    ActOnRecord,
    AdjustRecord,
    Assign,
    CopyRecord,
    CountRecords,
    CreateRecord,
    CreateRecords,
    DeleteRecord,
    DeleteRecords,
    GetRecord,
    ListRecords,
    Match,
    OrderRecords,
    PickRecord,
    RelateRecords,
    ToolDesign,
    UpdateRecord,
    UpdateRecords,
)
from envfactory.task.meanings.meaning import Adjustment, Filter, ToolKind, ToolMeaning


def designed(tool: ToolMeaning, design: ToolDesign) -> ToolMeaning:
    """Return a tool with what its specification says that it does.

    Args:
        tool: The tool as far as its schemas tell.
        design: The same tool in the specification.
    """
    behaviour = design.behaviour
    known = replace(tool, table=behaviour.table)
    match behaviour:
        case ListRecords() | CountRecords() | PickRecord():
            return _searching(known, behaviour, design)
        case CreateRecord():
            return _creating(known, behaviour, design)
        case GetRecord():
            return replace(_on_one(known, behaviour, "get"), found_by=behaviour.field)
        case DeleteRecord():
            return _on_one(known, behaviour, "delete")
        case UpdateRecord():
            updating = _on_one(known, behaviour, "update")
            return replace(updating, sets=_sets(behaviour.assigns), replace=behaviour.replace)
        case ActOnRecord():
            acting = replace(_on_one(known, behaviour, "action"), sets=_sets(behaviour.assigns))
            return replace(acting, status=behaviour.field, target=behaviour.target)
        case AdjustRecord():
            return _adjusting(known, behaviour)
        case CopyRecord():
            return replace(_on_one(known, behaviour, "other"), sets=_sets(behaviour.assigns))
        case RelateRecords():
            removes = behaviour.change == "remove"
            relating = replace(known, kind="relate", key=behaviour.key)
            return replace(relating, member=behaviour.member, removes_member=removes)
        case OrderRecords():
            sets = _sets(behaviour.assigns)
            return replace(known, kind="order", sets=sets, holding=behaviour.held)
        case CreateRecords() | UpdateRecords():
            return replace(known, kind="other", sets=_sets(behaviour.assigns))
        case DeleteRecords():
            return replace(known, kind="other")


def _searching(
    tool: ToolMeaning, behaviour: ListRecords | CountRecords | PickRecord, design: ToolDesign
) -> ToolMeaning:
    """Return a tool that looks for records: required references are scope, the rest filters."""
    references = {p.name for p in design.parameters if p.reference and p.required}
    filters = tuple(
        Filter(m.parameter, m.field, m.op)
        for m in behaviour.matches
        if m.parameter is not None and m.parameter not in references
    )
    scope = _scope(m for m in behaviour.matches if m.parameter in references)
    kind: ToolKind = "list" if isinstance(behaviour, ListRecords) else "other"
    return replace(tool, kind=kind, scope=scope, filters=filters)


def _creating(tool: ToolMeaning, behaviour: CreateRecord, design: ToolDesign) -> ToolMeaning:
    """Return a tool that makes a record: what it belongs to is its scope."""
    sets = _sets(behaviour.assigns)
    references = {p.name for p in design.parameters if p.reference}
    scope = {name: field for name, field in sets.items() if name in references}
    return replace(tool, kind="create", sets=sets, scope=scope)


def _adjusting(tool: ToolMeaning, behaviour: AdjustRecord) -> ToolMeaning:
    """Return a tool that makes a number grow or shrink; what is written down of it is not set."""
    takes = behaviour.change == "subtract"
    adjustment = Adjustment(behaviour.field, takes, behaviour.amount, behaviour.into)
    return replace(_on_one(tool, behaviour, "adjust"), adjustment=adjustment)


def _on_one(
    tool: ToolMeaning,
    behaviour: GetRecord | UpdateRecord | DeleteRecord | ActOnRecord | CopyRecord | AdjustRecord,
    kind: ToolKind,
) -> ToolMeaning:
    """Return a tool that is about one record, found by its key within its scope."""
    return replace(tool, kind=kind, key=behaviour.key, scope=_scope(behaviour.scope))


def _scope(matches: Iterable[Match]) -> dict[str, str]:
    return {
        match.parameter: match.field
        for match in matches
        if match.parameter is not None and match.field is not None and match.op == "eq"
    }


def _sets(assigns: Iterable[Assign]) -> dict[str, str]:
    return {
        assign.parameter: assign.field
        for assign in assigns
        if assign.source == "parameter" and assign.parameter is not None
    }
