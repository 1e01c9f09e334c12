"""References: JSON pointers into a document and those around it, and what cannot be read.

JSON Pointer is RFC 6901; a reference is a URI with a fragment, so it is percent-decoded first. The
place of a node has the form of a reference too: '#/paths' in the document that everything starts
from, 'schemas/order.yaml#/properties' in another. So a relative reference is understood by the
place where it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol
from urllib.parse import unquote

from envfactory.records import Json

MAX_HOPS: Final = 100
"""Most references that may be followed in a row."""


class Unreadable(Exception):
    """A part of a document that has to be left out.

    Attributes:
        where: JSON pointer of the part, as '#/paths/~1orders'.
        reason: Short stable phrase that counts group by.
        detail: What arrived.
        fix: What to do about it; may be empty.
    """

    def __init__(self, where: str, reason: str, detail: str = "", fix: str = "") -> None:
        self.where, self.reason, self.detail, self.fix = where, reason, detail, fix
        super().__init__(f"{where}: {reason}: {detail}")


def escape(token: str) -> str:
    """Return one step of a JSON pointer in its escaped form."""
    return token.replace("~", "~0").replace("/", "~1")


class Neighbours(Protocol):
    """The documents that may be referred to beside the one that everything starts from."""

    def locate(self, reference: str, base: str, where: str) -> str:
        """Return the name of the document that `reference` means in the document `base`."""

    def open(self, name: str, where: str) -> Json:
        """Return what the document of that name holds."""


class References:
    """Resolves the references of one document.

    Args:
        root: What the document holds.
        neighbours: The documents around it; None where there are none.
        read: Makes a URI reference of what stands in a `$ref`.
    """

    def __init__(
        self,
        root: dict[str, Json],
        neighbours: Neighbours | None = None,
        read: Callable[[str], str] = str,
    ) -> None:
        self._root, self._neighbours, self._read = root, neighbours, read

    def follow(self, node: Json, where: str) -> tuple[Json, str]:
        """Return the first node from `node` on that is no reference, and where it lies.

        Raises:
            Unreadable: If a reference leads where nothing may be read, nowhere, or in a circle.
        """
        trail = _Trail(where)
        while isinstance(node, dict) and isinstance(node.get("$ref"), str):
            node, where = self._at(str(node["$ref"]), _file_of(where), trail)
        return node, where

    def target(self, reference: str, where: str) -> tuple[Json, str]:
        """Return the node that `reference`, standing at `where`, names, and its own place.

        Raises:
            Unreadable: If it leads where nothing may be read, or nowhere.
        """
        return self._at(reference, _file_of(where), _Trail(where))

    def _at(self, reference: str, base: str, trail: _Trail) -> tuple[Json, str]:
        reference = self._read(reference)
        file = self._file(reference, base, trail.where)
        tokens = _tokens(reference, trail.where)
        place = file + "#" + "".join("/" + escape(token) for token in tokens)
        trail.step(place)
        node = self._root if not file else self._open(file, trail.where)
        for passed, token in enumerate(tokens, start=1):
            while isinstance(node, dict) and token not in node and "$ref" in node:
                node, lies = self._at(str(node["$ref"]), file, trail)
                if _file_of(lies) != file:
                    rest = "".join("/" + escape(part) for part in tokens[passed - 1 :])
                    file, place = _file_of(lies), lies + rest
            if isinstance(node, dict) and token in node:
                node = node[token]
            elif isinstance(node, list) and (index := _index(token, len(node))) is not None:
                node = node[index]
            else:
                raise _nowhere(reference, trail.where)
        return node, place

    def _file(self, reference: str, base: str, where: str) -> str:
        """Return the name of the document that a reference leads to."""
        named = reference.partition("#")[0]
        if not named and reference.startswith("#"):
            return base
        if self._neighbours is None or not named:
            raise Unreadable(
                where, "remote reference", reference[:200],
                "bundle the description into one file first",
            )  # fmt: skip
        return self._neighbours.locate(named, base, where)

    def _open(self, file: str, where: str) -> Json:
        if self._neighbours is None:
            raise Unreadable(where, "unresolvable reference", file[:200])
        return self._neighbours.open(file, where)


class _Trail:
    """The references that were followed to resolve the one at `where`."""

    def __init__(self, where: str) -> None:
        self.where = where
        self._seen: set[str] = set()

    def step(self, reference: str) -> None:
        if reference in self._seen:
            raise Unreadable(
                self.where, "circular reference", reference[:200], "let it name a definition"
            )
        if len(self._seen) >= MAX_HOPS:
            raise Unreadable(self.where, "reference chain too long", reference[:200])
        self._seen.add(reference)


def _file_of(place: str) -> str:
    """Return the name of the document that a place lies in; '' for the first."""
    return place.partition("#")[0]


def _tokens(reference: str, where: str) -> list[str]:
    pointer = unquote(reference.partition("#")[2])
    if pointer and not pointer.startswith("/"):
        raise _nowhere(reference, where)
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _index(token: str, length: int) -> int | None:
    if token.isascii() and token.isdigit() and len(token) < 10 and int(token) < length:
        return int(token)
    return None


def _nowhere(reference: str, where: str) -> Unreadable:
    return Unreadable(
        where, "unresolvable reference", reference[:200], "define what it names, or remove it"
    )
