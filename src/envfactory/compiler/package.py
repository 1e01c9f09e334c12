"""`compile_environment`: an environment package on disk, written from a specification.

The folder appears at once and complete, or not at all; the same specification and seed give the
same bytes.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import orjson
import tomli_w

from envfactory.compiler.code.codegen import write_code
from envfactory.compiler.data.populate import scenarios
from envfactory.compiler.rules.house_rules import house_rules
from envfactory.compiler.usable import with_usable_constraints
from envfactory.compiler.writable import with_writable_tools
from envfactory.environment.package import (
    CODE,
    MANIFEST,
    POLICY,
    SCENARIOS,
    SPEC,
    Manifest,
    Source,
)
from envfactory.environment.policy import write_policy
from envfactory.errors import OutputError
from envfactory.spec.model import EnvironmentSpec

SCENARIO_COUNT = 3
"""How many scenarios a package gets where nobody says otherwise."""


def compile_environment(
    spec: EnvironmentSpec, folder: Path, seed: int, scenario_count: int = SCENARIO_COUNT
) -> Path:
    """Write the environment package of `spec` and return its path, `folder / spec.name`.

    A package that is already there is replaced.

    Args:
        spec: The environment.
        folder: Where packages lie; it is made if it does not exist.
        seed: Decides the data of the scenarios; not negative.
        scenario_count: How many scenarios to write, of different sizes.

    Raises:
        DefinitionError: If none of the tools can be written; where some cannot, they are left
            out and the package's own specification says why.
        OutputError: If the folder cannot be written or the disk is full.
    """
    usable = with_writable_tools(with_usable_constraints(spec))
    files = _files(usable, seed, scenario_count)
    target = folder / spec.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{spec.name}.", dir=folder) as temporary:
            fresh = Path(temporary) / "new"
            for name, data in files.items():
                path = fresh / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            _put_in_place(fresh, target, Path(temporary) / "old")
    except OSError as error:
        raise OutputError(
            str(target), error.strerror or str(error), "choose a writable folder with free space"
        ) from error
    return target


def _files(spec: EnvironmentSpec, seed: int, scenario_count: int) -> dict[str, bytes]:
    """Return the content of every file of the package by its path in the folder."""
    files = {
        MANIFEST: tomli_w.dumps(manifest(spec).model_dump(exclude_none=True)).encode(),
        CODE: write_code(spec).encode(),
        SPEC: spec.model_dump_json(indent=2).encode() + b"\n",
    }
    states = scenarios(spec, seed, scenario_count)
    rules = house_rules(spec, states, seed)
    if rules:
        files[POLICY] = write_policy(spec.title, rules).encode()
    for name, scenario in states.items():
        options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        files[f"{SCENARIOS}/{name}.json"] = orjson.dumps(scenario, option=options)
    return files


def manifest(spec: EnvironmentSpec) -> Manifest:
    """Return what the package's `environment.toml` says."""
    return Manifest(
        name=spec.name,
        title=spec.title,
        description=spec.description,
        domain=spec.domain,
        licence=spec.provenance.licence,
        source=Source(**spec.provenance.model_dump()),
    )


def _put_in_place(fresh: Path, target: Path, aside: Path) -> None:
    """Rename a new folder to its place, and the one that is there out of the way."""
    if target.is_symlink() or target.is_file():
        raise NotADirectoryError(20, "is a file, not a folder", str(target))
    if target.exists():
        target.rename(aside)
        try:
            fresh.rename(target)
        except OSError:
            aside.rename(target)
            raise
        shutil.rmtree(aside)
    else:
        fresh.rename(target)
