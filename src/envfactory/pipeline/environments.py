"""Second stage: each specification written as a package, and verified."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from envfactory.catalog import CatalogEntry, entry_of
from envfactory.compiler import compile_environment
from envfactory.environment.package import PackageFiles
from envfactory.errors import DefinitionError, InputError, OutputError
from envfactory.pipeline.drop import Drop, Produced, refused
from envfactory.pipeline.sources import SpecEntry
from envfactory.pipeline.workfolder import STATE, WORKSHOP, remove
from envfactory.spec import EnvironmentSpec
from envfactory.spec.model import Omission
from envfactory.verify import Certificate, WarmReplays, verify

STAGE = "environments"
VERIFIED = "environments"
REJECTED = "rejected"
_TOOL = "tool "


@dataclass(frozen=True)
class Build:
    """Writes and verifies the package of one specification.

    The package appears in the run's folder only when it is complete and its verdict is known:
    under `environments`, or under `rejected`. Where nothing but single tools fails, the package is
    written again without them, and each is dropped with the check that it has failed.

    Attributes:
        folder: The folder of the run.
        seed: Decides the data of scenarios and what verification tries.
    """

    folder: Path
    seed: int

    @cached_property
    def _replays(self) -> WarmReplays:
        """Processes that stay for the packages that follow; each worker has its own."""
        return WarmReplays()

    def __call__(self, entry: SpecEntry) -> Produced[CatalogEntry]:
        """Return the entry of the package, or why there is none."""
        try:
            with tempfile.TemporaryDirectory(prefix=WORKSHOP, dir=self.folder / STATE) as workshop:
                return self._build(entry, Path(workshop))
        except (DefinitionError, InputError) as error:
            return Produced(drops=(refused(STAGE, entry.spec.name, "code refused", error),))
        except OSError as error:
            raise OutputError(
                str(self.folder), error.strerror or str(error), "free some space"
            ) from error

    def _build(self, entry: SpecEntry, workshop: Path) -> Produced[CatalogEntry]:
        spec = entry.spec
        path, certificate = self._make(spec, workshop / "all")
        drops: tuple[Drop, ...] = ()
        if not certificate.verified:
            less = self._without_blamed(spec, certificate, workshop / "less")
            if less is None:
                self._place(path, REJECTED)
                return Produced(drops=(_rejected(spec, certificate),))
            spec, path, certificate = less
            drops = tuple(
                Drop(
                    stage=STAGE,
                    item=f"{entry.source} {omission.subject} {omission.where}",
                    reason=omission.reason,
                    detail=omission.where,
                )
                for omission in spec.omissions[len(entry.spec.omissions) :]
            )
        made = entry_of(
            PackageFiles.read(self._place(path, VERIFIED)),
            certificate.identity,
            certificate,
            spec,
            source=entry.source,
            unread=entry.unread,
        )
        return Produced((made,), drops)

    def _make(self, spec: EnvironmentSpec, folder: Path) -> tuple[Path, Certificate]:
        """Write and verify a package."""
        path = compile_environment(spec, folder, self.seed)
        certificate = verify(path, seed=self.seed, replays=self._replays)
        certificate.save(path)
        return path, certificate

    def _without_blamed(
        self, spec: EnvironmentSpec, certificate: Certificate, folder: Path
    ) -> tuple[EnvironmentSpec, Path, Certificate] | None:
        """Return what is verified once the tools that failed are left out; None if nothing is."""
        less = without(spec, blamed(certificate))
        if less is None:
            return None
        try:
            path, again = self._make(less, folder)
        except DefinitionError:
            return None  # the rest does not stand alone
        return (less, path, again) if again.verified else None

    def _place(self, path: Path, kind: str) -> Path:
        """Move a finished package to where it stays."""
        target = self.folder / kind / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        remove(target)
        return path.rename(target)


def blamed(certificate: Certificate) -> dict[str, str]:
    """Return the tools that alone keep a package from being verified, each with the check's id.

    Nothing is returned where anything else fails as well, or where findings were too many to list.
    """
    found: dict[str, str] = {}
    for result in certificate.results:
        if result.severity != "must" or result.outcome not in ("failed", "trouble"):
            continue
        tools = [f.place.removeprefix(_TOOL) for f in result.findings if f.place.startswith(_TOOL)]
        told = bool(tools) and not result.left_out and len(tools) == len(result.findings)
        if result.outcome == "trouble" or not told:
            return {}
        for tool in tools:
            found.setdefault(tool, result.id)
    return found


def without(spec: EnvironmentSpec, tools: Mapping[str, str]) -> EnvironmentSpec | None:
    """Return a specification without tools that failed checks; None if that leaves nothing."""
    kept = tuple(tool for tool in spec.tools if tool.name not in tools)
    if not kept or len(kept) == len(spec.tools):
        return None
    stay = {tool.operation for tool in kept}
    omitted = tuple(
        Omission(
            subject="operation",
            where=tool.operation,
            reason=f"its tool is not verified: {tools[tool.name]}",
        )
        for tool in spec.tools
        if tool.name in tools and tool.operation not in stay
    )
    return spec.model_copy(update={"tools": kept, "omissions": (*spec.omissions, *omitted)})


def _rejected(spec: EnvironmentSpec, certificate: Certificate) -> Drop:
    """Return the drop that names the first check that was not passed, and what it found."""
    for result in certificate.results:
        if result.severity == "must" and result.outcome in ("failed", "trouble"):
            found = result.findings[0] if result.findings else None
            detail = "" if found is None else f"{found.place}: {found.message}"
            return Drop(
                stage=STAGE, item=spec.name, reason=f"not verified: {result.id}", detail=detail
            )
    return Drop(stage=STAGE, item=spec.name, reason=f"not verified: {certificate.level}")
