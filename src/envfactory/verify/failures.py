"""`keep_failures`: Hypothesis's database of failures, as code that nobody has read has left it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from envfactory.records import write_atomic

_ENTRY = re.compile(r"[0-9a-f]{16}/[0-9a-f]{16}")
"""What Hypothesis calls the files of its database: the hash of a key, and that of a value."""


def keep_failures(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder's entries of the database these, and leave alone whatever else it holds.

    What has another name is not written: the folder is one that the user chose, and a file that is
    called `conftest.py` would be executed there.

    Args:
        folder: Where the database of one package is kept.
        files: What the database holds now, by path.

    Raises:
        OutputError: If the folder cannot be written.
    """
    for file in sorted(folder.glob("*/*")):
        name = file.relative_to(folder).as_posix()
        if _ENTRY.fullmatch(name) and name not in files and file.is_file():
            file.unlink()
    for name, data in files.items():
        if _ENTRY.fullmatch(name):
            write_atomic(folder / name, data)
