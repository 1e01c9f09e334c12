"""`EnvironmentSpec`: an environment as data, before a line of it is written.

Entities become record classes and tables; tools become methods. What a tool does is stated by a
`Behaviour`, one small record per kind, so that the code writer, the verifier and the tests read
the same statement. Nothing here is free text that has to be interpreted again.

All names are ready for Python: `name` is a snake_case (class names: PascalCase) identifier that is
no keyword; `source_name` keeps what the description called it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from envfactory.records import Json, Stored
from envfactory.source.description import Provenance

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
ClassName = Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9]{0,62}$")]

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


# ------------------------------------------------------------------------------ types of values
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
        """Return the fields that a `search` looks in: open text, neither keys nor references."""
        texts = tuple(
            field
            for field in self.fields
            if isinstance(field.type, Scalar)
            and field.type.type == "string"
            and not field.type.choices
            and field.reference is None
        )
        return tuple(field for field in texts if field.name != self.key) or texts


# ------------------------------------------------------------------------------ behaviour
class Match(Stored):
    """A value narrows which records are meant: `field <op> value`.

    eq: equal; contains: case-insensitive part of a text, or member of a list field; search: any
    text field holds it; gte, gt, lte, lt: order; prefix: starts with; one_of: among several.
    The value comes from a parameter, from a constant of the rule ("only published ones"), or is
    the key of the person who asks (`EnvironmentSpec.persona`).
    """

    source: Literal["parameter", "constant", "me"] = "parameter"
    parameter: Identifier | None = Field(default=None, description="Where the source is one.")
    constant: Json = None
    field: Identifier | None = Field(description="None for `search`, which looks in every text.")
    op: Literal["eq", "contains", "search", "gte", "gt", "lte", "lt", "prefix", "one_of"] = "eq"


class Assign(Stored):
    """A field takes a value: from a parameter, the clock, a constant, or who asks."""

    field: Identifier
    source: Literal["parameter", "now", "constant", "me"]
    parameter: Identifier | None = None
    constant: Json = None
    or_now: bool = Field(
        default=False, description="Where the parameter is not given, the clock sets the field."
    )


class Order(Stored):
    """An order that belongs to the operation itself, as in 'the latest posts'."""

    field: Identifier
    descending: bool = False


class Paging(Stored):
    """Which parameters cut a list into pages."""

    style: Literal["offset", "page", "cursor"]
    limit: Identifier | None = None
    position: Identifier | None = Field(default=None, description="offset, page or cursor.")
    default_limit: int = 20
    first_page: int = 1


class Sorting(Stored):
    """Which parameter orders a list, and the fields that it may name."""

    parameter: Identifier
    fields: tuple[Identifier, ...]
    direction_parameter: Identifier | None = None


Finder = Literal["key", "scope", "only", "me"]
"""How the one record is found that a tool works on.

