"""Whose code runs where: `is_known_code`, and `load_package`, which acts on it.

Known is what this version writes from a package's specification. Nobody has to read such code: the
specification is data, and the compiler is ours. Everything else (written by hand, by a model,
downloaded, made by another version) is treated as code that nobody has read, and runs in the
sandbox unless somebody says that they trust it.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from envfactory.compiler import write_code
from envfactory.environment import Package
from envfactory.environment.package import SPEC, PackageFiles
from envfactory.errors import EnvFactoryError, InputError
from envfactory.sandbox import SandboxedEnvironment
from envfactory.spec import EnvironmentSpec
from envfactory.verify.rules import violations


def is_known_code(path: Path) -> bool:
    """Return whether the code of a package is byte for byte what the compiler writes; runs nothing.

    The code has to keep the static rules besides, whatever the specification says.
    """
    try:
        files = PackageFiles.read(path)
        if files.manifest.kind != "native" or violations(files.code):
            return False
        spec = EnvironmentSpec.model_validate_json((path / SPEC).read_bytes())
        return write_code(spec).encode() == files.code
    except (OSError, ValidationError, EnvFactoryError):
        return False


def load_package(path: Path, *, trust: bool = False, starts: bool = True) -> Package:
    """Load a package: known code in this process, and all other code in the sandbox.

    Args:
        path: The package's folder.
        trust: Whether all code runs here, and servers are started.
        starts: Whether sessions are going to be started; loading alone starts no server.

    Raises:
        InputError: If it cannot be loaded, or is a server to be started and nothing is trusted.
        EnvironmentFault: If its code breaks a limit of the sandbox.
        InfrastructureError: If there is no sandbox to be had.
    """
    if trust or is_known_code(path):
        return Package.load(path)
    if PackageFiles.read(path).manifest.kind == "server":
        if not starts:
            return Package.load(path)
        raise InputError(
            str(path),
            "starts or calls a server, which no sandbox holds",
            "look at [server] in its environment.toml, and add --trust if you would run it",
        )
    return Package.load(path, SandboxedEnvironment)


def is_confined(package: Package) -> bool:
    """Return whether a package's code runs in the sandbox."""
    return isinstance(package.environment, SandboxedEnvironment)
