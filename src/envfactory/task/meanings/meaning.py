"""What records and tools mean, as data: the form in which every later module reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from envfactory.environment.world import SEPARATOR
from envfactory.records import Json
from envfactory.task.meanings.shape import Shape
from envfactory.task.meanings.words import load_words

ToolKind = Literal[
    "list", "get", "create", "update", "delete", "action", "relate", "adjust", "order", "other"
]
_UNKNOWN = "other"
FilterOp = Literal["eq", "contains", "search", "gte", "gt", "lte", "lt", "prefix", "one_of"]


@dataclass(frozen=True, slots=True)
class FieldMeaning:
    """One field of a record.

    Attributes:
        label: What people call it.
        role: What the specification says it is for; `data` where nothing is known.
        said: Whether people talk about it at all.
    """

    name: str
    label: str
    shape: Shape
    role: str = "data"
    said: bool = True

    @property
    def reference(self) -> str | None:
        """The table of the record that the field names, if it does."""
        return None if self.shape.is_key else self.shape.entity


@dataclass(frozen=True, slots=True)
class EntityMeaning:
    """One kind of record.

    Attributes:
        noun: What people call one of them.
        key: The field that identifies a record.
        generated: Whether the environment makes the keys, so that they mean nothing to anybody.
        title: The field that people know a record by, if there is one.
        parent: The field that names the record which it belongs to, if there is one.
        person: Whether the records are people.
    """

    environment: str
    table: str
    noun: str
    key: str
    shape: Shape
    fields: Mapping[str, FieldMeaning]
    generated: bool = True
    title: str | None = None
    parent: str | None = None
    person: bool = False

    @property
    def head(self) -> str:
        """The last word of the noun: a task list is a list."""
        return self.noun.rpartition(" ")[2]

    @property
    def called(self) -> str | None:
        """The field by which people call a record: its title, or a key of their own making."""
        return self.title or (None if self.generated else self.key)

    @property
    def speech(self) -> str | None:
        """The field that holds what the record says, if it has one."""
        for name in load_words().speech:
            if name in self.fields and self.fields[name].shape.kind == "text":
                return name
        return None


@dataclass(frozen=True, slots=True)
class Filter:
    """A parameter that narrows what a list returns; `field` is None where any text counts."""

    parameter: str
    field: str | None
    op: FilterOp = "eq"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A number of a record that grows or shrinks by an amount.

    Attributes:
        field: Which number.
        takes: Whether it shrinks.
        amount: The parameter that says by how much; None where it is by one.
        into: The parameter that names the record which gets what this one loses, if one does.
    """

    field: str
    takes: bool
    amount: str | None = None
    into: str | None = None


@dataclass(frozen=True, slots=True)
class ToolMeaning:
    """What a tool does.

    Attributes:
        tool: Its qualified name.
        table: What it is about, if that is known.
        key: The parameter that names the record it works on.
        found_by: The field whose value the key parameter takes, where that is not the record's key.
        scope: Parameters that name what the record belongs to, with the record's fields.
        sets: Parameters that give a field its value, with the field.
        filters: Parameters that narrow a list.
        replace: Whether an update resets what is not given.
        status, target: The field that an action sets, and to what.
        member: The parameter that names the record which is put into or taken out of the list.
        removes_member: Whether it is taken out.
        adjustment: The number that it makes grow or shrink.
        holding: The table of what lies in the cart that it makes an order of.
    """

    tool: str
    environment: str
    kind: ToolKind
    description: str
    arguments: Shape
    result: Shape
    table: str | None = None
    key: str | None = None
    found_by: str | None = None
    scope: Mapping[str, str] = field(default_factory=dict)
    sets: Mapping[str, str] = field(default_factory=dict)
    filters: tuple[Filter, ...] = ()
    replace: bool = False
    status: str | None = None
    target: Json = None
    member: str | None = None
    removes_member: bool = False
    adjustment: Adjustment | None = None
    holding: str | None = None
    actor: str = "agent"

    @property
    def short(self) -> str:
        """The tool's name inside its environment."""
        return self.tool.partition(SEPARATOR)[2]


@dataclass(frozen=True)
class Glossary:
    """Entities by environment and table, tools by qualified name, domains by environment."""

    entities: Mapping[tuple[str, str], EntityMeaning]
    tools: Mapping[str, ToolMeaning]
    domains: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def keys(self) -> Mapping[tuple[str, str], str]:
        """The key field of each table, by environment and table."""
        return {place: entity.key for place, entity in self.entities.items()}

    def entity(self, environment: str, table: str | None) -> EntityMeaning | None:
        """Return what is known about a table."""
        return None if table is None else self.entities.get((environment, table))

    def domain(self, environments: Iterable[str]) -> str:
        """Return what environments are for, by the first of which that is known."""
        known = (self.domains.get(name, _UNKNOWN) for name in environments)
        return next((domain for domain in known if domain != _UNKNOWN), _UNKNOWN)

    def children(self, entity: EntityMeaning) -> Iterator[tuple[EntityMeaning, str]]:
        """Yield the entities of the same environment that refer to one, with the field."""
        yield from self._children.get((entity.environment, entity.table), ())

    @cached_property
    def _children(self) -> Mapping[tuple[str, str | None], list[tuple[EntityMeaning, str]]]:
        """Who refers to whom, found once."""
        found: dict[tuple[str, str | None], list[tuple[EntityMeaning, str]]] = defaultdict(list)
        for other in self.entities.values():
            for name, meaning in other.fields.items():
                if meaning.reference is not None:
                    found[other.environment, meaning.reference].append((other, name))
        return found
