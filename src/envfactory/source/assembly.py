"""From the operations that a document declares to its `ApiDescription`.

Readers of documents find the operations and put each into the form of OpenAPI 3; here they get
their ids, are read, and those that cannot be read are left out with the schemas they need.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from envfactory.errors import InputError
from envfactory.records import Json
from envfactory.source.description import ApiDescription, Hints, Method, Provenance
from envfactory.source.dialect import Dialect
from envfactory.source.document import Document, clipped
from envfactory.source.notes import Budget, Notes
from envfactory.source.operations import Draft, OperationReader
from envfactory.source.reference import References, Unreadable
from envfactory.source.schemas import SchemaTable
from envfactory.source.values import line_of, short_name

MAX_ID: Final = 256
"""Longest operation id, in characters; longer ones are replaced by derived ones."""


class NoOperations(InputError):
    """A source says what it is, and describes not a single operation."""


@dataclass(frozen=True, slots=True)
class Found:
    """An operation that a document declares.

    Attributes:
        method: How it is asked for.
        path: Path template.
        node: The operation, in the form of OpenAPI 3.
        where: Where it lies in the source, for references and messages.
        shared: The parameters that all operations of the path have, where there are such.
        hints: What the source says of its effect.
    """

    method: Method
    path: str
    node: Json
    where: str
    shared: Json = None
    hints: Hints | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What a document says of the API as a whole."""

    title: str
    version: str
    description: str
    provenance: Provenance
    tags: dict[str, str]


class Assembly:
    """The means by which one document is read.

    Attributes:
        references: Resolves what the document refers to.
        notes: What was left out so far.
    """

    def __init__(
        self,
        document: Document,
        dialect: Dialect,
        operations: type[OperationReader] = OperationReader,
    ) -> None:
        self._document = document
        self.notes = Notes()
        self.references = References(document.mapping, document.nearby, dialect.reference)
        budget = Budget(document.where)
        self._schemas = SchemaTable(document.mapping, self.references, self.notes, budget, dialect)
        self._reader = operations(self.references, self._schemas, self.notes, budget)

    def assemble(self, found: Sequence[Found], about: About) -> ApiDescription:
        """Return the description whose operations are those of `found` that can be read.

        Raises:
            InputError: If none can be read, or the whole document produces too much.
        """
        drafts, failures = self._read(found)
        if not drafts:
            raise self._nothing_readable(failures)
        roots = {name: None for draft in drafts for name in draft.uses}
        name = self._document.name
        return ApiDescription(
            name=short_name(about.title) or short_name(name.partition(".")[0]) or "api",
            title=about.title or name,
            version=about.version,
            description=about.description,
            tags=about.tags,
            operations=tuple(draft.operation for draft in drafts),
            schemas=self._schemas.needed(roots),
            provenance=self._provenance(about),
            skipped=self.notes.all(),
        )

    def _provenance(self, about: About) -> Provenance:
        """Return the provenance, with a hash of all documents where there were several."""
        nearby, given = self._document.nearby, about.provenance
        if nearby is None:
            return given
        return given.model_copy(update={"sha256": nearby.hash_with(given.sha256)})

    def _read(self, found: Sequence[Found]) -> tuple[list[Draft], list[Unreadable]]:
        drafts: list[Draft] = []
        failures: list[Unreadable] = []
        for part, identifier in zip(found, _identifiers(found, self.notes), strict=True):
            try:
                drafts.append(
                    self._reader.read(
                        identifier, part.method, part.path, part.node, part.shared, part.where,
                        part.hints,
                    )
                )  # fmt: skip
            except Unreadable as error:
                self.notes.leave_out(error, part.where)
                failures.append(error)
        self._schemas.build()
        tainted = self._schemas.tainted()
        kept: list[Draft] = []
        for draft in drafts:
            broken = next((tainted[name] for name in draft.uses if name in tainted), None)
            if broken is None:
                kept.append(draft)
            else:
                self.notes.leave_out(broken, draft.where)
                failures.append(broken)
        return kept, failures

    def _nothing_readable(self, failures: list[Unreadable]) -> InputError:
        where = self._document.where
        if failures:
            first = failures[0]
            problem = f"{first.reason} ({first.detail})" if first.detail else first.reason
            place = where if first.where.startswith("#") else f"{where}: "
            return InputError(
                place + clipped(first.where),
                f"{problem}, so none of the {len(failures)} operations can be read",
                first.fix,
            )
        notes = self.notes.all()
        if not notes:
            return NoOperations(where, "has no operations", "give one that has at least one")
        return InputError(
            where + clipped(notes[0].where),
            f"{notes[0].reason}, so there are no operations",
            notes[0].detail,
        )


def _identifiers(found: Sequence[Found], notes: Notes) -> list[str]:
    """Return one unique id per operation: its own where it has one that nobody had before."""
    own: list[str | None] = []
    taken: set[str] = set()
    for part in found:
        declared = part.node.get("operationId") if isinstance(part.node, dict) else None
        identifier = line_of(declared)
        if not identifier:
            own.append(None)
        elif len(identifier) > MAX_ID or identifier in taken:
            reason = (
                "operation id too long" if len(identifier) > MAX_ID else "duplicate operation id"
            )
            notes.add(f"{part.where}/operationId", reason, identifier)
            own.append(None)
        else:
            own.append(identifier)
            taken.add(identifier)
    result: list[str] = []
    for part, kept in zip(found, own, strict=True):
        identifier = kept or _unused(_derived_id(part), taken)
        taken.add(identifier)
        result.append(identifier)
    return result


def _derived_id(part: Found) -> str:
    words = re.findall(r"\w+", f"{part.method} {part.path}")
    return "_".join(words)[:MAX_ID]


def _unused(wanted: str, taken: set[str]) -> str:
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted}_{count}"
    return name
