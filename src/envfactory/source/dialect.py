"""`Dialect`: how one kind of source writes its schemas, beside what all of them share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from envfactory.records import Json


def _as_it_is(reference: str) -> str:
    return reference


def _unchanged(schema: dict[str, Json], where: str) -> dict[str, Json]:
    return schema


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a kind of source does in its own way.

    Attributes:
        home: Pointer of the object that holds the named schemas, with a slash at its end.
        reference: Turns what stands in a `$ref` into a URI reference.
        rewrite: Puts one schema object into the words of OpenAPI 3; schemas inside it are left as
            they are, because each is rewritten when it is met. It may raise `Unreadable`.
    """

    home: str
    reference: Callable[[str], str] = _as_it_is
    rewrite: Callable[[dict[str, Json], str], dict[str, Json]] = _unchanged


OPENAPI: Final = Dialect("#/components/schemas/")
"""OpenAPI 3.0 and 3.1."""
