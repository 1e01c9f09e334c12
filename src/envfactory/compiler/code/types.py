"""Annotations in generated code, from the value types of a specification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from envfactory.compiler.code.choices import Choices, named_choices
from envfactory.compiler.code.names import ClassNames
from envfactory.compiler.code.text import literal, regex, string
from envfactory.compiler.pattern import in_ascii
from envfactory.errors import DefinitionError
from envfactory.records import Json
from envfactory.spec.model import (
    AnyJson,
    EnvironmentSpec,
    ListOf,
    MapOf,
    Nested,
    Reference,
    Scalar,
    ValueType,
)

_TIMES = {"date": "date", "datetime": "datetime", "time": "time"}
_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}


def nested_names(type_: ValueType) -> list[str]:
    """Return the names of the nested records directly inside a type."""
    if isinstance(type_, Nested):
        return [type_.name]
    if isinstance(type_, ListOf):
        return nested_names(type_.item)
    return nested_names(type_.value) if isinstance(type_, MapOf) else []


@dataclass(frozen=True)
class Annotations:
    """Writes annotations.

    Attributes:
        classes: The class names of the module.
        qualified: Whether date types are written `dt.date`, because some field is called `date`.
        aliases: The choices that have a name in the module.
    """

    classes: ClassNames
    qualified: bool = False
    aliases: Mapping[Choices, str] = field(default_factory=dict)

    @classmethod
    def of(cls, spec: EnvironmentSpec, classes: ClassNames) -> Annotations:
        """Return the writer for a specification."""
        groups = [record.fields for record in spec.objects] + [e.fields for e in spec.entities]
        members = {field.name for fields in groups for field in fields}
        members |= {tool.name for tool in spec.tools}
        aliases = named_choices(spec, classes)
        return cls(classes, qualified=not members.isdisjoint(_TIMES), aliases=aliases)

    def write_aliases(self) -> list[str]:
        """Return the definitions of the named choices."""
        return [f"{name} = {_literal(choices)}" for choices, name in self.aliases.items()]

    def time(self, kind: str) -> str:
        """Return how `date`, `datetime` or `time` is written in this module."""
        return f"dt.{kind}" if self.qualified else kind

    def write(
        self,
        type_: ValueType,
        *,
        optional: bool = False,
        reference: Reference | None = None,
        marks: tuple[str, ...] = (),
        description: str = "",
        later: frozenset[str] = frozenset(),
        width: int = 80,
    ) -> str:
        """Return the annotation of a field or parameter.

        Args:
            type_: The type of the value.
            optional: Whether None is allowed too.
            reference: The table whose keys the value, or each item of a list, is.
            marks: Further metadata, as expressions.
            description: What the value means; may be empty.
            later: Classes that are not defined yet where the annotation stands.
            width: Columns for one line of the description.
        """
        metadata = list(marks)
        if reference is not None and isinstance(type_, Scalar):
            metadata.append(reference_mark(reference))
            core = self._base(type_)
        else:
            core = self._type(type_, reference, inner=False)
            metadata += _field_call(_constraints(type_))
        if optional and core != "JsonValue":
            core += " | None"
        if not later.isdisjoint(self.classes[name] for name in nested_names(type_)):
            core = literal(core)
        if description.strip():
            metadata.append(string(description, width))
        return f"Annotated[{core}, {', '.join(metadata)}]" if metadata else core

    def _type(self, type_: ValueType, reference: Reference | None, *, inner: bool = True) -> str:
        """Return a type; what is inside another one carries its own metadata."""
        if isinstance(type_, Nested):
            return self.classes[type_.name]
        if isinstance(type_, AnyJson):
            return "JsonValue"
        if isinstance(type_, ListOf):
            core = f"list[{self._type(type_.item, reference)}]"
        elif isinstance(type_, MapOf):
            core = f"dict[str, {self._type(type_.value, reference)}]"
        elif reference is not None:
            return f"Annotated[{self._base(type_)}, {reference_mark(reference)}]"
        else:
            core = self._base(type_)
        metadata = _field_call(_constraints(type_)) if inner else []
        return f"Annotated[{core}, {', '.join(metadata)}]" if metadata else core

    def _base(self, type_: Scalar) -> str:
        if type_.choices:
            return self.aliases.get(type_.choices) or _literal(type_.choices)
        return _PLAIN.get(type_.type) or self.time(_TIMES[type_.type])

    def plain(self, type_: ValueType) -> str:
        """Return the type alone, for a private method's parameter."""
        return self._base(Scalar(type=type_.type)) if isinstance(type_, Scalar) else "str"

    def value(self, value: Json, type_: ValueType, where: str) -> str:
        """Return the expression for a default of that type.

        Raises:
            DefinitionError: If the value cannot be written as that type.
        """
        if isinstance(type_, Scalar) and type_.type in _TIMES and isinstance(value, str):
            return f"{self.time(type_.type)}.fromisoformat({literal(value)})"
        if isinstance(type_, ListOf) and isinstance(value, list):
            return f"[{', '.join(self.value(item, type_.item, where) for item in value)}]"
        if isinstance(type_, MapOf) and isinstance(value, dict):
            items = (f"{key!r}: {self.value(v, type_.value, where)}" for key, v in value.items())
            return f"{{{', '.join(items)}}}"
        if isinstance(type_, Nested) and value is not None:
            raise DefinitionError(f"{where}: a record cannot be a default; make the field optional")
        return literal(value)


def _literal(choices: Choices) -> str:
    return f"Literal[{', '.join(literal(choice) for choice in choices)}]"


def reference_mark(reference: Reference) -> str:
    """Return the `Ref(...)` expression of a reference."""
    on_delete = "" if reference.on_delete == "restrict" else f", on_delete={reference.on_delete!r}"
    return f"Ref({reference.table!r}{on_delete})"


def _field_call(arguments: dict[str, str]) -> list[str]:
    if not arguments:
        return []
    return [f"Field({', '.join(f'{name}={value}' for name, value in arguments.items())})"]


def _constraints(type_: ValueType) -> dict[str, str]:
    """Return the arguments of `Field(...)` that a type asks for."""
    found: dict[str, str] = {}
    if isinstance(type_, ListOf):
        found = {"min_length": _number(type_.min_items), "max_length": _number(type_.max_items)}
    elif isinstance(type_, Scalar) and not type_.choices:
        if type_.type in ("integer", "number"):
            found = {"ge": _number(type_.minimum), "le": _number(type_.maximum)}
        elif type_.type == "string":
            found = {
                "min_length": _number(type_.min_length),
                "max_length": _number(type_.max_length),
                "pattern": regex(in_ascii(type_.pattern)) if type_.pattern else "",
            }
    return {name: value for name, value in found.items() if value}


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return repr(int(value)) if float(value).is_integer() else repr(value)
