"""`read_source`: the one way in from a file, whatever kind of source it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from envfactory.errors import InputError
from envfactory.source import (
    discovery,
    openapi,
    service_model,
    sketch,
    stored,
    swagger,
    tool_list,
)
from envfactory.source.description import ApiDescription
from envfactory.source.document import MAX_BYTES, Document, kind_of
from envfactory.source.place import Place


@dataclass(frozen=True, slots=True)
class Reader:
    """One kind of source: how to recognise its documents, and how to read them.

    Attributes:
        kind: What it is called, for messages.
        recognises: Tells whether a document is of this kind, by what it holds: an object or a list
            in `root`, or any other text. It never raises, whatever the document is.
        read: Reads such a document; an `InputError` says why it cannot be used.
    """

    kind: str
    recognises: Callable[[Document], bool]
    read: Callable[[Document], ApiDescription]


READERS: Final[tuple[Reader, ...]] = (
    Reader("OpenAPI", openapi.recognises, openapi.read),
    Reader("Swagger", swagger.recognises, swagger.read),
    Reader("Google discovery document", discovery.recognises, discovery.read),
    Reader("AWS service model", service_model.recognises, service_model.read),
    Reader("description that was read before", stored.recognises, stored.read),
    Reader("list of tools", tool_list.recognises, tool_list.read),
    Reader("Python sketch", sketch.recognises, sketch.read),
)
"""Every kind of source that can be read; the first that recognises a document reads it."""


def read_source(place: Path | Place, max_bytes: int = MAX_BYTES) -> ApiDescription:
    """Read the API description in a file, choosing the reader by what the file holds.

    Args:
        place: A file of any kind in `READERS`; what it refers to may lie in its folder. A `Place`
            says more about where that is.
        max_bytes: Size above which the file is refused unread.

    Raises:
        InputError: If the file cannot be read, is not a kind of source that is known, or describes
            no operation that can be read; one line that names the place and the fix.
    """
    if isinstance(place, Path):
        place = Place.of_file(place)
    description = read_from(place.read(max_bytes))
    stated = description.provenance
    if place.licence is None or stated.licence is not None:
        return description
    provenance = stated.model_copy(update={"licence": place.licence})
    return description.model_copy(update={"provenance": provenance})


def reader_of(document: Document) -> Reader | None:
    """Return the reader that recognises `document`, if any does."""
    return next((reader for reader in READERS if reader.recognises(document)), None)


def read_from(document: Document) -> ApiDescription:
    """Read the API description in a document.

    Raises:
        InputError: If it is not a kind of source that is known, or describes no operation that can
            be read.
    """
    reader = reader_of(document)
    if reader is None:
        raise _unknown(document)
    return reader.read(document)


def _unknown(document: Document) -> InputError:
    code = sketch.malformed(document) or sketch.empty(document)
    if code is not None:
        return code
    if document.problem is not None:
        return document.problem
    fix = f"give one of: {', '.join(reader.kind for reader in READERS)}"
    if not isinstance(document.root, dict):
        return InputError(
            document.where, f"holds {kind_of(document.root)}, not an API description", fix
        )
    keys = ", ".join(repr(key[:40]) for key in list(document.root)[:5])
    return InputError(
        document.where,
        f"is no API description that is known (it starts with {keys or 'nothing'})",
        fix,
    )
