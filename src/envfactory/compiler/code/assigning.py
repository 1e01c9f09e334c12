"""Keyword arguments that assign fields: from parameters, the clock, constants, or who asks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from envfactory.compiler.code.signature import Tool
from envfactory.errors import DefinitionError
from envfactory.spec.model import Assign, FieldSpec, ListOf, Scalar

Absent = Literal["kept", "reset", "new"]
"""What becomes of the field of a parameter that is not given: it is left as it is, it takes its
default, or the record is a new one and has its defaults anyway."""


def assignments(
    tool: Tool,
    assigns: tuple[Assign, ...],
    moments: list[str],
    *,
    absent: Absent,
    certain: Collection[str] = (),
) -> list[str]:
    """Return the keyword arguments that assign fields.

    Args:
        tool: The tool.
        assigns: What each field takes.
        moments: Further arguments, from the clock.
        absent: What becomes of fields whose parameters are not given.
        certain: Optional parameters that are known to be given.
    """
    always: list[str] = []
    maybe: list[str] = []
    for assign in assigns:
        field = tool.entity.field(assign.field)
        name = f"{field.name}="
        if assign.parameter is None or assign.source != "parameter":
            always.append(name + _own_value(tool, assign, field))
        elif assign.or_now:
            always.append(f"{name}{assign.parameter} or {moment(field)}")
        elif _is_member(tool, assign.parameter, field):
            always.append(f"{name}[{assign.parameter}]")
        elif (
            not tool.may_be_absent(assign.parameter)
            or assign.parameter in certain
            or (absent != "kept" and none_is_default(field))
        ):
            always.append(name + assign.parameter)
        elif absent == "reset" and field.has_default:
            always.append(f"{name}{_or_default(tool, assign.parameter, field)}")
        else:
            maybe.append(name + assign.parameter)
    always += moments
    return [*always, f"**given({', '.join(maybe)})"] if maybe else always


def but_key(tool: Tool, assigns: tuple[Assign, ...]) -> tuple[Assign, ...]:
    """Return what a record takes that keeps its key, as every change leaves it.

    Raises:
        DefinitionError: If the key would become what another parameter says than the one that
            names the record.
    """
    named = getattr(tool.design.behaviour, "key", None)
    creates = getattr(tool.design.behaviour, "or_create", False)
    for assign in assigns:
        if assign.field == tool.entity.key and assign.parameter != named and not creates:
            raise DefinitionError(f"{tool.design.name}: the key of a record cannot change")
    return tuple(assign for assign in assigns if assign.field != tool.entity.key)


def moments(tool: Tool, assigns: tuple[Assign, ...], *roles: str) -> list[str]:
    """Return the keyword arguments that set fields of those roles from the clock."""
    done = {assign.field for assign in assigns}
    return [
        f"{field.name}={moment(field)}"
        for field in tool.entity.fields
        if field.role in roles and field.name not in done
    ]


def moment(field: FieldSpec) -> str:
    """Return the expression for the present moment in the form that the field holds."""
    kind = field.type.type if isinstance(field.type, Scalar) else "datetime"
    return {
        "date": "self.now().date()",
        "time": "self.now().time()",
        "integer": "int(self.now().timestamp())",
        "number": "self.now().timestamp()",
        "string": "self.now().isoformat()",
    }.get(kind, "self.now()")


def _own_value(tool: Tool, assign: Assign, field: FieldSpec) -> str:
    """Return the expression for what a field takes whatever the caller says."""
    if assign.source == "now":
        return moment(field)
    if assign.source == "me":
        return f"[{tool.me}]" if isinstance(field.type, ListOf) else tool.me
    return tool.annotations.value(assign.constant, field.type, field.name)


def _or_default(tool: Tool, name: str, field: FieldSpec) -> str:
    """Return the expression for a parameter, or the field's default where it is not given."""
    default = tool.annotations.value(field.default, field.type, field.name)
    return (
        f"{name} or {default}" if not field.default else f"{default} if {name} is None else {name}"
    )


def _is_member(tool: Tool, name: str, field: FieldSpec) -> bool:
    """Return whether a list field starts with the one value that a parameter gives."""
    one_value = isinstance(tool.parameter(name).type, Scalar) and isinstance(field.type, ListOf)
    return one_value and not tool.may_be_absent(name)


def none_is_default(field: FieldSpec) -> bool:
    """Return whether None given for a field is the same as nothing given."""
    return field.optional and not (field.has_default and field.default is not None)
