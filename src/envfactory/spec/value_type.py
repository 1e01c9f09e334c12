"""Types of values: what fields, parameters and members of lists hold."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from envfactory.records import Stored

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
ClassName = Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9]{0,62}$")]


class Scalar(Stored):
    """A single value."""

    kind: Literal["scalar"] = "scalar"
    type: Literal["string", "integer", "number", "boolean", "date", "datetime", "time"]
    choices: tuple[str | int, ...] = Field(default=(), description="The allowed values, if closed.")
    format: str = Field(default="", description="What the source says: 'email', 'uri', 'uuid'…")
    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


class ListOf(Stored):
    """An ordered list."""

    kind: Literal["list"] = "list"
    item: ValueType
    min_items: int | None = None
    max_items: int | None = None


class Nested(Stored):
    """A record inside a record; `name` is one of `EnvironmentSpec.objects`."""

    kind: Literal["nested"] = "nested"
    name: ClassName


class MapOf(Stored):
    """A mapping from strings to values of one type."""

    kind: Literal["map"] = "map"
    value: ValueType


class AnyJson(Stored):
    """A JSON value that the description does not constrain."""

    kind: Literal["json"] = "json"


ValueType = Annotated[Scalar | ListOf | Nested | MapOf | AnyJson, Field(discriminator="kind")]
