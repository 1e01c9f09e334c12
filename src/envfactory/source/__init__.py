"""Readers of authentic resources; each ends in an `ApiDescription`."""

from envfactory.source.description import (
    ApiDescription,
    Body,
    JsonSchema,
    Location,
    Method,
    Operation,
    Parameter,
    Provenance,
    Skipped,
)
from envfactory.source.reader import READERS, Reader, read_source

__all__ = [
    "READERS",
    "ApiDescription",
    "Body",
    "JsonSchema",
    "Location",
    "Method",
    "Operation",
    "Parameter",
    "Provenance",
    "Reader",
    "Skipped",
    "read_source",
]
