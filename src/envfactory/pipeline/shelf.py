"""`Shelf`: environment packages by identity, each loaded when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from envfactory.environment import Package
from envfactory.errors import InputError


class Shelf(Mapping[str, Package]):
    """Packages by identity; travels to a worker as paths, and loads there what is needed."""

    def __init__(self, paths: Mapping[str, Path]) -> None:
        """Know where the packages lie.

        Args:
            paths: Folder of each package, by its identity.
        """
        self._paths = dict(paths)
        self._loaded: dict[str, Package] = {}

    @classmethod
    def of(cls, packages: Iterable[Package]) -> Shelf:
        """Return a shelf of packages that are loaded already."""
        packages = list(packages)
        shelf = cls({package.identity: package.path for package in packages})
        shelf._loaded = {package.identity: package for package in packages}
        return shelf

    def __getitem__(self, identity: str) -> Package:
        """Return a package.

        Raises:
            KeyError: If it is not on the shelf.
            InputError: If it cannot be loaded, or has changed since its identity was noted.
        """
        found = self._loaded.get(identity)
        if found is None:
            path = self._paths[identity]
            found = Package.load(path)
            if found.identity != identity:
                raise InputError(
                    str(path), "was changed after it was verified", "start over with --fresh"
                )
            self._loaded[identity] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __getstate__(self) -> dict[str, Path]:
        return self._paths

    def __setstate__(self, paths: dict[str, Path]) -> None:
        self._paths, self._loaded = paths, {}
