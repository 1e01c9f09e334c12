"""Closed sets of values that get a name of their own: `Currency = Literal["AED", ...]`.

A person writes a long list of choices once, not in every field and parameter that takes one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from envfactory.compiler.code.names import ClassNames, snake
from envfactory.spec.model import EnvironmentSpec, ListOf, MapOf, Scalar, ValueType

Choices = tuple[str | int, ...]

_LONG = 8
"""So many choices get a name even if they stand in one place."""

_GENERAL = frozenset(
    {"category", "kind", "level", "mode", "order", "role", "source", "state", "status", "type"}
)
"""Field names that say little without the record that they belong to."""

_SHORT = 4
"""Fewer choices than this never do: they read best where they are used."""


def named_choices(spec: EnvironmentSpec, classes: ClassNames) -> dict[Choices, str]:
    """Return the choices that are written once, with their names, in the order they are met.

    A set is named after the field that takes it most often, and after the record too where the
    field alone says little: the `status` of a payment is a `PaymentStatus`.
    """
    uses: dict[Choices, Counter[tuple[str, str]]] = {}
    for owner, name, type_ in _values(spec):
        for scalar in scalars(type_):
            if len(scalar.choices) >= _SHORT:
                uses.setdefault(scalar.choices, Counter())[owner, name] += 1
    return {
        choices: classes.alias(_name(places))
        for choices, places in uses.items()
        if len(choices) >= _LONG or places.total() > 1
    }


def _name(places: Counter[tuple[str, str]]) -> str:
    owner, field = min(places, key=lambda place: (-places[place], len(place[1]), place))
    if field in _GENERAL and not field.startswith(snake(owner)):
        return f"{snake(owner)}_{field}"
    return field


def scalars(type_: ValueType) -> list[Scalar]:
    """Return the scalars inside a type, nested records apart."""
    if isinstance(type_, Scalar):
        return [type_]
    if isinstance(type_, ListOf):
        return scalars(type_.item)
    return scalars(type_.value) if isinstance(type_, MapOf) else []


def _values(spec: EnvironmentSpec) -> Iterator[tuple[str, str, ValueType]]:
    """Yield every record class or entity, a field or parameter of it, and its type."""
    groups = [(record.name, record.fields) for record in spec.objects]
    groups += [(entity.name, entity.fields) for entity in spec.entities]
    for owner, fields in groups:
        yield from ((owner, field.name, field.type) for field in fields)
    for tool in spec.tools:
        owner = spec.entity(tool.behaviour.table).name
        yield from ((owner, parameter.name, parameter.type) for parameter in tool.parameters)
