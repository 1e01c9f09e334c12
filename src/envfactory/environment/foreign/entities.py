"""`Entities`: which values of a foreign environment's schemas identify records of its state.

Such schemas name no entities. A table `orders` whose records are told apart by `order_id` says what
`order_id` means wherever it occurs, and that is marked the way that native schemas mark it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from envfactory.environment.saved import key_fields, records_of, singular_of
from envfactory.environment.tool import ToolSpec
from envfactory.records import Json

_SCALARS = frozenset({"string", "integer"})
_ANYBODYS = frozenset({"id", "name", "title", "key", "code", "number", "label", "type"})
"""Names of keys that other records and inputs have as well."""


@dataclass(frozen=True, slots=True)
class Entities:
    """The tables of an environment.

    Attributes:
        keys: The key field of each table.
        fields: The fields that its records have.
    """

    keys: Mapping[str, str]
    fields: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, scenarios: Iterable[Mapping[str, Json]]) -> Entities:
        """Read the tables of saved states; a table is known from the first that fills it."""
        keys: dict[str, str] = {}
        fields: dict[str, frozenset[str]] = {}
        for scenario in scenarios:
            for table, key in key_fields(scenario).items():
                if table not in keys:
                    keys[table] = key
                    records = records_of(scenario[table])
                    fields[table] = frozenset(name for record in records for name in record)
        return cls(keys, fields)

    def marked(self, spec: ToolSpec) -> ToolSpec:
        """Return a tool whose schemas say which values identify records."""
        return replace(
            spec,
            input_schema=self._schema(spec.input_schema, None),
            output_schema=self._schema(spec.output_schema, None),
        )

    def _schema(self, schema: Any, name: str | None) -> Any:
        if isinstance(schema, list):
            return [self._schema(item, name) for item in schema]
        if not isinstance(schema, dict):
            return schema
        copy = dict(schema)
        properties = schema.get("properties")
        if isinstance(properties, dict):
            about = self._about(frozenset(properties))
            copy["properties"] = {
                field: self._key(self._schema(part, field), field, about)
                for field, part in properties.items()
            }
        for keyword in ("anyOf", "oneOf", "allOf"):
            if keyword in schema:
                copy[keyword] = self._schema(schema[keyword], name)
        if "items" in schema:
            singular = singular_of(name) if name else None
            copy["items"] = self._schema(schema["items"], singular)
        if isinstance(schema.get("$defs"), dict):
            copy["$defs"] = {n: self._schema(part, None) for n, part in schema["$defs"].items()}
        table = self._named(name) if name else None
        if table is not None and copy.get("type") in _SCALARS and "x-entity" not in copy:
            copy["x-entity"] = table
        return copy

    def _key(self, schema: Any, field: str, about: str | None) -> Any:
        """Mark the key of the table that an object is a record of."""
        if about is None or self.keys[about] != field or not isinstance(schema, dict):
            return schema
        return {**schema, "x-entity": about, "x-key": True}

    def _about(self, names: frozenset[str]) -> str | None:
        """Return the table whose records have most of these fields, its key among them."""
        for table, key in self.keys.items():
            known = self.fields[table]
            if key in names and 2 * len(names & known) >= len(known) and len(names & known) > 1:
                return table
        return None

    def _named(self, name: str) -> str | None:
        """Return the table that a name such as `order_id` or `parentOrderId` refers to."""
        plain = name.replace("_", "").casefold()
        for table, key in self.keys.items():
            singular = singular_of(table).replace("_", "").casefold()
            if plain.endswith(f"{singular}id") or (name == key and key not in _ANYBODYS):
                return table
        return None
