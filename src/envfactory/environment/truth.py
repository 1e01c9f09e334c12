"""Choices of numbers that refuse true and false, though these equal 1 and 0.

JSON Schema holds `true` apart from `1`; Python, and with it pydantic's `Literal[1, 2]`, does not.
"""

from __future__ import annotations

import types
import typing
from typing import Any, cast

from pydantic import BeforeValidator
from pydantic_core import CoreSchema, core_schema

_INNER = ("schema", "items_schema", "keys_schema", "values_schema", "choices", "fields")
"""Where pydantic's schemas hold those of their parts."""


def without_truth(hint: Any) -> Any:
    """Return a type whose choices of numbers refuse true and false."""
    origin, arms = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return typing.Annotated[hint, BeforeValidator(_not_truth)] if _numbers(arms) else hint
    if origin is typing.Annotated:
        inner: Any = typing.Annotated
        return inner[(without_truth(arms[0]), *hint.__metadata__)]
    if origin in (typing.Union, types.UnionType):
        return typing.Union[tuple(map(without_truth, arms))]  # noqa: UP007
    return list[without_truth(arms[0])] if origin is list else hint  # type: ignore[misc]


def model_without_truth(schema: CoreSchema) -> CoreSchema:
    """Return the schema of a record whose choices of numbers refuse true and false.

    Records inside have schemas of their own, for which this was done already.
    """
    plain = cast("dict[str, Any]", schema)
    if "schema" not in plain:
        return schema
    inside = _exact if plain["type"] == "model" else model_without_truth
    return cast("CoreSchema", {**plain, "schema": inside(plain["schema"])})


def _exact(part: Any) -> Any:
    """Return a schema, or several of them, with its choices of numbers guarded."""
    if isinstance(part, list | tuple):
        return type(part)(map(_exact, part))
    if not isinstance(part, dict):
        return part
    kind = part.get("type")
    if kind == "literal":
        guarded = core_schema.no_info_before_validator_function
        return guarded(_not_truth, cast("CoreSchema", part)) if _numbers(part["expected"]) else part
    if kind == "model":
        return part
    if isinstance(kind, str):
        return {name: _exact(held) if name in _INNER else held for name, held in part.items()}
    return {name: _exact(held) for name, held in part.items()}  # fields by their names


def _numbers(choices: typing.Iterable[object]) -> bool:
    return any(type(choice) is int for choice in choices)


def _not_truth(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("true and false are no numbers")
    return value
