"""Records that stages write and read: one frozen model each, JSON Lines on disk, content hashes.

`Stored` is the base of every record that crosses a stage. Files are written atomically, and an
append that was cut short (a kill, a full disk) costs only the line that was being written.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from pydantic_core import from_json

from envfactory.errors import InputError, OutputError

Json = JsonValue
"""Any JSON value: None, bool, int, float, str, list or dict with string keys."""

S = TypeVar("S", bound="Stored")


class Stored(BaseModel):
    """Base of the records that stages exchange: immutable, closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def to_line(self) -> bytes:
        """Return the record as one line of JSON, without the line end."""
        return self.__pydantic_serializer__.to_json(self)


def canonical_json(value: Any) -> bytes:
    """Serialise a JSON value to the one byte string that stands for it (keys sorted, no spaces).

    Raises:
        TypeError: If `value` is not made of JSON types.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        import json

        text = json.dumps(
            value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
        return text.encode()


def content_hash(data: bytes) -> str:
    """Return the SHA-256 of `data` in the form `sha256:<hex>`."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def json_hash(value: Any) -> str:
    """Return the content hash of a JSON value, whatever the order of its keys."""
    return content_hash(canonical_json(value))


def write_atomic(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that a reader sees the old file or the whole new one.

    Raises:
        OutputError: If the folder cannot be written or the disk is full.
    """
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with suppress(PermissionError):  # some file systems and the sandbox know no modes
            Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise OutputError(
            str(path), error.strerror or str(error), "choose a writable folder with free space"
        ) from error


def write_lines(path: Path, records: Iterable[Stored]) -> None:
    """Write records to `path` as JSON Lines, atomically."""
    write_atomic(path, b"".join(record.to_line() + b"\n" for record in records))


def record_hash(record: Stored) -> str:
    """Return `json_hash` of what a record is stored as, without taking it apart in Python."""
    return json_hash(from_json(record.to_line()))


def read_lines(path: Path, kind: type[S]) -> Iterator[S]:
    """Yield the records of a JSON Lines file.

    Raises:
        InputError: If the file is missing, or a line is not a record of that kind.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            str(path), error.strerror or str(error), f"name a file of {kind.__name__} records"
        ) from error
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            yield kind.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            place = "/".join(str(part) for part in first["loc"])
            raise InputError(
                f"{path}:{number}",
                f"not a {kind.__name__}: {place} {first['msg']}",
                "name the file that the stage before wrote, or run that stage again",
            ) from error
