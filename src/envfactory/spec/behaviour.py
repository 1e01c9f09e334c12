"""Behaviours: what each tool does to records, one small statement per kind of tool."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from envfactory.records import Json, Stored
from envfactory.spec.value_type import Identifier


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


class Near(Stored):
    """Only those records are meant that lie around a place, and the nearest come first.

    The parameters `latitude` and `longitude` say where, in degrees; `radius`, where there is one
    and it is given, how far away a record may lie, in `unit`.
    """

    latitude: Identifier
    longitude: Identifier
    radius: Identifier | None = None
    unit: Literal["km", "m", "mi"] = "km"
    latitude_field: Identifier
    longitude_field: Identifier


class ListRecords(Stored):
    """Return the records that match, in key order unless sorted.

    `order` is what the operation itself says ("latest", "top"), `sorting` what callers ask for;
    `near` puts the nearest first; `at_most` cuts the list after that many.
    """

    kind: Literal["list"] = "list"
    table: Identifier
    matches: tuple[Match, ...] = ()
    through: Through | None = None
    paging: Paging | None = None
    sorting: Sorting | None = None
    order: Order | None = None
    near: Near | None = None
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
    each object sets under the same names; `assigns` hold for every record. With `named_by`, a
    record of these same values that has an item's value there takes the item's other values, and
    `items` may be an object with values of the second field by those of the first.
    """

    kind: Literal["create_many"] = "create_many"
    table: Identifier
    items: Identifier
    fields: tuple[Identifier, ...]
    assigns: tuple[Assign, ...] = ()
    named_by: Identifier | None = Field(
        default=None, description="One of `fields`, by which records are overwritten; None: never."
    )


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
    field: Identifier | None = Field(default=None, description="The status that decides.")
    allowed_from: tuple[Json, ...] = Field(
        default=(), description="The statuses in which a record may be changed so; empty: any."
    )


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
    """Remove the record that is meant; `field` and `allowed_from` as in a change."""

    kind: Literal["delete"] = "delete"
    table: Identifier
    by: Finder = "key"
    key: Identifier | None = None
    scope: tuple[Match, ...] = ()
    field: Identifier | None = None
    allowed_from: tuple[Json, ...] = ()


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


class AdjustRecord(Stored):
    """A number of one record grows or shrinks; with `into`, what one record loses another gets.

    The amount is more than nothing, and a record that would be left with less than `floor`, or
    with more than `ceiling`, keeps what it has: the call is refused.
    """

    kind: Literal["adjust"] = "adjust"
    table: Identifier
    by: Finder = "key"
    key: Identifier | None = None
    scope: tuple[Match, ...] = ()
    field: Identifier
    change: Literal["add", "subtract"]
    amount: Identifier | None = Field(
        default=None, description="The parameter that says by how much; None: by one."
    )
    floor: float | None = None
    ceiling: float | None = None
    into: Identifier | None = Field(
        default=None, description="The parameter with the key of the record that gets it."
    )
    entry: CreateRecord | None = Field(
        default=None, description="What is written down of it, in a table of its own."
    )


class Line(Stored):
    """A part of what is written down of one thing in a holding, or of what that stands for."""

    part: Identifier = Field(description="The field of the nested object.")
    source: Literal["item", "product"]
    field: Identifier


class OrderRecords(Stored):
    """Make one record of all that lies in a holding, and empty it: an order of what is in a cart.

    `item` is the field of the held records that names what they stand for. Of that comes the
    `price`, which times the `quantity` adds up to the `total`, and the `stock`, which shrinks by
    the quantity: where it is too low nothing is ordered, as where nothing is held.
    """

    kind: Literal["order"] = "order"
    table: Identifier
    assigns: tuple[Assign, ...] = ()
    held: Identifier
    item: Identifier
    product: Identifier = Field(description="The table of what the held records stand for.")
    quantity: Identifier | None = None
    price: Identifier | None = None
    stock: Identifier | None = None
    total: Identifier | None = None
    lines: Identifier | None = Field(default=None, description="A list of nested objects.")
    line: tuple[Line, ...] = ()


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
    | RelateRecords
    | AdjustRecord
    | OrderRecords,
    Field(discriminator="kind"),
]
