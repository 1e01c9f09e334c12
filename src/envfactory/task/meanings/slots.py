"""`Slot`: a place in a tool's arguments that a user fills with a value, and what it is called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from envfactory.graph.path import escape
from envfactory.graph.path import names as path_names
from envfactory.task.meanings.given import given_label, is_link, is_version
from envfactory.task.meanings.meaning import EntityMeaning, FieldMeaning, Filter, ToolMeaning
from envfactory.task.meanings.shape import Shape
from envfactory.task.meanings.words import is_said, is_set_by_people, label_of, singular

_SCALARS = frozenset({"text", "date", "datetime", "time", "integer", "number", "boolean", "choice"})
_INNER = ("date_time", "datetime", "date", "amount", "value", "name", "text")
"""Parts of a nested value that stand for the whole: the start of an event is its date and time."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a value that the user says.

    Attributes:
        path: Where in the arguments, with `*` for the members of a list.
        label: What people call it.
        shape: What fits there.
        field: The record's field that takes the value, as a path; empty where there is none.
        filter: For the arguments of a list: how the value narrows it.
        role: What the specification says the field is for.
    """

    path: str
    label: str
    shape: Shape
    field: str = ""
    filter: Filter | None = None
    role: str = "data"

    @property
    def name(self) -> str:
        """The last name on the path."""
        return path_names(self.path)[-1]

    @property
    def pointer(self) -> str:
        """The path of the first member, where it leads into lists."""
        return self.path.replace("/*", "/0")

    @property
    def field_name(self) -> str:
        """The record's field that the value ends up in, or is part of."""
        return path_names(self.field)[0] if self.field else ""


def settable(tool: ToolMeaning, entity: EntityMeaning) -> tuple[Slot, ...]:
    """Return what people might say when they ask for a record to be made or changed."""
    found: list[Slot] = []
    for parameter, field_name in tool.sets.items():
        meaning = entity.fields.get(field_name)
        shape = tool.arguments.fields.get(parameter)
        if meaning is None or shape is None or shape.entity is not None:
            continue
        if not is_set_by_people(field_name):
            continue
        required = parameter in tool.arguments.required
        path, field = f"/{escape(parameter)}", f"/{escape(field_name)}"
        if not meaning.said:
            if required and shape.kind == "text" and _is_given(meaning):
                found.append(Slot(path, given_label(meaning.label), shape, field))
        elif shape.kind in _SCALARS:
            found.append(Slot(path, meaning.label, shape, field, role=meaning.role))
        elif shape.kind == "object":
            found.extend(_inner(path, meaning.label, shape, field))
        elif shape.kind == "list" and required:
            found.extend(_members(path, meaning.label, shape, field))
    return tuple(found)


def _is_given(meaning: FieldMeaning) -> bool:
    """Say whether people give a value that they do not talk about: a link, a version."""
    return is_link(meaning.name) or is_version(meaning.name)


def _members(path: str, label: str, shape: Shape, field: str) -> Iterator[Slot]:
    """Yield what people say of the one member of a list that a call cannot be made without."""
    member, one = shape.item, singular(label)
    if member is None or member.entity is not None:
        return
    if member.kind in _SCALARS:
        yield Slot(f"{path}/*", one, member, f"{field}/*")
    for name, part in member.fields.items():
        if part.kind in _SCALARS and part.entity is None and (is_said(name) or is_link(name)):
            inner = label_of(f"{one} {label_of(name)}")
            inner = given_label(inner) if is_link(name) else inner
            yield Slot(f"{path}/*/{escape(name)}", inner, part, f"{field}/*/{escape(name)}")


def nested(tool: ToolMeaning, entity: EntityMeaning, parameter: str) -> list[Slot]:
    """Return the places inside a nested argument for which people might say a value."""
    shape = tool.arguments.fields[parameter]
    field = tool.sets.get(parameter)
    return [
        Slot(pointer_path(parameter, name), label_of(name), part, pointer_path(field, name))
        for name, part in shape.fields.items()
        if field in entity.fields and part.kind in _SCALARS and is_said(name)
        if shape.required <= {name}
    ]


def pointer_path(*parts: str | None) -> str:
    """Return the path of a part inside another."""
    return "".join(f"/{escape(part)}" for part in parts if part is not None)


def narrowing(tool: ToolMeaning, entity: EntityMeaning) -> tuple[Slot, ...]:
    """Return what people might say to narrow a list."""
    found = []
    for narrow in tool.filters:
        shape = tool.arguments.fields.get(narrow.parameter)
        if shape is None or shape.kind not in _SCALARS or shape.entity is not None:
            continue
        meaning = entity.fields.get(narrow.field or "")
        if narrow.field is not None and (meaning is None or not meaning.said):
            continue
        label = meaning.label if meaning is not None else label_of(narrow.parameter)
        field = f"/{escape(narrow.field)}" if narrow.field else ""
        path = f"/{escape(narrow.parameter)}"
        found.append(Slot(path, label, shape, field, narrow))
    return tuple(found)


def plain_slot(tool: ToolMeaning, path: str) -> Slot | None:
    """Return the slot at a path of any tool's arguments, as far as names and schemas tell."""
    shape = tool.arguments.at(path)
    if shape is None or shape.kind not in _SCALARS:
        return None
    label = label_of(path_names(path)[-1])
    return Slot(path, singular(label) if path.endswith("/*") else label, shape)


def _inner(path: str, label: str, shape: Shape, field: str) -> Iterator[Slot]:
    """Yield the one part of a nested value that stands for it, where nothing else is needed."""
    for name in _INNER:
        part = shape.fields.get(name)
        if part is not None and part.kind in _SCALARS and shape.required <= {name}:
            if is_said(name):
                yield Slot(f"{path}/{escape(name)}", label, part, f"{field}/{escape(name)}")
            return
