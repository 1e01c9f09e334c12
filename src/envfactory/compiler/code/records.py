"""Record classes in generated code: nested records, entities and pages of entities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from envfactory.compiler.code.counters import counters
from envfactory.compiler.code.names import ClassNames, words
from envfactory.compiler.code.text import docstring, indent
from envfactory.compiler.code.types import Annotations, nested_names
from envfactory.spec.model import (
    EntitySpec,
    EnvironmentSpec,
    FieldSpec,
    ObjectSpec,
    Scalar,
    ValueType,
)
from envfactory.spec.words.prose import article, sentence


@dataclass(frozen=True)
class RecordWriter:
    """Writes the record classes of one environment."""

    spec: EnvironmentSpec
    classes: ClassNames
    annotations: Annotations

    def write(self) -> list[str]:
        """Return one source block a class, in the order they are needed."""
        objects = order_objects(self.spec.objects)
        waiting = {self.classes[record.name] for record in objects}
        blocks = []
        for record in objects:
            later = frozenset(waiting)
            waiting.discard(self.classes[record.name])
            blocks.append(self._object(record, later))
        blocks += [self._entity(entity) for entity in self.spec.entities]
        blocks += [self._page(entity, cursor) for entity, cursor in _paged(self.spec)]
        return blocks + ([self._count()] if _counted(self.spec) else [])

    def _object(self, record: ObjectSpec, later: frozenset[str]) -> str:
        summary = record.description.strip() or sentence(article(words(record.name)))
        lines = [self._field(field, later=later) for field in record.fields]
        return _class(self.classes[record.name], summary, lines)

    def _entity(self, entity: EntitySpec) -> str:
        summary = entity.description.strip() or sentence(article(words(entity.name)))
        counted = counters(self.spec, entity)
        lines = [
            self._field(field, entity=entity, counts=counted.get(field.name))
            for field in entity.fields
        ]
        return _class(self.classes[entity.name], summary, lines)

    def _page(self, entity: EntitySpec, cursor: bool) -> str:
        lines = [
            f"items: list[{self.classes[entity.name]}]",
            "total: Annotated[int, 'How many match, on all pages together']",
        ]
        if cursor:
            lines.append("next_cursor: Annotated[str | None, 'Where the next page starts'] = None")
        summary = f"One page of {words(entity.table)}."
        return _class(self.classes.page(entity.table), summary, lines)

    def _count(self) -> str:
        line = "count: Annotated[int, 'How many records were found or changed']"
        return _class(self.classes.count, "How many records a call was about.", [line])

    def _field(
        self,
        field: FieldSpec,
        *,
        entity: EntitySpec | None = None,
        later: frozenset[str] = frozenset(),
        counts: tuple[str, str] | None = None,
    ) -> str:
        type_: ValueType = field.type
        marks: tuple[str, ...] = ()
        if entity is not None and field.name == entity.key:
            marks = (key_mark(entity),)
            if entity.key_style != "natural":
                type_ = plain_key(type_)
        elif counts is not None:
            marks = (f"Counts({counts[0]!r}, {counts[1]!r})",)
        elif field.unique:
            marks = ("Unique()",)
        elif entity is not None and (field.name,) == entity.identity[-1:]:
            marks = _identity_marks(entity)
        annotation = self.annotations.write(
            type_,
            optional=field.optional,
            reference=field.reference,
            marks=marks,
            description=field.description,
            later=later,
        )
        line = f"{field.name}: {annotation}"
        if field.has_default and field.default is not None:
            return f"{line} = {self.annotations.value(field.default, field.type, field.name)}"
        return f"{line} = None" if field.optional else line


def key_mark(entity: EntitySpec) -> str:
    """Return the `Key(...)` expression of an entity."""
    if entity.key_style == "serial":
        form = entity.key_format or entity.key_prefix
        return f"Key({form!r})" if form else "Key()"
    if entity.key_style == "token":
        return f"Key({entity.key_format!r}, style='token')"
    if entity.key_style == "integer":
        return "Key()"
    return f"Key(style={entity.key_style!r})"


def _identity_marks(entity: EntitySpec) -> tuple[str, ...]:
    """Return the mark of the last field by which records are told apart together, if it tells."""
    fields = [entity.field(name) for name in entity.identity]
    if any(field.name == entity.key or field.unique for field in fields):
        return ()
    if not all(isinstance(field.type, Scalar) for field in fields):
        return ()
    if len(fields) > 1:
        return (f"Unique(within={entity.identity[:-1]!r})",)
    value = fields[0].type
    plain = isinstance(value, Scalar) and value.type in ("string", "integer") and not value.choices
    return ("Unique()",) if plain else ()


def plain_key(type_: ValueType) -> ValueType:
    """Return the type of a generated key, free of constraints that its form may break."""
    return Scalar(type=type_.type) if isinstance(type_, Scalar) else type_


def order_objects(objects: tuple[ObjectSpec, ...]) -> list[ObjectSpec]:
    """Return nested records so that each comes after those it uses, cycles broken by order."""
    by_name = {record.name: record for record in objects}
    done: dict[str, ObjectSpec] = {}
    started: set[str] = set()

    def visit(record: ObjectSpec) -> None:
        if record.name in started:
            return
        started.add(record.name)
        for name in _uses(record):
            if name in by_name:
                visit(by_name[name])
        done[record.name] = record

    for record in objects:
        visit(record)
    return list(done.values())


def _uses(record: ObjectSpec) -> list[str]:
    return [name for field in record.fields for name in nested_names(field.type)]


def _paged(spec: EnvironmentSpec) -> Iterator[tuple[EntitySpec, bool]]:
    """Yield the entities that come in pages, and whether any of their pages has a cursor."""
    for entity in spec.entities:
        pagings = [
            tool.behaviour.paging if tool.behaviour.kind == "list" else None
            for tool in spec.tools
            if tool.result.shape == "page" and tool.behaviour.table == entity.table
        ]
        if pagings:
            yield entity, any(paging and paging.style == "cursor" for paging in pagings)


def _counted(spec: EnvironmentSpec) -> bool:
    return any(tool.result.shape == "count" for tool in spec.tools)


def _class(name: str, summary: str, lines: list[str]) -> str:
    body = docstring(summary) + "\n\n" + "\n".join(lines)
    return f"class {name}(Record):\n{indent(body)}"
