"""`is_known_code`: whether a package's code is what this version writes from its specification.

Such code nobody has to read: the specification is data, and the compiler is ours. Everything else
(written by hand, by a model, downloaded, made by another version) is treated as code that nobody
has read, and runs in the sandbox unless somebody says that they trust it.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from envfactory.compiler import write_code
from envfactory.environment.package import SPEC, PackageFiles
from envfactory.errors import EnvFactoryError
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
