"""`Catalog`: the environments that lie in folders, read without opening every package.

A folder that a build wrote holds `catalog.jsonl` (a corpus build) or `environments.jsonl` (a run);
one line is read per environment, and its package is looked at only when it is shown. Other folders
are searched for packages. What cannot be read is listed as a problem and never hides the rest.

Inference and verification are imported where a package is opened: they take three times as long
to import as a list takes to show.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from envfactory.catalog.entry import CatalogEntry, entry_of
from envfactory.environment.package import MANIFEST, SPEC, PackageFiles, identity
from envfactory.errors import EnvFactoryError, InputError, one_line

if TYPE_CHECKING:
    from envfactory.spec import EnvironmentSpec
    from envfactory.verify import Certificate

CATALOG: Final = "catalog.jsonl"
_OF_A_RUN: Final = "environments.jsonl"
_PACKAGES: Final = "environments"


@dataclass(frozen=True, slots=True)
class Listed:
    """An environment of a catalog, and where its package lies."""

    entry: CatalogEntry
    path: Path


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a folder that is no entry, and why."""

    where: str
    problem: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """The environments of some folders, in the order of their names, and what could not be read."""

    listed: tuple[Listed, ...]
    problems: tuple[Problem, ...] = ()

    @classmethod
    def open(cls, folders: Sequence[Path]) -> Catalog:
        """Read what lies in folders: those of builds, packages, or folders of packages.

        O(environments) lines where a build has written them; else every package is read.

        Raises:
            InputError: If none is given, or one of them does not exist or holds no environment.
        """
        if not folders:
            raise InputError("catalog", "no folder is given", "name the folder of a build")
        listed: dict[Path, Listed] = {}
        problems: list[Problem] = []
        for folder in folders:
            before = len(listed) + len(problems)
            found = list(_read(folder))
            for each in found:
                if isinstance(each, Problem):
                    problems.append(each)
                else:
                    listed.setdefault(each.path.resolve(), each)
            if not found and len(listed) + len(problems) == before and not _is_build(folder):
                raise InputError(
                    str(folder),
                    "holds no environment" if folder.is_dir() else "is no folder",
                    "name the folder of a build, or of environment packages",
                )
        ordered = sorted(listed.values(), key=lambda each: (each.entry.name, str(each.path)))
        return cls(tuple(ordered), tuple(problems))

    def named(self, name: str) -> Listed:
        """Return the environment of that name, or whose identity begins with it.

        Raises:
            InputError: If there is none, or several.
        """
        found = [each for each in self.listed if each.entry.name == name]
        if not found and len(name) >= 6:
            digest = name if name.startswith("sha256:") else f"sha256:{name}"
            found = [each for each in self.listed if each.entry.identity.startswith(digest)]
        if len(found) == 1:
            return found[0]
        if found:
            places = ", ".join(str(each.path) for each in found[:3])
            raise InputError(
                name, f"is the name of {len(found)} environments: {places}", "name one folder"
            )
        close = self._close_to(name)
        raise InputError(
            name,
            "is in no catalog that was given",
            f"did you mean {', '.join(close)}?"
            if close
            else "list them with envfactory catalog list",
        )

    def _close_to(self, name: str) -> list[str]:
        import difflib

        names = list(dict.fromkeys(each.entry.name for each in self.listed))
        return difflib.get_close_matches(name, names, n=3)


def state_of(listed: Listed) -> str:
    """Return 'ok', or in what way a package is not what its entry says, by reading all of it."""
    if not (listed.path / MANIFEST).is_file():
        return "missing"
    try:
        found = identity(listed.path)
    except EnvFactoryError as error:
        return one_line(str(error), 200)
    return "ok" if found == listed.entry.identity else "changed since it was listed"


# ------------------------------------------------------------------------------ reading
def _is_build(folder: Path) -> bool:
    return (folder / CATALOG).is_file() or (folder / _OF_A_RUN).is_file()


def _read(folder: Path) -> Iterator[Listed | Problem]:
    """Yield what a folder holds; lines that a kill or a hand has spoilt are problems."""
    for name in (CATALOG, _OF_A_RUN):
        if (folder / name).is_file():
            yield from _lines(folder / name, folder / _PACKAGES)
            return
    packages = [folder] if (folder / MANIFEST).is_file() else _packages_in(folder)
    for package in packages:
        try:
            yield Listed(_entry(package), package)
        except EnvFactoryError as error:
            yield Problem(str(package), one_line(str(error), 300))


def _lines(path: Path, packages: Path) -> Iterator[Listed | Problem]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        yield Problem(str(path), error.strerror or str(error))
        return
    for number, line in enumerate(lines, start=1):
        try:
            entry = CatalogEntry.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = "/".join(str(part) for part in first["loc"])
            yield Problem(f"{path}:{number}", one_line(f"{place} {first['msg']}", 200))
            continue
        if entry.name in (".", "..") or "/" in entry.name or "\\" in entry.name:
            yield Problem(f"{path}:{number}", "the name leads out of the folder")
            continue
        yield Listed(entry, packages / entry.name)


def _packages_in(folder: Path) -> list[Path]:
    return sorted(
        manifest.parent
        for manifest in folder.glob(f"*/{MANIFEST}")
        if not manifest.parent.name.startswith(".")
    )


def _entry(package: Path) -> CatalogEntry:
    return entry_of(
        PackageFiles.read(package), identity(package), valid_certificate(package), spec_of(package)
    )


def spec_of(package: Path) -> EnvironmentSpec | None:
    """Return what the code of a package was written from, or None where it does not say.

    Raises:
        InputError: If it says something that cannot be read.
    """
    from envfactory.spec import EnvironmentSpec

    path = package / SPEC
    if not path.is_file():
        return None
    try:
        return EnvironmentSpec.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise InputError(str(path), "is no specification", "remove it, or build again") from error


def valid_certificate(package: Path) -> Certificate | None:
    """Return the certificate of a package where it has one that speaks of its present content."""
    from envfactory.verify import CHECKS_VERSION, Certificate

    try:
        certificate = Certificate.load(package)
    except EnvFactoryError:
        return None
    if certificate.checks_version != CHECKS_VERSION or certificate.identity != identity(package):
        return None
    return certificate
