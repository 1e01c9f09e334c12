"""The outside of a tool method: its parameters, their defaults and descriptions, its result."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from envfactory.compiler.code.describing import describe
from envfactory.compiler.code.names import ClassNames, free, snake
from envfactory.compiler.code.types import Annotations
from envfactory.errors import DefinitionError
from envfactory.records import Json
from envfactory.spec.model import (
    Assign,
    CopyRecord,
    CreateRecord,
    EntitySpec,
    EnvironmentSpec,
    ListRecords,
    Paging,
    ParameterSpec,
    Reference,
    Scalar,
    Sorting,
    ToolDesign,
    UpdateRecord,
    ValueType,
)


@dataclass(frozen=True)
class Tool:
    """A tool to be written, and the names that its body may use."""

    spec: EnvironmentSpec
    design: ToolDesign
    classes: ClassNames
    annotations: Annotations

    @cached_property
    def entity(self) -> EntitySpec:
        """The entity that the tool works on."""
        return self.spec.entity(self.design.behaviour.table)

    @cached_property
    def taken(self) -> frozenset[str]:
        """Names that local variables may not use."""
        return frozenset(parameter.name for parameter in self.design.parameters) | {"self"}

    @cached_property
    def noun(self) -> str:
        """The local variable that holds one record."""
        return free(self.taken, snake(self.entity.name), "record", "found")

    @cached_property
    def nouns(self) -> str:
        """The local variable that holds many records."""
        return free(self.taken | {self.noun}, self.entity.table, "records", "matches")

    @property
    def table(self) -> str:
        """The expression for the tool's table."""
        return f"self.{self.entity.table}"

    @property
    def me(self) -> str:
        """The expression for the key of the person who asks.

        Raises:
            DefinitionError: If the environment does not know who asks.
        """
        if self.spec.persona is None:
            raise DefinitionError(f"{self.design.name}: is about who asks, and nobody does")
        return f"self.{self.spec.persona.value}"

    @cached_property
    def paging(self) -> Paging | None:
        """How the tool cuts its list into pages."""
        behaviour = self.design.behaviour
        return behaviour.paging if isinstance(behaviour, ListRecords) else None

    @cached_property
    def sorting(self) -> Sorting | None:
        """How the tool orders its list."""
        behaviour = self.design.behaviour
        return behaviour.sorting if isinstance(behaviour, ListRecords) else None

    def parameter(self, name: str) -> ParameterSpec:
        """Return the parameter called `name`.

        Raises:
            KeyError: If the tool has no such parameter.
        """
        for parameter in self.design.parameters:
            if parameter.name == name:
                return parameter
        raise KeyError(f"{self.design.name} has no parameter {name!r}")

    def may_be_absent(self, name: str) -> bool:
        """Return whether the parameter is None where the caller does not give it."""
        parameter = self.parameter(name)
        return not parameter.required and self.default(parameter) is None

    def default(self, parameter: ParameterSpec) -> Json:
        """Return what an optional parameter is where the caller does not give it."""
        paging = self.paging
        if paging is not None and parameter.name == paging.limit:
            return _whole(parameter.default, paging.default_limit)
        if paging is not None and parameter.name == paging.position:
            if paging.style == "cursor":
                return None
            first = paging.first_page if paging.style == "page" else 0
            return _whole(parameter.default, first)
        if parameter.default is not None:
            return parameter.default
        behaviour = self.design.behaviour
        if isinstance(behaviour, CreateRecord) or (
            isinstance(behaviour, UpdateRecord) and behaviour.replace
        ):
            return self._field_default(parameter, behaviour.assigns)
        return None

    def _field_default(self, parameter: ParameterSpec, assigns: tuple[Assign, ...]) -> Json:
        """Return the default of the field that takes the parameter, where it is a plain value."""
        for assign in assigns:
            field = self.entity.field(assign.field)
            if assign.parameter == parameter.name and field.has_default:
                return field.default if isinstance(field.default, str | int | float) else None
        return None

    def reference(self, parameter: ParameterSpec) -> Reference | None:
        """Return which record a parameter names; the key of one to be created names none."""
        behaviour = self.design.behaviour
        if parameter.reference is None:
            return None
        own = parameter.reference.table == self.entity.table
        if (
            own
            and isinstance(behaviour, CreateRecord | CopyRecord)
            and any(
                assign.field == self.entity.key and assign.parameter == parameter.name
                for assign in behaviour.assigns
            )
        ):
            return None
        return Reference(table=parameter.reference.table)

    def signature(self) -> str:
        """Return the source of the parameter list, `self` included."""
        required = [p for p in self.design.parameters if p.required]
        optional = [p for p in self.design.parameters if not p.required]
        return ", ".join(["self", *map(self._parameter, [*required, *optional])])

    def result(self) -> str:
        """Return the annotation of the result."""
        shape = self.design.result.shape
        answered = self.spec.entity(self.design.result.table or self.entity.table)
        entity = self.classes[answered.name]
        if shape == "page":
            return self.classes.page(self.entity.table)
        by_shape = {"record": entity, "list": f"list[{entity}]", "count": self.classes.count}
        return by_shape.get(shape, "None")

    def _parameter(self, parameter: ParameterSpec) -> str:
        absent = self.may_be_absent(parameter.name)
        annotation = self.annotations.write(
            self._type(parameter),
            optional=absent,
            reference=self.reference(parameter),
            description=describe(self.spec, self.design, parameter),
            width=72,
        )
        if parameter.required:
            return f"{parameter.name}: {annotation}"
        default = self.default(parameter)
        value = self.annotations.value(default, self._type(parameter), parameter.name)
        return f"{parameter.name}: {annotation} = {value}"

    def _type(self, parameter: ParameterSpec) -> ValueType:
        """Return the type of a parameter, narrowed to what paging and sorting understand."""
        type_, paging, sorting = parameter.type, self.paging, self.sorting
        if not isinstance(type_, Scalar):
            return type_
        if paging is not None and parameter.name == paging.limit:
            return _counting(type_, 1)
        if paging is not None and parameter.name == paging.position:
            if paging.style == "cursor":
                return Scalar(type="string")
            return _counting(type_, paging.first_page if paging.style == "page" else 0)
        if sorting is not None and parameter.name == sorting.parameter and not type_.choices:
            return Scalar(type="string", choices=sorting.fields)
        if (
            sorting is not None
            and parameter.name == sorting.direction_parameter
            and type_.type == "string"
            and not type_.choices
        ):
            return Scalar(type="string", choices=("asc", "desc"))
        return type_


def _whole(given: Json, otherwise: int) -> int:
    """Return the number that a description gives as a default, however it writes it."""
    try:
        return int(given) if isinstance(given, int | float | str) else otherwise
    except (ValueError, OverflowError):
        return otherwise


def _counting(type_: Scalar, minimum: int) -> Scalar:
    """Return the type of a number of records or pages, with at least that lower bound."""
    if type_.minimum is not None and type_.minimum >= minimum:
        minimum = int(type_.minimum)
    return Scalar(type="integer", minimum=minimum, maximum=type_.maximum)
