"""Second stage: each specification written as a package, and verified."""

from __future__ import annotations

import tempfile
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
from envfactory.verify import Certificate, WarmReplays, verify

STAGE = "environments"
VERIFIED = "environments"
REJECTED = "rejected"


@dataclass(frozen=True)
class Build:
    """Writes and verifies the package of one specification.

    The package appears in the run's folder only when it is complete and its verdict is known:
    under `environments`, or under `rejected`.

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
        path = compile_environment(entry.spec, workshop, self.seed)
        certificate = verify(path, seed=self.seed, replays=self._replays)
        certificate.save(path)
        verified = certificate.verified
        target = self.folder / (VERIFIED if verified else REJECTED) / entry.spec.name
        target.parent.mkdir(parents=True, exist_ok=True)
        remove(target)
        path.rename(target)
        if not verified:
            return Produced(drops=(_rejected(entry.spec, certificate),))
        made = entry_of(
            PackageFiles.read(target),
            certificate.identity,
            certificate,
            entry.spec,
            source=entry.source,
            unread=entry.unread,
        )
        return Produced((made,))


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
