"""The environment packages that a stage works on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from envfactory.environment import Package
from envfactory.environment.package import MANIFEST, SPEC, TOOLS, read_tools
from envfactory.errors import InputError
from envfactory.spec import EnvironmentSpec
from envfactory.verify import load_package

_READS = ("list", "count", "get")


def find_packages(paths: Iterable[Path]) -> list[Path]:
    """Return the package folders that are meant by paths: packages, or folders of packages.

    Raises:
        InputError: If a path is neither.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        inside = [path] if (path / MANIFEST).is_file() else []
        inside = inside or sorted(manifest.parent for manifest in path.glob(f"*/{MANIFEST}"))
        if not inside:
            problem = "holds no environment package" if path.is_dir() else "is no folder"
            raise InputError(
                str(path), problem, f"name a folder with {MANIFEST}, or a folder of such folders"
            )
        found.update((package.resolve(), package) for package in inside)
    return list(found.values())


def load_packages(paths: Iterable[Path], *, trust: bool = False) -> dict[str, Package]:
    """Load packages, sorted by name.

    Code that this version of the compiler has written runs here, any other in the sandbox.

    Args:
        paths: Packages, or folders of packages.
        trust: Whether all code runs here, whoever wrote it, and servers are started.

    Raises:
        InputError: If one cannot be loaded, two have the same name, or one is a server and nothing
            is trusted.
    """
    packages: dict[str, Package] = {}
    for path in find_packages(paths):
        package = load_package(path, trust=trust)
        other = packages.setdefault(package.manifest.name, package)
        if other is not package:
            raise InputError(
                str(path),
                f"is called {package.manifest.name!r}, as {other.path} is",
                "leave one out, or rename it in its environment.toml",
            )
    return dict(sorted(packages.items()))


def changes_state(packages: Iterable[Package]) -> dict[str, bool]:
    """Return which tools change the state, by qualified name, where the package's spec says so."""
    known: dict[str, bool] = {}
    for package in packages:
        path = package.path / SPEC
        if not path.is_file():
            known.update(_observed(package))
            continue
        try:
            spec = EnvironmentSpec.model_validate_json(path.read_bytes())
        except ValidationError as error:
            raise InputError(str(path), "is not a specification", "remove it") from error
        for tool in spec.tools:
            known[f"{package.manifest.name}__{tool.name}"] = tool.behaviour.kind not in _READS
    return known


def _observed(package: Package) -> dict[str, bool]:
    """Return which tools of a foreign package were seen to change the state, and which not."""
    if package.manifest.kind == "native" or not (package.path / TOOLS).is_file():
        return {}
    listed = read_tools(package.path).tools
    name = package.manifest.name
    return {f"{name}__{tool.name}": tool.changes for tool in listed if tool.changes is not None}
