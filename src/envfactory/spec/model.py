"""`EnvironmentSpec`: an environment as data, before a line of it is written.

Entities become record classes and tables; tools become methods. What a tool does is stated by a
`Behaviour`, one small record per kind, so that the code writer, the verifier and the tests read
the same statement. Nothing here is free text that has to be interpreted again.

All names are ready for Python: `name` is a snake_case (class names: PascalCase) identifier that is
no keyword; `source_name` keeps what the description called it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from envfactory.records import Json, Stored
from envfactory.source.description import Provenance
from envfactory.spec.behaviour import (
    ActOnRecord,
    AdjustRecord,
    Assign,
    Behaviour,
    CopyRecord,
    CountRecords,
    CreateRecord,
    CreateRecords,
    DeleteRecord,
    DeleteRecords,
    Finder,
    GetRecord,
    Line,
    ListRecords,
    Match,
    Near,
    Order,
    OrderRecords,
    Paging,
    PickRecord,
    RelateRecords,
    Sorting,
    Through,
    UpdateRecord,
    UpdateRecords,
)
from envfactory.spec.value_type import (
    AnyJson,
    ClassName,
    Identifier,
    ListOf,
    MapOf,
    Nested,
    Scalar,
    ValueType,
)

__all__ = [
    "ActOnRecord",
    "AdjustRecord",
    "AnyJson",
    "Assign",
    "Behaviour",
    "ClassName",
    "CopyRecord",
    "CountRecords",
    "CreateRecord",
    "CreateRecords",
    "DeleteRecord",
    "DeleteRecords",
    "Domain",
    "EntitySpec",
    "EnvironmentSpec",
    "FieldSpec",
    "Finder",
    "GetRecord",
    "Identifier",
    "Line",
    "ListOf",
    "ListRecords",
    "MapOf",
    "Match",
    "Near",
    "Nested",
    "ObjectSpec",
    "Omission",
    "Order",
    "OrderRecords",
    "Paging",
    "ParameterSpec",
    "Persona",
    "PickRecord",
    "Reference",
    "RelateRecords",
    "Result",
    "Role",
    "Scalar",
    "Sorting",
    "Through",
    "ToolDesign",
    "UpdateRecord",
    "UpdateRecords",
    "ValueType",
]

Domain = Literal[
    "travel and mobility",
    "commerce and payments",
    "productivity and files",
    "communication and social",
    "developer and data tools",
    "finance and real estate",
    "health",
    "media and knowledge",
    "other",
]


# ------------------------------------------------------------------------------ entities
class Reference(Stored):
    """The value identifies a record of another table (or is a list of such values)."""

    table: Identifier
    on_delete: Literal["restrict", "cascade", "set_null"] = "restrict"


Role = Literal[
    "key",  # identifies the record
    "title",  # what a person calls the record: a name, a subject
    "status",  # the state in its life cycle
    "created_at",  # set from the clock on creation
    "updated_at",  # set from the clock on every change
    "data",  # anything else
]


class FieldSpec(Stored):
    """One field of an entity or nested object."""

    name: Identifier
    source_name: str
    type: ValueType
    description: str = ""
    optional: bool = Field(default=False, description="May be None (and then defaults to None).")
    default: Json = Field(default=None, description="Used where `has_default`.")
    has_default: bool = False
    role: Role = "data"
    reference: Reference | None = None
    unique: bool = Field(default=False, description="No two records of a table share a value.")
    read_only: bool = Field(default=False, description="The service sets it, never a caller.")
    examples: tuple[Json, ...] = ()
    inferred: bool = Field(
        default=False, description="No schema states it: names, inputs or actions imply it."
    )


class ObjectSpec(Stored):
    """A record that only lives inside other records."""

    name: ClassName
    description: str = ""
    fields: tuple[FieldSpec, ...]


class EntitySpec(Stored):
    """A kind of record that has identity and a table of its own."""

    name: ClassName
    table: Identifier
    description: str = ""
    fields: tuple[FieldSpec, ...]
    key: Identifier
    key_style: Literal["serial", "integer", "uuid", "token", "natural"] = Field(
        default="serial",
        description="serial: ord_7; integer: 7; uuid; token: random; natural: the caller names it.",
    )
    key_prefix: str = ""
    key_format: str = Field(
        default="",
        description="A template of the kernel: 'ORD-{n:04}' where serial, '{hex:24}' for a token.",
    )
    title: Identifier | None = Field(default=None, description="The field a person knows it by.")
    parent: Identifier | None = Field(default=None, description="The field that names its owner.")
    identity: tuple[Identifier, ...] = Field(
        default=(), description="Fields that tell records apart together: no two share them all."
    )
    singleton: bool = Field(
        default=False, description="There is exactly one such record, as with settings."
    )
    looked_up: bool = Field(
        default=False,
        description="Only read, by the fields of `identity`: answers of a fixed data set.",
    )
    inferred: bool = Field(
        default=False, description="No response describes it: names and inputs imply its fields."
    )

    def field(self, name: str) -> FieldSpec:
        """Return the field called `name`.

        Raises:
            KeyError: If the entity has no such field.
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no field {name!r}")

    def searched_fields(self) -> tuple[FieldSpec, ...]:
        """Return the fields that a `search` looks in: open texts, alone or in lists.

        References are none, nor are keys that are generated; those that people give are.
        """
        texts = tuple(field for field in self.fields if _is_open_text(field))
        named = self.key_style == "natural"
        return tuple(field for field in texts if named or field.name != self.key) or texts


