"""A session's own folder as JSON, and back: the state of servers that keep theirs in files."""

from __future__ import annotations

import base64
import fnmatch
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from envfactory.environment.scenario import ScenarioError
from envfactory.errors import InputError
from envfactory.records import Json

MAX_BYTES = 50_000_000
"""Longest content of all files together."""

_FOLDER = "folder"


def read_folder(folder: Path) -> dict[str, Json]:
    """Return what lies in a folder, by path: texts as text, other bytes in base64, empty folders.

    Links are not followed and not kept.

    Raises:
        InputError: If a file cannot be read, or all together are too long.
    """
    found: dict[str, Json] = {}
    size = 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            continue
        if path.is_dir():
            if not any(path.iterdir()):
                found[name] = {_FOLDER: True}
        elif path.is_file():
            try:
                content = path.read_bytes()
            except OSError as error:
                raise InputError(name, error.strerror or str(error)) from error
            size += len(content)
            if size > MAX_BYTES:
                raise InputError(str(folder), f"holds more than {MAX_BYTES} bytes")
            found[name] = _encoded(content)
    return found


def without_ignored(files: Mapping[str, Json], patterns: Iterable[str]) -> dict[str, Json]:
    """Return the files of a folder without those whose path, or its end, fits a pattern.

    Args:
        files: Contents by path.
        patterns: Shell patterns, as `*.lock` or `.git/index`.
    """
    known = [one for pattern in patterns for one in (pattern, f"*/{pattern}")]
    return {
        name: content
        for name, content in files.items()
        if not any(fnmatch.fnmatchcase(name, pattern) for pattern in known)
    }


def write_folder(folder: Path, files: Mapping[str, Json]) -> None:
    """Make the files of a saved folder in a new one.

    Raises:
        ScenarioError: If a path leads out of the folder, or a content is malformed.
    """
    for name, content in files.items():
        where = f"scenario/files/{name}"
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
            raise ScenarioError(where, "leads out of the folder", "give relative paths")
        target = folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, dict) and content.get(_FOLDER) is True:
                target.mkdir(exist_ok=True)
            else:
                target.write_bytes(_decoded(content))
        except (OSError, ValueError, TypeError) as error:
            raise ScenarioError(where, f"cannot be written: {error}") from error


def _encoded(content: bytes) -> Json:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode("ascii")}


def _decoded(content: Json) -> bytes:
    if isinstance(content, str):
        return content.encode()
    if isinstance(content, dict) and isinstance(text := content.get("base64"), str):
        return base64.b64decode(text, validate=True)
    raise TypeError("is neither text nor an object with base64")
