"""The outside of a tool method: its parameters, their defaults and descriptions, its result."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from envfactory.compiler.names import ClassNames, free, owner_name, snake, words
from envfactory.compiler.types import Annotations
from envfactory.errors import DefinitionError
from envfactory.records import Json
from envfactory.spec.model import (
    Assign,
    CreateRecord,
    EntitySpec,
    EnvironmentSpec,
    ListOf,
    ListRecords,
    Match,
    Paging,
    ParameterSpec,
    Reference,
    RelateRecords,
    Scalar,
    Sorting,
    ToolDesign,
    UpdateRecord,
    ValueType,
)

_COMPARISONS = {
    "eq": "with this {field}",
    "contains": "whose {field} contains this",
    "prefix": "whose {field} starts with this",
    "one_of": "whose {field} is one of these",
    "gte": "whose {field} is this or later",
    "gt": "whose {field} is later than this",
    "lte": "whose {field} is this or earlier",
    "lt": "whose {field} is earlier than this",
}
_NUMERIC_COMPARISONS = {
    "gte": "whose {field} is at least this",
    "gt": "whose {field} is more than this",
    "lte": "whose {field} is at most this",
    "lt": "whose {field} is less than this",
}
_MOMENTS = {
    "gte": "at this time or later",
    "gt": "after this time",
    "lte": "at this time or earlier",
    "lt": "before this time",
}


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
        if parameter.default is not None:
            return parameter.default
        paging = self.paging
        if paging is not None and parameter.name == paging.limit:
            return paging.default_limit
        if paging is not None and parameter.name == paging.position and paging.style != "cursor":
            return paging.first_page if paging.style == "page" else 0
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

    def signature(self) -> str:
        """Return the source of the parameter list, `self` included."""
        required = [p for p in self.design.parameters if p.required]
        optional = [p for p in self.design.parameters if not p.required]
        return ", ".join(["self", *map(self._parameter, [*required, *optional])])

    def result(self) -> str:
        """Return the annotation of the result."""
        entity, shape = self.classes[self.entity.name], self.design.result.shape
        if shape == "page":
            return self.classes.page(self.entity.table)
        by_shape = {"record": entity, "list": f"list[{entity}]", "count": self.classes.count}
        return by_shape.get(shape, "None")

    def _parameter(self, parameter: ParameterSpec) -> str:
        absent = self.may_be_absent(parameter.name)
        annotation = self.annotations.write(
            self._type(parameter),
            optional=absent,
            reference=parameter.reference and Reference(table=parameter.reference.table),
            description=parameter.description.strip() or self._describe(parameter),
            width=72,
        )
        if parameter.required:
            return f"{parameter.name}: {annotation}"
        default = self.default(parameter)
        value = self.annotations.value(default, parameter.type, parameter.name)
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

    def _describe(self, parameter: ParameterSpec) -> str:
        """Say what a parameter means where the description does not."""
        behaviour = self.design.behaviour
        noun, nouns = words(self.entity.name), words(self.entity.table)
        if isinstance(behaviour, ListRecords):
            return self._describe_list_parameter(parameter.name, behaviour, nouns)
        if parameter.name == getattr(behaviour, "key", None):
            return f"Which {noun}"
        if isinstance(behaviour, RelateRecords) and parameter.name == behaviour.member:
            preposition = "to add to" if behaviour.change == "add" else "to remove from"
            return f"What {preposition} the {noun}"
        for match in getattr(behaviour, "scope", ()):
            if match.parameter == parameter.name and match.field:
                owner = owner_name(self.spec, self.entity.field(match.field))
                return f"The {words(owner)} that the {noun} belongs to"
        for assign in getattr(behaviour, "assigns", ()):
            if assign.parameter == parameter.name:
                field = self.entity.field(assign.field)
                owner = words(owner_name(self.spec, field) if field.reference else field.name)
                return field.description.strip() or f"{owner.capitalize()} of the {noun}"
        return words(parameter.name).capitalize()

    def _describe_list_parameter(self, name: str, behaviour: ListRecords, nouns: str) -> str:
        paging, sorting = behaviour.paging, behaviour.sorting
        if paging is not None and name == paging.limit:
            return f"How many {nouns} to return at most"
        if paging is not None and name == paging.position:
            return {
                "offset": f"How many {nouns} to skip",
                "page": f"Which page to return, counted from {paging.first_page}",
                "cursor": "Where to go on: the next_cursor of the page before",
            }[paging.style]
        if sorting is not None and name == sorting.parameter:
            return f"What to order the {nouns} by"
        if sorting is not None and name == sorting.direction_parameter:
            return "Whether to start with the smallest or the largest"
        for match in behaviour.matches:
            if match.parameter == name:
                return f"Only {nouns} {self._describe_match(match)}"
        return words(name).capitalize()

    def _describe_match(self, match: Match) -> str:
        if match.field is None:
            return "that mention this text"
        field = self.entity.field(match.field)
        if field.reference is not None and match.op == "eq":
            return f"of this {words(owner_name(self.spec, field))}"
        if isinstance(field.type, ListOf):
            return f"whose {words(field.name)} include this"
        if isinstance(field.type, Scalar) and field.type.type == "boolean":
            return f"where {words(field.name)} is this"
        if field.name.endswith("ed_at") and match.op in _MOMENTS:
            return f"{words(field.name.removesuffix('_at'))} {_MOMENTS[match.op]}"
        numeric = isinstance(field.type, Scalar) and field.type.type in ("integer", "number")
        phrase = (_NUMERIC_COMPARISONS if numeric else {}).get(match.op, _COMPARISONS[match.op])
        return phrase.format(field=words(field.name))


def _counting(type_: Scalar, minimum: int) -> Scalar:
    """Return the type of a number of records or pages, with at least that lower bound."""
    if type_.minimum is not None and type_.minimum >= minimum:
        minimum = int(type_.minimum)
    return Scalar(type="integer", minimum=minimum, maximum=type_.maximum)
