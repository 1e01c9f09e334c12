"""`CatalogEntry`: what a catalog knows of one environment without opening its package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from envfactory.environment.package import PackageFiles
from envfactory.records import Stored

if TYPE_CHECKING:
    from envfactory.spec import EnvironmentSpec
    from envfactory.verify import Certificate

READS: Final = frozenset(("list", "count", "pick", "get"))
"""Kinds of behaviour that change nothing."""


class CatalogEntry(Stored):
    """One line of `catalog.jsonl`; holds no times and no machine paths."""

    schema_version: Literal[1] = 1
    name: str = Field(description="Also the name of the package's folder.")
    identity: str = Field(description="Content hash of the package.")
    title: str
    description: str = ""
    domain: str = "other"
    tools: tuple[str, ...] = Field(description="Names of the tools.")
    writes: int | None = Field(
        default=None, description="How many tools change the state; None: nothing says so."
    )
    entities: tuple[str, ...] = Field(description="Names of the tables.")
    scenarios: tuple[str, ...] = ()
    operations: int | None = Field(
        default=None, description="How many operations the source has; None: there is no source."
    )
    covered: int | None = Field(
        default=None, description="How many of them have become part of a tool."
    )
    level: str = Field(description="The certificate's verdict, or 'none' where there is none.")
    checks: int = Field(default=0, description="How many checks were passed.")
    certificate: dict[str, int] = Field(default={}, description="The certificate's counts.")
    source: str = Field(default="", description="What it was made from, as the build names it.")
    format: str = Field(default="", description="The kind of source: 'openapi 3.0.1'…")
    licence: str | None = Field(default=None, description="The licence that the source states.")
    licence_url: str | None = None
    origin: str | None = Field(default=None, description="Where the source says it comes from.")

    @property
    def reads(self) -> int | None:
        """How many tools only look; None where nothing says so."""
        return None if self.writes is None else len(self.tools) - self.writes

    @property
    def coverage(self) -> float | None:
        """The share of the source's operations that tools cover; None where there is no source."""
        if self.operations is None or self.covered is None:
            return None
        return self.covered / self.operations if self.operations else 0.0


def entry_of(
    files: PackageFiles,
    identity: str,
    certificate: Certificate | None,
    spec: EnvironmentSpec | None,
    *,
    source: str = "",
    unread: int = 0,
) -> CatalogEntry:
    """Return the entry of a package; its code is executed only where it has no specification.

    Args:
        files: The package.
        identity: Its content hash.
        certificate: Its certificate, if it has one that is valid for it.
        spec: What its code was written from, if that is known.
        source: What it was made from.
        unread: Operations of its source that could not even be read; they count as not covered.

    Raises:
        InputError: If the code has to be executed and does not run.
    """
    manifest = files.manifest
    stated = manifest.source
    if spec is not None:
        tools = tuple(tool.name for tool in spec.tools)
        entities = tuple(entity.table for entity in spec.entities)
    else:
        from envfactory.verify import load_package

        environment = load_package(files.path, starts=False).environment
        tools = tuple(tool.name for tool in environment.tools())
        entities = tuple(environment.key_fields())
    return CatalogEntry(
        name=manifest.name,
        identity=identity,
        title=manifest.title,
        description=manifest.description,
        domain=manifest.domain,
        tools=tools,
        writes=None if spec is None else count_writes(spec),
        entities=entities,
        scenarios=files.scenarios,
        operations=None if spec is None else len(operations_of(spec)) + unread,
        covered=None if spec is None else len(covered_by(spec)),
        level="none" if certificate is None else certificate.level,
        checks=0 if certificate is None else sum(r.passed for r in certificate.results),
        certificate={} if certificate is None else certificate.summary,
        source=source or ("" if stated is None else stated.location),
        format="" if stated is None else stated.format,
        licence=manifest.licence,
        licence_url=None if stated is None else stated.licence_url,
        origin=None if stated is None else stated.origin,
    )


def count_writes(spec: EnvironmentSpec) -> int:
    """Return how many tools of a specification change the state."""
    return sum(tool.behaviour.kind not in READS for tool in spec.tools)


def covered_by(spec: EnvironmentSpec) -> dict[str, None]:
    """Return the operations that have become part of a tool, in order, each once."""
    return dict.fromkeys(tool.operation for tool in spec.tools)


def operations_of(spec: EnvironmentSpec) -> dict[str, None]:
    """Return the operations that inference was given, in order, each once."""
    left_out = (o.where for o in spec.omissions if o.subject == "operation")
    return covered_by(spec) | dict.fromkeys(left_out)