def _is_open_text(field: FieldSpec) -> bool:
    type_ = field.type.item if isinstance(field.type, ListOf) else field.type
    text = isinstance(type_, Scalar) and type_.type == "string" and not type_.choices
    return text and field.reference is None


# ------------------------------------------------------------------------------ tools
class ParameterSpec(Stored):
    """One argument of a tool."""

    name: Identifier
    source_name: str
    type: ValueType
    description: str = ""
    required: bool = False
    default: Json = Field(default=None, description="Used where not required; None: not given.")
    reference: Reference | None = Field(
        default=None, description="The argument is the key of a record in that table."
    )


class Result(Stored):
    """What a tool returns.

    record: the record; list: the records; page: an object with the records under `items`, the
    count of all matches under `total` and, with cursors, `next_cursor`; count: how many records
    were found or changed; none: nothing.
    """

    shape: Literal["record", "list", "page", "count", "none"]
    table: Identifier | None = None


class ToolDesign(Stored):
    """One tool: its signature, and what it means."""

    name: Identifier
    description: str
    operation: str = Field(description="The operation it comes from, as 'METHOD /path'.")
    parameters: tuple[ParameterSpec, ...]
    behaviour: Behaviour
    result: Result
    inferred: tuple[str, ...] = Field(
        default=(),
        description="Stable short phrases for what the source does not state but rules concluded.",
    )


class Persona(Stored):
    """Who asks: one record of a table stands for the person whom the tools serve."""

    table: Identifier
    value: Identifier = Field(description="The single value that holds that record's key.")


class Omission(Stored):
    """An operation, parameter, field or part of a text that was left out, and why."""

    subject: str = Field(description="'operation', 'parameter', 'field' or 'text'.")
    where: str
    reason: str


class EnvironmentSpec(Stored):
    """An environment to be written: records, tables, tools, and what was left out."""

    schema_version: Literal[1] = 1
    name: Identifier
    class_name: ClassName
    title: str
    description: str
    domain: Domain
    domain_evidence: tuple[str, ...] = Field(
        default=(), description="The words that decided, each with where it was found."
    )
    domain_scores: dict[Domain, float] = Field(
        default_factory=dict, description="What each domain has of all evidence."
    )
    objects: tuple[ObjectSpec, ...] = ()
    entities: tuple[EntitySpec, ...]
    tools: tuple[ToolDesign, ...]
    persona: Persona | None = None
    omissions: tuple[Omission, ...] = ()
    provenance: Provenance

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        """Yield what a message says about a specification, which is too long to be shown whole."""
        yield "name", self.name
        yield "entities", len(self.entities)
        yield "tools", len(self.tools)

    def entity(self, table: str) -> EntitySpec:
        """Return the entity whose table is called `table`.

        Raises:
            KeyError: If no entity has that table.
        """
        for entity in self.entities:
            if entity.table == table:
                return entity
        raise KeyError(f"{self.name} has no table {table!r}")
