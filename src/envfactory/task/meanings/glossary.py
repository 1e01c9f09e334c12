"""`read_glossary`: what the records and tools of some packages mean, whatever told it.

Shapes and identity come from the tools' schemas. Where a package holds the specification that it
was written from (`spec.json`), titles, parents and the meaning of each tool come from there;
otherwise `guess` reads them off names and schemas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from envfactory.environment import Package, ToolSpec
from envfactory.environment.package import SPEC
from envfactory.environment.world import SEPARATOR
from envfactory.errors import InputError, one_line
from envfactory.spec.model import EntitySpec, EnvironmentSpec
from envfactory.task.meanings.design import designed
from envfactory.task.meanings.guess import guess_tool
from envfactory.task.meanings.meaning import EntityMeaning, FieldMeaning, Glossary, ToolMeaning
from envfactory.task.meanings.shape import Shape, read_shape
from envfactory.task.meanings.words import (
    is_said,
    label_of,
    load_words,
    noun_of,
    number_label,
    singular,
)

_SINGULAR_ENDS = ("ss", "us", "is", "as", "ens")
_SHORTEST_PLURAL = 5
_TOO_SHORT = frozenset({"number", "code", "date", "id", "count", "order"})
"""What a label cannot be without the noun: an invoice has an invoice number."""


def read_glossary(packages: Mapping[str, Package]) -> Glossary:
    """Return what the records and tools of packages mean, by the names they have in a world.

    Linear in the size of the tools' schemas.

    Raises:
        InputError: If a `spec.json` is not a specification.
    """
    entities: dict[tuple[str, str], EntityMeaning] = {}
    tools: dict[str, ToolMeaning] = {}
    for environment, package in packages.items():
        spec = read_spec(package.path / SPEC)
        plain = [_plain(environment, tool) for tool in package.environment.tools()]
        for entity in _entities(environment, plain, spec):
            entities[environment, entity.table] = entity
        designs = {} if spec is None else {design.name: design for design in spec.tools}
        for tool in plain:
            design = designs.get(tool.short)
            known = designed(tool, design) if design is not None else None
            tools[tool.tool] = known or guess_tool(tool, entities)
    domains = {name: package.manifest.domain for name, package in packages.items()}
    return Glossary(entities, tools, domains)


def read_spec(path: Path) -> EnvironmentSpec | None:
    """Return the specification in a file, or None where there is no such file.

    Raises:
        InputError: If it is not a specification.
    """
    if not path.is_file():
        return None
    try:
        return EnvironmentSpec.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = "/".join(str(part) for part in first["loc"])
        problem = one_line(f"not a specification: {place} {first['msg']}", 300)
        raise InputError(str(path), problem, "write the package again") from error


def _plain(environment: str, tool: ToolSpec) -> ToolMeaning:
    """Return a tool of which only the schemas have been read."""
    return ToolMeaning(
        tool=f"{environment}{SEPARATOR}{tool.name}",
        environment=environment,
        kind="other",
        description=tool.description,
        arguments=read_shape(tool.input_schema),
        result=read_shape(tool.output_schema or {}),
        actor=tool.actor,
    )


def _entities(
    environment: str, tools: Sequence[ToolMeaning], spec: EnvironmentSpec | None
) -> Iterator[EntityMeaning]:
    """Yield the kinds of records that tools return, with what the specification adds."""
    shapes: dict[str, Shape] = {}
    for tool in tools:
        for record in tool.result.records():
            key = record.key_field
            table = record.fields[key].entity if key is not None else None
            if table and len(record.fields) > len(shapes[table].fields if table in shapes else ()):
                shapes[table] = record
    known = {} if spec is None else {entity.table: entity for entity in spec.entities}
    for table in sorted(shapes):
        natural = any(_takes_key(tool, shapes[table]) for tool in tools)
        entity = _entity(environment, table, shapes[table], known.get(table), natural)
        if entity is not None:
            yield entity


def _takes_key(tool: ToolMeaning, record: Shape) -> bool:
    """Return whether a tool is given the key of the record that it makes."""
    key = tool.result.key_field
    if key is None or key != record.key_field:
        return False
    argument = tool.arguments.fields.get(key)
    same = tool.result.fields[key].entity == record.fields[key].entity
    return same and argument is not None and argument.entity is None


def _entity(
    environment: str, table: str, shape: Shape, spec: EntitySpec | None, natural: bool
) -> EntityMeaning | None:
    key = shape.key_field
    if key is None:
        return None
    roles = {} if spec is None else {field.name: field.role for field in spec.fields}
    quiet = set() if spec is None else {field.name for field in spec.fields if field.read_only}
    fields = {
        name: FieldMeaning(
            name=name,
            label=_label(name, part),
            shape=part,
            role=roles.get(name, "data"),
            said=is_said(name) and name not in quiet and not part.is_key,
        )
        for name, part in shape.fields.items()
    }
    noun = singular(noun_of(table)) if spec is None else _one(noun_of(spec.name))
    words = load_words()
    return EntityMeaning(
        environment=environment,
        table=table,
        noun=noun,
        key=key,
        shape=shape,
        fields=_short_labels(fields, noun),
        generated=not natural if spec is None else spec.key_style != "natural",
        title=_title(fields, spec),
        parent=_parent(table, fields, shape, spec),
        person=noun.rpartition(" ")[2] in words.people,
    )


def _label(name: str, part: Shape) -> str:
    """Return what a field is called, by its name and what it holds."""
    if part.kind in ("integer", "number"):
        return number_label(name)
    label = label_of(name)
    deed = load_words().deeds.get(label) if part.kind in ("date", "datetime") else None
    return label if deed is None else f"{deed} date"


def _short_labels(fields: Mapping[str, FieldMeaning], noun: str) -> dict[str, FieldMeaning]:
    """Return fields without the noun in their labels: an asset has a name, not an asset name."""
    taken = {field.label for field in fields.values()}
    found = {}
    for name, field in fields.items():
        short = field.label.removeprefix(f"{noun} ")
        free = short != field.label and short not in taken and short not in _TOO_SHORT
        found[name] = replace(field, label=short) if free else field
    return found


def _one(noun: str) -> str:
    """Return what one record is called where a specification names the kind in the plural."""
    kept = len(noun) < _SHORTEST_PLURAL or not noun.endswith("s") or noun.endswith(_SINGULAR_ENDS)
    return noun if kept else singular(noun)


def _title(fields: Mapping[str, FieldMeaning], spec: EntitySpec | None) -> str | None:
    """Return the field that people know a record by."""
    if spec is not None and spec.title in fields:
        return spec.title
    for name in load_words().titles:
        if name in fields and fields[name].shape.kind == "text":
            return name
    return None


def _parent(
    table: str, fields: Mapping[str, FieldMeaning], shape: Shape, spec: EntitySpec | None
) -> str | None:
    """Return the field that names the record which this one belongs to."""
    if spec is not None:
        return spec.parent if spec.parent in fields else None
    for name, meaning in fields.items():
        if name in shape.required and meaning.reference not in (None, table):
            return name
    return None
