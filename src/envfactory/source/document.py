"""A document from a file, as text and as JSON values: bounded in size, nesting and expansion.

Whether a file is JSON, YAML or another text is decided by what it holds; its name is never looked
at.
"""

from __future__ import annotations

import codecs
import os
import re
import stat
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

from envfactory.errors import InputError
from envfactory.records import Json, content_hash
from envfactory.source.yaml_core import YamlProblem, parse_yaml

if TYPE_CHECKING:
    from envfactory.source.nearby import Nearby

MAX_BYTES: Final = 32 * 1024 * 1024
"""Largest file that is read unless the caller says otherwise, in bytes."""

_JSON_START: Final = re.compile(r'\s*(?:\[|\{\s*["}])')
_GZIP: Final = b"\x1f\x8b"
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds.

    Attributes:
        where: The file as the caller named it, for messages.
        name: The file name without folders, for records.
        sha256: Content hash of the bytes.
        root: The JSON or YAML value that the file holds; None where it holds none.
        text: The whole text.
        problem: Why the text is no JSON or YAML; None where it is.
        nearby: The other documents that it may refer to; None where there are none.
    """

    where: str
    name: str
    sha256: str
    root: Json
    text: str = ""
    problem: InputError | None = None
    nearby: Nearby | None = None

    @property
    def size(self) -> int:
        """How many characters the text has."""
        return len(self.text)

    @property
    def mapping(self) -> dict[str, Json]:
        """The object that the file holds; empty where it holds something else."""
        return self.root if isinstance(self.root, dict) else {}


def read_document(path: Path, max_bytes: int = MAX_BYTES, nearby: Nearby | None = None) -> Document:
    """Read the file at `path`; `nearby` is what it may refer to.

    Text that is neither JSON nor YAML is no error here, because there are sources in other forms;
    `Document.problem` says what is wrong with it.

    Raises:
        InputError: If the file cannot be read, is larger than `max_bytes`, is empty, or holds no
            text.
    """
    where = clipped(str(path))
    data = _read_bytes(path, where, max_bytes)
    return document_of(data, where, printable(path.name), max_bytes, nearby)


def document_of(
    data: bytes,
    where: str,
    name: str,
    max_bytes: int = MAX_BYTES,
    nearby: Nearby | None = None,
) -> Document:
    """Return the document that `data` is, known as `where` to the user and as `name` to records.

    Data that was compressed with gzip is unpacked.

    Raises:
        InputError: If it is empty, no text, or unpacks to more than `max_bytes`.
    """
    text = _decode(_unpacked(data, where, max_bytes), where)
    root: Json = None
    problem: InputError | None = None
    try:
        root = _parse(text, where)
    except InputError as error:
        problem = error
    if root is None and problem is None:
        raise InputError(where, "is empty", "name a file that holds an API description")
    return Document(where, name, content_hash(data), root, text, problem, nearby)


def printable(name: str) -> str:
    """Return a file name as text, whatever bytes it is made of on disk."""
    return os.fsencode(name).decode("utf-8", "replace")


def clipped(place: str, limit: int = 200) -> str:
    """Return the end of a place that is too long for a message."""
    return place if len(place) <= limit else "…" + place[1 - limit :]


def kind_of(value: Json) -> str:
    """Return what a JSON value is, in words for a message."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    return {str: "a text", list: "a list", dict: "an object"}[type(value)]


def _read_bytes(path: Path, where: str, max_bytes: int) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise InputError(where, "is a folder", "name one file inside it")
        if not stat.S_ISREG(status.st_mode):
            raise InputError(where, "is not a regular file", "save the description to a file")
        if status.st_size > max_bytes:
            raise _too_large(where, f"{status.st_size / 2**20:.1f} MiB", max_bytes)
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except FileNotFoundError as error:
        raise InputError(where, "no such file", "check the path") from error
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
        raise InputError(where, f"cannot be read: {problem}", "check the path") from error
    except ValueError as error:
        raise InputError(where, f"is not a path: {error}", "check the path") from error
    if len(data) > max_bytes:
        raise _too_large(where, "still growing", max_bytes)
    return data


def _too_large(where: str, size: str, max_bytes: int) -> InputError:
    return InputError(
        where,
        f"too large ({size}); the limit is {max_bytes / 2**20:.1f} MiB",
        "raise the limit, or cut the description down to the operations you need",
    )


def _unpacked(data: bytes, where: str, max_bytes: int) -> bytes:
    if not data.startswith(_GZIP):
        return data
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacker.decompress(data, max_bytes + 1)
    except zlib.error as error:
        raise InputError(where, f"malformed gzip: {error}", "correct the file") from error
    if len(unpacked) > max_bytes:
        raise _too_large(where, "once it is unpacked", max_bytes)
    if not unpacker.eof:
        raise InputError(where, "malformed gzip: cut short", "correct the file")
    return unpacked


def _decode(data: bytes, where: str) -> str:
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _binary(where, f"byte {error.start} is not {encoding.upper()}") from error
    if "\0" in text:
        raise _binary(where, f"a zero byte at {text.index(chr(0))}")
    return text


def _binary(where: str, detail: str) -> InputError:
    return InputError(where, f"is not text ({detail})", "give a JSON or YAML file in UTF-8")


def _parse(text: str, where: str) -> Json:
    if not text or text.isspace():
        return None
    if _JSON_START.match(text):
        try:
            parsed: Json = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            place = f"{where}:{error.lineno}:{error.colno}"
            raise InputError(place, f"malformed JSON: {error.msg}", "correct the file") from error
        return parsed
    try:
        return parse_yaml(text)
    except YamlProblem as error:
        place = f"{where}:{error.line}:{error.column}"
        raise InputError(place, f"malformed YAML: {error.problem}", "correct the file") from error
