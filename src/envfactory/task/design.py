"""`designed`: the meaning of a tool as its specification states it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from envfactory.spec.model import (
    ActOnRecord,
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
    PickRecord,
    RelateRecords,
    ToolDesign,
    UpdateRecord,
    UpdateRecords,
)
from envfactory.task.meaning import Filter, ToolKind, ToolMeaning


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
            references = {p.name for p in design.parameters if p.reference and p.required}
            filters = tuple(
                Filter(m.parameter, m.field, m.op)
                for m in behaviour.matches
                if m.parameter is not None and m.parameter not in references
            )
            owners = _scope(m for m in behaviour.matches if m.parameter in references)
            kind: ToolKind = "list" if isinstance(behaviour, ListRecords) else "other"
            return replace(known, kind=kind, scope=owners, filters=filters)
        case GetRecord():
            return replace(known, kind="get", key=behaviour.key, scope=_scope(behaviour.scope))
        case CreateRecord():
            sets = _sets(behaviour.assigns)
            references = {p.name for p in design.parameters if p.reference}
            scope = {name: field for name, field in sets.items() if name in references}
            return replace(known, kind="create", sets=sets, scope=scope)
        case UpdateRecord():
            return replace(
                known,
                kind="update",
                key=behaviour.key,
                scope=_scope(behaviour.scope),
                sets=_sets(behaviour.assigns),
                replace=behaviour.replace,
            )
        case DeleteRecord():
            return replace(known, kind="delete", key=behaviour.key, scope=_scope(behaviour.scope))
        case ActOnRecord():
            return replace(
                known,
                kind="action",
                key=behaviour.key,
                scope=_scope(behaviour.scope),
                sets=_sets(behaviour.assigns),
                status=behaviour.field,
                target=behaviour.target,
            )
        case RelateRecords():
            return replace(
                known,
                kind="relate",
                key=behaviour.key,
                member=behaviour.member,
                removes_member=behaviour.change == "remove",
            )
        case CopyRecord():
            return replace(
                known,
                kind="other",
                key=behaviour.key,
                scope=_scope(behaviour.scope),
                sets=_sets(behaviour.assigns),
            )
        case CreateRecords() | UpdateRecords():
            return replace(known, kind="other", sets=_sets(behaviour.assigns))
        case DeleteRecords():
            return replace(known, kind="other")


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
