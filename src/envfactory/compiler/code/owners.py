"""Whether the owners that a caller names exist, and belong to each other.

Under `/projects/{project}/lists/{list}/tasks` nothing is listed or created for a list of another
project, and the tasks of a project that does not exist are not found, rather than none.
"""

from __future__ import annotations

from envfactory.compiler.code.finding import Finders
from envfactory.compiler.code.names import free, owner_name, snake, words
from envfactory.compiler.code.signature import Tool
from envfactory.compiler.code.text import template
from envfactory.spec.model import CreateRecord, FieldSpec, ListOf, Match, ParameterSpec


def check_belonging(tool: Tool, finders: Finders) -> list[str]:
    """Return the statements that make sure that the owners in a path belong to each other."""
    lines: list[str] = []
    for inner, outer, field in _pairs(tool):
        assert inner.reference is not None
        method = finders.method(inner.reference.table, field.name)
        if method is not None:
            lines.append(f"self.{method}({outer.name}, {inner.name})")
        else:
            lines += _check(tool, inner, outer, field)
    return lines


def check_owners(tool: Tool, finders: Finders, matches: tuple[Match, ...]) -> list[str]:
    """Return the statements that make sure that the owners of a selection exist and agree."""
    lines = check_belonging(tool, finders)
    checked = {p.name for inner, outer, _ in _pairs(tool) for p in (inner, outer)}
    for match in matches:
        parameter = owner_named(tool, match)
        if parameter is None or parameter.name in checked:
            continue
        if parameter.reference is not None:
            checked.add(parameter.name)
            owner = words(tool.spec.entity(parameter.reference.table).name)
            look_up = f"self.{parameter.reference.table}.get({parameter.name})"
            lines.append(f"{look_up}  # an unknown {owner} is not found")
    return lines


def owner_named(tool: Tool, match: Match) -> ParameterSpec | None:
    """Return the parameter by which a caller has to name whose records are meant, if one does."""
    if match.parameter is None or match.field is None or match.op not in ("eq", "contains"):
        return None
    parameter = tool.parameter(match.parameter)
    one = parameter.required and not isinstance(parameter.type, ListOf)
    return parameter if one and parameter.reference is not None else None


def _pairs(tool: Tool) -> list[tuple[ParameterSpec, ParameterSpec, FieldSpec]]:
    """Return pairs of parameters of which one names an owner of what the other names.

    They lie in the path; what is created names its owners anywhere.
    """
    creates = isinstance(tool.design.behaviour, CreateRecord)
    named = [
        p
        for p in tool.design.parameters
        if tool.reference(p) is not None
        and (_in_path(tool, p) or (creates and p.required and not isinstance(p.type, ListOf)))
    ]
    pairs = []
    for inner in named:
        for outer in named:
            field = _owner_field(tool, inner, outer)
            if field is not None:
                pairs.append((inner, outer, field))
    return pairs


def _in_path(tool: Tool, parameter: ParameterSpec) -> bool:
    return "{" + parameter.source_name + "}" in tool.design.operation


def _owner_field(tool: Tool, inner: ParameterSpec, outer: ParameterSpec) -> FieldSpec | None:
    """Return the one field by which what `inner` names belongs to what `outer` names."""
    if inner is outer or inner.reference is None or outer.reference is None:
        return None
    if inner.reference.table == outer.reference.table:
        return None
    fields = [
        field
        for field in tool.spec.entity(inner.reference.table).fields
        if field.reference is not None
        and field.reference.table == outer.reference.table
        and not field.optional
        and not isinstance(field.type, ListOf)
    ]
    return fields[0] if len(fields) == 1 else None


def _check(tool: Tool, inner: ParameterSpec, outer: ParameterSpec, field: FieldSpec) -> list[str]:
    assert inner.reference is not None
    entity = tool.spec.entity(inner.reference.table)
    noun = words(entity.name)
    owner = words(owner_name(tool.spec, field))
    held = free(tool.taken, snake(entity.name), f"found_{snake(entity.name)}")
    message = template(f"{noun} ", (inner.name,), f" does not belong to {owner} ", (outer.name,))
    return [
        f"{held} = self.{entity.table}.get({inner.name})",
        f"if {held}.{field.name} != {outer.name}:",
        f"    raise NotFound({message})",
    ]
