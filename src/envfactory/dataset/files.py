"""Tables of rows on disk: JSON Lines and Parquet side by side, the same rows in both.

The columns of a table are the fields of its row type, so they are the same whatever the rows hold.
Rows are written as they come, into temporary files that take their names once all is written. The
same rows give the same bytes: one compression at one level, row groups of one size, no time stamps.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
import types
import typing
from pathlib import Path
from typing import Any, Generic, Self, TypeVar

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from envfactory.errors import OutputError
from envfactory.records import Stored

R = TypeVar("R", bound=Stored)

ROW_GROUP = 500
"""Rows per row group of a Parquet file; what is held in memory while writing."""

_SCALARS = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
_JSON = pa.json_(pa.string())


class Unwritable(ValueError):
    """A row holds something that readers of JSON cannot hold: a number of over 64 bits, say."""


class FileInfo(Stored):
    """A file of a dataset."""

    path: str
    rows: int
    bytes: int
    sha256: str


class TableWriter(Generic[R]):
    """Writes `<name>.jsonl` and `<name>.parquet`; a context manager.

    The files appear when the context ends, both whole; if it ends with an exception, neither does.

    Attributes:
        rows: How many rows were added.
        files: What was written, once it is.
    """

    def __init__(self, folder: Path, name: str, row_type: type[R]) -> None:
        self.rows = 0
        self.files: tuple[FileInfo, ...] = ()
        self._folder, self._name = folder, name
        self._schema = schema_of(row_type)
        self._stored = pa.schema(
            [pa.field(f.name, _storage(f.type), nullable=f.nullable) for f in self._schema]
        )
        self._group: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        """Open the temporary files.

        Raises:
            OutputError: If the folder cannot be written.
        """
        with self._failing():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._temporary = Path(tempfile.mkdtemp(prefix=f".{self._name}.", dir=self._folder))
            self._lines = (self._temporary / "jsonl").open("wb")
            self._parquet = pq.ParquetWriter(
                self._temporary / "parquet",
                self._schema,
                compression="zstd",
                compression_level=3,
                version="2.6",
            )
        return self

    def add(self, row: R) -> None:
        """Write a row.

        Raises:
            Unwritable: If it cannot be written so that every reader reads it; nothing is written.
            OutputError: If the disk is full.
        """
        content = row.model_dump(mode="json")
        try:
            line = orjson.dumps(content)
        except TypeError as error:
            raise Unwritable(str(error)) from error
        with self._failing():
            self._lines.write(_one_line(line) + b"\n")
            self._group.append(content)
            self.rows += 1
            if len(self._group) == ROW_GROUP:
                self._flush()

    def __exit__(self, kind: object, error: object, trace: types.TracebackType | None) -> None:
        """Give the files their names, or remove them after an exception.

        Raises:
            OutputError: If the disk is full.
        """
        try:
            if kind is None:
                with self._failing():
                    self._flush()
                    self._close()
                    self.files = tuple(self._place(kind) for kind in ("jsonl", "parquet"))
        finally:
            with contextlib.suppress(OSError):
                self._close()
                for name in ("jsonl", "parquet"):
                    (self._temporary / name).unlink(missing_ok=True)
                self._temporary.rmdir()

    def _flush(self) -> None:
        if self._group:  # a row group of no rows cannot be read by everyone
            rows = [
                {field.name: _encoded(row[field.name], field.type) for field in self._schema}
                for row in self._group
            ]
            table = pa.Table.from_pylist(rows, schema=self._stored).cast(self._schema)
            self._parquet.write_table(table, row_group_size=ROW_GROUP)
            self._group = []

    def _close(self) -> None:
        self._lines.close()
        self._parquet.close()

    def _place(self, kind: str) -> FileInfo:
        written, path = self._temporary / kind, self._folder / f"{self._name}.{kind}"
        with written.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = written.stat().st_size
        written.chmod(0o644)
        written.replace(path)
        return FileInfo(path=path.name, rows=self.rows, bytes=size, sha256=digest)

    @contextlib.contextmanager
    def _failing(self) -> typing.Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OutputError(
                str(self._folder / self._name),
                error.strerror or str(error),
                "choose a writable folder with free space",
            ) from error


def schema_of(row_type: type[Stored]) -> pa.Schema:
    """Return the Arrow schema of a row type, from the annotations of its fields.

    Raises:
        TypeError: If a field has a type that has no column.
    """
    return pa.schema(
        [
            pa.field(name, _type_of(field.annotation), nullable=_is_optional(field.annotation))
            for name, field in row_type.model_fields.items()
        ]
    )


def _type_of(annotation: Any) -> pa.DataType:
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if _is_optional(annotation):
        (present,) = (argument for argument in arguments if argument is not type(None))
        return _type_of(present)
    if origin is dict:
        return _JSON
    if origin is tuple and len(set(arguments) - {...}) == 1:
        return pa.list_(_type_of(arguments[0]))
    if isinstance(annotation, type) and issubclass(annotation, Stored):
        return pa.struct(list(schema_of(annotation)))
    raise TypeError(f"no column for {annotation}")


def _is_optional(annotation: Any) -> bool:
    """Return whether an annotation is `X | None`."""
    arguments = typing.get_args(annotation)
    return len(arguments) == 2 and type(None) in arguments


def _storage(kind: pa.DataType) -> pa.DataType:
    """Return the type in which values are handed to Arrow: JSON as the text it is stored as."""
    if kind == _JSON:
        return pa.string()
    if pa.types.is_list(kind):
        return pa.list_(_storage(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(f.name, _storage(f.type), nullable=f.nullable) for f in kind])
    return kind


def _encoded(value: Any, kind: pa.DataType) -> Any:
    if value is None:
        return None
    if kind == _JSON:
        return orjson.dumps(value).decode()
    if pa.types.is_list(kind):
        return [_encoded(item, kind.value_type) for item in value]
    if pa.types.is_struct(kind):
        return {field.name: _encoded(value[field.name], field.type) for field in kind}
    return value


def _one_line(line: bytes) -> bytes:
    """Escape what some readers take for the end of a line: U+0085, U+2028 and U+2029."""
    return (
        line.replace(b"\xe2\x80\xa8", b"\\u2028")
        .replace(b"\xe2\x80\xa9", b"\\u2029")
        .replace(b"\xc2\x85", b"\\u0085")
    )
