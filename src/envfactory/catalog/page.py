"""`Page`: one environment as a person wants to see it, put together without running its code.

Entities, relations and tools come from the specification that the code was written from. Where a
package has none, its code is loaded and says what it can: tables and tools, but no relations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from envfactory.catalog.catalog import spec_of
from envfactory.catalog.entry import READS
from envfactory.environment.package import PackageFiles, Source, identity
from envfactory.errors import EnvFactoryError
from envfactory.records import Json, Stored

if TYPE_CHECKING:
    from envfactory.spec import EnvironmentSpec
    from envfactory.spec.model import EntitySpec, FieldSpec, ToolDesign, ValueType


class FieldShown(Stored):
    """One field of an entity."""

    name: str
    type: str
    note: str = Field(default="", description="'key', 'owner', 'optional'…")


class EntityShown(Stored):
    """One table."""

    table: str
    description: str = ""
    key: str
    parent: str | None = Field(default=None, description="The table of its owner.")
    fields: tuple[FieldShown, ...] = ()


class Relation(Stored):
    """A field whose values are keys of another table."""

    table: str
    field: str
    to: str
    many: bool = False
    owner: bool = Field(default=False, description="The record belongs to the other one.")


class ToolShown(Stored):
    """One tool."""

    name: str
    parameters: tuple[str, ...] = Field(description="Optional ones end with a question mark.")
    description: str
    writes: bool | None = None
    inferred: tuple[str, ...] = Field(default=(), description="What rules concluded.")


class CheckShown(Stored):
    """One check of the certificate."""

    title: str
    outcome: str
    severity: str


class Page(Stored):
    """One environment on a page."""

    name: str
    title: str
    description: str
    domain: str
    domain_evidence: tuple[str, ...] = Field(
        default=(), description="The words that decided on it, the weightiest first."
    )
    identity: str
    level: str | None = Field(description="Of its certificate, where one is valid.")
    verdict: str
    checks: tuple[CheckShown, ...]
    source: Source | None
    licence: str | None
    entities: tuple[EntityShown, ...]
    relations: tuple[Relation, ...]
    tools: tuple[ToolShown, ...]
    scenarios: dict[str, dict[str, int]] = Field(description="Rows per table, by scenario.")
    left_out: dict[str, int] = Field(description="Operations of the source left out, by reason.")


def page_of(package: Path) -> Page:
    """Return the page of the package in a folder.

    Raises:
        InputError: If a file of it cannot be read.
    """
    files, digest = PackageFiles.read(package), identity(package)
    level, verdict, checks = _verdict(package, digest)
    spec = spec_of(package)
    shape = _of_code(package) if spec is None else _of_spec(spec)
    manifest = files.manifest
    return Page(
        name=manifest.name,
        title=manifest.title,
        description=manifest.description,
        domain=manifest.domain,
        domain_evidence=_evidence(spec, manifest.domain),
        identity=digest,
        level=level,
        verdict=verdict,
        checks=checks,
        source=manifest.source,
        licence=manifest.licence,
        entities=shape.entities,
        relations=shape.relations,
        tools=shape.tools,
        scenarios={name: _rows(files.scenario(name)) for name in files.scenarios},
        left_out=shape.left_out,
    )


def _evidence(spec: EnvironmentSpec | None, domain: str) -> tuple[str, ...]:
    """Return the words that decided on a domain; none where a hand has written another one."""
    return spec.domain_evidence if spec is not None and spec.domain == domain else ()


def _verdict(package: Path, digest: str) -> tuple[str | None, str, tuple[CheckShown, ...]]:
    from envfactory.verify import CHECKS_VERSION, Certificate

    try:
        certificate = Certificate.load(package)
    except EnvFactoryError:
        return None, "not verified yet", ()
    if certificate.identity != digest:
        return None, "changed since it was verified", ()
    if certificate.checks_version != CHECKS_VERSION:
        return None, "verified by older checks; verify it again", ()
    passed = sum(result.passed for result in certificate.results)
    asked = sum(result.outcome != "not_applicable" for result in certificate.results)
    checks = tuple(
        CheckShown(title=result.title, outcome=result.outcome, severity=result.severity)
        for result in certificate.results
    )
    quick = "; neither faults seeded nor coverage measured" if certificate.quick else ""
    said = f"{certificate.level}: {passed} of {asked} checks passed{quick}"
    return certificate.level, said, checks


def _rows(scenario: Mapping[str, Json]) -> dict[str, int]:
    return {name: len(rows) for name, rows in scenario.items() if isinstance(rows, list)}


# ------------------------------------------------------------------------------ what it is made of
@dataclass(frozen=True, slots=True)
class _Shape:
    entities: tuple[EntityShown, ...]
    relations: tuple[Relation, ...]
    tools: tuple[ToolShown, ...]
    left_out: dict[str, int]


def _of_spec(spec: EnvironmentSpec) -> _Shape:
    left_out = Counter(o.reason for o in spec.omissions if o.subject == "operation")
    return _Shape(
        entities=tuple(_entity(entity) for entity in spec.entities),
        relations=tuple(r for entity in spec.entities for r in _relations(entity)),
        tools=tuple(_tool(tool) for tool in spec.tools),
        left_out=dict(sorted(left_out.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def _entity(entity: EntitySpec) -> EntityShown:
    owner = next((f.reference for f in entity.fields if f.name == entity.parent), None)
    return EntityShown(
        table=entity.table,
        description=entity.description,
        key=entity.key,
        parent=None if owner is None else owner.table,
        fields=tuple(
            FieldShown(name=field.name, type=_type(field.type), note=_note(entity, field))
            for field in entity.fields
        ),
    )


def _note(entity: EntitySpec, field: FieldSpec) -> str:
    notes = []
    if field.name == entity.key:
        notes.append("key")
    if field.reference is not None:
        notes.append(f"names one of {field.reference.table}")
    if field.optional:
        notes.append("optional")
    if field.inferred:
        notes.append("inferred")
    return ", ".join(notes)


def _type(value: ValueType) -> str:
    match value.kind:
        case "scalar":
            return "one of " + ", ".join(map(str, value.choices)) if value.choices else value.type
        case "list":
            return f"list of {_type(value.item)}"
        case "nested":
            return value.name
        case "map":
            return f"map to {_type(value.value)}"
        case "json":
            return "any JSON"


def _relations(entity: EntitySpec) -> Iterator[Relation]:
    for field in entity.fields:
        if field.reference is not None:
            yield Relation(
                table=entity.table,
                field=field.name,
                to=field.reference.table,
                many=field.type.kind == "list",
                owner=field.name == entity.parent,
            )


def _tool(tool: ToolDesign) -> ToolShown:
    return ToolShown(
        name=tool.name,
        parameters=tuple(p.name if p.required else f"{p.name}?" for p in tool.parameters),
        description=tool.description,
        writes=tool.behaviour.kind not in READS,
        inferred=tool.inferred,
    )


def _of_code(path: Path) -> _Shape:
    from envfactory.verify import load_package

    environment = load_package(path, starts=False).environment
    entities = [EntityShown(table=t, key=key) for t, key in environment.key_fields().items()]
    tools = [
        ToolShown(
            name=tool.name,
            parameters=tuple(_arguments(tool.input_schema)),
            description=tool.description,
        )
        for tool in environment.tools()
    ]
    return _Shape(tuple(entities), (), tuple(tools), {})


def _arguments(schema: Mapping[str, Any]) -> Iterator[str]:
    required = schema.get("required", ())
    for name in schema.get("properties", {}):
        yield name if name in required else f"{name}?"
