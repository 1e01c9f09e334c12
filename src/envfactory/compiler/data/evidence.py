"""What tools and descriptions tell about the data: values that callers may name, and must."""

from __future__ import annotations

from collections.abc import Iterator

from envfactory.compiler.data.meaning import text_meaning
from envfactory.compiler.data.said import said_examples, said_values
from envfactory.compiler.data.shape import fits
from envfactory.spec.model import (
    CountRecords,
    CreateRecord,
    EntitySpec,
    EnvironmentSpec,
    FieldSpec,
    GetRecord,
    ListOf,
    ListRecords,
    Match,
    ParameterSpec,
    PickRecord,
    Scalar,
    ToolDesign,
    UpdateRecord,
)

_NO_VALUES = frozenset({"all", "any", "none", "*", ""})
"""Choices of a filter that stand for no particular value."""


def with_known_choices(spec: EnvironmentSpec) -> EnvironmentSpec:
    """Return `spec` with the choices of parameters on the open fields that they filter or set.

    A status that is any text to the description, but one of four words to the tool that lists by
    it, gets those four words: data that no tool can ask for is of no use. Values and examples
    that a description lists are taken, too.
    """
    choices: dict[tuple[str, str], tuple[str | int, ...]] = {}
    for tool in spec.tools:
        for field, parameter in _named_fields(tool):
            if isinstance(parameter.type, Scalar) and parameter.type.choices:
                known = tuple(c for c in parameter.type.choices if str(c) not in _NO_VALUES)
                choices.setdefault((tool.behaviour.table, field), known)
    entities = tuple(_with_choices(entity, choices) for entity in spec.entities)
    entities = tuple(
        entity.model_copy(
            update={
                "fields": tuple(f if f.name == entity.key else _as_said(f) for f in entity.fields)
            }
        )
        for entity in entities
    )
    objects = tuple(
        record.model_copy(update={"fields": tuple(map(_as_said, record.fields))})
        for record in spec.objects
    )
    return spec.model_copy(update={"entities": entities, "objects": objects})


def _as_said(field: FieldSpec) -> FieldSpec:
    """Return a text field with the values that its description lists, and the examples it gives."""
    type_ = field.type.item if isinstance(field.type, ListOf) else field.type
    if not isinstance(type_, Scalar) or type_.type != "string" or type_.choices or field.reference:
        return field
    examples = tuple(e for e in said_examples(field.description) if fits(e, type_))
    if examples and not field.examples:
        field = field.model_copy(update={"examples": examples})
    values = tuple(v for v in said_values(field.description) if fits(v, type_))
    if not values or text_meaning(field.name.rstrip("_"), type_.format) is not None:
        return field
    told = type_.model_copy(update={"choices": values})
    whole = field.type.model_copy(update={"item": told}) if isinstance(field.type, ListOf) else told
    return field.model_copy(update={"type": whole})


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
            if match.op == "eq" and match.field is not None and match.parameter is not None:
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
        matches: tuple[Match, ...] = ()
        if isinstance(behaviour, ListRecords | CountRecords | PickRecord):
            matches = behaviour.matches
        scope = getattr(behaviour, "scope", ())
        needed |= {
            match.field
            for match in (*matches, *scope)
            if match.field and (match.source != "parameter" or match.parameter in required)
        }
        if isinstance(behaviour, GetRecord) and behaviour.field is not None:
            needed.add(behaviour.field)
    return frozenset(needed)


def fields_that_tools_ask_for(spec: EnvironmentSpec, entity: EntitySpec) -> frozenset[str]:
    """Return the fields that a tool cannot do without when it writes a record, or finds some.

    Something has to be known about them, even where nothing tells what would be plausible.
    """
    asked = set()
    for tool in spec.tools:
        required = {parameter.name for parameter in tool.parameters if parameter.required}
        if tool.behaviour.table == entity.table:
            matches = getattr(tool.behaviour, "matches", ()) if entity.inferred else ()
            asked |= {match.field for match in matches if match.field and match.op == "eq"}
            assigns = getattr(tool.behaviour, "assigns", ())
            asked |= {assign.field for assign in assigns if assign.parameter in required}
    return frozenset(asked)


def selections_of_tools(spec: EnvironmentSpec, entity: EntitySpec) -> list[tuple[Match, ...]]:
    """Return what tools select of a table by themselves: published ones, those in stock.

    Each selection is the matches with a constant of one tool; the same one is there once.
    """
    found: dict[str, tuple[Match, ...]] = {}
    for tool in spec.tools:
        if tool.behaviour.table != entity.table:
            continue
        matches = getattr(tool.behaviour, "matches", ())
        constant = tuple(m for m in matches if m.source == "constant" and m.field is not None)
        if constant:
            found.setdefault(repr(constant), constant)
    return list(found.values())
