"""`Nearby`: the other documents that one may refer to, and the bounds of what it may reach.

A document in a folder may refer to files in that folder, by relative paths; nothing leads out of
it, neither `..` nor a link. Addresses are fetched only where the network is allowed.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urljoin

from envfactory.errors import InputError
from envfactory.records import Json, json_hash
from envfactory.source.document import MAX_BYTES, Document, document_of, read_document
from envfactory.source.fetch import fetch, is_address, public_address
from envfactory.source.reference import Unreadable

MAX_FILES: Final = 2_000
"""Most files that one document may refer to, directly or not."""

MAX_ADDRESSES: Final = 100
"""Most addresses among them."""

MAX_TOTAL: Final = 2 * MAX_BYTES
"""Most bytes that they may hold in all."""


@dataclass(slots=True)
class Nearby:
    """The documents around one document, each read at most once.

    A document is known by its path below `folder`, in posix form, or by its address; the one that
    everything starts from is known as ''.

    Attributes:
        folder: The folder that nothing may leave; None where there is none.
        name: How the document that everything starts from would be known.
        allow_network: Whether addresses may be fetched.
    """

    folder: Path | None = None
    name: str = ""
    allow_network: bool = False
    _opened: dict[str, Document | Unreadable] = field(default_factory=dict, init=False)
    _bytes_left: int = field(default_factory=lambda: MAX_TOTAL, init=False)

    def locate(self, reference: str, base: str, where: str) -> str:
        """Return how the document that `reference` names is known; `base` holds the reference.

        Raises:
            Unreadable: If it lies where it may not be read from.
        """
        base = base or self.name
        if is_address(reference) or is_address(base):
            name = self._address(reference, base, where)
        elif ":" in reference.partition("/")[0] or reference.startswith("//"):
            raise _remote(where, reference)
        else:
            name = self._path(reference, base, where)
        return "" if name == self.name else name

    def open(self, name: str, where: str) -> Json:
        """Return the value that the document known as `name` holds.

        Raises:
            Unreadable: If it cannot be read.
        """
        if name not in self._opened:
            try:
                self._opened[name] = self._read(name, where)
            except Unreadable as error:
                self._opened[name] = error
        found = self._opened[name]
        if isinstance(found, Unreadable):
            raise Unreadable(where, found.reason, found.detail, found.fix)
        return found.root

    def hash_with(self, sha256: str) -> str:
        """Return the content hash of all that was read, `sha256` being that of the start."""
        others = {
            name: found.sha256
            for name, found in sorted(self._opened.items())
            if isinstance(found, Document)
        }
        return json_hash({"": sha256, **others}) if others else sha256

    # ------------------------------------------------------------------ where it lies
    def _address(self, reference: str, base: str, where: str) -> str:
        try:
            address = urljoin(base, reference) if is_address(base) else reference
        except ValueError as error:
            raise Unreadable(where, "unresolvable reference", reference[:200]) from error
        if not self.allow_network or not is_address(address):
            raise _remote(where, public_address(address))
        return address

    def _path(self, reference: str, base: str, where: str) -> str:
        if self.folder is None:
            raise _remote(where, reference)
        path = unquote(reference)
        name = posixpath.normpath(posixpath.join(posixpath.dirname(base), path))
        if "#" in name:  # a place could not be told from a pointer in it
            raise Unreadable(where, "unresolvable reference", reference[:200])
        if path.startswith("/") or name == ".." or name.startswith("../"):
            raise Unreadable(
                where,
                "reference leaves the folder",
                reference[:200],
                "give the folder that holds all files, or bundle them into one",
            )
        return name

    # ------------------------------------------------------------------ what it holds
    def _read(self, name: str, where: str) -> Document:
        if len(self._opened) >= MAX_FILES:
            raise Unreadable(where, "too many files are referred to", f"more than {MAX_FILES}")
        try:
            document = self._fetched(name, where) if is_address(name) else self._file(name, where)
        except InputError as error:
            raise Unreadable(
                where, "unreadable reference", f"{_shown(name)}: {error.problem}", error.fix
            ) from error
        if document.problem is not None:
            raise Unreadable(
                where, "unreadable reference", f"{_shown(name)}: {document.problem.problem}"
            )
        self._bytes_left -= document.size
        return document

    def _fetched(self, name: str, where: str) -> Document:
        if sum(is_address(other) for other in self._opened) >= MAX_ADDRESSES:
            raise Unreadable(
                where, "too many addresses are referred to", f"more than {MAX_ADDRESSES}"
            )
        place = public_address(name)
        limit = max(min(MAX_BYTES, self._bytes_left), 0)
        return document_of(fetch(name, limit), place, place, limit)

    def _file(self, name: str, where: str) -> Document:
        if self.folder is None or "\0" in name:
            raise Unreadable(where, "unresolvable reference", name[:200])
        path = self.folder / name
        try:
            home = self.folder.resolve(strict=True)
            leads_away = path.resolve() != home / name
        except (OSError, RuntimeError) as error:
            raise Unreadable(where, "unresolvable reference", name[:200]) from error
        if leads_away:
            raise Unreadable(
                where, "reference through a link", name[:200], "put the file itself there"
            )
        return read_document(path, max(min(MAX_BYTES, self._bytes_left), 0))


def _shown(name: str) -> str:
    return (public_address(name) if is_address(name) else name)[:200]


def _remote(where: str, reference: str) -> Unreadable:
    return Unreadable(
        where,
        "remote reference",
        reference[:200],
        "bundle the description into one file, or allow addresses with --allow-network",
    )
