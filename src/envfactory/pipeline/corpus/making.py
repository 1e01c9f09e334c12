"""Second stage of a corpus build: each specification written as a package, and verified."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from envfactory.catalog import CatalogEntry
from envfactory.errors import InputError, OutputError
from envfactory.pipeline.corpus.folder import MAKE
from envfactory.pipeline.corpus.reading import BROKE, Reading, because
from envfactory.pipeline.drop import Drop, Produced
from envfactory.pipeline.environments import Build
from envfactory.pipeline.sources import SpecEntry
from envfactory.spec import EnvironmentSpec


@dataclass(frozen=True, slots=True)
class Make:
    """Writes and verifies the package of one source; see `Build`.

    Attributes:
        build: Where packages go, and the seed.
        specs: Where the first stage left the specifications.
    """

    build: Build
    specs: Path

    def __call__(self, given: tuple[Reading, str]) -> Produced[CatalogEntry]:
        """Return the entry of the package, or why there is none.

        Args:
            given: What was read, and the name that the environment gets.

        Raises:
            OutputError: If the folder cannot be written.
            InputError: If somebody removed or changed the specification meanwhile.
        """
        reading, name = given
        spec = self._spec(reading).model_copy(update={"name": name})
        entry = SpecEntry(source=reading.source, spec=spec, unread=reading.unread)
        try:
            made = self.build(entry)
        except (OutputError, MemoryError):
            raise
        except Exception as error:
            told = because(BROKE, error)
            return Produced(drops=(Drop(stage=MAKE, item=reading.source, **told),))
        drops = tuple(drop.model_copy(update={"item": reading.source}) for drop in made.drops)
        return Produced(made.kept, drops)

    def _spec(self, reading: Reading) -> EnvironmentSpec:
        path = self.specs / reading.spec
        try:
            return EnvironmentSpec.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise InputError(
                str(path), "the specification is gone or was changed", "start over with --fresh"
            ) from error
