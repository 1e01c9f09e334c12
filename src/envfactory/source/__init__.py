"""Readers of authentic resources; each ends in an `ApiDescription`."""

from envfactory.source.assembly import NoOperations
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
from envfactory.source.finder import FoundSources, Passed, find_sources
from envfactory.source.place import Place
from envfactory.source.reader import READERS, Reader, read_source

__all__ = [
    "READERS",
    "ApiDescription",
    "Body",
    "FoundSources",
    "JsonSchema",
    "Location",
    "Method",
    "NoOperations",
    "Operation",
    "Parameter",
    "Passed",
    "Place",
    "Provenance",
    "Reader",
    "Skipped",
    "find_sources",
    "read_source",
]
