"""`Place`: where one source lies, as the user named it and as records may name it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from envfactory.source.document import MAX_BYTES, Document, document_of, printable, read_document
from envfactory.source.nearby import Nearby


@dataclass(frozen=True, slots=True)
class Place:
    """A file, or an address with what was fetched from it.

    Attributes:
        where: The place as the user named it, for messages.
        name: The place for records, free of machine paths: a file name, a name that starts with
            `package:`, or an address.
        label: Where it lies below the folder that was given; its name where none was.
        path: The file; None for an address.
        folder: The folder that references in the file may not leave.
        data: What was fetched from an address.
        licence: The licence that the package around the file states, if there is one.
        allow_network: Whether what it refers to may be fetched.
    """

    where: str
    name: str
    label: str
    path: Path | None = None
    folder: Path | None = None
    data: bytes = field(default=b"", repr=False)
    licence: str | None = None
    allow_network: bool = False

    @classmethod
    def of_file(cls, path: Path, *, allow_network: bool = False) -> Place:
        """Return the place of a file that was named by itself."""
        name = printable(path.name)
        return cls(
            where=str(path),
            name=name,
            label=name,
            path=path,
            folder=path.parent,
            allow_network=allow_network,
        )

    def read(self, max_bytes: int = MAX_BYTES) -> Document:
        """Return the document that lies here.

        Raises:
            InputError: If the file cannot be read, is larger than `max_bytes`, is empty, or holds
                no text.
        """
        if self.path is None:
            nearby = Nearby(name=self.where, allow_network=self.allow_network)
            return document_of(self.data, self.name, self.name, max_bytes, nearby)
        folder = self.folder or self.path.parent
        inside = self.path.relative_to(folder).as_posix()
        nearby = Nearby(folder, inside, self.allow_network)
        document = read_document(self.path, max_bytes, nearby)
        return document if document.name == self.name else replace(document, name=self.name)
