"""Descriptions that were read before: an `ApiDescription` as JSON, as live servers are kept."""

from __future__ import annotations

from pydantic import ValidationError

from envfactory.errors import InputError
from envfactory.records import canonical_json
from envfactory.source.description import ApiDescription
from envfactory.source.document import Document

_MARKS = frozenset({"schema_version", "name", "operations", "provenance"})


def recognises(document: Document) -> bool:
    """Return whether a document is an `ApiDescription`."""
    return isinstance(document.root, dict) and document.root.keys() >= _MARKS


def read(document: Document) -> ApiDescription:
    """Read it.

    Raises:
        InputError: If it does not fit.
    """
    try:
        return ApiDescription.model_validate_json(canonical_json(document.root))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = "/".join(str(part) for part in first["loc"])
        raise InputError(f"{document.where}#/{place}", first["msg"], "read it again") from error
