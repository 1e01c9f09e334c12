"""What the tools of an environment tell about the data: values that callers may name, and must."""

from __future__ import annotations

from collections.abc import Iterator

from envfactory.compiler.shape import fits
from envfactory.spec.model import (
    CreateRecord,
    EntitySpec,
    EnvironmentSpec,
    GetRecord,
    ListRecords,
    ParameterSpec,
    Scalar,
    ToolDesign,
    UpdateRecord,
)

_NO_VALUES = frozenset({"all", "any", "none", "*", ""})
"""Choices of a filter that stand for no particular value."""


def with_known_choices(spec: EnvironmentSpec) -> EnvironmentSpec:
    """Return `spec` with the choices of parameters on the open fields that they filter or set.

    A status that is any text to the description, but one of four words to the tool that lists by
    it, gets those four words: data that no tool can ask for is of no use.
    """
    choices: dict[tuple[str, str], tuple[str | int, ...]] = {}
    for tool in spec.tools:
        for field, parameter in _named_fields(tool):
            if isinstance(parameter.type, Scalar) and parameter.type.choices:
                known = tuple(c for c in parameter.type.choices if str(c) not in _NO_VALUES)
                choices.setdefault((tool.behaviour.table, field), known)
    entities = tuple(_with_choices(entity, choices) for entity in spec.entities)
    return spec.model_copy(update={"entities": entities})


def _with_choices(
    entity: EntitySpec, choices: dict[tuple[str, str], tuple[str | int, ...]]
) -> EntitySpec:
    fields = []
    for field in entity.fields:
        known = choices.get((entity.table, field.name), ())
        type_ = field.type
        if isinstance(type_, Scalar) and not type_.choices and field.reference is None:
            kind = {"string": str, "integer": int}.get(type_.type)
            fitting = tuple(
                c for c in known if type(c) is kind and (kind is int or fits(str(c), type_))
            )
            if fitting and field.name != entity.key:
                field = field.model_copy(
                    update={"type": type_.model_copy(update={"choices": fitting})}
                )
        fields.append(field)
    return entity.model_copy(update={"fields": tuple(fields)})


def _named_fields(tool: ToolDesign) -> Iterator[tuple[str, ParameterSpec]]:
    """Yield the fields that a tool compares with, or sets to, exactly what a parameter says."""
    parameters = {parameter.name: parameter for parameter in tool.parameters}
    behaviour = tool.behaviour
    if isinstance(behaviour, ListRecords):
        for match in behaviour.matches:
            if match.op == "eq" and match.field is not None:
                yield match.field, parameters[match.parameter]
    if isinstance(behaviour, CreateRecord | UpdateRecord):
        for assign in behaviour.assigns:
            if assign.parameter is not None:
                yield assign.field, parameters[assign.parameter]


def fields_that_tools_need(spec: EnvironmentSpec, entity: EntitySpec) -> frozenset[str]:
    """Return the fields that a caller has to name to reach a record; those are never empty."""
    needed = set()
    for tool in spec.tools:
        behaviour = tool.behaviour
        if behaviour.table != entity.table:
            continue
        required = {parameter.name for parameter in tool.parameters if parameter.required}
        matches = behaviour.matches if isinstance(behaviour, ListRecords) else ()
        scope = getattr(behaviour, "scope", ())
        needed |= {m.field for m in (*matches, *scope) if m.field and m.parameter in required}
        if isinstance(behaviour, GetRecord) and behaviour.field is not None:
            needed.add(behaviour.field)
    return frozenset(needed)