key: a parameter carries its key. scope: the matches of the scope hold for it and no other, as with
`/repos/{owner}/{repo}`. only: there is just one (`EntitySpec.singleton`). me: it stands for the
person who asks.
"""


class Through(Stored):
    """Only those records are meant whose keys a list field of another record holds."""

    table: Identifier = Field(description="Where the record with the list lies.")
    field: Identifier = Field(description="Its list of references.")
    by: Literal["key", "me"] = "key"
    key: Identifier | None = Field(default=None, description="The parameter, where `by` is key.")


class ListRecords(Stored):
    """Return the records that match, in key order unless sorted.

    `order` is what the operation itself says ("latest", "top"), `sorting` what callers ask for;
    `at_most` cuts the list after that many.
    """

    kind: Literal["list"] = "list"
    table: Identifier
    matches: tuple[Match, ...] = ()
    through: Through | None = None
    paging: Paging | None = None
    sorting: Sorting | None = None
    order: Order | None = None
    at_most: int | None = None


class CountRecords(Stored):
    """Return how many records match."""

    kind: Literal["count"] = "count"
    table: Identifier
    matches: tuple[Match, ...] = ()
    through: Through | None = None


class PickRecord(Stored):
    """Return one of the records that match: the first in an order, or any of them."""

    kind: Literal["pick"] = "pick"
    table: Identifier
    matches: tuple[Match, ...] = ()
    order: Order | None = Field(default=None, description="None: drawn from the state's numbers.")


class GetRecord(Stored):
    """Return the one record that is meant; `scope` must hold too (a parent in the path).

    With `field`, the record is looked up by another unique field than its key.
    """

    kind: Literal["get"] = "get"
    table: Identifier
    by: Finder = "key"
    key: Identifier | None = Field(
        default=None, description="The parameter that carries the key, or the value of `field`."
    )
    field: Identifier | None = Field(
        default=None, description="The unique field that `key` is compared with; None: the key."
    )
    scope: tuple[Match, ...] = ()


class CreateRecord(Stored):
    """Insert a record; fields without an assignment take their default or a new key.

    Where the entity has an `identity`, a second record of the same identity is a conflict.
    """

    kind: Literal["create"] = "create"
    table: Identifier
    assigns: tuple[Assign, ...]


class CreateRecords(Stored):
    """Insert several records at once, all of them or none.

    `items` is a parameter with a list of nested objects; `fields` are those of the entity that
    each object sets under the same names; `assigns` hold for every record.
    """

    kind: Literal["create_many"] = "create_many"
    table: Identifier
    items: Identifier
    fields: tuple[Identifier, ...]
    assigns: tuple[Assign, ...] = ()


class CopyRecord(Stored):
    """Insert a copy of a record under a new key; `assigns` are what differs."""

    kind: Literal["copy"] = "copy"
    table: Identifier
    key: Identifier
    scope: tuple[Match, ...] = ()
    assigns: tuple[Assign, ...] = ()


class UpdateRecord(Stored):
    """Change the fields whose parameters were given; `replace` resets the others to defaults.

    `or_create`: where there is no such record it is created, under that key or with that scope.
    """

    kind: Literal["update"] = "update"
    table: Identifier
    by: Finder = "key"
    key: Identifier | None = None
    scope: tuple[Match, ...] = ()
    assigns: tuple[Assign, ...]
    replace: bool = False
    or_create: bool = False


class UpdateRecords(Stored):
    """Change several records at once, all of them or none.

    Either the records of the list of keys `keys`, or those that match; each takes `assigns`.
    """

    kind: Literal["update_many"] = "update_many"
    table: Identifier
    keys: Identifier | None = None
    matches: tuple[Match, ...] = ()
    assigns: tuple[Assign, ...]


class DeleteRecord(Stored):
    """Remove the record that is meant."""

    kind: Literal["delete"] = "delete"
    table: Identifier
    by: Finder = "key"
    key: Identifier | None = None
    scope: tuple[Match, ...] = ()


class DeleteRecords(Stored):
    """Remove several records at once: those of the list of keys `keys`, or those that match."""

    kind: Literal["delete_many"] = "delete_many"
    table: Identifier
    keys: Identifier | None = None
    matches: tuple[Match, ...] = ()


class ActOnRecord(Stored):
    """A state-changing action: `assigns` on the record, refused where it is already so.

    `field`/`target` is the status that the action leads to, `allowed_from` the statuses it may
    start from (empty: any but the target).
    """

    kind: Literal["action"] = "action"
    table: Identifier
    by: Finder = "key"
    key: Identifier | None = None
    scope: tuple[Match, ...] = ()
    field: Identifier
    target: Json
    allowed_from: tuple[Json, ...] = ()
    assigns: tuple[Assign, ...] = ()


class RelateRecords(Stored):
    """Add a key to, or remove it from, a list-of-references field."""

    kind: Literal["relate"] = "relate"
    table: Identifier
    by: Literal["key", "me"] = "key"
    key: Identifier | None = None
    field: Identifier
    member: Identifier | None = Field(
        default=None, description="The parameter that carries the other record's key; None: me."
    )
    change: Literal["add", "remove"]


Behaviour = Annotated[
    ListRecords
    | CountRecords
    | PickRecord
    | GetRecord
    | CreateRecord
    | CreateRecords
    | CopyRecord
    | UpdateRecord
    | UpdateRecords
    | DeleteRecord
    | DeleteRecords
    | ActOnRecord
    | RelateRecords,
    Field(discriminator="kind"),
]


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
    """An operation, parameter or field that was left out, and why."""

    subject: str = Field(description="'operation', 'parameter' or 'field'.")
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
