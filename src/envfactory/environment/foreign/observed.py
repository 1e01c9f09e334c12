"""Schemas read off values, for tools that say too little about what they return.

Much foreign code is annotated `-> dict`, and many servers declare no output at all. What their
tools returned when they were called says which fields there are, of which type, which of them were
always there, and which values are keys of records. It says nothing of values that were not seen, so
such schemas forbid nothing, and carry the mark `x-observed`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from envfactory.environment.saved import key_fields, records_of, singular_of
from envfactory.environment.tool import JsonSchema
from envfactory.records import Json

OBSERVED = "x-observed"
"""Marks schemas that were read off values, and that nobody has declared."""

_SAYS = frozenset({"$ref", "anyOf", "oneOf", "allOf", "enum", "const", "properties", "prefixItems"})
_SAMPLED = 50
"""So many records of a table are asked for the types of their fields."""
_MANY_NAMES = 12
"""An object with more different names, and none that is always there, is a map."""

_Scalar = str | int


@dataclass(frozen=True, slots=True)
class Table:
    """The records of one kind, in some states.

    Attributes:
        field: The field that tells them apart.
        records: The records by key.
    """

    field: str
    records: Mapping[_Scalar, Mapping[str, Json]]


Tables = Mapping[str, Table]


@dataclass(frozen=True, slots=True)
class Seen:
    """A value that a tool returned.

    Attributes:
        value: The value.
        tables: The tables, in the states before and after the call.
    """

    value: Json
    tables: Tables


def tables_of(*scenarios: Mapping[str, Json]) -> dict[str, Table]:
    """Return the tables of saved states, the later ones before the earlier."""
    found: dict[str, Table] = {}
    for scenario in scenarios:
        for table, field in key_fields(scenario).items():
            known = found[table].records if table in found else {}
            held = {record[field]: record for record in records_of(scenario[table])}
            plain = {key: record for key, record in held.items() if isinstance(key, str | int)}
            found[table] = Table(field, {**known, **plain})
    return found


def observed_schema(declared: JsonSchema, seen: Sequence[Seen]) -> JsonSchema | None:
    """Return what is declared, completed by what was seen; None where that adds nothing.

    Args:
        declared: The output schema of a tool.
        seen: What it returned. Linear in the size of that.
    """
    completed: JsonSchema = _completed(declared, seen, "")
    return None if completed == declared else {**completed, OBSERVED: True}


def named_table(name: str, values: Sequence[Json], states: Sequence[Tables]) -> str | None:
    """Return the table of which all values are keys; None where there is none, or chance will do.

    Texts are taken for keys if there are two of them, or if the name says so as well; numbers only
    if it does, since counts are numbers too.

    Args:
        name: The name of the field or parameter.
        values: Its values.
        states: For each value, the tables where it was seen.
    """
    every = {name: table.field for tables in states for name, table in tables.items()}
    tables = [
        table
        for table in every
        if all(
            table in known and is_key(value, known[table])
            for value, known in zip(values, states, strict=True)
        )
    ]
    told = [table for table in tables if _tells(name, table, every[table])]
    if len(told) == 1:
        return told[0]
    enough = len({value for value in values if isinstance(value, str)}) > 1
    return tables[0] if len(tables) == 1 and enough else None


def _completed(schema: Any, seen: Sequence[Seen], name: str) -> Any:
    if not isinstance(schema, dict) or not seen:
        return schema
    if _is_vague(schema):
        kept = {key: schema[key] for key in ("description", "default") if key in schema}
        return {**_schema_of(seen, name), **kept}
    copy = dict(schema)
    if isinstance(schema.get("properties"), dict):
        copy["properties"] = {
            field: _completed(part, _field(seen, field), field)
            for field, part in schema["properties"].items()
        }
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            copy[keyword] = _completed(schema[keyword], _members(seen), singular_of(name))
    for keyword in ("anyOf", "oneOf"):
        if isinstance(schema.get(keyword), list):
            told = [one for one in seen if one.value is not None]
            vague = [arm for arm in schema[keyword] if isinstance(arm, dict) and _is_vague(arm)]
            copy[keyword] = [
                _completed(arm, told, name) if vague == [arm] else arm for arm in schema[keyword]
            ]
    return copy


def _is_vague(schema: Mapping[str, Any]) -> bool:
    """Whether a schema tells the parts of a value, and there must be some, without naming them."""
    if schema.keys() & _SAYS:
        return False
    kind = schema.get("type")
    if kind == "object":
        return not isinstance(schema.get("additionalProperties"), dict)
    if kind == "array":
        return "items" not in schema
    return kind is None


def _schema_of(seen: Sequence[Seen], name: str) -> JsonSchema:
    """Return the schema of values."""
    by_kind: dict[str, list[Seen]] = {}
    for one in seen:
        by_kind.setdefault(_kind(one.value), []).append(one)
    if "number" in by_kind and "integer" in by_kind:
        by_kind["number"] += by_kind.pop("integer")
    if len(by_kind) == 1:
        return _of_kind(*by_kind.popitem(), name)
    return {"anyOf": [_of_kind(kind, by_kind[kind], name) for kind in sorted(by_kind)]}


def _of_kind(kind: str, seen: Sequence[Seen], name: str) -> JsonSchema:
    if kind == "array":
        members = _members(seen)
        items = {"items": _schema_of(members, singular_of(name))} if members else {}
        return {"type": "array", **items}
    if kind == "object":
        return _object(seen, name)
    if kind in ("string", "integer"):
        table = named_table(name, [one.value for one in seen], [one.tables for one in seen])
        return {"type": kind} if table is None else {"type": kind, "x-entity": table}
    return {"type": kind}


def _object(seen: Sequence[Seen], name: str) -> JsonSchema:
    objects = [one.value for one in seen if isinstance(one.value, dict)]
    names = list(dict.fromkeys(field for value in objects for field in value))
    always = [field for field in names if all(field in value for value in objects)]
    if not names:
        return {"type": "object"}
    if _are_keys(names, seen) or (not always and len(names) > _MANY_NAMES):
        return {
            "type": "object",
            "additionalProperties": _schema_of(_members(seen), singular_of(name)),
        }
    more = _same_records(seen)
    properties = {field: _schema_of(_field([*seen, *more], field), field) for field in names}
    required: dict[str, Any] = {"required": always} if always else {}
    return {"type": "object", "properties": properties, **required}


def _are_keys(names: Sequence[str], seen: Sequence[Seen]) -> bool:
    """Whether the names in an object are keys of records: it is a table, and no record."""
    known = [set(map(str, table.records)) for one in seen for table in one.tables.values()]
    return any(keys.issuperset(names) for keys in known)


def _same_records(seen: Sequence[Seen]) -> list[Seen]:
    """Return further records of the table that all these objects are records of.

    A price that was 30 where it was seen is a number like the other prices, and no integer.
    """
    for name, table in seen[-1].tables.items():
        objects = [one.value for one in seen if isinstance(one.value, dict)]
        if all(_is_record(value, table) for value in objects):
            records = list(seen[-1].tables[name].records.values())[:_SAMPLED]
            return [Seen(dict(record), seen[-1].tables) for record in records]
    return []


def _is_record(value: Mapping[str, Json], table: Table) -> bool:
    """Whether an object has the key of a record, and most of its fields."""
    key = value.get(table.field)
    known = table.records.get(key) if isinstance(key, str | int) else None
    return known is not None and 2 * len(value.keys() & known.keys()) > len(value)


def _field(seen: Sequence[Seen], field: str) -> list[Seen]:
    return [
        Seen(one.value[field], one.tables)
        for one in seen
        if isinstance(one.value, dict) and field in one.value
    ]


def _members(seen: Sequence[Seen]) -> list[Seen]:
    found: list[Seen] = []
    for one in seen:
        inner = list(one.value.values()) if isinstance(one.value, dict) else one.value
        found += [Seen(value, one.tables) for value in inner] if isinstance(inner, list) else []
    return found


def _kind(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
    return "object"


def is_key(value: Json, table: Table) -> bool:
    """Whether a value is the key of a record."""
    return isinstance(value, str | int) and not isinstance(value, bool) and value in table.records


def _tells(name: str, table: str, key: str) -> bool:
    """Whether a field is called like the records of a table, or like what identifies one."""
    plain = name.replace("_", "").casefold()
    singular = singular_of(table).replace("_", "").casefold()
    return name == key or plain.startswith(singular) or plain.endswith((singular, f"{singular}id"))
