"""Marks in annotations that say what a value means: `Key`, `Ref`, `Unique` and `Counts`.

    order_id: Annotated[str, Key("ord")]
    user_id: Annotated[str, Ref("users")]
    email: Annotated[str, Unique()]
    orders_count: Annotated[int, Counts("orders", "user_id")]

In JSON Schemas a key carries `x-key`, and `x-key-style` where it is natural; a reference carries
`x-entity`, the table that it points to.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from envfactory.environment.template import read_template
from envfactory.errors import DefinitionError

KeyStyle = Literal["serial", "integer", "uuid", "token", "natural"]
OnDelete = Literal["restrict", "cascade", "set_null"]


@dataclass(frozen=True, slots=True)
class Key:
    """The field identifies its record in a table.

    Attributes:
        form: What generated keys look like. A prefix: `Key("ord")` gives `ord_1`, `ord_2`…; or a
            template (see `template`): `Key("ORD-{n:04}")`, `Key("{hex:24}", style="token")`.
        style: How a missing key is generated. serial: counting up; integer: a number (the only
            style of `int` keys); uuid, token: from the state's random numbers; natural: never,
            the caller names the record.

    Raises:
        DefinitionError: If the form is not what the style needs.
    """

    form: str = ""
    style: KeyStyle = "serial"

    def __post_init__(self) -> None:
        if self.style == "token" or "{" in self.form:
            counts = read_template(self.form).counts
            if counts != (self.style == "serial"):
                raise DefinitionError(
                    f"Key({self.form!r}, style={self.style!r}): a form that counts is serial, "
                    "a random one is style='token'"
                )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Mark the value as its record's key, and say so where people use such keys as names."""
        style = {"x-key-style": "natural"} if self.style == "natural" else {}
        return {**handler(schema), "x-key": True, **style}

    def format(self, number: int) -> str:
        """Return the serial key with that number."""
        if "{" in self.form:
            return read_template(self.form).numbered(number)
        return f"{self.form}_{number}" if self.form else str(number)

    def draw(self, rng: random.Random, now: datetime) -> str:
        """Return a random key, where the style is uuid or token."""
        return read_template("{uuid}" if self.style == "uuid" else self.form).draw(rng, now)

    def number(self, key: object) -> int:
        """Return the number in a generated key, or 0 where the key was not generated this way."""
        if isinstance(key, int):
            return max(key, 0)
        if self.style != "serial":
            return 0
        form = self.form if "{" in self.form else f"{self.form}_{{n}}" if self.form else "{n}"
        return read_template(form).number(str(key))


@dataclass(frozen=True, slots=True)
class Ref:
    """The value is the key of a record in `table`.

    Attributes:
        table: The table's name in the environment.
        on_delete: What deleting that record does to the one that refers to it. restrict: the
            delete is refused; cascade: this one is deleted too; set_null: an optional field
            becomes None, a list loses the key.
    """

    table: str
    on_delete: OnDelete = "restrict"

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Say which entity the value identifies."""
        return {**handler(schema), "x-entity": self.table}


@dataclass(frozen=True, slots=True)
class Unique:
    """No two records of a table have the same value in this field (None does not count).

    Attributes:
        within: Other fields; only records that agree in all of them may not share the value, as
            with the number of an issue: `Annotated[int, Unique(within=("repository_id",))]`.
    """

    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """The value is how many records refer to this one, and is kept so whatever tools do.

    A new record starts at 0. None stays None: nobody counts for that record.

    Attributes:
        table: The table of the records that are counted.
        field: Their field that refers to this record, marked `Ref`.
    """

    table: str
    field: str
