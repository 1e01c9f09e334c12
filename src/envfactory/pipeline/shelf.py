"""`Shelf`: environment packages by identity, each loaded when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from envfactory.environment import Package
from envfactory.errors import InputError
from envfactory.sandbox import SandboxedEnvironment
from envfactory.verify import is_confined


class Shelf(Mapping[str, Package]):
    """Packages by identity; travels to a worker as paths, and loads there what is needed.

    A process loads a package once, whatever the number of shelves that it lies on.
    """

    def __init__(
        self,
        paths: Mapping[str, Path],
        confined: Iterable[str] = (),
        held: Iterable[Package] = (),
    ) -> None:
        """Know where the packages lie.

        Args:
            paths: Folder of each package, by its identity.
            confined: The identities of those whose code runs in the sandbox.
            held: Those that are loaded in this process; they do not travel.
        """
        self._paths = dict(paths)
        self._confined = frozenset(confined)
        self._held = {package.identity: package for package in held}

    def __reduce__(self) -> tuple[type[Shelf], tuple[Mapping[str, Path], Iterable[str]]]:
        return Shelf, (self._paths, self._confined)

    @classmethod
    def of(cls, packages: Iterable[Package]) -> Shelf:
        """Return the shelf of packages that were loaded to look at them."""
        held = list(packages)
        return cls(
            {package.identity: package.path for package in held},
            [package.identity for package in held if is_confined(package)],
            held,
        )

    def __getitem__(self, identity: str) -> Package:
        """Return a package.

        Raises:
            KeyError: If it is not on the shelf.
            InputError: If it cannot be loaded, or has changed since its identity was noted.
        """
        held = self._held.get(identity)
        if held is not None:
            return held
        return _load(self._paths[identity], identity, identity in self._confined)

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


@lru_cache(maxsize=1024)
def _load(path: Path, identity: str, confined: bool) -> Package:
    package = Package.load(path, SandboxedEnvironment if confined else None)
    if package.identity != identity:
        raise InputError(str(path), "was changed after it was verified", "start over with --fresh")
    return package
