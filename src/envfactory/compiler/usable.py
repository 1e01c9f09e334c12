"""Constraints that no text can meet: one of them must not cost a whole environment."""

from __future__ import annotations

import random
from typing import TypeVar

from envfactory.compiler.data.shape import fit_text
from envfactory.compiler.pattern import is_known
from envfactory.errors import DefinitionError
from envfactory.spec.model import (
    EnvironmentSpec,
    FieldSpec,
    ListOf,
    MapOf,
    Omission,
    ParameterSpec,
    Scalar,
    ValueType,
)

_Typed = TypeVar("_Typed", FieldSpec, ParameterSpec)
_REASON = "no text meets its pattern and its lengths, so they are not checked"


def with_usable_constraints(spec: EnvironmentSpec) -> EnvironmentSpec:
    """Return `spec` without the patterns and lengths that no text can meet, and say which.

    A pattern may be written for another engine (`/^[0-9]+$/i`), or contradict the lengths.
    """
    omissions = list(spec.omissions)

    def checked(subject: str, owner: str, one: _Typed) -> _Typed:
        type_ = _usable(one.type)
        if type_ == one.type:
            return one
        where = f"{owner}.{one.name}"
        omissions.append(Omission(subject=subject, where=where, reason=_REASON))
        return one.model_copy(update={"type": type_})

    changes = {
        "objects": tuple(
            record.model_copy(
                update={"fields": tuple(checked("field", record.name, f) for f in record.fields)}
            )
            for record in spec.objects
        ),
        "entities": tuple(
            entity.model_copy(
                update={"fields": tuple(checked("field", entity.name, f) for f in entity.fields)}
            )
            for entity in spec.entities
        ),
        "tools": tuple(
            tool.model_copy(
                update={
                    "parameters": tuple(checked("parameter", tool.name, p) for p in tool.parameters)
                }
            )
            for tool in spec.tools
        ),
    }
    return spec.model_copy(update={**changes, "omissions": tuple(omissions)})


def _usable(type_: ValueType) -> ValueType:
    """Return the type without constraints that cannot be met."""
    if isinstance(type_, ListOf):
        item = _usable(type_.item)
        return type_ if item == type_.item else type_.model_copy(update={"item": item})
    if isinstance(type_, MapOf):
        value = _usable(type_.value)
        return type_ if value == type_.value else type_.model_copy(update={"value": value})
    if not isinstance(type_, Scalar) or type_.type != "string" or type_.choices:
        return type_
    if type_.pattern is None and type_.max_length is None:
        return type_
    if _can_be_met(type_):
        return type_
    lengths = type_.model_copy(update={"pattern": None})
    return (
        lengths
        if _can_be_met(lengths)
        else lengths.model_copy(update={"min_length": None, "max_length": None})
    )


def _can_be_met(type_: Scalar) -> bool:
    if type_.pattern is not None and not is_known(type_.pattern):
        return False
    try:
        fit_text("", type_, random.Random(0))
    except DefinitionError:
        return False
    return True
