"""Which table a schema speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]


def entity_of(schema: Schema) -> str | None:
    """Return the table whose records a value of that schema identifies, alone or in a list."""
    if isinstance(schema.get("x-entity"), str):
        return str(schema["x-entity"])
    inner = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
    if isinstance(schema.get("items"), dict):
        inner.append(schema["items"])
    return next((entity for part in inner if (entity := entity_of(part))), None)


def table_of(schema: Schema) -> str | None:
    """Return the table of the records that a value of that schema is, or lists."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        schema = schema.get("$defs", {}).get(reference.rpartition("/")[2], {})
    items = schema.get("items")
    if isinstance(items, dict):
        return table_of({**items, "$defs": schema.get("$defs", {})})
    parts = schema.get("properties", {})
    for part in parts.values():
        if part.get("x-key") is True:
            return entity_of(part)
    inside = parts.get("items")
    return table_of({**inside, "$defs": schema.get("$defs", {})}) if inside else None
