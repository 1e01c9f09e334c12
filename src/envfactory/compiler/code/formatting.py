"""Laying out generated source with the pinned `ruff`, one process for any number of modules."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from ruff import find_ruff_bin  # type: ignore[import-untyped]

from envfactory.compiler.code.text import LINE_LENGTH
from envfactory.errors import DefinitionError, one_line


def format_sources(sources: list[str]) -> list[str]:
    """Return the sources in the one layout that `ruff format` gives them.

    Raises:
        DefinitionError: If a source is not valid Python.
    """
    if not sources:
        return []
    with tempfile.TemporaryDirectory(prefix="envfactory-") as folder:
        paths = [Path(folder) / f"module_{number}.py" for number in range(len(sources))]
        for path, source in zip(paths, sources, strict=True):
            path.write_text(source, encoding="utf-8", newline="\n")
        options = ["--isolated", "--no-cache", f"--line-length={LINE_LENGTH}", "--quiet"]
        done = subprocess.run(  # noqa: S603
            [find_ruff_bin(), "format", *options, folder], capture_output=True, text=True
        )
        if done.returncode:
            raise DefinitionError(one_line(f"generated code is not valid: {done.stderr}"))
        return [path.read_text(encoding="utf-8") for path in paths]
