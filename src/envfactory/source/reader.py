"""`read_source`: the one way in from a file, whatever kind of source it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from envfactory.errors import InputError
from envfactory.records import Json
from envfactory.source import openapi
from envfactory.source.description import ApiDescription
from envfactory.source.document import MAX_BYTES, Document, read_document


@dataclass(frozen=True, slots=True)
class Reader:
    """One kind of source: how to recognise its documents, and how to read them."""

    kind: str
    recognises: Callable[[dict[str, Json]], bool]
    read: Callable[[Document], ApiDescription]


READERS: Final[tuple[Reader, ...]] = (Reader("OpenAPI", openapi.recognises, openapi.read),)
"""Every kind of source that can be read; the first that recognises a document reads it."""


def read_source(path: Path, max_bytes: int = MAX_BYTES) -> ApiDescription:
    """Read the API description in the file at `path`, choosing the reader by what it holds.

    Args:
        path: A JSON or YAML file.
        max_bytes: Size above which the file is refused unread.

    Raises:
        InputError: If the file cannot be read, is not a kind of source that is known, or describes
            no operation that can be read; one line that names the place and the fix.
    """
    document = read_document(path, max_bytes)
    for reader in READERS:
        if reader.recognises(document.root):
            return reader.read(document)
    keys = ", ".join(repr(key[:40]) for key in list(document.root)[:5])
    raise InputError(
        document.where,
        f"is no API description that is known (it starts with {keys or 'nothing'})",
        f"give one of: {', '.join(reader.kind for reader in READERS)}",
    )
