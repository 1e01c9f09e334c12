"""Marks in annotations that say what a value identifies: `Key`, `Ref` and `Unique`.

    order_id: Annotated[str, Key("ord")]
    user_id: Annotated[str, Ref("users")]
    email: Annotated[str, Unique()]

In JSON Schemas a key carries `x-key`, and `x-key-style` where it is natural; a reference carries
`x-entity`, the table that it points to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

KeyStyle = Literal["serial", "integer", "uuid", "natural"]
OnDelete = Literal["restrict", "cascade", "set_null"]


@dataclass(frozen=True, slots=True)
class Key:
    """The field identifies its record in a table.

    Attributes:
        prefix: What generated keys begin with: `Key("ord")` gives `ord_1`, `ord_2`…
        style: How a missing key is generated. serial: prefix and number; integer: a number (the
            only style of `int` keys); uuid: from the state's random numbers; natural: never, the
            caller names the record.
    """

    prefix: str = ""
    style: KeyStyle = "serial"

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Mark the value as its record's key, and say so where people use such keys as names."""
        style = {"x-key-style": "natural"} if self.style == "natural" else {}
        return {**handler(schema), "x-key": True, **style}

    def format(self, number: int) -> str:
        """Return the serial key with that number."""
        return f"{self.prefix}_{number}" if self.prefix else str(number)

    def number(self, key: object) -> int:
        """Return the number in a generated key, or 0 where the key was not generated this way."""
        if isinstance(key, int):
            return max(key, 0)
        if self.style != "serial":
            return 0
        match = re.fullmatch(rf"{re.escape(self.format(0)[:-1])}([0-9]{{1,18}})", str(key))
        return int(match[1]) if match else 0


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
    """No two records of a table have the same value in this field (None does not count)."""
