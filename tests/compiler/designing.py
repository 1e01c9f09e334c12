"""Short forms in which specifications are written by hand."""

from __future__ import annotations

from envfactory.source.description import Provenance
from envfactory.spec import model as m

PROVENANCE = Provenance(
    format="openapi 3.0.1", location="sketch.json", sha256="0" * 64, licence="Apache-2.0"
)


def text(**options: object) -> m.Scalar:
    return m.Scalar(type="string", **options)


def scalar(kind: str, **options: object) -> m.Scalar:
    return m.Scalar(type=kind, **options)


def field(name: str, type_: m.ValueType | None = None, **options: object) -> m.FieldSpec:
    return m.FieldSpec(name=name, source_name=name, type=type_ or text(), **options)


def optional(name: str, type_: m.ValueType | None = None, **options: object) -> m.FieldSpec:
    return field(name, type_, optional=True, **options)


def to(table: str, **options: object) -> m.Reference:
    return m.Reference(table=table, **options)


def parameter(name: str, type_: m.ValueType | None = None, **options: object) -> m.ParameterSpec:
    return m.ParameterSpec(name=name, source_name=name, type=type_ or text(), **options)


def match(name: str, op: str = "eq", field: str | None = "") -> m.Match:
    return m.Match(parameter=name, field=name if field == "" else field, op=op)


def take(*names: str) -> tuple[m.Assign, ...]:
    return tuple(m.Assign(field=n, source="parameter", parameter=n) for n in names)


def design(
    name: str,
    description: str,
    behaviour: m.Behaviour,
    *parameters: m.ParameterSpec,
    shape: str = "record",
) -> m.ToolDesign:
    return m.ToolDesign(
        name=name,
        description=description,
        operation=f"POST /{name}",
        parameters=parameters,
        behaviour=behaviour,
        result=m.Result(shape=shape, table=None if shape == "none" else behaviour.table),
    )
